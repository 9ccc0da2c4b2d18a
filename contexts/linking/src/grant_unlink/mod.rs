//! The clock answers a request to leave that the shop left unanswered: it is granted. Where a rule stands against leaving at
//! that moment, the request ends refused, for that stated reason, rather than hanging in the air.

use crate::{Event, Kind, events::Ending, rules, state::Link};
use kernel::{Capability, LinkId, May, Rules, Step, Unfit, rules};

pub mod io;

/// What the clock asks for.
#[derive(Clone, Debug)]
pub struct GrantUnlink {
    /// Which link.
    pub link: LinkId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The link with its request.
    pub link: Link,
    /// What the shared rules look at.
    pub shared: rules::Facts,
}

/// What the request is refused for, as a key of the words.
pub const VIOLATION_OPEN: &str = "rule:violation_open";
/// What the request is refused for, as a key of the words.
pub const UNLINKS_SPENT: &str = "rule:unlinks_spent";

impl Capability for GrantUnlink {
    const NAME: &'static str = "linking.grant_unlink";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Unfit;
    type Event = Event;
    const RULES: Rules<Self> = rules![time_is_over];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let pair = facts.link.pair;
        vec![match stands_against(facts) {
            Some(reason) => Event::UnlinkRefused { pair, reason: reason.into() },
            None => Event::Unlinked { pair, ended: Ending::Unanswered },
        }]
    }
}

/// The request is still open and its time is over.
fn time_is_over(_: &GrantUnlink, facts: &Facts) -> Result<(), Unfit> {
    crate::approve_unlink::admits(&facts.link, Step::Expire, facts.shared.now)
}

fn stands_against(facts: &Facts) -> Option<&'static str> {
    let policy = &facts.shared.policy;
    let allowed = if facts.shared.kind == Kind::Official { &policy.official_unlinks } else { &policy.marketing_unlinks };
    if facts.shared.open_violations > 0 {
        Some(VIOLATION_OPEN)
    } else if !allowed.value.leaves_room(facts.shared.unlinks_ever) {
        Some(UNLINKS_SPENT)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{leaving, shared};
    use kernel::{Span, decide};

    fn facts() -> Facts {
        let mut shared = shared(Kind::Marketing);
        let link = leaving(Kind::Marketing, shared.now);
        shared.now = shared.now + Span::days(7);
        Facts { link, shared }
    }

    #[test]
    fn an_unanswered_request_is_granted_when_its_time_is_over_and_not_before() {
        let mut facts = facts();
        let events = decide(&GrantUnlink { link: LinkId::new(1) }, &facts).unwrap();
        assert!(matches!(events[..], [Event::Unlinked { ended: Ending::Unanswered, .. }]));
        facts.shared.now = facts.shared.now - Span(1);
        assert!(matches!(decide(&GrantUnlink { link: LinkId::new(1) }, &facts).unwrap_err()[..], [Unfit::StillOpen { .. }]));
    }

    #[test]
    fn a_violation_turns_the_grant_into_a_refusal_that_says_so() {
        let mut facts = facts();
        facts.shared.open_violations = 1;
        let events = decide(&GrantUnlink { link: LinkId::new(1) }, &facts).unwrap();
        assert!(matches!(&events[..], [Event::UnlinkRefused { reason, .. }] if reason == VIOLATION_OPEN));
    }
}
