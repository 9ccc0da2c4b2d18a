//! Add a webhook endpoint: a program of this organisation is told what happens.

use crate::{
    Event,
    catalogue::is_known,
    state::{Address, STEWARDS, Webhooks},
};
use kernel::{Capability, Cited, EndpointId, May, OrgId, Rules, rules};
use serde::Serialize;
use std::sync::Arc;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct AddEndpoint {
    /// For whom.
    pub org: OrgId,
    /// Its new id.
    pub endpoint: EndpointId,
    /// Where it listens.
    pub url: String,
    /// What it wants to be told: `linking.linked`, `linking.*` or `*`.
    pub types: Vec<String>,
}

/// All that the rules look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// How many endpoints the organisation has.
    pub count: i64,
    /// What the address says by itself.
    pub address: Address,
    /// The values for webhooks.
    pub policy: Arc<Webhooks>,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    TooMany { count: i64, most: Cited<i64> },
    NotSecure { plain_http: Cited<bool> },
    PrivateAddress { private_addresses: Cited<bool> },
    NoTypes,
    UnknownTypes { unknown: Vec<String> },
}

impl kernel::Denied for Denied {
    // Changing an endpoint is refused for the same reasons.
    fn scope(&self) -> Option<&'static str> {
        Some("notify.add_endpoint")
    }
}

impl Capability for AddEndpoint {
    const NAME: &'static str = "notify.add_endpoint";
    const MAY: May = May::Members(STEWARDS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![there_is_room, address_is_secure, address_is_public, types_are_known];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::EndpointAdded { endpoint: self.endpoint, org: self.org, url: self.url.clone(), types: self.types.clone() }]
    }
}

/// An organisation has `most` endpoints at the most.
fn there_is_room(_: &AddEndpoint, facts: &Facts) -> Result<(), Denied> {
    let (count, most) = (facts.count, facts.policy.most.clone());
    if count < most.value { Ok(()) } else { Err(Denied::TooMany { count, most }) }
}

fn address_is_secure(_: &AddEndpoint, facts: &Facts) -> Result<(), Denied> {
    is_secure(facts.address, &facts.policy)
}

fn address_is_public(_: &AddEndpoint, facts: &Facts) -> Result<(), Denied> {
    is_public(facts.address, &facts.policy)
}

fn types_are_known(ask: &AddEndpoint, _: &Facts) -> Result<(), Denied> {
    are_known(&ask.types)
}

/// What is sent travels over TLS, unless the installation accepts plain http.
pub(crate) fn is_secure(address: Address, policy: &Webhooks) -> Result<(), Denied> {
    let plain_http = policy.plain_http.clone();
    if address.is_secure || plain_http.value { Ok(()) } else { Err(Denied::NotSecure { plain_http }) }
}

/// An address written in figures is one of the public network, unless the installation connects to its own. What names
/// resolve to is checked at each sending.
pub(crate) fn is_public(address: Address, policy: &Webhooks) -> Result<(), Denied> {
    let private_addresses = policy.private_addresses.clone();
    if !address.is_private || private_addresses.value { Ok(()) } else { Err(Denied::PrivateAddress { private_addresses }) }
}

/// At least one type is wanted, and each is one that webhooks can carry.
pub(crate) fn are_known(types: &[String]) -> Result<(), Denied> {
    let unknown: Vec<String> = types.iter().filter(|wanted| !is_known(wanted)).cloned().collect();
    match (types, unknown.as_slice()) {
        ([], _) => Err(Denied::NoTypes),
        (_, []) => Ok(()),
        _ => Err(Denied::UnknownTypes { unknown }),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use kernel::{Span, Sure, decide};

    fn cited<T>(value: T) -> Cited<T> {
        Cited { value, source: "a test".into(), seen: "2026-11-21".into(), sure: Sure::Ours }
    }

    pub(crate) fn policy() -> Webhooks {
        Webhooks {
            most: cited(10),
            plain_http: cited(false),
            private_addresses: cited(false),
            overlap: cited(Span::hours(24)),
            time_out: cited(Span::seconds(10)),
            read_limit: cited(65_536),
            delays: cited(vec![Span::seconds(30)]),
            off_after: cited(20),
            keep: cited(Span::days(30)),
        }
    }

    fn ask(types: &[&str]) -> AddEndpoint {
        let types = types.iter().map(|wanted| (*wanted).to_owned()).collect();
        AddEndpoint { org: OrgId::new(1), endpoint: EndpointId::new(2), url: "https://hooks.example/".into(), types }
    }

    fn facts() -> Facts {
        Facts { count: 0, address: Address { is_secure: true, is_private: false }, policy: Arc::new(policy()) }
    }

    #[test]
    fn the_tenth_endpoint_is_added_and_the_eleventh_is_not() {
        assert!(decide(&ask(&["*"]), &Facts { count: 9, ..facts() }).is_ok());
        let denied = decide(&ask(&["*"]), &Facts { count: 10, ..facts() });
        assert_eq!(denied, Err(vec![Denied::TooMany { count: 10, most: policy().most }]));
    }

    #[test]
    fn plain_and_private_addresses_need_the_installations_leave() {
        let bad = Facts { address: Address { is_secure: false, is_private: true }, ..facts() };
        let both = vec![
            Denied::NotSecure { plain_http: policy().plain_http },
            Denied::PrivateAddress { private_addresses: policy().private_addresses },
        ];
        assert_eq!(decide(&ask(&["*"]), &bad), Err(both));
        let lenient = Webhooks { plain_http: cited(true), private_addresses: cited(true), ..policy() };
        assert!(decide(&ask(&["*"]), &Facts { policy: Arc::new(lenient), ..bad }).is_ok());
    }

    #[test]
    fn a_type_that_nothing_is_sent_of_is_refused_by_name() {
        assert_eq!(decide(&ask(&[]), &facts()), Err(vec![Denied::NoTypes]));
        let unknown = vec!["linking.lost".to_owned()];
        assert_eq!(decide(&ask(&["linking.*", "linking.lost"]), &facts()), Err(vec![Denied::UnknownTypes { unknown }]));
    }
}
