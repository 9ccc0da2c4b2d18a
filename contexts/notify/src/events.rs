//! What has happened to webhook endpoints. No secret is ever in here: secrets are derived from the house's key.

use kernel::{EndpointId, Instant, OrgId};
use serde::{Deserialize, Serialize};

/// What has happened. When it happened is the log's to say.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are what their names and types say")]
pub enum Event {
    /// A program wants to be told of events of these types.
    EndpointAdded { endpoint: EndpointId, org: OrgId, url: String, types: Vec<String> },
    /// It is told at another address, or of other types.
    EndpointChanged { endpoint: EndpointId, org: OrgId, url: String, types: Vec<String> },
    /// It is told nothing any more.
    EndpointRemoved { endpoint: EndpointId, org: OrgId },
    /// What is sent is signed with another secret; with the one before as well until `previous_until`.
    SecretRotated { endpoint: EndpointId, org: OrgId, generation: i64, previous_until: Instant },
    /// It is told again.
    EndpointEnabled { endpoint: EndpointId, org: OrgId },
    /// It did not take what it was sent `failures` times in a row, so nothing is sent until someone enables it.
    EndpointDisabled { endpoint: EndpointId, org: OrgId, url: String, failures: i64 },
    /// Someone wants to see whether it works.
    TestRequested { endpoint: EndpointId, org: OrgId },
    /// Someone wants one delivery sent again.
    RedeliveryRequested { endpoint: EndpointId, org: OrgId, delivery: String },
    /// The operator wants a message that was given up sent again.
    ResendRequested { org: OrgId, message: String },
}

impl kernel::Event for Event {
    const CONTEXT: &'static str = "notify";
    fn subject(&self) -> String {
        match self {
            Event::EndpointAdded { endpoint, .. }
            | Event::EndpointChanged { endpoint, .. }
            | Event::EndpointRemoved { endpoint, .. }
            | Event::SecretRotated { endpoint, .. }
            | Event::EndpointEnabled { endpoint, .. }
            | Event::EndpointDisabled { endpoint, .. }
            | Event::TestRequested { endpoint, .. }
            | Event::RedeliveryRequested { endpoint, .. } => endpoint.to_string(),
            Event::ResendRequested { message, .. } => message.clone(),
        }
    }
    fn parties(&self) -> Vec<OrgId> {
        match self {
            Event::EndpointAdded { org, .. }
            | Event::EndpointChanged { org, .. }
            | Event::EndpointRemoved { org, .. }
            | Event::SecretRotated { org, .. }
            | Event::EndpointEnabled { org, .. }
            | Event::EndpointDisabled { org, .. }
            | Event::TestRequested { org, .. }
            | Event::RedeliveryRequested { org, .. }
            | Event::ResendRequested { org, .. } => vec![*org],
        }
    }
}
