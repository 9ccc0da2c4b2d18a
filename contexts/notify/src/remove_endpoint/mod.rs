//! Remove a webhook endpoint. What still waits for it is given up.

use crate::{Event, state::STEWARDS};
use kernel::{Capability, EndpointId, May, OrgId, Rules, rules};
use serde::Serialize;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct RemoveEndpoint {
    /// For whom.
    pub org: OrgId,
    /// Which.
    pub endpoint: EndpointId,
}

/// There is nothing to look at: an endpoint that is there can go.
#[derive(Clone, Debug)]
pub struct Facts;

/// There is no reason against.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {}

impl kernel::Denied for Denied {}

impl Capability for RemoveEndpoint {
    const NAME: &'static str = "notify.remove_endpoint";
    const MAY: May = May::Members(STEWARDS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::EndpointRemoved { endpoint: self.endpoint, org: self.org }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_can_always_be_removed() {
        let ask = RemoveEndpoint { org: OrgId::new(1), endpoint: EndpointId::new(2) };
        let events = kernel::decide(&ask, &Facts);
        assert_eq!(events, Ok(vec![Event::EndpointRemoved { endpoint: ask.endpoint, org: ask.org }]));
    }
}
