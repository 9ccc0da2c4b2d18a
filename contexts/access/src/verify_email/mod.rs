//! Show that an address is one's own, with the link that was mailed to it.

pub mod io;

use crate::Event;
use kernel::{Capability, May, Rules, UserId, rules};
use serde::Serialize;

/// What the actor asks for: the secret in the link says whose address it is.
#[derive(Clone, Debug)]
pub struct VerifyEmail {
    /// The link's secret.
    pub secret: String,
}

/// All that the rules may look at.
pub struct Facts {
    /// Whose address it is, when the link is open.
    pub user: Option<UserId>,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// The link was used, replaced or is too old.
    LinkClosed,
}

impl kernel::Denied for Denied {}

impl Capability for VerifyEmail {
    const NAME: &'static str = "access.verify_email";
    const MAY: May = May::Anyone;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![link_is_open];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        facts.user.map(|user| Event::EmailVerified { user }).into_iter().collect()
    }
}

fn link_is_open(_: &VerifyEmail, facts: &Facts) -> Result<(), Denied> {
    facts.user.map(drop).ok_or(Denied::LinkClosed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_link_shows_nothing() {
        let ask = VerifyEmail { secret: String::new() };
        assert_eq!(kernel::decide(&ask, &Facts { user: None }), Err(vec![Denied::LinkClosed]));
        let user = UserId::new(1);
        assert_eq!(kernel::decide(&ask, &Facts { user: Some(user) }), Ok(vec![Event::EmailVerified { user }]));
    }
}
