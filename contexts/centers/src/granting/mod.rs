//! What requests, grants, assignments and own links have in common: the reasons against them, and the rules that more than one
//! of them asks.

pub(crate) mod api;
pub mod code;
pub mod image;
pub mod io;
pub(crate) mod paging;
pub(crate) mod serving;
pub mod view;

use crate::{Held, Scopes};
use access::OrgState;
use accounts::AccountState;
use kernel::{AccountId, Cited, Consent, Instant, OrgId, Standing, Step};
use serde::Serialize;

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words file says each in two languages")]
pub enum Denied {
    CentreNotNormal { state: OrgState },
    OwnerNotNormal { state: OrgState },
    AccountNotNormal { state: AccountState },
    AccountUnclaimed,
    NoScopes,
    BeyondRequest { scopes: Scopes },
    BeyondGrant { scopes: Scopes },
    NotLess { scopes: Scopes },
    TooManyOpen { allowed: Cited<i64>, closes_at: Option<Instant> },
    CentresFull { allowed: Cited<i64> },
    AccountsFull { allowed: Cited<i64> },
    Tampered,
    Downgraded,
    Replayed { since: Instant },
    Refused { since: Instant },
    Withdrawn { since: Instant },
    Expired { closed_at: Instant },
    TakenByAnother,
    NotThisOwner,
    NotThisAccount,
    AskerGone,
    OtherMatchingCode,
    AlreadyHeld { scopes: Scopes },
    GrantEnded { since: Instant },
    NotHeld,
    AlreadyWithheld { since: Instant },
    NotWithheld,
    NotAMember,
    NotYours,
    ScopeNotHeld { scopes: Scopes },
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        Some("centers.granting")
    }
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::TooManyOpen { closes_at, .. } => *closes_at,
            _ => None,
        }
    }
}

/// An account, as far as these rules look at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Subject {
    /// Which.
    pub account: AccountId,
    /// Whose.
    pub owner: OrgId,
    /// Whether its own creator holds it.
    pub claimed: bool,
    /// Whether it is in order.
    pub state: AccountState,
}

/// The centre may act.
pub(crate) fn centre_is_normal(state: OrgState) -> Result<(), Denied> {
    if state == OrgState::Normal { Ok(()) } else { Err(Denied::CentreNotNormal { state }) }
}

/// The creator may act.
pub(crate) fn owner_is_normal(state: OrgState) -> Result<(), Denied> {
    if state == OrgState::Normal { Ok(()) } else { Err(Denied::OwnerNotNormal { state }) }
}

/// Nothing stands against the account.
pub(crate) fn account_is_normal(account: &Subject) -> Result<(), Denied> {
    if account.state == AccountState::Normal { Ok(()) } else { Err(Denied::AccountNotNormal { state: account.state }) }
}

/// A creator has claimed the account, so there is someone who can grant its use.
pub(crate) fn account_is_claimed(account: &Subject) -> Result<(), Denied> {
    if account.claimed { Ok(()) } else { Err(Denied::AccountUnclaimed) }
}

/// At least one scope is named.
pub(crate) fn scopes_are_some(scopes: Scopes) -> Result<(), Denied> {
    if scopes.is_empty() { Err(Denied::NoScopes) } else { Ok(()) }
}

/// A request can be answered: each way in which it cannot has its own reason.
pub(crate) fn request_is_open(consent: &Consent, step: Step, now: Instant) -> Result<(), Denied> {
    if consent.admits(step, now).is_ok() {
        return Ok(());
    }
    let since = consent.since;
    Err(match consent.standing {
        Standing::InForce | Standing::Ended => Denied::Replayed { since },
        Standing::Declined => Denied::Refused { since },
        Standing::Withdrawn => Denied::Withdrawn { since },
        Standing::Asked | Standing::Expired => Denied::Expired { closed_at: consent.closes_at },
    })
}

/// What a member was given, and what of it is left when the grant shrinks to `scopes`.
pub(crate) fn trimmed(held: Held, given: &[crate::index::grants::Assignment], scopes: Scopes) -> Vec<crate::Event> {
    let beyond = given.iter().filter(|given| !given.scopes.is_within(scopes));
    beyond
        .map(|given| match given.scopes.and(scopes) {
            left if left.is_empty() => crate::Event::Unassigned { held, user: given.user },
            left => crate::Event::Assigned { held, user: given.user, scopes: left },
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use kernel::{OrgId, Span, Sure};

    pub(crate) const NOW: Instant = Instant(1_795_000_000_000);

    pub(crate) fn cited<T>(value: T) -> Cited<T> {
        Cited { value, source: "test".into(), seen: "2026-11-21".into(), sure: Sure::Ours }
    }

    pub(crate) fn scopes(bits: i64) -> Scopes {
        Scopes::from_bits(bits)
    }

    /// A normal, claimed account of the owner.
    pub(crate) fn subject() -> Subject {
        Subject { account: kernel::AccountId::new(3), owner: OrgId::new(2), claimed: true, state: AccountState::Normal }
    }

    /// The grant of the centre on that account.
    pub(crate) fn held() -> Held {
        Held { grant: kernel::GrantId::new(4), centre: OrgId::new(1), account: kernel::AccountId::new(3), owner: OrgId::new(2) }
    }

    /// That grant, in force.
    pub(crate) fn grant(scopes: Scopes) -> crate::index::grants::Grant {
        crate::index::grants::Grant {
            held: held(),
            scopes,
            standing: Standing::InForce,
            granted_by: kernel::UserId::new(9),
            since: NOW,
            changed_at: NOW,
            ended_by: String::new(),
            reason: String::new(),
            version: 1,
        }
    }

    /// A member's assignment of that account.
    pub(crate) fn given(user: u128, scopes: Scopes) -> crate::index::grants::Assignment {
        crate::index::grants::Assignment { account: kernel::AccountId::new(3), user: kernel::UserId::new(user), scopes, since: NOW }
    }

    /// A request for posts that the owner took up.
    pub(crate) fn request() -> crate::index::requests::Request {
        crate::index::requests::Request {
            id: kernel::RequestId::new(6),
            consent: consent(),
            asked_by: kernel::UserId::new(9),
            scopes: scopes(3),
            account: None,
            digest: "d".into(),
            granted: None,
            version: 1,
        }
    }

    /// An offer that the owner took up.
    pub(crate) fn consent() -> Consent {
        Consent::offer(OrgId::new(1), NOW, Span::minutes(10)).taken_up(OrgId::new(2))
    }

    #[test]
    fn every_way_in_which_a_request_is_over_has_its_own_reason() {
        let at = |standing| Consent { standing, since: NOW, ..consent() };
        let answer = |standing| request_is_open(&at(standing), Step::Accept, NOW);
        assert_eq!(answer(Standing::Asked), Ok(()));
        assert_eq!(answer(Standing::InForce), Err(Denied::Replayed { since: NOW }));
        assert_eq!(answer(Standing::Declined), Err(Denied::Refused { since: NOW }));
        assert_eq!(answer(Standing::Withdrawn), Err(Denied::Withdrawn { since: NOW }));
        assert_eq!(answer(Standing::Expired), Err(Denied::Expired { closed_at: consent().closes_at }));
    }

    #[test]
    fn a_request_is_open_until_the_millisecond_before_its_closing() {
        let closing = consent().closes_at;
        assert_eq!(request_is_open(&consent(), Step::Accept, closing - Span(1)), Ok(()));
        assert_eq!(request_is_open(&consent(), Step::Accept, closing), Err(Denied::Expired { closed_at: closing }));
    }

    #[test]
    fn a_smaller_grant_trims_what_members_were_given_and_takes_what_is_nothing_now() {
        let all = [given(5, scopes(3)), given(6, scopes(1)), given(7, scopes(2))];
        let events = trimmed(held(), &all, scopes(1));
        let expected = [
            crate::Event::Assigned { held: held(), user: kernel::UserId::new(5), scopes: scopes(1) },
            crate::Event::Unassigned { held: held(), user: kernel::UserId::new(7) },
        ];
        assert_eq!(events, expected);
    }
}
