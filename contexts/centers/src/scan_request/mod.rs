//! An owner presents the code that they were shown: the first one who does can answer, nobody else. Presenting agrees to nothing.

use crate::{
    Event,
    granting::{self, Denied, code::Shown},
};
use access::OrgState;
use kernel::{Capability, Cited, Instant, May, OrgId, Role, Rules, Step, rules};
use serde::Deserialize;

pub mod io;

/// What the owner asks for.
#[derive(Clone, Debug)]
pub struct ScanRequest {
    /// As which creator.
    pub owner: OrgId,
    /// What was scanned, typed or pasted.
    pub code: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// What the code turned out to be.
    pub shown: Shown,
    /// Whether the creator may act.
    pub owner: OrgState,
    /// Whose the account is that the request names.
    pub named_owner: Option<OrgId>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How many codes that are none a person, or an address, may present within the window of sign-ins.
    pub tries: Cited<i64>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "centers.scan_request";
}

impl Capability for ScanRequest {
    const NAME: &'static str = "centers.scan_request";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> =
        rules![code_was_made_here, code_is_complete, request_is_open, code_is_nobody_elses, named_account_is_theirs, owner_is_normal];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        match &facts.shown {
            // Their own second look changes nothing.
            Shown::Genuine(request) if request.owner().is_none() => {
                vec![Event::AccessRequestScanned { request: request.id, centre: request.centre(), owner: self.owner }]
            }
            _ => Vec::new(),
        }
    }
}

/// The code was made here and nothing of it was changed.
fn code_was_made_here(_: &ScanRequest, facts: &Facts) -> Result<(), Denied> {
    if facts.shown == Shown::Tampered { Err(Denied::Tampered) } else { Ok(()) }
}

/// The code is of the version in use and states the scopes it was made for.
fn code_is_complete(_: &ScanRequest, facts: &Facts) -> Result<(), Denied> {
    if facts.shown == Shown::Downgraded { Err(Denied::Downgraded) } else { Ok(()) }
}

/// The request waits for an answer.
fn request_is_open(_: &ScanRequest, facts: &Facts) -> Result<(), Denied> {
    let Shown::Genuine(request) = &facts.shown else { return Ok(()) };
    granting::request_is_open(&request.consent, Step::Accept, facts.now)
}

/// Nobody else scanned it first.
fn code_is_nobody_elses(ask: &ScanRequest, facts: &Facts) -> Result<(), Denied> {
    let Shown::Genuine(request) = &facts.shown else { return Ok(()) };
    if request.owner().is_none_or(|first| first == ask.owner) { Ok(()) } else { Err(Denied::TakenByAnother) }
}

/// Where the request names an account, it is this creator's.
fn named_account_is_theirs(ask: &ScanRequest, facts: &Facts) -> Result<(), Denied> {
    if facts.named_owner.is_none_or(|named| named == ask.owner) { Ok(()) } else { Err(Denied::NotThisOwner) }
}

/// The creator may act.
fn owner_is_normal(_: &ScanRequest, facts: &Facts) -> Result<(), Denied> {
    granting::owner_is_normal(facts.owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{NOW, request};
    use kernel::{Span, Standing, decide};

    fn ask() -> ScanRequest {
        ScanRequest { owner: OrgId::new(2), code: String::new() }
    }

    fn facts(owner: Option<OrgId>) -> Facts {
        let mut request = request();
        request.consent.answerer = owner;
        Facts { now: NOW, shown: Shown::Genuine(Box::new(request)), owner: OrgState::Normal, named_owner: None }
    }

    #[test]
    fn the_first_owner_takes_the_request_up_and_may_look_again() {
        assert!(matches!(decide(&ask(), &facts(None)).unwrap()[..], [Event::AccessRequestScanned { owner, .. }] if owner == OrgId::new(2)));
        assert_eq!(decide(&ask(), &facts(Some(OrgId::new(2)))), Ok(vec![]));
        assert_eq!(decide(&ask(), &facts(Some(OrgId::new(7)))), Err(vec![Denied::TakenByAnother]));
    }

    #[test]
    fn a_code_that_is_none_has_one_answer_and_it_says_nothing_else() {
        let broken = |shown| Facts { shown, ..facts(None) };
        assert_eq!(decide(&ask(), &broken(Shown::Tampered)), Err(vec![Denied::Tampered]));
        assert_eq!(decide(&ask(), &broken(Shown::Downgraded)), Err(vec![Denied::Downgraded]));
    }

    #[test]
    fn a_code_can_be_scanned_until_the_millisecond_before_it_closes() {
        let mut facts = facts(None);
        let closed_at = NOW + Span::minutes(10);
        facts.now = closed_at - Span(1);
        assert!(decide(&ask(), &facts).is_ok());
        facts.now = closed_at;
        assert_eq!(decide(&ask(), &facts), Err(vec![Denied::Expired { closed_at }]));
    }

    #[test]
    fn an_answered_code_is_a_replay_and_a_withdrawn_one_says_so() {
        let over = |standing| {
            let mut request = request();
            request.consent.standing = standing;
            Facts { shown: Shown::Genuine(Box::new(request)), ..facts(None) }
        };
        assert_eq!(decide(&ask(), &over(Standing::InForce)), Err(vec![Denied::Replayed { since: NOW }]));
        assert_eq!(decide(&ask(), &over(Standing::Withdrawn)), Err(vec![Denied::Withdrawn { since: NOW }]));
    }

    #[test]
    fn a_request_for_another_creators_account_is_not_theirs_to_answer() {
        let facts = Facts { named_owner: Some(OrgId::new(8)), ..facts(None) };
        assert_eq!(decide(&ask(), &facts), Err(vec![Denied::NotThisOwner]));
    }
}
