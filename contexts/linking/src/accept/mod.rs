//! The account's owner accepts an invitation: from now on the account is linked. Every rule of the invitation is asked again,
//! and the acting session must be in the shop's country.

use crate::{
    Event,
    rules::{self, HasFacts},
    state::Link,
};
use kernel::{Capability, Instant, LinkId, May, OrgId, Role, Rules, Step, Unfit, rules};
use serde::Serialize;

pub mod io;

/// What the owner asks for.
#[derive(Clone, Debug)]
pub struct Accept {
    /// As which creator.
    pub owner: OrgId,
    /// Which invitation.
    pub link: LinkId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The invitation.
    pub link: Link,
    /// What counted at the asking.
    pub shared: rules::Facts,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(untagged)]
pub enum Denied {
    /// The invitation is not open.
    Consent(Unfit),
    /// A rule of the asking no longer holds.
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

impl Capability for Accept {
    const NAME: &'static str = "linking.accept";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
        invitation_is_open,
        rules::shop_is_normal,
        rules::account_is_normal,
        rules::ecommerce_is_granted,
        rules::no_violation_is_open,
        rules::content_is_clean,
        rules::owner_is_of_age,
        rules::account_is_in_the_shops_country,
        rules::network_is_in_the_shops_country,
        rules::account_is_not_linked_here,
        rules::account_is_free,
        rules::wait_after_unlink_is_over,
        rules::official_place_is_free,
        rules::marketing_place_is_free,
        rules::marketing_links_are_left,
        rules::name_fits,
    ];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::Linked { pair: facts.link.pair, shop_name: facts.shared.shop.name.clone() }]
    }
}

/// The invitation is open: not answered, not withdrawn, and its time is not over.
fn invitation_is_open(_: &Accept, facts: &Facts) -> Result<(), Denied> {
    facts.link.consent.admits(Step::Accept, facts.shared.now).map_err(Denied::Consent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Kind,
        rules::tests::{link, shared},
    };
    use kernel::{Origin, Region, Span, decide};

    fn facts() -> Facts {
        let shared = shared(Kind::Marketing);
        Facts { link: link(Kind::Marketing, shared.now), shared }
    }

    fn accept() -> Accept {
        Accept { owner: OrgId::new(2), link: LinkId::new(1) }
    }

    #[test]
    fn an_invitation_can_be_accepted_until_the_millisecond_before_48_hours() {
        let mut facts = facts();
        let closes_at = facts.link.consent.closes_at;
        facts.shared.now = closes_at - Span(1);
        assert!(decide(&accept(), &facts).is_ok());
        facts.shared.now = closes_at;
        assert_eq!(decide(&accept(), &facts), Err(vec![Denied::Consent(Unfit::AnsweredTooLate { closed_at: closes_at })]));
    }

    #[test]
    fn what_was_right_at_the_asking_is_asked_again() {
        let mut facts = facts();
        facts.shared.open_violations = 1;
        assert_eq!(decide(&accept(), &facts), Err(vec![Denied::Shared(rules::Denied::OpenViolations { count: 1 })]));
    }

    #[test]
    fn the_answer_must_come_from_the_shops_country() {
        let mut facts = facts();
        let shop = facts.shared.shop.region;
        facts.shared.origin = Origin::Country(Region::new(b"FR"));
        let network = Region::new(b"FR");
        assert_eq!(decide(&accept(), &facts), Err(vec![Denied::Shared(rules::Denied::NetworkElsewhere { network, shop })]));
        facts.shared.origin = Origin::Unknown;
        assert_eq!(decide(&accept(), &facts), Err(vec![Denied::Shared(rules::Denied::NetworkNotKnown { shop })]));
        facts.shared.origin = Origin::Private;
        assert!(decide(&accept(), &facts).is_ok());
    }
}
