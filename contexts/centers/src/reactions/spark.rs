//! What becomes of running ads when something ends on which they may rest: they are looked at again, in the same transaction.

use crate::{Event, Held, index::ads::Which, review_ads::ReviewAds};
use accounts::Visibility;
use store::{AnyAsk, Recorded};

/// Event in, asks out, nothing else.
pub(super) fn react(recorded: &Recorded) -> Vec<Box<dyn AnyAsk>> {
    let which = if let Some(Ok(event)) = recorded.event::<Event>() {
        of_centers(event)
    } else if let Some(Ok(event)) = recorded.event::<access::Event>() {
        of_access(&event)
    } else if let Some(Ok(event)) = recorded.event::<accounts::Event>() {
        of_accounts(event)
    } else {
        Vec::new()
    };
    review(which)
}

fn review(which: Vec<Which>) -> Vec<Box<dyn AnyAsk>> {
    which.into_iter().map(|which| Box::new(ReviewAds { which }) as Box<dyn AnyAsk>).collect()
}

/// An event that may also give more, such as another role, is looked at all the same: what still holds runs on.
fn of_centers(event: Event) -> Vec<Which> {
    use Event as E;
    match event {
        E::AccessNarrowed { held: Held { centre, account, .. }, .. }
        | E::AccessEnded { held: Held { centre, account, .. }, .. }
        | E::Assigned { held: Held { centre, account, .. }, .. }
        | E::Unassigned { held: Held { centre, account, .. }, .. }
        | E::AccountWithheld { held: Held { centre, account, .. }, .. } => vec![Which::AccountInCentre(account, centre)],
        E::OwnLinked { user, .. } | E::OwnUnlinked { user, .. } => vec![Which::Person(user)],
        E::AdRoleTaken { ad_account, centre, .. }
        | E::AdRoleGiven { ad_account, centre, .. }
        | E::AdAccountUngrouped { ad_account, centre, .. } => vec![Which::AdAccountOf(ad_account, centre)],
        E::MemberGrouped { centre, user, .. } | E::MemberUngrouped { centre, user, .. } => vec![Which::Member(centre, user)],
        E::AssetGroupRemoved { centre, .. } => vec![Which::Centre(centre)],
        E::AdAccountShared { ad_account, partner, .. } | E::AdAccountUnshared { ad_account, partner, .. } => {
            vec![Which::AdAccountOf(ad_account, partner)]
        }
        E::PartnershipEnded { centre, partner, .. } => vec![Which::Centre(centre), Which::Centre(partner)],
        E::AdAccountClosed { ad_account, .. } => vec![Which::AdAccount(ad_account)],
        E::PostAuthorisationDeleted { authorised } | E::PostAuthorisationExpired { authorised } => {
            vec![Which::Code(authorised.authorisation)]
        }
        E::PostSwitched { account, post, on: false, .. } => vec![Which::Item(account, post)],
        _ => Vec::new(),
    }
}

fn of_access(event: &access::Event) -> Vec<Which> {
    use access::Event as E;
    match *event {
        E::MemberRemoved { org, user, .. } | E::RoleChanged { org, user, .. } => vec![Which::Member(org, user)],
        E::OrgSuspended { org, .. } => vec![Which::Centre(org)],
        E::UserSuspended { user, .. } => vec![Which::Person(user)],
        _ => Vec::new(),
    }
}

fn of_accounts(event: accounts::Event) -> Vec<Which> {
    use accounts::Event as E;
    match event {
        E::AccountSuspended { account, .. } | E::AccountClaimed { account, .. } | E::AccountMarked { account, political: true, .. } => {
            vec![Which::Account(account)]
        }
        E::PostsRecorded { account, posts, .. } => {
            let hidden = posts.into_iter().filter(|post| post.visibility != Visibility::Public);
            hidden.map(|post| Which::Item(account, post.id)).collect()
        }
        _ => Vec::new(),
    }
}
