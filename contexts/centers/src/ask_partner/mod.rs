//! A centre asks another, by its id, to become its partner: then either can share ad accounts with the other.

use crate::{
    Event,
    assets::{self, Denied, Partner},
    index::partners::Partnership,
};
use access::OrgState;
use kernel::{Capability, Cited, Instant, May, OrgId, PartnershipId, Rules, Span, Standing, rules};
use serde::Deserialize;
use std::sync::Arc;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct AskPartner {
    /// The agreement's id, made by the shell.
    pub partnership: PartnershipId,
    /// For which centre.
    pub centre: OrgId,
    /// Whom.
    pub partner: OrgId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// Whether the centre may act.
    pub centre: OrgState,
    /// The other centre, if there is one of this id.
    pub partner: Option<Partner>,
    /// What the two have between them that is asked or in force.
    pub between: Vec<Partnership>,
    /// How many partnerships the centre has that are asked or in force.
    pub open: i64,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How long the other centre may take to answer.
    pub open_for: Cited<Span>,
    /// How many partnerships one centre has at the most, open questions included.
    pub most: Cited<i64>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "centers.ask_partner";
}

impl Capability for AskPartner {
    const NAME: &'static str = "centers.ask_partner";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
        centre_is_normal,
        partner_is_another_centre,
        partner_is_normal,
        they_are_not_partners_yet,
        no_question_is_open,
        partners_are_left
    ];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (partnership, centre, partner) = (self.partnership, self.centre, self.partner);
        // A question whose time is over but which the clock has not closed yet is closed first.
        let lapsed = facts.between.iter().filter(|found| found.consent.standing_at(facts.now) == Standing::Expired);
        let lapsed = lapsed.map(|old| Event::PartnershipExpired { partnership: old.id, centre: old.consent.asker, partner: old.partner });
        let closes_at = facts.now + facts.policy.open_for.value;
        lapsed.chain([Event::PartnershipAsked { partnership, centre, partner, closes_at }]).collect()
    }
}

/// The centre may act.
fn centre_is_normal(_: &AskPartner, facts: &Facts) -> Result<(), Denied> {
    assets::centre_is_normal(facts.centre)
}

/// The partner is a centre, and another one.
fn partner_is_another_centre(ask: &AskPartner, facts: &Facts) -> Result<(), Denied> {
    match facts.partner {
        _ if ask.partner == ask.centre => Err(Denied::PartnerIsSelf),
        Some(_) => Ok(()),
        None => Err(Denied::PartnerUnknown),
    }
}

/// The partner may act.
fn partner_is_normal(_: &AskPartner, facts: &Facts) -> Result<(), Denied> {
    match facts.partner {
        Some(Partner { state, .. }) if state != OrgState::Normal => Err(Denied::PartnerNotNormal { state }),
        Some(_) | None => Ok(()),
    }
}

/// The two are not partners yet.
fn they_are_not_partners_yet(_: &AskPartner, facts: &Facts) -> Result<(), Denied> {
    let partners = facts.between.iter().any(|found| found.consent.standing == Standing::InForce);
    if partners { Err(Denied::AlreadyPartners) } else { Ok(()) }
}

/// Neither has asked the other already.
fn no_question_is_open(_: &AskPartner, facts: &Facts) -> Result<(), Denied> {
    let open = facts.between.iter().find(|found| found.consent.standing_at(facts.now) == Standing::Asked);
    open.map_or(Ok(()), |open| Err(Denied::AlreadyAsked { closes_at: open.consent.closes_at }))
}

/// The centre has room for another partner.
fn partners_are_left(_: &AskPartner, facts: &Facts) -> Result<(), Denied> {
    let allowed = &facts.policy.most;
    if facts.open < allowed.value { Ok(()) } else { Err(Denied::PartnersFull { allowed: allowed.clone() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{CENTRE, NOW, PARTNER, cited};
    use kernel::{Consent, decide};

    fn between(standing: Standing) -> Partnership {
        let consent = Consent { standing, ..Consent::ask(PARTNER, CENTRE, NOW, Span::days(14)) };
        Partnership { id: PartnershipId::new(4), consent, partner: CENTRE, version: 1 }
    }
    fn facts() -> Facts {
        let policy = Arc::new(Policy { open_for: cited(Span::days(14)), most: cited(3) });
        let partner = Some(Partner { id: PARTNER, state: OrgState::Normal });
        Facts { now: NOW, centre: OrgState::Normal, partner, between: vec![], open: 2, policy }
    }
    fn decided(facts: &Facts) -> Result<Vec<Event>, Vec<Denied>> {
        decide(&AskPartner { partnership: PartnershipId::new(9), centre: CENTRE, partner: PARTNER }, facts)
    }

    #[test]
    fn a_question_is_open_for_14_days() {
        let events = decided(&facts()).unwrap();
        assert!(matches!(events[..], [Event::PartnershipAsked { closes_at, .. }] if closes_at == NOW + Span::days(14)), "{events:?}");
    }

    #[test]
    fn whoever_was_asked_by_the_other_answers_instead_of_asking() {
        let closes_at = NOW + Span::days(14);
        assert_eq!(decided(&Facts { between: vec![between(Standing::Asked)], ..facts() }), Err(vec![Denied::AlreadyAsked { closes_at }]));
        assert_eq!(decided(&Facts { between: vec![between(Standing::InForce)], ..facts() }), Err(vec![Denied::AlreadyPartners]));
        // From the very moment at which the old question closes there can be a new one, however late the clock is.
        let late = Facts { now: closes_at, between: vec![between(Standing::Asked)], ..facts() };
        assert!(matches!(decided(&late).unwrap()[..], [Event::PartnershipExpired { .. }, Event::PartnershipAsked { .. }]));
    }

    #[test]
    fn partners_are_other_centres_that_may_act_and_not_too_many() {
        assert_eq!(decided(&Facts { partner: None, ..facts() }), Err(vec![Denied::PartnerUnknown]));
        let state = OrgState::Suspended;
        let stopped = Some(Partner { id: PARTNER, state });
        assert_eq!(decided(&Facts { partner: stopped, ..facts() }), Err(vec![Denied::PartnerNotNormal { state }]));
        assert_eq!(decided(&Facts { open: 3, ..facts() }), Err(vec![Denied::PartnersFull { allowed: cited(3) }]));
        let own = AskPartner { partnership: PartnershipId::new(9), centre: CENTRE, partner: CENTRE };
        assert_eq!(decide(&own, &facts()), Err(vec![Denied::PartnerIsSelf]));
    }
}
