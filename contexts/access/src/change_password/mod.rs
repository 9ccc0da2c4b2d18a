//! Change the password. Every other session ends.

pub mod io;

use crate::Event;
use kernel::{Capability, May, Rules, SessionId, UserId, rules};
use serde::Serialize;

/// What the actor asks for. The new password is derived and kept by the shell, in the same transaction.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// The person.
    pub user: UserId,
    /// The session that stays.
    pub kept: Option<SessionId>,
    /// Whether the present password was typed right, or a reset link was open.
    pub proven: bool,
}

/// There is nothing else to look at.
pub struct Facts;

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// The present password was typed wrong.
    PresentPasswordWrong,
}

impl kernel::Denied for Denied {}

impl Capability for ChangePassword {
    const NAME: &'static str = "access.change_password";
    const MAY: May = May::Person;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![present_password_is_known];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::PasswordChanged { user: self.user, kept: self.kept }]
    }
}

fn present_password_is_known(ask: &ChangePassword, _: &Facts) -> Result<(), Denied> {
    if ask.proven { Ok(()) } else { Err(Denied::PresentPasswordWrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_does_not_know_the_present_password_cannot_change_it() {
        let ask = |proven| ChangePassword { user: UserId::new(1), kept: None, proven };
        assert_eq!(kernel::decide(&ask(false), &Facts), Err(vec![Denied::PresentPasswordWrong]));
        assert_eq!(kernel::decide(&ask(true), &Facts), Ok(vec![Event::PasswordChanged { user: UserId::new(1), kept: None }]));
    }
}
