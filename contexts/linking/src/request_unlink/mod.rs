//! The account's owner asks to leave the shop ("View link info" → "Send unlink request"). The shop answers; a request that it
//! leaves unanswered for `unanswered_after` is granted (`grant_unlink`).

use crate::{
    Event,
    rules::{self, HasFacts},
    state::{Link, Stage},
};
use kernel::{Capability, Cited, Instant, LinkId, May, OrgId, Role, Rules, Span, Standing, Unfit, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// What the owner asks for.
#[derive(Clone, Debug)]
pub struct RequestUnlink {
    /// As which creator.
    pub owner: OrgId,
    /// Which link.
    pub link: LinkId,
    /// Why, in the owner's words.
    pub reason: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The link.
    pub link: Link,
    /// What the shared rules look at.
    pub shared: rules::Facts,
    /// The values in force for the shop.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How long an account stays linked at least.
    pub earliest: Cited<Span>,
    /// After how long without an answer the request is granted.
    pub unanswered_after: Cited<Span>,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// Accounts stay linked for a while.
    TooSoon {
        /// The first moment at which it may be asked.
        allowed_at: Instant,
        /// How long.
        earliest: Cited<Span>,
    },
    /// A request is already open.
    AlreadyAsked {
        /// When it is granted at the latest.
        closes_at: Instant,
    },
    /// There is nothing to leave.
    #[serde(untagged)]
    Consent(Unfit),
    /// A shared rule says no.
    #[serde(untagged)]
    Shared(rules::Denied),
}

impl From<rules::Denied> for Denied {
    fn from(denied: rules::Denied) -> Self {
        Denied::Shared(denied)
    }
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        match self {
            Denied::TooSoon { .. } | Denied::AlreadyAsked { .. } => None,
            Denied::Consent(unfit) => unfit.scope(),
            Denied::Shared(denied) => denied.scope(),
        }
    }
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::TooSoon { allowed_at, .. } => Some(*allowed_at),
            Denied::AlreadyAsked { closes_at } => Some(*closes_at),
            Denied::Consent(unfit) => unfit.until(),
            Denied::Shared(denied) => denied.until(),
        }
    }
}

impl HasFacts for Facts {
    fn shared(&self) -> &rules::Facts {
        &self.shared
    }
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "linking.request_unlink";
}

impl Capability for RequestUnlink {
    const NAME: &'static str = "linking.request_unlink";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
        link_is_in_force,
        has_been_linked_long_enough,
        no_request_is_open,
        rules::no_violation_is_open,
        rules::network_is_in_the_shops_country,
        rules::unlinks_are_left,
    ];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let closes_at = facts.shared.now + facts.policy.unanswered_after.value;
        vec![Event::UnlinkAsked { pair: facts.link.pair, closes_at, reason: self.reason.clone() }]
    }
}

/// The link is in force.
fn link_is_in_force(_: &RequestUnlink, facts: &Facts) -> Result<(), Denied> {
    let standing = facts.link.consent.standing_at(facts.shared.now);
    if standing == Standing::InForce { Ok(()) } else { Err(Denied::Consent(Unfit::NotInForce { standing })) }
}

/// The account has been linked for `earliest`; it may ask at the very moment that ends.
fn has_been_linked_long_enough(_: &RequestUnlink, facts: &Facts) -> Result<(), Denied> {
    let earliest = &facts.policy.earliest;
    let Some(linked_at) = facts.link.linked_at else { return Ok(()) };
    let allowed_at = linked_at + earliest.value;
    if facts.shared.now >= allowed_at { Ok(()) } else { Err(Denied::TooSoon { allowed_at, earliest: earliest.clone() }) }
}

/// No earlier request is open.
fn no_request_is_open(_: &RequestUnlink, facts: &Facts) -> Result<(), Denied> {
    match facts.link.stage(facts.shared.now) {
        Stage::Leaving { request, .. } => Err(Denied::AlreadyAsked { closes_at: request.consent.closes_at }),
        Stage::Invited { .. } | Stage::Linked { .. } | Stage::Over { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Kind,
        rules::tests::{cited, linked, shared},
    };
    use kernel::{Limit, decide};

    fn facts(kind: Kind) -> Facts {
        let mut shared = shared(kind);
        let link = linked(kind, shared.now);
        shared.now = shared.now + Span::hours(24);
        let policy = Policy { earliest: cited(Span::hours(24)), unanswered_after: cited(Span::days(7)) };
        Facts { link, shared, policy: Arc::new(policy) }
    }

    fn request() -> RequestUnlink {
        RequestUnlink { owner: OrgId::new(2), link: LinkId::new(1), reason: "moving on".into() }
    }

    #[test]
    fn an_account_may_ask_to_leave_24_hours_after_it_was_linked_and_not_a_millisecond_before() {
        let mut facts = facts(Kind::Marketing);
        assert!(decide(&request(), &facts).is_ok());
        let allowed_at = facts.shared.now;
        facts.shared.now = allowed_at - Span(1);
        assert_eq!(decide(&request(), &facts), Err(vec![Denied::TooSoon { allowed_at, earliest: cited(Span::hours(24)) }]));
    }

    #[test]
    fn an_unanswered_request_closes_after_7_days() {
        let facts = facts(Kind::Marketing);
        let events = decide(&request(), &facts).unwrap();
        assert!(matches!(events[..], [Event::UnlinkAsked { closes_at, .. }] if closes_at == facts.shared.now + Span::days(7)));
    }

    #[test]
    fn the_fourth_official_unlink_is_one_too_many() {
        let mut facts = facts(Kind::Official);
        facts.shared.unlinks_ever = 2;
        assert!(decide(&request(), &facts).is_ok());
        facts.shared.unlinks_ever = 3;
        let allowed = cited(Limit::AtMost(3));
        assert_eq!(decide(&request(), &facts), Err(vec![Denied::Shared(rules::Denied::UnlinksSpent { allowed, role: Kind::Official })]));
    }

    #[test]
    fn marketing_accounts_leave_as_often_as_they_like_unless_a_pack_says_otherwise() {
        let mut facts = facts(Kind::Marketing);
        facts.shared.unlinks_ever = 1_000;
        assert!(decide(&request(), &facts).is_ok());
    }
}
