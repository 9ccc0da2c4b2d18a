//! Take one's trust in an app back: from the next call on it may do nothing for oneself.

pub mod io;

use crate::{App, Authorisation, Event, RevokedBy};
use kernel::{Capability, Instant, May, Rules, TokenId, UserId, rules};
use serde::Serialize;

/// What the person asks for.
#[derive(Clone, Debug)]
pub struct Revoke {
    /// Which authorisation.
    pub authorisation: TokenId,
    /// Whose it is.
    pub user: UserId,
}

/// All that the rules may look at.
pub struct Facts {
    /// The app.
    pub app: App,
    /// The authorisation.
    pub authorisation: Authorisation,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// It has ended before.
    AlreadyRevoked {
        /// When.
        revoked_at: Instant,
    },
}

impl kernel::Denied for Denied {}

impl Capability for Revoke {
    const NAME: &'static str = "apps.revoke";
    const MAY: May = May::Person;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![it_has_not_ended_yet];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (app, org) = (facts.app.id, facts.app.org);
        vec![Event::AuthorisationRevoked { authorisation: self.authorisation, app, org, user: self.user, by: RevokedBy::Person }]
    }
}

fn it_has_not_ended_yet(_: &Revoke, facts: &Facts) -> Result<(), Denied> {
    facts.authorisation.revoked_at.map_or(Ok(()), |revoked_at| Err(Denied::AlreadyRevoked { revoked_at }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{app, authorisation};

    #[test]
    fn trust_is_taken_back_once() {
        let ask = Revoke { authorisation: authorisation().id, user: authorisation().user };
        let decide = |authorisation| kernel::decide(&ask, &Facts { app: app(), authorisation });
        assert!(decide(authorisation()).is_ok());
        let revoked_at = Instant(7);
        let over = Authorisation { revoked_at: Some(revoked_at), ..authorisation() };
        assert_eq!(decide(over), Err(vec![Denied::AlreadyRevoked { revoked_at }]));
    }
}
