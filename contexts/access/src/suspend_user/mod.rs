//! Lock a person out. Every session ends; tokens they issued are refused from the next request on.

pub mod io;

use crate::Event;
use kernel::{Capability, May, OrgId, Role, Rules, UserId, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct SuspendUser {
    /// The operator for whom the actor asks.
    pub operator: OrgId,
    /// Whom.
    pub user: UserId,
    /// Why.
    pub reason: String,
}

/// All that the rules may look at.
pub struct Facts {
    /// Whether the person is locked out already.
    pub suspended: bool,
    /// Whether the person is the actor.
    pub is_oneself: bool,
    /// Whether the person belongs to an operator.
    pub is_operator: bool,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// Nobody locks themselves out.
    IsOneself,
    /// An operator's people are removed from its team first.
    IsOperator,
    /// The person is locked out already.
    AlreadySuspended,
}

impl kernel::Denied for Denied {}

impl Capability for SuspendUser {
    const NAME: &'static str = "access.suspend_user";
    const MAY: May = May::Members(&[Role::OperatorAdmin]);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![it_is_someone_else, it_is_no_operator, person_is_not_suspended_yet];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::UserSuspended { user: self.user, reason: self.reason.clone() }]
    }
}

fn it_is_someone_else(_: &SuspendUser, facts: &Facts) -> Result<(), Denied> {
    if facts.is_oneself { Err(Denied::IsOneself) } else { Ok(()) }
}

fn it_is_no_operator(_: &SuspendUser, facts: &Facts) -> Result<(), Denied> {
    if facts.is_operator { Err(Denied::IsOperator) } else { Ok(()) }
}

fn person_is_not_suspended_yet(_: &SuspendUser, facts: &Facts) -> Result<(), Denied> {
    if facts.suspended { Err(Denied::AlreadySuspended) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_locks_out_themselves_or_an_operator() {
        let ask = SuspendUser { operator: OrgId::new(9), user: UserId::new(1), reason: "x".into() };
        let denied = |suspended, is_oneself, is_operator| {
            kernel::decide(&ask, &Facts { suspended, is_oneself, is_operator }).err().unwrap_or_default()
        };
        assert_eq!(denied(false, false, false), []);
        assert_eq!(denied(true, true, true), [Denied::IsOneself, Denied::IsOperator, Denied::AlreadySuspended]);
    }
}
