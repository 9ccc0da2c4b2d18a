//! Change where a webhook endpoint listens or what it is told. Its secret stays.

use crate::{
    Endpoint, Event,
    add_endpoint::{Denied, are_known, is_public, is_secure},
    state::{Address, STEWARDS, Webhooks},
};
use kernel::{Capability, EndpointId, May, OrgId, Rules, rules};
use std::sync::Arc;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ChangeEndpoint {
    /// For whom.
    pub org: OrgId,
    /// Which.
    pub endpoint: EndpointId,
    /// Where it listens from now on.
    pub url: String,
    /// What it wants to be told from now on.
    pub types: Vec<String>,
}

/// All that the rules look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The endpoint as it is.
    pub endpoint: Endpoint,
    /// What the new address says by itself.
    pub address: Address,
    /// The values for webhooks.
    pub policy: Arc<Webhooks>,
}

impl Capability for ChangeEndpoint {
    const NAME: &'static str = "notify.change_endpoint";
    const MAY: May = May::Members(STEWARDS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![address_is_secure, address_is_public, types_are_known];

    /// A change that changes nothing is no event.
    fn events(&self, facts: &Facts) -> Vec<Event> {
        if (&facts.endpoint.url, &facts.endpoint.types) == (&self.url, &self.types) {
            return Vec::new();
        }
        vec![Event::EndpointChanged { endpoint: self.endpoint, org: self.org, url: self.url.clone(), types: self.types.clone() }]
    }
}

fn address_is_secure(_: &ChangeEndpoint, facts: &Facts) -> Result<(), Denied> {
    is_secure(facts.address, &facts.policy)
}

fn address_is_public(_: &ChangeEndpoint, facts: &Facts) -> Result<(), Denied> {
    is_public(facts.address, &facts.policy)
}

fn types_are_known(ask: &ChangeEndpoint, _: &Facts) -> Result<(), Denied> {
    are_known(&ask.types)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{add_endpoint::tests::policy, state::tests::endpoint};
    use kernel::decide;

    fn facts(is_private: bool) -> Facts {
        Facts { endpoint: endpoint(), address: Address { is_secure: true, is_private }, policy: Arc::new(policy()) }
    }

    fn ask(url: &str) -> ChangeEndpoint {
        ChangeEndpoint { org: endpoint().org, endpoint: endpoint().id, url: url.into(), types: endpoint().types }
    }

    #[test]
    fn an_address_is_changed_under_the_rules_of_adding() {
        let changed = decide(&ask("https://other.example/"), &facts(false));
        assert!(matches!(changed.as_deref(), Ok([Event::EndpointChanged { url, .. }]) if url == "https://other.example/"));
        let denied = Denied::PrivateAddress { private_addresses: policy().private_addresses };
        assert_eq!(decide(&ask("https://10.0.0.1/"), &facts(true)), Err(vec![denied]));
    }

    #[test]
    fn the_same_again_is_no_event() {
        assert_eq!(decide(&ask(&endpoint().url), &facts(false)), Ok(Vec::new()));
    }
}
