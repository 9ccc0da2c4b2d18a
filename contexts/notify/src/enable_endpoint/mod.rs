//! Enable a webhook endpoint that was switched off after too many failures.

use crate::{EndpointState, Event, state::STEWARDS};
use kernel::{Capability, EndpointId, May, OrgId, Rules, rules};
use serde::Serialize;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct EnableEndpoint {
    /// For whom.
    pub org: OrgId,
    /// Which.
    pub endpoint: EndpointId,
}

/// All that the rules look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Whether it is told now.
    pub state: EndpointState,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    AlreadyOn,
}

impl kernel::Denied for Denied {}

impl Capability for EnableEndpoint {
    const NAME: &'static str = "notify.enable_endpoint";
    const MAY: May = May::Members(STEWARDS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![endpoint_is_off];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::EndpointEnabled { endpoint: self.endpoint, org: self.org }]
    }
}

/// Only what is off can be enabled.
fn endpoint_is_off(_: &EnableEndpoint, facts: &Facts) -> Result<(), Denied> {
    if facts.state == EndpointState::Off { Ok(()) } else { Err(Denied::AlreadyOn) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_endpoint_that_is_off_can_be_enabled() {
        let ask = EnableEndpoint { org: OrgId::new(1), endpoint: EndpointId::new(2) };
        assert!(kernel::decide(&ask, &Facts { state: EndpointState::Off }).is_ok());
        assert_eq!(kernel::decide(&ask, &Facts { state: EndpointState::On }), Err(vec![Denied::AlreadyOn]));
    }
}
