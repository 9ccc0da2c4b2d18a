//! The owner or an admin takes scopes back. It takes effect at once, also for the members who were given them.

use crate::{
    EndedBy, Event, Scopes,
    granting::{self, Denied},
    index::grants::{Assignment, Grant},
};
use kernel::{Capability, GrantId, May, OrgId, Role, Rules, rules};

pub mod io;

/// What either side asks for.
#[derive(Clone, Debug)]
pub struct NarrowGrant {
    /// As whom: the creator whose account it is, or the centre that holds the grant.
    pub org: OrgId,
    /// Which grant.
    pub grant: GrantId,
    /// All that the centre holds from now on.
    pub scopes: Scopes,
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

impl Capability for NarrowGrant {
    const NAME: &'static str = "centers.narrow_grant";
    const MAY: May = May::Members(&[Role::CreatorOwner, Role::CentreAdmin]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![grant_is_in_force, scopes_are_named, scopes_are_fewer];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let held = facts.grant.held;
        let narrowed = Event::AccessNarrowed { held, scopes: self.scopes, by: facts.by };
        [narrowed].into_iter().chain(granting::trimmed(held, &facts.assignments, self.scopes)).collect()
    }
}

/// The grant is in force.
fn grant_is_in_force(_: &NarrowGrant, facts: &Facts) -> Result<(), Denied> {
    if facts.grant.is_in_force() { Ok(()) } else { Err(Denied::GrantEnded { since: facts.grant.changed_at }) }
}

/// Something is left; to leave nothing is to end the grant.
fn scopes_are_named(ask: &NarrowGrant, _: &Facts) -> Result<(), Denied> {
    granting::scopes_are_some(ask.scopes)
}

/// What is left is less than what is held: more takes the owner's consent to a new request.
fn scopes_are_fewer(ask: &NarrowGrant, facts: &Facts) -> Result<(), Denied> {
    let held = facts.grant.scopes;
    if ask.scopes.is_within(held) && ask.scopes != held { Ok(()) } else { Err(Denied::NotLess { scopes: held }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{given, grant, held, scopes};
    use kernel::{Standing, UserId, decide};

    fn ask(bits: i64) -> NarrowGrant {
        NarrowGrant { org: OrgId::new(2), grant: GrantId::new(4), scopes: scopes(bits) }
    }

    fn facts(bits: i64) -> Facts {
        Facts { grant: grant(scopes(bits)), assignments: vec![given(5, scopes(bits))], by: EndedBy::Owner }
    }

    #[test]
    fn a_grant_only_ever_shrinks_to_a_part_of_itself() {
        for held in 1..8 {
            for wanted in 1..8 {
                let fewer = wanted & !held == 0 && wanted != held;
                assert_eq!(decide(&ask(wanted), &facts(held)).is_ok(), fewer, "{held} to {wanted}");
            }
            assert!(decide(&ask(0), &facts(held)).unwrap_err().contains(&Denied::NoScopes));
        }
    }

    #[test]
    fn what_members_were_given_shrinks_with_it() {
        let events = decide(&ask(1), &facts(3)).unwrap();
        let expected = [
            Event::AccessNarrowed { held: held(), scopes: scopes(1), by: EndedBy::Owner },
            Event::Assigned { held: held(), user: UserId::new(5), scopes: scopes(1) },
        ];
        assert_eq!(events, expected);
    }

    #[test]
    fn an_ended_grant_cannot_shrink() {
        let mut facts = facts(3);
        facts.grant.standing = Standing::Ended;
        assert!(decide(&ask(1), &facts).unwrap_err().iter().any(|denied| matches!(denied, Denied::GrantEnded { .. })));
    }
}
