//! An owner lets a code for a post last longer. The days are added to its end; in all it lasts no longer from now than a new code can.

use crate::{
    Event,
    authorise_post::{self, Policy},
    index::posts::Authorisation,
};
use access::OrgState;
use kernel::{AuthorisationId, Capability, Cited, Instant, May, OrgId, Role, Rules, Span, rules};
use serde::Serialize;
use std::sync::Arc;

pub mod io;

/// What the owner asks for.
#[derive(Clone, Debug)]
pub struct ExtendAuthorisation {
    /// As which creator.
    pub owner: OrgId,
    /// Which code's authorisation.
    pub authorisation: AuthorisationId,
    /// By how many days.
    pub days: i64,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// Whether the creator may act.
    pub owner: OrgState,
    /// The authorisation.
    pub found: Authorisation,
    /// Whether the creator still owns the account.
    pub is_theirs: bool,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// The code has expired or was deleted, or the account is no longer the creator's.
    NotInForce,
    /// It would last longer than a new code can.
    BeyondTheLongest {
        /// When this many days can be added.
        allowed_at: Instant,
        /// The terms that there are.
        offered: Cited<Vec<i64>>,
    },
    /// As for a new code.
    #[serde(untagged)]
    Authorise(authorise_post::Denied),
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        match self {
            Denied::NotInForce | Denied::BeyondTheLongest { .. } => None,
            Denied::Authorise(denied) => denied.scope(),
        }
    }
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::BeyondTheLongest { allowed_at, .. } => Some(*allowed_at),
            Denied::NotInForce | Denied::Authorise(_) => None,
        }
    }
}

impl Capability for ExtendAuthorisation {
    const NAME: &'static str = "centers.extend_authorisation";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![owner_is_normal, code_is_in_force, days_are_offered, term_stays_within_the_longest];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let authorised = facts.found.authorised.clone();
        vec![Event::PostAuthorisationExtended { authorised, days: self.days, expires_at: facts.found.expires_at + Span::days(self.days) }]
    }
}

/// The creator may act.
fn owner_is_normal(_: &ExtendAuthorisation, facts: &Facts) -> Result<(), Denied> {
    let state = facts.owner;
    if state == OrgState::Normal { Ok(()) } else { Err(Denied::Authorise(authorise_post::Denied::OwnerNotNormal { state })) }
}

/// The code is in force: an expired one stays worth nothing, and a new one is made instead.
fn code_is_in_force(_: &ExtendAuthorisation, facts: &Facts) -> Result<(), Denied> {
    if facts.is_theirs && facts.found.in_force(facts.now) { Ok(()) } else { Err(Denied::NotInForce) }
}

/// The days to add are one of the terms that there are.
fn days_are_offered(ask: &ExtendAuthorisation, facts: &Facts) -> Result<(), Denied> {
    authorise_post::offered(ask.days, &facts.policy).map_err(Denied::Authorise)
}

/// From now on the code lasts no longer than the longest term.
fn term_stays_within_the_longest(ask: &ExtendAuthorisation, facts: &Facts) -> Result<(), Denied> {
    let offered = facts.policy.days.clone();
    let longest = offered.value.iter().copied().max().unwrap_or_default();
    let ends = facts.found.expires_at + Span::days(ask.days);
    let allowed_at = ends - Span::days(longest);
    if facts.now >= allowed_at { Ok(()) } else { Err(Denied::BeyondTheLongest { allowed_at, offered }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{authorise_post::tests::policy, delete_authorisation::tests::authorisation};
    use kernel::decide;

    fn ask(days: i64) -> ExtendAuthorisation {
        ExtendAuthorisation { owner: OrgId::new(2), authorisation: AuthorisationId::new(1), days }
    }

    fn facts() -> Facts {
        Facts { now: Instant(0), owner: OrgState::Normal, found: authorisation(), is_theirs: true, policy: policy() }
    }

    #[test]
    fn the_days_are_added_to_the_codes_end() {
        let events = decide(&ask(30), &facts()).unwrap();
        let ends = Instant(0) + Span::days(37);
        assert!(matches!(events[..], [Event::PostAuthorisationExtended { expires_at, .. }] if expires_at == ends));
    }

    #[test]
    fn a_code_is_extended_until_the_millisecond_before_it_expires() {
        let mut facts = facts();
        facts.now = facts.found.expires_at - Span(1);
        assert!(decide(&ask(7), &facts).is_ok());
        facts.now = facts.found.expires_at;
        assert_eq!(decide(&ask(7), &facts), Err(vec![Denied::NotInForce]));
    }

    #[test]
    fn a_deleted_code_and_one_of_an_account_that_left_are_not_extended() {
        let deleted = Authorisation { deleted: true, ended_at: Some(Instant(0)), ..authorisation() };
        assert_eq!(decide(&ask(7), &Facts { found: deleted, ..facts() }), Err(vec![Denied::NotInForce]));
        assert_eq!(decide(&ask(7), &Facts { is_theirs: false, ..facts() }), Err(vec![Denied::NotInForce]));
    }

    #[test]
    fn a_code_never_lasts_longer_than_a_new_one_can() {
        let mut facts = facts();
        let allowed_at = facts.found.expires_at;
        facts.now = allowed_at - Span(1);
        assert_eq!(decide(&ask(365), &facts), Err(vec![Denied::BeyondTheLongest { allowed_at, offered: policy().days.clone() }]));
        // The very moment at which it would be allowed is the one at which the code expires.
        facts.found.expires_at = Instant(0) + Span::days(300);
        facts.now = Instant(0);
        assert!(decide(&ask(60), &facts).is_ok());
        facts.found.expires_at = Instant(0) + Span::days(305);
        assert!(decide(&ask(60), &facts).is_ok());
        facts.found.expires_at = Instant(1) + Span::days(305);
        assert!(decide(&ask(60), &facts).is_err());
    }
}
