//! Get new recovery codes. The old ones are worth nothing from then on.

pub mod io;

use crate::Event;
use kernel::{Capability, May, Rules, UserId, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct RenewRecoveryCodes {
    /// The person.
    pub user: UserId,
}

/// All that the rules may look at.
pub struct Facts {
    /// Whether there is a second factor.
    pub enrolled: bool,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// There is no second factor.
    NotEnrolled,
}

impl kernel::Denied for Denied {}

impl Capability for RenewRecoveryCodes {
    const NAME: &'static str = "access.renew_recovery_codes";
    const MAY: May = May::Person;
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![a_second_factor_is_enrolled];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::RecoveryCodesRenewed { user: self.user }]
    }
}

fn a_second_factor_is_enrolled(_: &RenewRecoveryCodes, facts: &Facts) -> Result<(), Denied> {
    if facts.enrolled { Ok(()) } else { Err(Denied::NotEnrolled) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_needs_a_second_factor() {
        let ask = RenewRecoveryCodes { user: UserId::new(1) };
        assert_eq!(kernel::decide(&ask, &Facts { enrolled: false }), Err(vec![Denied::NotEnrolled]));
        assert!(kernel::decide(&ask, &Facts { enrolled: true }).is_ok());
    }
}
