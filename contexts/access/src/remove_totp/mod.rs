//! Remove the second factor. Every other session ends.

pub mod io;

use crate::Event;
use kernel::{Capability, May, Rules, SessionId, UserId, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct RemoveTotp {
    /// The person.
    pub user: UserId,
    /// The session that stays.
    pub kept: Option<SessionId>,
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

impl Capability for RemoveTotp {
    const NAME: &'static str = "access.remove_totp";
    const MAY: May = May::Person;
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![a_second_factor_is_enrolled];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::TotpRemoved { user: self.user, kept: self.kept }]
    }
}

fn a_second_factor_is_enrolled(_: &RemoveTotp, facts: &Facts) -> Result<(), Denied> {
    if facts.enrolled { Ok(()) } else { Err(Denied::NotEnrolled) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_needs_a_second_factor() {
        let ask = RemoveTotp { user: UserId::new(1), kept: None };
        assert_eq!(kernel::decide(&ask, &Facts { enrolled: false }), Err(vec![Denied::NotEnrolled]));
        assert!(kernel::decide(&ask, &Facts { enrolled: true }).is_ok());
    }
}
