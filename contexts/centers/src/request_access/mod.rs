//! An admin asks to use an account: a code that its owner scans. Only the code's digest is kept.

use crate::{
    Event, Scopes,
    granting::{self, Denied, Subject},
};
use access::OrgState;
use kernel::{AccountId, Capability, Cited, Instant, May, OrgId, RequestId, Role, Rules, Span, UserId, rules};
use serde::Deserialize;
use std::sync::Arc;

pub mod io;

/// What the admin asks for.
#[derive(Clone, Debug)]
pub struct RequestAccess {
    /// The request's id, made by the shell.
    pub request: RequestId,
    /// For which centre.
    pub centre: OrgId,
    /// For what.
    pub scopes: Scopes,
    /// For which account, where only one is meant; else the owner chooses.
    pub account: Option<AccountId>,
    /// What the secret in the code digests to; the shell made it.
    pub digest: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// Who asks.
    pub by: UserId,
    /// Whether the centre may act.
    pub centre: OrgState,
    /// The account that was named.
    pub account: Option<Subject>,
    /// What the centre holds on it already.
    pub held: Scopes,
    /// Requests of the centre that wait for an answer.
    pub open: i64,
    /// When the first of them closes.
    pub first_closes: Option<Instant>,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How long the owner may take from the asking to the approval.
    pub open_for: Cited<Span>,
    /// How many requests of one centre may wait for an answer.
    pub most_open: Cited<i64>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "centers.request_access";
}

impl Capability for RequestAccess {
    const NAME: &'static str = "centers.request_access";
    const MAY: May = May::Members(&[Role::CentreAdmin]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
        centre_is_normal,
        scopes_are_named,
        named_account_is_normal,
        named_account_is_claimed,
        something_new_is_asked,
        requests_are_left
    ];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let RequestAccess { request, centre, scopes, account, ref digest } = *self;
        let closes_at = facts.now + facts.policy.open_for.value;
        vec![Event::AccessRequested { request, centre, by: facts.by, scopes, account, digest: digest.clone(), closes_at }]
    }
}

/// The centre may act.
fn centre_is_normal(_: &RequestAccess, facts: &Facts) -> Result<(), Denied> {
    granting::centre_is_normal(facts.centre)
}

/// At least one scope is asked for.
fn scopes_are_named(ask: &RequestAccess, _: &Facts) -> Result<(), Denied> {
    granting::scopes_are_some(ask.scopes)
}

/// Nothing stands against the account that was named.
fn named_account_is_normal(_: &RequestAccess, facts: &Facts) -> Result<(), Denied> {
    facts.account.as_ref().map_or(Ok(()), granting::account_is_normal)
}

/// Someone can answer for the account that was named.
fn named_account_is_claimed(_: &RequestAccess, facts: &Facts) -> Result<(), Denied> {
    facts.account.as_ref().map_or(Ok(()), granting::account_is_claimed)
}

/// The centre does not hold all of it on that account already.
fn something_new_is_asked(ask: &RequestAccess, facts: &Facts) -> Result<(), Denied> {
    let nothing_new = facts.account.is_some() && !ask.scopes.is_empty() && ask.scopes.is_within(facts.held);
    if nothing_new { Err(Denied::AlreadyHeld { scopes: facts.held }) } else { Ok(()) }
}

/// Not too many codes of the centre are about at a time.
fn requests_are_left(_: &RequestAccess, facts: &Facts) -> Result<(), Denied> {
    let allowed = &facts.policy.most_open;
    if facts.open < allowed.value { Ok(()) } else { Err(Denied::TooManyOpen { allowed: allowed.clone(), closes_at: facts.first_closes }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{NOW, cited, scopes, subject};
    use kernel::decide;

    fn ask(bits: i64, named: bool) -> RequestAccess {
        let account = named.then(|| AccountId::new(3));
        RequestAccess { request: RequestId::new(1), centre: OrgId::new(1), scopes: scopes(bits), account, digest: "d".into() }
    }

    fn facts() -> Facts {
        Facts {
            now: NOW,
            by: UserId::new(9),
            centre: OrgState::Normal,
            account: None,
            held: Scopes::NONE,
            open: 0,
            first_closes: None,
            policy: Arc::new(Policy { open_for: cited(Span::minutes(10)), most_open: cited(20) }),
        }
    }

    #[test]
    fn a_code_is_open_for_ten_minutes() {
        let events = decide(&ask(1, false), &facts()).unwrap();
        assert!(matches!(events[..], [Event::AccessRequested { closes_at, .. }] if closes_at == NOW + Span::minutes(10)));
    }

    #[test]
    fn the_twentieth_open_request_is_made_and_the_twenty_first_waits_for_the_first_to_close() {
        let full = |open| Facts { open, first_closes: Some(NOW + Span(5)), ..facts() };
        assert!(decide(&ask(1, false), &full(19)).is_ok());
        let denied = Denied::TooManyOpen { allowed: cited(20), closes_at: Some(NOW + Span(5)) };
        assert_eq!(decide(&ask(1, false), &full(20)), Err(vec![denied]));
    }

    #[test]
    fn what_the_centre_holds_already_is_not_asked_for_again_but_more_is() {
        let facts = Facts { account: Some(subject()), held: scopes(3), ..facts() };
        assert_eq!(decide(&ask(1, true), &facts), Err(vec![Denied::AlreadyHeld { scopes: scopes(3) }]));
        assert!(decide(&ask(5, true), &facts).is_ok());
    }

    #[test]
    fn every_reason_is_given_at_once() {
        let account = Subject { claimed: false, state: accounts::AccountState::Suspended, ..subject() };
        let facts = Facts { account: Some(account), centre: OrgState::Suspended, open: 20, ..facts() };
        assert_eq!(decide(&ask(0, true), &facts).unwrap_err().len(), 5);
    }
}
