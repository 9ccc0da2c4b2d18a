//! An admin gives a member an account that the centre holds, for some of what the centre holds it for.

use crate::{
    Event, Scopes,
    granting::{self, Denied},
    index::grants::Grant,
};
use access::OrgState;
use kernel::{AccountId, Capability, May, OrgId, Role, Rules, UserId, rules};

pub mod io;

/// What the admin asks for.
#[derive(Clone, Debug)]
pub struct Assign {
    /// For which centre.
    pub centre: OrgId,
    /// Which account.
    pub account: AccountId,
    /// Whom.
    pub user: UserId,
    /// All that the member may use it for from now on.
    pub scopes: Scopes,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Whether the centre may act.
    pub centre: OrgState,
    /// What the centre holds.
    pub grant: Grant,
    /// Whether the person is a member of the centre.
    pub is_member: bool,
    /// What the member has now.
    pub given: Scopes,
}

impl Capability for Assign {
    const NAME: &'static str = "centers.assign";
    const MAY: May = May::Members(&[Role::CentreAdmin]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![centre_is_normal, person_is_a_member, scopes_are_named, scopes_are_held];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        // What is as it should be does not happen again.
        if facts.given == self.scopes {
            return Vec::new();
        }
        vec![Event::Assigned { held: facts.grant.held, user: self.user, scopes: self.scopes }]
    }
}

/// The centre may act.
fn centre_is_normal(_: &Assign, facts: &Facts) -> Result<(), Denied> {
    granting::centre_is_normal(facts.centre)
}

/// Only members are given accounts.
fn person_is_a_member(_: &Assign, facts: &Facts) -> Result<(), Denied> {
    if facts.is_member { Ok(()) } else { Err(Denied::NotAMember) }
}

/// At least one scope is given.
fn scopes_are_named(ask: &Assign, _: &Facts) -> Result<(), Denied> {
    granting::scopes_are_some(ask.scopes)
}

/// A centre gives no more than it holds.
fn scopes_are_held(ask: &Assign, facts: &Facts) -> Result<(), Denied> {
    let beyond = ask.scopes.without(facts.grant.scopes);
    if beyond.is_empty() { Ok(()) } else { Err(Denied::BeyondGrant { scopes: beyond }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{grant, held, scopes};
    use kernel::decide;

    fn ask(bits: i64) -> Assign {
        Assign { centre: OrgId::new(1), account: AccountId::new(3), user: UserId::new(5), scopes: scopes(bits) }
    }

    fn facts() -> Facts {
        Facts { centre: OrgState::Normal, grant: grant(scopes(3)), is_member: true, given: Scopes::NONE }
    }

    #[test]
    fn a_centre_gives_what_it_holds_and_never_more() {
        for bits in 1..8 {
            let expected = if bits & 4 == 0 {
                Ok(vec![Event::Assigned { held: held(), user: UserId::new(5), scopes: scopes(bits) }])
            } else {
                Err(vec![Denied::BeyondGrant { scopes: scopes(4) }])
            };
            assert_eq!(decide(&ask(bits), &facts()), expected, "{bits}");
        }
        assert_eq!(decide(&ask(0), &facts()), Err(vec![Denied::NoScopes]));
    }

    #[test]
    fn only_members_are_given_accounts_and_only_by_a_centre_in_order() {
        let facts = Facts { centre: OrgState::Suspended, is_member: false, ..facts() };
        assert_eq!(decide(&ask(1), &facts), Err(vec![Denied::CentreNotNormal { state: OrgState::Suspended }, Denied::NotAMember]));
    }

    #[test]
    fn what_a_member_has_is_not_given_again() {
        assert_eq!(decide(&ask(3), &Facts { given: scopes(3), ..facts() }), Ok(vec![]));
    }
}
