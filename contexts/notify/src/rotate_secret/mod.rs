//! Rotate a webhook's secret: what is sent is signed with a new one, and with the old one as well until the overlap ends.

use crate::{
    Endpoint, Event,
    state::{STEWARDS, Webhooks},
};
use kernel::{Capability, EndpointId, Instant, May, OrgId, Rules, rules};
use serde::Serialize;
use std::sync::Arc;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct RotateSecret {
    /// For whom.
    pub org: OrgId,
    /// Of which endpoint.
    pub endpoint: EndpointId,
}

/// All that the rules look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The endpoint as it is.
    pub endpoint: Endpoint,
    /// The values for webhooks.
    pub policy: Arc<Webhooks>,
    /// The moment.
    pub now: Instant,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    StillRotating { previous_until: Instant },
}

impl kernel::Denied for Denied {
    fn until(&self) -> Option<Instant> {
        let Denied::StillRotating { previous_until } = self;
        Some(*previous_until)
    }
}

impl Capability for RotateSecret {
    const NAME: &'static str = "notify.rotate_secret";
    const MAY: May = May::Members(STEWARDS);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![last_rotation_is_over];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (generation, previous_until) = (facts.endpoint.generation + 1, facts.now + facts.policy.overlap.value);
        vec![Event::SecretRotated { endpoint: self.endpoint, org: self.org, generation, previous_until }]
    }
}

/// Two secrets sign at the most: a third would make the one that the program still uses worthless before its time.
fn last_rotation_is_over(_: &RotateSecret, facts: &Facts) -> Result<(), Denied> {
    match facts.endpoint.previous_until {
        Some(previous_until) if facts.now < previous_until => Err(Denied::StillRotating { previous_until }),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{add_endpoint::tests::policy, state::tests::endpoint};
    use kernel::{Span, decide};

    const NOW: Instant = Instant(1_000_000);

    fn facts(previous_until: Option<Instant>) -> Facts {
        Facts { endpoint: Endpoint { previous_until, ..endpoint() }, policy: Arc::new(policy()), now: NOW }
    }

    fn ask() -> RotateSecret {
        RotateSecret { org: endpoint().org, endpoint: endpoint().id }
    }

    #[test]
    fn the_old_secret_signs_for_the_overlap() {
        let (endpoint, org) = (ask().endpoint, ask().org);
        let rotated = Event::SecretRotated { endpoint, org, generation: 2, previous_until: NOW + Span::hours(24) };
        assert_eq!(decide(&ask(), &facts(None)), Ok(vec![rotated]));
    }

    #[test]
    fn the_next_rotation_waits_for_the_end_of_the_last_and_not_a_millisecond_longer() {
        let end = NOW + Span(1);
        assert_eq!(decide(&ask(), &facts(Some(end))), Err(vec![Denied::StillRotating { previous_until: end }]));
        assert!(decide(&ask(), &facts(Some(NOW))).is_ok());
    }
}
