//! The owner authorises the centre: all of the scopes that were asked for, or some, on one of their accounts. What was right at the
//! asking is asked again, and the owner has just shown who they are.

use crate::{
    Event, Held, Scopes,
    granting::{self, Denied, Subject},
    index::{grants::Grant, requests::Request},
};
use access::OrgState;
use kernel::{AccountId, Capability, Cited, GrantId, Instant, May, OrgId, RequestId, Role, Rules, Step, UserId, rules};
use serde::Deserialize;
use std::sync::Arc;

pub mod io;

/// What the owner asks for.
#[derive(Clone, Debug)]
pub struct Authorise {
    /// The grant's id, made by the shell; an account that the centre holds already keeps its grant.
    pub grant: GrantId,
    /// As which creator.
    pub owner: OrgId,
    /// Which request.
    pub request: RequestId,
    /// On which account.
    pub account: AccountId,
    /// For what.
    pub scopes: Scopes,
    /// The short code that the owner compared with the one of whoever asked.
    pub matching_code: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// Who authorises.
    pub by: UserId,
    /// The request.
    pub request: Request,
    /// The request's short code.
    pub matching_code: String,
    /// Whether whoever asked is still an admin of the centre.
    pub asker_is_admin: bool,
    /// Whether the centre may act.
    pub centre: OrgState,
    /// Whether the creator may act.
    pub creator: OrgState,
    /// The account.
    pub account: Subject,
    /// What the centre holds on it already.
    pub held: Option<Grant>,
    /// How many centres hold the account.
    pub centres: i64,
    /// How many accounts the centre holds.
    pub accounts: i64,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How many centres may hold one account.
    pub centres_per_account: Cited<i64>,
    /// How many accounts one centre may hold.
    pub accounts_per_centre: Cited<i64>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "centers.authorise";
}

impl Capability for Authorise {
    const NAME: &'static str = "centers.authorise";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
        request_is_open,
        asker_is_still_an_admin,
        matching_code_is_the_same,
        centre_is_normal,
        owner_is_normal,
        account_is_normal,
        account_is_claimed,
        account_is_the_one_asked_for,
        scopes_are_named,
        scopes_were_asked_for,
        something_new_is_granted,
        account_has_room_for_a_centre,
        centre_has_room_for_an_account,
    ];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (request, by) = (self.request, facts.by);
        let event = match &facts.held {
            Some(grant) => Event::AccessWidened { held: grant.held, request, scopes: grant.scopes.or(self.scopes), by },
            None => {
                let held = Held { grant: self.grant, centre: facts.request.centre(), account: self.account, owner: self.owner };
                Event::AccessGranted { held, request, scopes: self.scopes, by }
            }
        };
        vec![event]
    }
}

/// The request waits for an answer.
fn request_is_open(_: &Authorise, facts: &Facts) -> Result<(), Denied> {
    granting::request_is_open(&facts.request.consent, Step::Accept, facts.now)
}

/// Whoever asked may still ask.
fn asker_is_still_an_admin(_: &Authorise, facts: &Facts) -> Result<(), Denied> {
    if facts.asker_is_admin { Ok(()) } else { Err(Denied::AskerGone) }
}

/// The owner has compared the short code, and it is this request's.
fn matching_code_is_the_same(ask: &Authorise, facts: &Facts) -> Result<(), Denied> {
    if ask.matching_code == facts.matching_code { Ok(()) } else { Err(Denied::OtherMatchingCode) }
}

/// The centre may act.
fn centre_is_normal(_: &Authorise, facts: &Facts) -> Result<(), Denied> {
    granting::centre_is_normal(facts.centre)
}

/// The creator may act.
fn owner_is_normal(_: &Authorise, facts: &Facts) -> Result<(), Denied> {
    granting::owner_is_normal(facts.creator)
}

/// Nothing stands against the account.
fn account_is_normal(_: &Authorise, facts: &Facts) -> Result<(), Denied> {
    granting::account_is_normal(&facts.account)
}

/// The creator has claimed the account.
fn account_is_claimed(_: &Authorise, facts: &Facts) -> Result<(), Denied> {
    granting::account_is_claimed(&facts.account)
}

/// Where the request names an account, it is this one.
fn account_is_the_one_asked_for(ask: &Authorise, facts: &Facts) -> Result<(), Denied> {
    if facts.request.account.is_none_or(|named| named == ask.account) { Ok(()) } else { Err(Denied::NotThisAccount) }
}

/// At least one scope is granted.
fn scopes_are_named(ask: &Authorise, _: &Facts) -> Result<(), Denied> {
    granting::scopes_are_some(ask.scopes)
}

/// Nothing is granted that was not asked for.
fn scopes_were_asked_for(ask: &Authorise, facts: &Facts) -> Result<(), Denied> {
    let beyond = ask.scopes.without(facts.request.scopes);
    if beyond.is_empty() { Ok(()) } else { Err(Denied::BeyondRequest { scopes: beyond }) }
}

/// The centre does not hold all of it already.
fn something_new_is_granted(ask: &Authorise, facts: &Facts) -> Result<(), Denied> {
    let held = facts.held.as_ref().map_or(Scopes::NONE, |grant| grant.scopes);
    let nothing_new = !ask.scopes.is_empty() && ask.scopes.is_within(held);
    if nothing_new { Err(Denied::AlreadyHeld { scopes: held }) } else { Ok(()) }
}

/// One more centre may hold the account; whoever holds it already takes no further place.
fn account_has_room_for_a_centre(_: &Authorise, facts: &Facts) -> Result<(), Denied> {
    let allowed = &facts.policy.centres_per_account;
    if facts.held.is_some() || facts.centres < allowed.value { Ok(()) } else { Err(Denied::CentresFull { allowed: allowed.clone() }) }
}

/// The centre may hold one more account.
fn centre_has_room_for_an_account(_: &Authorise, facts: &Facts) -> Result<(), Denied> {
    let allowed = &facts.policy.accounts_per_centre;
    if facts.held.is_some() || facts.accounts < allowed.value { Ok(()) } else { Err(Denied::AccountsFull { allowed: allowed.clone() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{NOW, cited, grant, held, request, scopes, subject};
    use kernel::{Span, Standing, decide};

    fn ask(bits: i64) -> Authorise {
        Authorise {
            grant: GrantId::new(4),
            owner: OrgId::new(2),
            request: RequestId::new(6),
            account: AccountId::new(3),
            scopes: scopes(bits),
            matching_code: "123456".into(),
        }
    }

    fn facts() -> Facts {
        Facts {
            now: NOW,
            by: UserId::new(5),
            request: request(),
            matching_code: "123456".into(),
            asker_is_admin: true,
            centre: OrgState::Normal,
            creator: OrgState::Normal,
            account: subject(),
            held: None,
            centres: 0,
            accounts: 0,
            policy: Arc::new(Policy { centres_per_account: cited(800), accounts_per_centre: cited(800) }),
        }
    }

    #[test]
    fn all_or_some_of_what_was_asked_for_is_granted_and_never_more() {
        for bits in 1..8 {
            let decided = decide(&ask(bits), &facts());
            if scopes(bits).is_within(request().scopes) {
                assert_eq!(
                    decided,
                    Ok(vec![Event::AccessGranted { held: held(), request: RequestId::new(6), scopes: scopes(bits), by: UserId::new(5) }])
                );
            } else {
                assert_eq!(decided, Err(vec![Denied::BeyondRequest { scopes: scopes(bits & 4) }]));
            }
        }
        assert_eq!(decide(&ask(0), &facts()), Err(vec![Denied::NoScopes]));
    }

    #[test]
    fn who_holds_some_gets_more_on_the_same_grant_and_loses_nothing() {
        let facts = Facts { held: Some(grant(scopes(4))), ..facts() };
        let events = decide(&ask(1), &facts).unwrap();
        assert!(matches!(events[..], [Event::AccessWidened { scopes: all, .. }] if all == scopes(5)));
        let again = Facts { held: Some(grant(scopes(3))), ..facts };
        assert_eq!(decide(&ask(1), &again), Err(vec![Denied::AlreadyHeld { scopes: scopes(3) }]));
    }

    #[test]
    fn the_800th_centre_and_the_800th_account_fit_and_the_801st_do_not() {
        let full = |centres, accounts| Facts { centres, accounts, ..facts() };
        assert!(decide(&ask(1), &full(799, 799)).is_ok());
        let denied = vec![Denied::CentresFull { allowed: cited(800) }, Denied::AccountsFull { allowed: cited(800) }];
        assert_eq!(decide(&ask(1), &full(800, 800)), Err(denied));
        let holds_it = Facts { held: Some(grant(scopes(4))), ..full(800, 800) };
        assert!(decide(&ask(1), &holds_it).is_ok(), "who holds the account already takes no further place");
    }

    #[test]
    fn the_approval_is_in_time_until_the_millisecond_before_the_tenth_minute_ends() {
        let closed_at = NOW + Span::minutes(10);
        assert!(decide(&ask(1), &Facts { now: closed_at - Span(1), ..facts() }).is_ok());
        assert_eq!(decide(&ask(1), &Facts { now: closed_at, ..facts() }), Err(vec![Denied::Expired { closed_at }]));
    }

    #[test]
    fn a_request_is_answered_once() {
        let mut facts = facts();
        facts.request.consent.standing = Standing::InForce;
        assert_eq!(decide(&ask(1), &facts), Err(vec![Denied::Replayed { since: NOW }]));
        facts.request.consent.standing = Standing::Withdrawn;
        assert_eq!(decide(&ask(1), &facts), Err(vec![Denied::Withdrawn { since: NOW }]));
    }

    #[test]
    fn another_short_code_another_account_and_a_departed_asker_are_each_a_reason() {
        let mut facts = facts();
        facts.matching_code = "654321".into();
        facts.request.account = Some(AccountId::new(33));
        facts.asker_is_admin = false;
        assert_eq!(decide(&ask(1), &facts), Err(vec![Denied::AskerGone, Denied::OtherMatchingCode, Denied::NotThisAccount]));
    }

    #[test]
    fn everyone_concerned_must_be_in_order() {
        let account = Subject { claimed: false, state: accounts::AccountState::Suspended, ..subject() };
        let facts = Facts { account, centre: OrgState::Suspended, creator: OrgState::Suspended, ..facts() };
        assert_eq!(decide(&ask(1), &facts).unwrap_err().len(), 4);
    }
}
