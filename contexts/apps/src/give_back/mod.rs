//! An app gives a token back: from then on it is worth nothing.

pub mod io;

use crate::{App, Authorisation, Event, RevokedBy, Trust};
use kernel::{AppId, Capability, Instant, May, Rules, rules};
use serde::Serialize;

/// What the app asks for.
#[derive(Clone, Debug)]
pub struct GiveBack {
    /// Which app it says it is.
    pub app: AppId,
    /// The digest of the secret that it shows.
    pub secret: String,
    /// The digest of the token.
    pub token: String,
}

/// All that the rules may look at.
pub struct Facts {
    /// The app, when it is there and the secret is its own.
    pub app: Option<App>,
    /// What the token stands for.
    pub authorisation: Option<Authorisation>,
    /// Now.
    pub now: Instant,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// There is no such app, or the secret is not its own.
    SecretWrong,
    /// The app has no such token.
    TokenUnknown,
}

impl kernel::Denied for Denied {}

impl Capability for GiveBack {
    const NAME: &'static str = "apps.give_back";
    const MAY: May = May::Anyone;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![app_shows_its_secret, token_is_its_own];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let known = facts.app.as_ref().zip(facts.authorisation.as_ref());
        let ended = known.map(|(app, given)| {
            let (authorisation, user) = (given.id, given.user);
            Event::AuthorisationRevoked { authorisation, app: app.id, org: app.org, user, by: RevokedBy::App }
        });
        ended.into_iter().collect()
    }
}

fn app_shows_its_secret(_: &GiveBack, facts: &Facts) -> Result<(), Denied> {
    if facts.app.is_some() { Ok(()) } else { Err(Denied::SecretWrong) }
}

fn token_is_its_own(_: &GiveBack, facts: &Facts) -> Result<(), Denied> {
    let Some(app) = &facts.app else { return Ok(()) };
    let own = facts.authorisation.as_ref().filter(|given| given.app == app.id && given.at(facts.now) == Trust::InForce);
    own.map(drop).ok_or(Denied::TokenUnknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{app, authorisation};

    #[test]
    fn an_app_gives_back_its_own_working_token_and_no_other() {
        let ask = GiveBack { app: app().id, secret: String::new(), token: String::new() };
        let denied = |app: Option<App>, authorisation: Option<Authorisation>| {
            kernel::decide(&ask, &Facts { app, authorisation, now: Instant(9) }).err().unwrap_or_default()
        };
        let working = Authorisation { taken_at: Some(Instant(8)), ..authorisation() };
        assert_eq!(denied(Some(app()), Some(working.clone())), []);
        assert_eq!(denied(None, Some(working.clone())), [Denied::SecretWrong]);
        assert_eq!(denied(Some(app()), None), [Denied::TokenUnknown]);
        let foreign = Authorisation { app: AppId::new(99), ..working.clone() };
        assert_eq!(denied(Some(app()), Some(foreign)), [Denied::TokenUnknown]);
        let over = Authorisation { revoked_at: Some(Instant(9)), ..working };
        assert_eq!(denied(Some(app()), Some(over)), [Denied::TokenUnknown]);
    }
}
