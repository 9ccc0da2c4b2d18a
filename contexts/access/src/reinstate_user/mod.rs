//! Let a locked-out person in again.

pub mod io;

use crate::Event;
use kernel::{Capability, May, OrgId, Role, Rules, UserId, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct ReinstateUser {
    /// The operator for whom the actor asks.
    pub operator: OrgId,
    /// Whom.
    pub user: UserId,
    /// Why.
    pub reason: String,
}

/// All that the rules may look at.
pub struct Facts {
    /// Whether the person is locked out.
    pub suspended: bool,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// The person is not locked out.
    NotSuspended,
}

impl kernel::Denied for Denied {}

impl Capability for ReinstateUser {
    const NAME: &'static str = "access.reinstate_user";
    const MAY: May = May::Members(&[Role::OperatorAdmin]);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![person_is_suspended];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::UserReinstated { user: self.user, reason: self.reason.clone() }]
    }
}

fn person_is_suspended(_: &ReinstateUser, facts: &Facts) -> Result<(), Denied> {
    if facts.suspended { Ok(()) } else { Err(Denied::NotSuspended) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_someone_locked_out_can_be_let_in_again() {
        let ask = ReinstateUser { operator: OrgId::new(9), user: UserId::new(1), reason: "x".into() };
        assert!(kernel::decide(&ask, &Facts { suspended: true }).is_ok());
        assert_eq!(kernel::decide(&ask, &Facts { suspended: false }), Err(vec![Denied::NotSuspended]));
    }
}
