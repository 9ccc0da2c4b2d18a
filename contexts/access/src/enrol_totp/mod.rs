//! Enrol a second factor: an authenticator app's codes. Every other session ends.

pub mod io;

use crate::Event;
use kernel::{Capability, Cited, May, Rules, SessionId, UserId, rules};
use serde::{Deserialize, Serialize};

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct EnrolTotp {
    /// The person.
    pub user: UserId,
    /// The code that the app shows, which proves that it has the secret. It never signs anyone in.
    pub code: String,
    /// The session that stays.
    pub kept: Option<SessionId>,
}

/// All that the rules may look at.
pub struct Facts {
    /// Whether there is a second factor already.
    pub enrolled: bool,
    /// The step whose code was typed, when it is the secret's that was shown.
    pub step: Option<i64>,
}

/// The values this verb reads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How many recovery codes one gets.
    pub recovery_codes: Cited<usize>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "access.enrol_totp";
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// There is a second factor already.
    AlreadyEnrolled,
    /// The code is not the one that the app shows now.
    CodeWrong,
}

impl kernel::Denied for Denied {}

impl Capability for EnrolTotp {
    const NAME: &'static str = "access.enrol_totp";
    const MAY: May = May::Person;
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![no_second_factor_yet, code_is_right];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::TotpEnrolled { user: self.user, kept: self.kept }]
    }
}

fn no_second_factor_yet(_: &EnrolTotp, facts: &Facts) -> Result<(), Denied> {
    if facts.enrolled { Err(Denied::AlreadyEnrolled) } else { Ok(()) }
}

fn code_is_right(_: &EnrolTotp, facts: &Facts) -> Result<(), Denied> {
    facts.step.map(drop).ok_or(Denied::CodeWrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_factor_is_enrolled_once_and_with_its_own_code() {
        let ask = EnrolTotp { user: UserId::new(1), code: String::new(), kept: None };
        let denied = |enrolled, step| kernel::decide(&ask, &Facts { enrolled, step }).err().unwrap_or_default();
        assert_eq!(denied(false, Some(7)), []);
        assert_eq!(denied(false, None), [Denied::CodeWrong]);
        assert_eq!(denied(true, None), [Denied::AlreadyEnrolled, Denied::CodeWrong]);
    }
}
