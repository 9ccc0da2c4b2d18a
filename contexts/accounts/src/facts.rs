//! What accounts tell the index that answers questions about permission.

use crate::{Event, Finding};
use decisions::{Fact, State};
use kernel::{AccountId, Refusal};
use store::Said;

/// The facts in one event.
pub fn tell(said: &Said<'_>, say: &mut dyn FnMut(Fact)) -> Result<(), Refusal> {
    let Some(event) = said.event::<Event>() else { return Ok(()) };
    let age = |stated: crate::StatedAge| decisions::StatedAge { years: stated.years, on: stated.on };
    match event? {
        Event::AccountRegistered { account, owner, region, birth, age_stated, claimed, .. } => {
            say(Fact::Account { account, owner, region, birth, stated: age_stated.map(age), claimed });
        }
        Event::AccountClaimed { account, owner, birth, .. } => say(Fact::Claimed { account, owner, birth }),
        Event::AccountMoved { account, region, .. } => say(Fact::AccountMoved { account, region }),
        Event::AccountSuspended { account, .. } => say(Fact::AccountState { account, state: State::Suspended }),
        Event::AccountReinstated { account, .. } => say(Fact::AccountState { account, state: State::Normal }),
        Event::EcommerceWithdrawn { account, .. } => say(Fact::Ecommerce { account, granted: false }),
        Event::EcommerceGranted { account, .. } => say(Fact::Ecommerce { account, granted: true }),
        Event::AccountMarked { account, political, .. } => say(Fact::Political { account, political }),
        Event::ViolationFound { account, violation, .. } => say(Fact::Violation { account, violation }),
        Event::ViolationClosed { account, violation, .. } => say(Fact::ViolationClosed { account, violation }),
        Event::ProfileUpdated { account, age_stated, .. } => say(Fact::AgeStated { account, stated: age_stated.map(age) }),
        Event::FiguresUpdated { account, stated, .. } => {
            stated.followers.into_iter().for_each(|followers| say(Fact::Followers { account, followers }));
        }
        Event::PostsRecorded { account, findings, .. } | Event::LivesRecorded { account, findings, .. } => {
            findings.into_iter().for_each(|finding| say(found(account, finding)));
        }
        Event::FindingsDismissed { account, post, .. } => say(Fact::Dismissed { account, post }),
        Event::ClaimCodeIssued { .. } | Event::AccountRenamed { .. } => {}
    }
    Ok(())
}

fn found(account: AccountId, finding: Finding) -> Fact {
    let Finding { topic, word, post, .. } = finding;
    Fact::Found { account, post, topic: topic as u8, word }
}
