//! The shop agrees that an account leaves. What it showed for the shop leaves with it.

use crate::{
    Event,
    events::Ending,
    rules::{self, HasFacts},
    state::Link,
};
use kernel::{Capability, Consent, Instant, LinkId, May, OrgId, Role, Rules, Standing, Step, Unfit, rules};
use serde::Serialize;

pub mod io;

/// What the shop asks for.
#[derive(Clone, Debug)]
pub struct ApproveUnlink {
    /// For which shop.
    pub shop: OrgId,
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

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(untagged)]
pub enum Denied {
    /// No request is open.
    Consent(Unfit),
    /// A shared rule says no.
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
            Denied::Consent(unfit) => unfit.scope(),
            Denied::Shared(denied) => denied.scope(),
        }
    }
    fn until(&self) -> Option<Instant> {
        match self {
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

impl Capability for ApproveUnlink {
    const NAME: &'static str = "linking.approve_unlink";
    const MAY: May = May::Members(&[Role::ShopOwner, Role::ShopManager]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![request_is_open, rules::no_violation_is_open, rules::unlinks_are_left];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::Unlinked { pair: facts.link.pair, ended: Ending::Approved }]
    }
}

/// The owner's request is open.
fn request_is_open(_: &ApproveUnlink, facts: &Facts) -> Result<(), Denied> {
    admits(&facts.link, Step::Accept, facts.shared.now).map_err(Denied::Consent)
}

/// Whether the link's request admits `step`: a link without a request admits none.
pub(crate) fn admits(link: &Link, step: Step, now: Instant) -> Result<(), Unfit> {
    let none = Unfit::NoLongerOpen { standing: Standing::Withdrawn, since: link.consent.since };
    let request: &Consent = link.request().map(|request| &request.consent).ok_or(none)?;
    request.admits(step, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Kind,
        rules::tests::{leaving, linked, shared},
    };
    use kernel::{Span, decide};

    fn approve() -> ApproveUnlink {
        ApproveUnlink { shop: OrgId::new(1), link: LinkId::new(1) }
    }

    #[test]
    fn a_link_without_a_request_cannot_be_ended_by_the_shop() {
        let shared = shared(Kind::Marketing);
        let facts = Facts { link: linked(Kind::Marketing, shared.now), shared };
        assert!(matches!(decide(&approve(), &facts).unwrap_err()[..], [Denied::Consent(Unfit::NoLongerOpen { .. })]));
    }

    #[test]
    fn a_request_can_be_approved_until_the_millisecond_before_it_is_granted_by_itself() {
        let mut shared = shared(Kind::Marketing);
        let link = leaving(Kind::Marketing, shared.now);
        let closes_at = shared.now + Span::days(7);
        shared.now = closes_at - Span(1);
        assert!(decide(&approve(), &Facts { link: link.clone(), shared: shared.clone() }).is_ok());
        shared.now = closes_at;
        assert!(decide(&approve(), &Facts { link, shared }).is_err());
    }

    #[test]
    fn an_open_violation_blocks_the_approval() {
        let mut shared = shared(Kind::Marketing);
        shared.open_violations = 1;
        let facts = Facts { link: leaving(Kind::Marketing, shared.now), shared };
        assert_eq!(decide(&approve(), &facts), Err(vec![Denied::Shared(rules::Denied::OpenViolations { count: 1 })]));
    }
}
