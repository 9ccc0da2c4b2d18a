//! Someone left an organisation: what a centre gave them ends, and so do their own links to a creator's accounts.

use crate::{Event, Held, index::grants::OwnLink};
use kernel::{Capability, May, OrgId, Rules, UserId, rules};
use serde::Serialize;

pub mod io;

/// What the platform asks for.
#[derive(Clone, Debug)]
pub struct ReleaseMember {
    /// Which organisation they left.
    pub org: OrgId,
    /// Who.
    pub user: UserId,
}

/// All that there is to end.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The grants under which they were given an account.
    pub held: Vec<Held>,
    /// Their own links to the organisation's accounts.
    pub links: Vec<OwnLink>,
}

/// Why not: leaving is never refused on account of what one was given.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {}

impl kernel::Denied for Denied {}

impl Capability for ReleaseMember {
    const NAME: &'static str = "centers.release_member";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let user = self.user;
        let given = facts.held.iter().map(|held| Event::Unassigned { held: *held, user });
        let own = facts.links.iter().map(|link| Event::OwnUnlinked { account: link.account, owner: link.owner, user });
        given.chain(own).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{NOW, held, scopes};
    use kernel::{AccountId, decide};

    #[test]
    fn nothing_that_someone_was_given_outlives_their_membership() {
        let user = UserId::new(5);
        let link = OwnLink { account: AccountId::new(3), owner: OrgId::new(2), user, scopes: scopes(1), since: NOW };
        let facts = Facts { held: vec![held()], links: vec![link] };
        let expected =
            [Event::Unassigned { held: held(), user }, Event::OwnUnlinked { account: AccountId::new(3), owner: OrgId::new(2), user }];
        assert_eq!(decide(&ReleaseMember { org: OrgId::new(1), user }, &facts).unwrap(), expected);
    }
}
