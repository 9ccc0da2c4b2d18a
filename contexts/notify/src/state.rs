//! What a webhook endpoint is at a moment, and the values that the senders read. Pure.

use kernel::{Cited, EndpointId, Instant, OrgId, Role, Span};
use serde::{Deserialize, Serialize};

/// Who looks after an organisation's endpoints.
pub const STEWARDS: &[Role] =
    &[Role::ShopOwner, Role::ShopManager, Role::CreatorOwner, Role::BrandOwner, Role::CentreAdmin, Role::OperatorAdmin];

/// Whether an endpoint is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndpointState {
    /// It is.
    On,
    /// It failed too often in a row, and waits for someone to enable it.
    Off,
}

/// A program's address, and what it wants to be told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Endpoint {
    /// Which.
    pub id: EndpointId,
    /// Whose.
    pub org: OrgId,
    /// Where.
    pub url: String,
    /// Of what: `linking.accepted`, `linking.*` or `*`.
    pub types: Vec<String>,
    /// Whether it is told.
    pub state: EndpointState,
    /// Since when.
    pub since: Instant,
    /// Which secret signs: 1 for the first, one more for each rotation.
    pub generation: i64,
    /// Until when the secret before signs as well.
    pub previous_until: Option<Instant>,
    /// When it was added.
    pub added_at: Instant,
}

impl Endpoint {
    /// The secrets that sign at `now`, the newest first. The one before ends at the very moment `previous_until`.
    pub fn generations_at(&self, now: Instant) -> Vec<i64> {
        let overlap = self.previous_until.is_some_and(|until| now < until);
        if overlap { vec![self.generation, self.generation - 1] } else { vec![self.generation] }
    }

    /// Whether it wants to be told of `event_type`.
    pub fn wants(&self, event_type: &str) -> bool {
        self.types.iter().any(|wanted| covers(wanted, event_type))
    }
}

/// Whether `wanted` (`*`, `linking.*`, `linking.accepted`) covers `event_type`.
pub fn covers(wanted: &str, event_type: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(beginning) => event_type.starts_with(beginning) && (beginning.is_empty() || beginning.ends_with('.')),
        None => wanted == event_type,
    }
}

/// What an address says by itself, before any name is looked up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Address {
    /// Whether it is `https`.
    pub is_secure: bool,
    /// Whether its host is written as an address that is not on the public network.
    pub is_private: bool,
}

/// The values for webhooks, from the packs' section `notify.webhooks`.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// How many endpoints an organisation may have.
    pub most: Cited<i64>,
    /// Whether addresses without TLS are accepted.
    pub plain_http: Cited<bool>,
    /// Whether addresses off the public network are connected to.
    pub private_addresses: Cited<bool>,
    /// How long the old secret signs after a rotation.
    pub overlap: Cited<Span>,
    /// How long an endpoint may take, from the first packet to the last byte read.
    pub time_out: Cited<Span>,
    /// How many bytes of an answer are read.
    pub read_limit: Cited<i64>,
    /// How long to wait after the first failure, the second, and so on; after the last one a delivery is given up.
    pub delays: Cited<Vec<Span>>,
    /// After how many failures in a row an endpoint is switched off.
    pub off_after: Cited<i64>,
    /// How long the log of attempts is kept.
    pub keep: Cited<Span>,
}

impl kernel::Policy for Webhooks {
    const SECTION: &'static str = "notify.webhooks";
}

/// The values for mail, from the packs' section `notify.mail`.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// How long the mail server may take for one mail.
    pub time_out: Cited<Span>,
    /// How long to wait after the first failure, the second, and so on; after the last one a mail is given up.
    pub delays: Cited<Vec<Span>>,
    /// From which age on a mail that could not be sent yet is given up: it would only confuse.
    pub stale: Cited<Span>,
    /// How long a mail that was sent is kept.
    pub keep: Cited<Span>,
}

impl kernel::Policy for Mail {
    const SECTION: &'static str = "notify.mail";
}

/// How long to wait after `tries` tries; nothing when they are used up.
pub fn delay(delays: &[Span], tries: i64) -> Option<Span> {
    usize::try_from(tries - 1).ok().and_then(|at| delays.get(at)).copied()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn endpoint() -> Endpoint {
        Endpoint {
            id: EndpointId::new(2),
            org: OrgId::new(1),
            url: "https://hooks.example/".into(),
            types: vec!["linking.*".into()],
            state: EndpointState::On,
            since: Instant(0),
            generation: 1,
            previous_until: None,
            added_at: Instant(0),
        }
    }

    #[test]
    fn a_type_is_covered_by_itself_its_context_and_everything() {
        for (wanted, event_type, answer) in [
            ("*", "linking.accepted", true),
            ("linking.*", "linking.accepted", true),
            ("linking.accepted", "linking.accepted", true),
            ("linking.accepted", "linking.accepted_twice", false),
            ("link*", "linking.accepted", false),
            ("linking", "linking.accepted", false),
            ("accounts.*", "linking.accepted", false),
        ] {
            assert_eq!(covers(wanted, event_type), answer, "{wanted} {event_type}");
        }
    }

    #[test]
    fn both_secrets_sign_until_the_overlap_ends_and_one_from_then_on() {
        let until = Instant(1_000);
        let endpoint = Endpoint { generation: 3, previous_until: Some(until), ..endpoint() };
        assert_eq!(endpoint.generations_at(until - Span(1)), [3, 2]);
        assert_eq!(endpoint.generations_at(until), [3]);
    }

    #[test]
    fn delays_run_out_after_the_last() {
        let delays = [Span::seconds(30), Span::minutes(2)];
        assert_eq!([1, 2, 3].map(|tries| delay(&delays, tries)), [Some(Span::seconds(30)), Some(Span::minutes(2)), None]);
        assert_eq!(delay(&delays, 0), None);
    }
}
