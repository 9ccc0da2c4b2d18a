//! A person ends their own TikTok-for-Business link, or the account's owner ends anyone's.

use crate::{Event, granting::Denied};
use kernel::{AccountId, Capability, May, OrgId, Role, Rules, UserId, rules};

pub mod io;

/// What the person asks for.
#[derive(Clone, Debug)]
pub struct UnlinkOwn {
    /// For which creator they sign in.
    pub owner: OrgId,
    /// Which account.
    pub account: AccountId,
    /// Whose link.
    pub user: UserId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Who asks.
    pub by: UserId,
    /// Whether they own the account for the creator.
    pub is_owner: bool,
}

impl Capability for UnlinkOwn {
    const NAME: &'static str = "centers.unlink_own";
    const MAY: May = May::Members(&[Role::CreatorOwner, Role::CreatorStaff]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![link_is_theirs_to_end];
    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::OwnUnlinked { account: self.account, owner: self.owner, user: self.user }]
    }
}

/// The link is their own, or they own the account.
fn link_is_theirs_to_end(ask: &UnlinkOwn, facts: &Facts) -> Result<(), Denied> {
    if facts.is_owner || facts.by == ask.user { Ok(()) } else { Err(Denied::NotYours) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::decide;

    #[test]
    fn staff_end_their_own_links_and_owners_end_all() {
        let ask = UnlinkOwn { owner: OrgId::new(2), account: AccountId::new(3), user: UserId::new(5) };
        for (by, is_owner, allowed) in [(5, false, true), (5, true, true), (6, true, true), (6, false, false)] {
            assert_eq!(decide(&ask, &Facts { by: UserId::new(by), is_owner }).is_ok(), allowed, "{by} {is_owner}");
        }
    }
}
