//! Fetch the token that a person let an app have: the app shows its secret and the code, once.

pub mod io;

use crate::{App, Authorisation, Event, Trust};
use kernel::{AppId, Capability, Instant, May, Rules, rules};
use serde::Serialize;

/// What the app asks for. The token is made and kept, as a digest, by the shell.
#[derive(Clone, Debug)]
pub struct TakeToken {
    /// Which app it says it is.
    pub app: AppId,
    /// The digest of the secret that it shows.
    pub secret: String,
    /// The digest of the code that it shows.
    pub code: String,
}

/// All that the rules may look at.
pub struct Facts {
    /// The app, when it is there and the secret is its own.
    pub app: Option<App>,
    /// Whether the app's developer may act.
    pub developer_is_normal: bool,
    /// The authorisation that the code stands for.
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
    /// The platform stopped the app's developer.
    DeveloperStopped,
    /// No such code was given to this app.
    CodeUnknown,
    /// The code was used before.
    CodeUsed,
    /// The code was not used in time.
    CodeExpired {
        /// When it closed.
        closed_at: Instant,
    },
    /// The person has changed their mind.
    CodeCancelled,
}

impl kernel::Denied for Denied {}

impl Capability for TakeToken {
    const NAME: &'static str = "apps.take_token";
    const MAY: May = May::Anyone;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![app_shows_its_secret, developer_may_act, code_is_open];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let taken = facts.app.as_ref().zip(facts.authorisation.as_ref());
        taken
            .map(|(app, given)| Event::TokenTaken { authorisation: given.id, app: app.id, org: app.org, user: given.user })
            .into_iter()
            .collect()
    }
}

fn app_shows_its_secret(_: &TakeToken, facts: &Facts) -> Result<(), Denied> {
    if facts.app.is_some() { Ok(()) } else { Err(Denied::SecretWrong) }
}

fn developer_may_act(_: &TakeToken, facts: &Facts) -> Result<(), Denied> {
    if facts.app.is_none() || facts.developer_is_normal { Ok(()) } else { Err(Denied::DeveloperStopped) }
}

/// The code was given to this app, is unused, and its hour is not over. Whoever does not know the secret learns nothing of it.
fn code_is_open(_: &TakeToken, facts: &Facts) -> Result<(), Denied> {
    let Some(app) = &facts.app else { return Ok(()) };
    let given = facts.authorisation.as_ref().filter(|given| given.app == app.id).ok_or(Denied::CodeUnknown)?;
    match given.at(facts.now) {
        Trust::Given => Ok(()),
        Trust::InForce => Err(Denied::CodeUsed),
        Trust::Lapsed => Err(Denied::CodeExpired { closed_at: given.closes_at }),
        Trust::Revoked => Err(Denied::CodeCancelled),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{app, authorisation};

    fn denied(facts: &Facts) -> Vec<Denied> {
        let ask = TakeToken { app: app().id, secret: String::new(), code: String::new() };
        kernel::decide(&ask, facts).err().unwrap_or_default()
    }

    fn facts(now: Instant) -> Facts {
        Facts { app: Some(app()), developer_is_normal: true, authorisation: Some(authorisation()), now }
    }

    #[test]
    fn a_code_works_until_the_millisecond_before_it_closes() {
        let closed_at = authorisation().closes_at;
        assert_eq!(denied(&facts(Instant(closed_at.0 - 1))), []);
        assert_eq!(denied(&facts(closed_at)), [Denied::CodeExpired { closed_at }]);
    }

    #[test]
    fn a_code_works_once_and_not_after_a_change_of_mind() {
        let now = Instant(10);
        let used = Authorisation { taken_at: Some(Instant(9)), ..authorisation() };
        assert_eq!(denied(&Facts { authorisation: Some(used.clone()), ..facts(now) }), [Denied::CodeUsed]);
        let cancelled = Authorisation { revoked_at: Some(Instant(9)), ..used };
        assert_eq!(denied(&Facts { authorisation: Some(cancelled), ..facts(now) }), [Denied::CodeCancelled]);
    }

    #[test]
    fn without_the_secret_nothing_is_learned_about_the_code() {
        let now = Instant(10);
        assert_eq!(denied(&Facts { app: None, ..facts(now) }), [Denied::SecretWrong]);
        assert_eq!(denied(&Facts { app: None, authorisation: None, ..facts(now) }), [Denied::SecretWrong]);
        let of_another = Authorisation { app: AppId::new(99), ..authorisation() };
        assert_eq!(denied(&Facts { authorisation: Some(of_another), ..facts(now) }), [Denied::CodeUnknown]);
        assert_eq!(denied(&Facts { developer_is_normal: false, ..facts(now) }), [Denied::DeveloperStopped]);
    }
}
