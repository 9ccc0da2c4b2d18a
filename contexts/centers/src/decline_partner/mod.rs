//! The centre that was asked says no.

use crate::{
    Event,
    assets::{self, Denied},
    index::partners::Partnership,
};
use kernel::{Capability, Instant, May, OrgId, PartnershipId, Rules, Step, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct DeclinePartner {
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
    /// The partnership.
    pub partnership: Partnership,
}

impl Capability for DeclinePartner {
    const NAME: &'static str = "centers.decline_partner";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![step_is_open];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (partnership, centre, partner) = (facts.partnership.id, facts.partnership.consent.asker, facts.partnership.partner);
        vec![Event::PartnershipDeclined { partnership, centre, partner }]
    }
}

/// The question is open.
fn step_is_open(_: &DeclinePartner, facts: &Facts) -> Result<(), Denied> {
    facts.partnership.consent.admits(Step::Decline, facts.now).map_err(Denied::Consent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{CENTRE, NOW, PARTNER};
    use kernel::{Consent, Span, Standing, decide};

    #[test]
    fn an_open_question_is_answered_in_time_only() {
        let ask = DeclinePartner { centre: CENTRE, partnership: PartnershipId::new(4) };
        for standing in Standing::ALL {
            for late in [false, true] {
                let consent = Consent { standing, ..Consent::ask(CENTRE, PARTNER, NOW, Span::days(14)) };
                let now = if late { consent.closes_at } else { consent.closes_at - Span(1) };
                let partnership = Partnership { id: PartnershipId::new(4), consent, partner: PARTNER, version: 1 };
                let facts = Facts { now, partnership };
                assert_eq!(decide(&ask, &facts).is_ok(), standing == Standing::Asked && !late, "{standing:?} {late}");
            }
        }
    }
}
