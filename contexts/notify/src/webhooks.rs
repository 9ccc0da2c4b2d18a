//! Webhooks on their way: signed, tried again with growing delays, written down attempt by attempt.

pub mod client;

use crate::{
    Endpoint, EndpointState,
    disable_endpoint::DisableEndpoint,
    index,
    senders::{Channel, duration, lease},
    signature, state,
};
use client::{Client, Limits, Outcome, Outgoing};
use futures_util::future::BoxFuture;
use kernel::{Actor, Instant, Refusal};
use std::sync::Arc;
use store::{Scope, Store, Tx, outbox};

/// How much of an answer the log of attempts keeps, in characters.
const EXCERPT: usize = 1_000;

/// The sender of webhooks.
pub struct Webhooks {
    store: Store,
    client: Result<Client, Refusal>,
}

/// A delivery with all that sending it needs.
pub struct Parcel {
    message: outbox::Message,
    endpoint: Endpoint,
    secrets: Vec<String>,
    values: Arc<state::Webhooks>,
    now: Instant,
}

impl Webhooks {
    /// A sender for the public network.
    pub fn new(store: Store) -> Webhooks {
        Webhooks { store, client: Client::new() }
    }

    /// A sender with its own ways.
    pub fn with(store: Store, client: Client) -> Webhooks {
        Webhooks { store, client: Ok(client) }
    }

    async fn deliver(self: Arc<Self>, parcel: Parcel) -> Result<(), Refusal> {
        let client = self.client.as_ref().map_err(Clone::clone)?;
        let limits = Limits {
            plain_http: parcel.values.plain_http.value,
            private_addresses: parcel.values.private_addresses.value,
            time_out: duration(parcel.values.time_out.value),
            read_limit: usize::try_from(parcel.values.read_limit.value).unwrap_or(0),
        };
        let outcome = client.post(&outgoing(&parcel), limits).await;
        let took = self.store.now() - parcel.now;
        let attempt = attempt(&parcel, outcome, took.0);
        self.store.write(move |tx| write_down(tx, &parcel, &attempt)).await
    }
}

impl Channel for Webhooks {
    type Parcel = Parcel;
    const NAME: &'static str = index::WEBHOOK;

    fn take(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Parcel>, Refusal> {
        let values = tx.policy::<state::Webhooks>(Scope::PLATFORM)?;
        let now = tx.now;
        let mut parcels = Vec::new();
        for message in outbox::take(tx, Self::NAME, limit, lease(values.time_out.value))? {
            match index::target(tx, &message.target)?.filter(|endpoint| endpoint.state == EndpointState::On) {
                Some(endpoint) => {
                    let secrets = index::secrets(tx, &endpoint);
                    let message = outbox::Message { tries: message.tries + 1, ..message };
                    parcels.push(Parcel { message, endpoint, secrets, values: values.clone(), now });
                }
                None => outbox::failed(tx, &message.id, "off", None)?,
            }
        }
        Ok(parcels)
    }

    fn send(self: Arc<Self>, parcel: Parcel) -> BoxFuture<'static, Result<(), Refusal>> {
        Box::pin(self.deliver(parcel))
    }
}

fn outgoing(parcel: &Parcel) -> Outgoing {
    let headers = vec![
        ("countersign-signature", signature::sign(&parcel.secrets, parcel.now, &parcel.message.body)),
        ("countersign-event-id", index::event_id(parcel.message.seq)),
        ("countersign-delivery", parcel.message.id.clone()),
        ("countersign-attempt", parcel.message.tries.to_string()),
    ];
    Outgoing { url: parcel.endpoint.url.clone(), headers, body: parcel.message.body.clone() }
}

fn attempt(parcel: &Parcel, outcome: Outcome, took_ms: i64) -> index::Attempt {
    let (at, nth) = (parcel.now, parcel.message.tries);
    let (outcome, status, answer) = match outcome {
        Outcome::Answered { status, answer } => {
            let outcome = if (200..300).contains(&status) { "arrived" } else { "refused" };
            (outcome, Some(i64::from(status)), excerpt(&answer))
        }
        Outcome::Unreachable => ("unreachable", None, String::new()),
        Outcome::TimedOut => ("timed_out", None, String::new()),
        Outcome::Untrusted => ("untrusted", None, String::new()),
        Outcome::Garbled => ("garbled", None, String::new()),
    };
    index::Attempt { at, nth, outcome: outcome.to_owned(), status, took_ms, answer }
}

/// The beginning of an answer as text that any database keeps: without NUL and other control characters.
fn excerpt(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(EXCERPT).collect()
}

fn write_down(tx: &mut Tx<'_>, parcel: &Parcel, attempt: &index::Attempt) -> Result<(), Refusal> {
    let values = &parcel.values;
    let (id, endpoint) = (&parcel.message.id, &parcel.endpoint);
    let oldest = tx.now - values.keep.value;
    index::keep_attempt(tx, endpoint.id, id, attempt, oldest)?;
    let said = attempt.status.map_or_else(|| attempt.outcome.clone(), |status| format!("{} {status}", attempt.outcome));
    if attempt.outcome == "arrived" {
        return outbox::sent(tx, id, &said);
    }
    let due = state::delay(&values.delays.value, parcel.message.tries).map(|delay| tx.now + delay);
    outbox::failed(tx, id, &said, due)?;
    switch_off_when_it_fails_always(tx, parcel)
}

fn switch_off_when_it_fails_always(tx: &mut Tx<'_>, parcel: &Parcel) -> Result<(), Refusal> {
    // The endpoint as it is now: it may have been enabled, changed or removed while the request was under way.
    let Some(endpoint) = index::endpoint(tx, parcel.endpoint.org, parcel.endpoint.id)? else { return Ok(()) };
    let failures = index::failures(tx, &endpoint)?;
    if endpoint.state == EndpointState::Off || failures < parcel.values.off_after.value {
        return Ok(());
    }
    store::perform(tx, &Actor::SYSTEM, &DisableEndpoint { org: endpoint.org, endpoint: endpoint.id, failures })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_text_that_any_database_keeps() {
        assert_eq!(excerpt(b"a\0b\x1b[31m\n\xff"), "ab[31m\n\u{fffd}");
        assert_eq!(excerpt("坏".repeat(2_000).as_bytes()).chars().count(), EXCERPT);
    }
}
