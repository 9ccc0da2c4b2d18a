//! Send a test delivery to a webhook endpoint.

use crate::{EndpointState, Event, state::STEWARDS};
use kernel::{Capability, EndpointId, May, OrgId, Rules, rules};
use serde::Serialize;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct SendTest {
    /// For whom.
    pub org: OrgId,
    /// To which endpoint.
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
    Off,
}

impl kernel::Denied for Denied {}

impl Capability for SendTest {
    const NAME: &'static str = "notify.send_test";
    const MAY: May = May::Members(STEWARDS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![endpoint_is_on];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::TestRequested { endpoint: self.endpoint, org: self.org }]
    }
}

/// Nothing is sent to what is off.
fn endpoint_is_on(_: &SendTest, facts: &Facts) -> Result<(), Denied> {
    if facts.state == EndpointState::On { Ok(()) } else { Err(Denied::Off) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_goes_to_an_endpoint_that_is_on() {
        let ask = SendTest { org: OrgId::new(1), endpoint: EndpointId::new(2) };
        assert!(kernel::decide(&ask, &Facts { state: EndpointState::On }).is_ok());
        assert_eq!(kernel::decide(&ask, &Facts { state: EndpointState::Off }), Err(vec![Denied::Off]));
    }
}
