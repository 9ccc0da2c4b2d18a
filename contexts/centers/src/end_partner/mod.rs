//! Either centre ends a partnership: every share in either direction ends with it, and what rests on one.

use crate::{
    EndedBy, Event,
    assets::{self, Away, Denied},
    index::partners::Partnership,
};
use kernel::{Capability, Instant, May, OrgId, PartnershipId, Rules, Step, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct EndPartner {
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
    /// What the two share with each other.
    pub away: Vec<Away>,
}

impl Capability for EndPartner {
    const NAME: &'static str = "centers.end_partner";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![step_is_open];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (partnership, centre, partner) = (facts.partnership.id, facts.partnership.consent.asker, facts.partnership.partner);
        let mut events: Vec<Event> = facts.away.iter().flat_map(Away::ends).collect();
        let by = if self.centre == centre { EndedBy::Centre } else { EndedBy::Partner };
        events.push(Event::PartnershipEnded { partnership, centre, partner, by });
        events
    }
}

/// The partnership is in force.
fn step_is_open(_: &EndPartner, facts: &Facts) -> Result<(), Denied> {
    facts.partnership.consent.admits(Step::End, facts.now).map_err(Denied::Consent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{CENTRE, NOW, PARTNER, away};
    use kernel::{Consent, Span, Standing, decide};

    #[test]
    fn only_a_partnership_in_force_ends() {
        let ask = EndPartner { centre: CENTRE, partnership: PartnershipId::new(4) };
        for standing in Standing::ALL {
            for late in [false, true] {
                let consent = Consent { standing, ..Consent::ask(CENTRE, PARTNER, NOW, Span::days(14)) };
                let now = if late { consent.closes_at } else { consent.closes_at - Span(1) };
                let partnership = Partnership { id: PartnershipId::new(4), consent, partner: PARTNER, version: 1 };
                let facts = Facts { now, partnership, away: vec![away()] };
                assert_eq!(decide(&ask, &facts).is_ok(), standing == Standing::InForce, "{standing:?} {late}");
            }
        }
    }
}
