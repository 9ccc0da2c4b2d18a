//! Send a message again that was given up: a mail after the mail server was repaired, a delivery after an outage.

use crate::Event;
use kernel::{Capability, May, OrgId, Role, Rules, rules};
use serde::Serialize;

pub mod io;

/// What the operator asks for.
#[derive(Clone, Debug)]
pub struct Resend {
    /// The operator.
    pub operator: OrgId,
    /// What.
    pub message: String,
}

/// All that the rules look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Whether it was given up.
    pub is_dead: bool,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    NotGivenUp,
}

impl kernel::Denied for Denied {}

impl Capability for Resend {
    const NAME: &'static str = "notify.resend";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorSupport]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![message_was_given_up];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::ResendRequested { org: self.operator, message: self.message.clone() }]
    }
}

/// What arrived is not sent twice, and what is still being tried needs no help.
fn message_was_given_up(_: &Resend, facts: &Facts) -> Result<(), Denied> {
    if facts.is_dead { Ok(()) } else { Err(Denied::NotGivenUp) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_given_up_is_sent_again() {
        let ask = Resend { operator: OrgId::new(1), message: "mail_1".into() };
        assert!(kernel::decide(&ask, &Facts { is_dead: true }).is_ok());
        assert_eq!(kernel::decide(&ask, &Facts { is_dead: false }), Err(vec![Denied::NotGivenUp]));
    }
}
