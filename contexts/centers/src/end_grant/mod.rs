//! The owner or an admin ends a grant, whenever they like. Every assignment under it ends with it.

use crate::{
    EndedBy, Event,
    granting::Denied,
    index::grants::{Assignment, Grant},
};
use kernel::{Capability, GrantId, May, OrgId, Role, Rules, rules};

pub mod io;

/// What either side asks for.
#[derive(Clone, Debug)]
pub struct EndGrant {
    /// As whom: the creator whose account it is, or the centre that holds the grant.
    pub org: OrgId,
    /// Which grant.
    pub grant: GrantId,
    /// Why, in their words; may be empty.
    pub reason: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The grant.
    pub grant: Grant,
    /// What members were given of it.
    pub assignments: Vec<Assignment>,
    /// Which side acts.
    pub by: EndedBy,
}

impl Capability for EndGrant {
    const NAME: &'static str = "centers.end_grant";
    const MAY: May = May::Members(&[Role::CreatorOwner, Role::CentreAdmin]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![grant_is_in_force];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        over(&facts.grant, &facts.assignments, facts.by, &self.reason)
    }
}

/// What happens when a grant ends, whoever ends it.
pub(crate) fn over(grant: &Grant, assignments: &[Assignment], by: EndedBy, reason: &str) -> Vec<Event> {
    let held = grant.held;
    let ended = Event::AccessEnded { held, by, reason: reason.to_owned() };
    [ended].into_iter().chain(assignments.iter().map(|given| Event::Unassigned { held, user: given.user })).collect()
}

/// The grant is in force.
fn grant_is_in_force(_: &EndGrant, facts: &Facts) -> Result<(), Denied> {
    if facts.grant.is_in_force() { Ok(()) } else { Err(Denied::GrantEnded { since: facts.grant.changed_at }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{NOW, given, grant, held, scopes};
    use kernel::{Standing, UserId, decide};

    #[test]
    fn every_assignment_ends_with_its_grant_and_a_grant_ends_once() {
        let ask = EndGrant { org: OrgId::new(2), grant: GrantId::new(4), reason: "enough".into() };
        let mut facts = Facts { grant: grant(scopes(3)), assignments: vec![given(5, scopes(1)), given(6, scopes(3))], by: EndedBy::Owner };
        let expected = [
            Event::AccessEnded { held: held(), by: EndedBy::Owner, reason: "enough".into() },
            Event::Unassigned { held: held(), user: UserId::new(5) },
            Event::Unassigned { held: held(), user: UserId::new(6) },
        ];
        assert_eq!(decide(&ask, &facts).unwrap(), expected);
        facts.grant.standing = Standing::Ended;
        assert_eq!(decide(&ask, &facts), Err(vec![Denied::GrantEnded { since: NOW }]));
    }
}
