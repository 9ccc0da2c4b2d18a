//! An account changed hands: what its former owner granted, linked or was asked for is over. Nobody is bound by another's consent.

use crate::{
    EndedBy, Event, end_grant,
    index::{
        grants::{Assignment, Grant, OwnLink},
        requests::Request,
    },
};
use kernel::{AccountId, Capability, May, OrgId, Rules, rules};
use serde::Serialize;

pub mod io;

/// What stands as the reason of such an end; pages put it into words.
pub const OWNER_CHANGED: &str = "rule:owner_changed";

/// What the platform asks for.
#[derive(Clone, Debug)]
pub struct ReleaseAccount {
    /// Which account.
    pub account: AccountId,
    /// Who owns it from now on.
    pub owner: OrgId,
}

/// All that there is to end.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The grants of former owners, with what members were given of each.
    pub grants: Vec<(Grant, Vec<Assignment>)>,
    /// Own links made under former owners.
    pub links: Vec<OwnLink>,
    /// Requests that name the account and that a former owner took up.
    pub requests: Vec<Request>,
}

/// Why not: a change of hands is never refused on account of what was granted.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {}

impl kernel::Denied for Denied {}

impl Capability for ReleaseAccount {
    const NAME: &'static str = "centers.release_account";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let grants = facts.grants.iter().flat_map(|(grant, given)| end_grant::over(grant, given, EndedBy::Platform, OWNER_CHANGED));
        let links = facts.links.iter().map(|link| Event::OwnUnlinked { account: link.account, owner: link.owner, user: link.user });
        let requests = facts.requests.iter().map(|request| Event::AccessRequestWithdrawn {
            request: request.id,
            centre: request.centre(),
            owner: request.owner(),
        });
        grants.chain(links).chain(requests).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{NOW, given, grant, held, request, scopes};
    use kernel::{UserId, decide};

    #[test]
    fn everything_that_rested_on_the_former_owner_ends() {
        let link = OwnLink { account: AccountId::new(3), owner: OrgId::new(2), user: UserId::new(8), scopes: scopes(1), since: NOW };
        let facts = Facts { grants: vec![(grant(scopes(3)), vec![given(5, scopes(1))])], links: vec![link], requests: vec![request()] };
        let expected = [
            Event::AccessEnded { held: held(), by: EndedBy::Platform, reason: OWNER_CHANGED.into() },
            Event::Unassigned { held: held(), user: UserId::new(5) },
            Event::OwnUnlinked { account: AccountId::new(3), owner: OrgId::new(2), user: UserId::new(8) },
            Event::AccessRequestWithdrawn { request: request().id, centre: OrgId::new(1), owner: Some(OrgId::new(2)) },
        ];
        assert_eq!(decide(&ReleaseAccount { account: AccountId::new(3), owner: OrgId::new(7) }, &facts).unwrap(), expected);
    }
}
