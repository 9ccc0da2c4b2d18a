//! An admin takes an account back from a member.

use crate::{Event, granting::Denied, index::grants::Grant};
use kernel::{AccountId, Capability, May, OrgId, Role, Rules, UserId, rules};

pub mod io;

/// What the admin asks for.
#[derive(Clone, Debug)]
pub struct Unassign {
    /// For which centre.
    pub centre: OrgId,
    /// Which account.
    pub account: AccountId,
    /// From whom.
    pub user: UserId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// What the centre holds.
    pub grant: Grant,
    /// Whether the member has it.
    pub has_it: bool,
}

impl Capability for Unassign {
    const NAME: &'static str = "centers.unassign";
    const MAY: May = May::Members(&[Role::CentreAdmin]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![member_has_it];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::Unassigned { held: facts.grant.held, user: self.user }]
    }
}

/// The member has the account.
fn member_has_it(_: &Unassign, facts: &Facts) -> Result<(), Denied> {
    if facts.has_it { Ok(()) } else { Err(Denied::NotHeld) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{grant, scopes};
    use kernel::decide;

    #[test]
    fn only_what_a_member_has_can_be_taken_back() {
        let ask = Unassign { centre: OrgId::new(1), account: AccountId::new(3), user: UserId::new(5) };
        assert!(decide(&ask, &Facts { grant: grant(scopes(1)), has_it: true }).is_ok());
        assert_eq!(decide(&ask, &Facts { grant: grant(scopes(1)), has_it: false }), Err(vec![Denied::NotHeld]));
    }
}
