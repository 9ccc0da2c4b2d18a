//! Record lives of an account, new or with new figures. The word list reads them as they come in.

use crate::{Account, Event, Live, words_found};
use kernel::{AccountId, Capability, Cited, Instant, May, OrgId, Role, Rules, Span, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// What the account's owner asks for.
#[derive(Clone, Debug)]
pub struct RecordLives {
    /// The owner.
    pub owner: OrgId,
    /// The account.
    pub account: AccountId,
    /// The lives.
    pub lives: Vec<Live>,
}

/// All that the rules look at.
pub struct Facts {
    /// The account.
    pub account: Account,
    /// The moment of asking.
    pub now: Instant,
    /// This verb's values.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// So many at once, at the most.
    pub at_once: Cited<u32>,
    /// So far ahead of ours another clock may be.
    pub clock_skew: Cited<Span>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "accounts.record_lives";
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    TooManyAtOnce { given: usize, at_once: Cited<u32> },
    NotYetPublished { id: String, at: Instant },
}

impl kernel::Denied for Denied {
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::NotYetPublished { at, .. } => Some(*at),
            Denied::TooManyAtOnce { .. } => None,
        }
    }
}

impl Capability for RecordLives {
    const NAME: &'static str = "accounts.record_lives";
    const MAY: May = May::Members(&[Role::CreatorOwner, Role::CreatorStaff, Role::OperatorAdmin, Role::OperatorSupport]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![few_enough_at_once, all_have_been_published];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let findings = words_found::in_lives(&self.lives);
        vec![Event::LivesRecorded { account: self.account, owner: facts.account.owner, lives: self.lives.clone(), findings }]
    }
}

/// One call stays small enough to be answered at once.
fn few_enough_at_once(ask: &RecordLives, facts: &Facts) -> Result<(), Denied> {
    let at_once = facts.policy.at_once.clone();
    if ask.lives.len() <= at_once.value as usize { Ok(()) } else { Err(Denied::TooManyAtOnce { given: ask.lives.len(), at_once }) }
}

/// What lies in the future has not happened; a little is forgiven to clocks that run ahead.
fn all_have_been_published(ask: &RecordLives, facts: &Facts) -> Result<(), Denied> {
    let latest = facts.now + facts.policy.clock_skew.value;
    let ahead = ask.lives.iter().find(|one| one.at > latest);
    ahead.map_or(Ok(()), |one| Err(Denied::NotYetPublished { id: one.id.clone(), at: one.at }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{naming::tests::cited, state::tests::account, words_found::tests::live};

    const NOW: Instant = Instant(1_795_000_000_000);

    fn ask(lives: Vec<Live>) -> RecordLives {
        RecordLives { owner: OrgId::new(1), account: AccountId::new(1), lives }
    }

    fn facts() -> Facts {
        let policy = Policy { at_once: cited(2), clock_skew: cited(Span::minutes(5)) };
        Facts { account: account(), now: NOW, policy: Arc::new(policy) }
    }

    #[test]
    fn two_at_once_are_fine_and_three_are_too_many() {
        let two = vec![live("1", NOW, "soup"), live("2", NOW, "soup")];
        assert!(kernel::decide(&ask(two.clone()), &facts()).is_ok());
        let three = ask([two, vec![live("3", NOW, "soup")]].concat());
        assert_eq!(kernel::decide(&three, &facts()), Err(vec![Denied::TooManyAtOnce { given: 3, at_once: cited(2) }]));
    }

    #[test]
    fn a_clock_may_run_five_minutes_ahead_and_not_a_millisecond_more() {
        let edge = NOW + Span::minutes(5);
        assert!(kernel::decide(&ask(vec![live("1", edge, "soup")]), &facts()).is_ok());
        let over = edge + Span::millis(1);
        let denied = kernel::decide(&ask(vec![live("1", over, "soup")]), &facts());
        assert_eq!(denied, Err(vec![Denied::NotYetPublished { id: "1".into(), at: over }]));
    }
}
