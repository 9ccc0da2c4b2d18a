//! The clock ends a code for a post. What still runs with it pauses by the reactions.

use crate::{Event, index::posts::Authorisation};
use kernel::{AuthorisationId, Capability, Instant, May, Rules, rules};
use serde::Serialize;

pub mod io;

/// What the clock asks for.
#[derive(Clone, Debug)]
pub struct ExpireAuthorisation {
    /// Which code's authorisation.
    pub authorisation: AuthorisationId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// The authorisation.
    pub found: Authorisation,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// It is over already.
    AlreadyOver,
    /// It was extended since.
    StillInForce {
        /// Until when.
        expires_at: Instant,
    },
}

impl kernel::Denied for Denied {
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::StillInForce { expires_at } => Some(*expires_at),
            Denied::AlreadyOver => None,
        }
    }
}

impl Capability for ExpireAuthorisation {
    const NAME: &'static str = "centers.expire_authorisation";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![code_is_not_over, its_time_has_come];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::PostAuthorisationExpired { authorised: facts.found.authorised.clone() }]
    }
}

/// It was neither deleted nor ended before.
fn code_is_not_over(_: &ExpireAuthorisation, facts: &Facts) -> Result<(), Denied> {
    if facts.found.ended_at.is_none() { Ok(()) } else { Err(Denied::AlreadyOver) }
}

/// Its last moment has passed.
fn its_time_has_come(_: &ExpireAuthorisation, facts: &Facts) -> Result<(), Denied> {
    let expires_at = facts.found.expires_at;
    if facts.now >= expires_at { Ok(()) } else { Err(Denied::StillInForce { expires_at }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delete_authorisation::tests::authorisation;
    use kernel::{Span, decide};

    #[test]
    fn a_code_expires_at_its_end_and_not_a_millisecond_before_and_once() {
        let ask = ExpireAuthorisation { authorisation: AuthorisationId::new(1) };
        let mut facts = Facts { now: authorisation().expires_at - Span(1), found: authorisation() };
        let expires_at = facts.found.expires_at;
        assert_eq!(decide(&ask, &facts), Err(vec![Denied::StillInForce { expires_at }]));
        facts.now = expires_at;
        assert!(matches!(decide(&ask, &facts).as_deref(), Ok([Event::PostAuthorisationExpired { .. }])));
        facts.found.ended_at = Some(expires_at);
        assert_eq!(decide(&ask, &facts), Err(vec![Denied::AlreadyOver]));
    }
}
