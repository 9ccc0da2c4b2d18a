//! Send one delivery again, from its first attempt on.

use crate::{EndpointState, Event, state::STEWARDS};
use kernel::{Capability, EndpointId, May, OrgId, Rules, rules};
use serde::Serialize;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Redeliver {
    /// For whom.
    pub org: OrgId,
    /// To which endpoint.
    pub endpoint: EndpointId,
    /// What.
    pub delivery: String,
}

/// All that the rules look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Whether the endpoint is told now.
    pub state: EndpointState,
    /// Whether the delivery is still being tried.
    pub is_waiting: bool,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    Off,
    StillWaiting,
}

impl kernel::Denied for Denied {}

impl Capability for Redeliver {
    const NAME: &'static str = "notify.redeliver";
    const MAY: May = May::Members(STEWARDS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![endpoint_is_on, delivery_is_over];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::RedeliveryRequested { endpoint: self.endpoint, org: self.org, delivery: self.delivery.clone() }]
    }
}

/// Nothing is sent to what is off.
fn endpoint_is_on(_: &Redeliver, facts: &Facts) -> Result<(), Denied> {
    if facts.state == EndpointState::On { Ok(()) } else { Err(Denied::Off) }
}

/// What is still being tried is not begun a second time.
fn delivery_is_over(_: &Redeliver, facts: &Facts) -> Result<(), Denied> {
    if facts.is_waiting { Err(Denied::StillWaiting) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask() -> Redeliver {
        Redeliver { org: OrgId::new(1), endpoint: EndpointId::new(2), delivery: "evt_1".into() }
    }

    #[test]
    fn a_delivery_that_is_over_is_sent_again_to_an_endpoint_that_is_on() {
        assert!(kernel::decide(&ask(), &Facts { state: EndpointState::On, is_waiting: false }).is_ok());
        let denied = kernel::decide(&ask(), &Facts { state: EndpointState::Off, is_waiting: true });
        assert_eq!(denied, Err(vec![Denied::Off, Denied::StillWaiting]));
    }
}
