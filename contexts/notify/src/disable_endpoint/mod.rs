//! Switch off a webhook endpoint that failed too often in a row. The platform does this; its organisation is told.

use crate::{Endpoint, EndpointState, Event, state::Webhooks};
use kernel::{Capability, Cited, EndpointId, May, OrgId, Rules, rules};
use serde::Serialize;
use std::sync::Arc;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct DisableEndpoint {
    /// Whose.
    pub org: OrgId,
    /// Which.
    pub endpoint: EndpointId,
    /// How many attempts in a row have failed.
    pub failures: i64,
}

/// All that the rules look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The endpoint as it is.
    pub endpoint: Endpoint,
    /// The values for webhooks.
    pub policy: Arc<Webhooks>,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    AlreadyOff,
    TooFewFailures { failures: i64, off_after: Cited<i64> },
}

impl kernel::Denied for Denied {}

impl Capability for DisableEndpoint {
    const NAME: &'static str = "notify.disable_endpoint";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![endpoint_is_on, failures_are_many];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let url = facts.endpoint.url.clone();
        vec![Event::EndpointDisabled { endpoint: self.endpoint, org: self.org, url, failures: self.failures }]
    }
}

/// Only what is on can be switched off.
fn endpoint_is_on(_: &DisableEndpoint, facts: &Facts) -> Result<(), Denied> {
    if facts.endpoint.state == EndpointState::On { Ok(()) } else { Err(Denied::AlreadyOff) }
}

/// An endpoint is switched off at `off_after` failures in a row.
fn failures_are_many(ask: &DisableEndpoint, facts: &Facts) -> Result<(), Denied> {
    let (failures, off_after) = (ask.failures, facts.policy.off_after.clone());
    if failures >= off_after.value { Ok(()) } else { Err(Denied::TooFewFailures { failures, off_after }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{add_endpoint::tests::policy, state::tests::endpoint};
    use kernel::decide;

    fn ask(failures: i64) -> DisableEndpoint {
        DisableEndpoint { org: endpoint().org, endpoint: endpoint().id, failures }
    }

    fn facts(state: EndpointState) -> Facts {
        Facts { endpoint: Endpoint { state, ..endpoint() }, policy: Arc::new(policy()) }
    }

    #[test]
    fn an_endpoint_is_switched_off_at_its_twentieth_failure_and_not_before() {
        let off_after = policy().off_after;
        assert_eq!(decide(&ask(19), &facts(EndpointState::On)), Err(vec![Denied::TooFewFailures { failures: 19, off_after }]));
        assert!(decide(&ask(20), &facts(EndpointState::On)).is_ok());
        assert_eq!(decide(&ask(20), &facts(EndpointState::Off)), Err(vec![Denied::AlreadyOff]));
    }
}
