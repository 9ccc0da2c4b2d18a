//! The centre that was asked becomes the other's partner.

use crate::{
    Event, ask_partner,
    assets::{self, Denied},
    index::partners::Partnership,
};
use access::OrgState;
use kernel::{Capability, Instant, May, OrgId, PartnershipId, Rules, Step, rules};
use std::sync::Arc;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct AcceptPartner {
    /// For which centre.
    pub centre: OrgId,
    /// Which partnership.
    pub partnership: PartnershipId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// Whether the centre may act.
    pub centre: OrgState,
    /// The partnership.
    pub partnership: Partnership,
    /// How many partnerships the centre has that are asked or in force.
    pub open: i64,
    /// Whether the centre that asked may act.
    pub asker: OrgState,
    /// The values in force.
    pub policy: Arc<ask_partner::Policy>,
}

impl Capability for AcceptPartner {
    const NAME: &'static str = "centers.accept_partner";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![centre_is_normal, step_is_open, partners_are_left, asker_is_normal];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (partnership, centre, partner) = (facts.partnership.id, facts.partnership.consent.asker, facts.partnership.partner);
        vec![Event::PartnershipAccepted { partnership, centre, partner }]
    }
}

/// The centre may act.
fn centre_is_normal(_: &AcceptPartner, facts: &Facts) -> Result<(), Denied> {
    assets::centre_is_normal(facts.centre)
}

/// The question is open.
fn step_is_open(_: &AcceptPartner, facts: &Facts) -> Result<(), Denied> {
    facts.partnership.consent.admits(Step::Accept, facts.now).map_err(Denied::Consent)
}

/// The centre has room for another partner. The open question holds one place already.
fn partners_are_left(_: &AcceptPartner, facts: &Facts) -> Result<(), Denied> {
    let allowed = &facts.policy.most;
    if facts.open <= allowed.value { Ok(()) } else { Err(Denied::PartnersFull { allowed: allowed.clone() }) }
}

/// The centre that asked may act.
fn asker_is_normal(_: &AcceptPartner, facts: &Facts) -> Result<(), Denied> {
    let state = facts.asker;
    if state == OrgState::Normal { Ok(()) } else { Err(Denied::PartnerNotNormal { state }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{CENTRE, NOW, PARTNER, cited};
    use kernel::{Consent, Span, Standing, decide};

    #[test]
    fn an_open_question_is_answered_in_time_only() {
        let ask = AcceptPartner { centre: CENTRE, partnership: PartnershipId::new(4) };
        for standing in Standing::ALL {
            for late in [false, true] {
                let consent = Consent { standing, ..Consent::ask(CENTRE, PARTNER, NOW, Span::days(14)) };
                let now = if late { consent.closes_at } else { consent.closes_at - Span(1) };
                let partnership = Partnership { id: PartnershipId::new(4), consent, partner: PARTNER, version: 1 };
                let facts = Facts {
                    now,
                    centre: OrgState::Normal,
                    partnership,
                    open: 3,
                    asker: OrgState::Normal,
                    policy: Arc::new(ask_partner::Policy { open_for: cited(Span::days(14)), most: cited(3) }),
                };
                assert_eq!(decide(&ask, &facts).is_ok(), standing == Standing::Asked && !late, "{standing:?} {late}");
            }
        }
    }
}
