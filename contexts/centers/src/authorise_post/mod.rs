//! An account's owner makes a code with which an ad account may show one post for a while. The code is shown once; what is kept
//! is its digest.

use crate::{Authorised, Event, rules::spark};
use access::OrgState;
use accounts::{AccountState, Visibility};
use kernel::{AccountId, AuthorisationId, Capability, Cited, Instant, May, OrgId, Role, Rules, Span, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod code;
pub mod io;

/// What the owner asks for.
#[derive(Clone, Debug)]
pub struct AuthorisePost {
    /// The authorisation that will be.
    pub authorisation: AuthorisationId,
    /// As which creator.
    pub owner: OrgId,
    /// Which account.
    pub account: AccountId,
    /// Which post, by its id.
    pub post: String,
    /// For how many days.
    pub days: i64,
    /// The code's digest. Whoever asks makes the code, see [`code::fresh`].
    pub digest: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// Whether the creator may act.
    pub owner: OrgState,
    /// Whether the account is in order.
    pub account: AccountState,
    /// Whether it is one of a government, a politician or a political party.
    pub is_political: bool,
    /// Who can see the post.
    pub seen_by: Visibility,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values that this verb, and extending, read.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// For how many days a code may be made.
    pub days: Cited<Vec<i64>>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "centers.authorise_post";
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// The creator may not act.
    OwnerNotNormal {
        /// Its state.
        state: OrgState,
    },
    /// Codes are made for certain terms only.
    DaysNotOffered {
        /// What was asked for.
        given: i64,
        /// What there is.
        offered: Cited<Vec<i64>>,
    },
    /// A condition of ads in general.
    #[serde(untagged)]
    Spark(spark::Denied),
}

impl From<spark::Denied> for Denied {
    fn from(denied: spark::Denied) -> Self {
        Denied::Spark(denied)
    }
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        match self {
            Denied::OwnerNotNormal { .. } | Denied::DaysNotOffered { .. } => Some("centers.authorise_post"),
            Denied::Spark(denied) => denied.scope(),
        }
    }
}

impl Capability for AuthorisePost {
    const NAME: &'static str = "centers.authorise_post";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![owner_is_normal, account_may_be_shown, post_is_public, days_are_offered];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let Self { authorisation, owner, account, ref post, days, ref digest } = *self;
        let authorised = Authorised { authorisation, account, owner, post: post.clone() };
        vec![Event::PostAuthorised { authorised, digest: digest.clone(), days, expires_at: facts.now + Span::days(days) }]
    }
}

/// The creator may act.
fn owner_is_normal(_: &AuthorisePost, facts: &Facts) -> Result<(), Denied> {
    if facts.owner == OrgState::Normal { Ok(()) } else { Err(Denied::OwnerNotNormal { state: facts.owner }) }
}

/// The post's account is in order and not political.
fn account_may_be_shown(_: &AuthorisePost, facts: &Facts) -> Result<(), Denied> {
    match facts.account {
        AccountState::Normal if facts.is_political => Err(spark::Denied::AccountPolitical.into()),
        AccountState::Normal => Ok(()),
        state => Err(spark::Denied::AccountNotNormal { state }.into()),
    }
}

/// Everyone can see the post.
fn post_is_public(_: &AuthorisePost, facts: &Facts) -> Result<(), Denied> {
    let visibility = facts.seen_by;
    if visibility == Visibility::Public { Ok(()) } else { Err(spark::Denied::NotPublic { visibility }.into()) }
}

/// The term is one of those that there are.
fn days_are_offered(ask: &AuthorisePost, facts: &Facts) -> Result<(), Denied> {
    offered(ask.days, &facts.policy)
}

/// Whether codes are made and extended for this many days.
pub(crate) fn offered(given: i64, policy: &Policy) -> Result<(), Denied> {
    let offered = policy.days.clone();
    if offered.value.contains(&given) { Ok(()) } else { Err(Denied::DaysNotOffered { given, offered }) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use kernel::{cited::Sure, decide};

    pub(crate) fn policy() -> Arc<Policy> {
        let days = Cited { value: vec![7, 30, 60, 365], source: "test".into(), seen: "2026-11-22".into(), sure: Sure::Official };
        Arc::new(Policy { days })
    }

    fn ask(days: i64) -> AuthorisePost {
        AuthorisePost {
            authorisation: AuthorisationId::new(1),
            owner: OrgId::new(2),
            account: AccountId::new(3),
            post: "7".into(),
            days,
            digest: "d".into(),
        }
    }

    fn facts() -> Facts {
        Facts {
            now: Instant(1_000),
            owner: OrgState::Normal,
            account: AccountState::Normal,
            is_political: false,
            seen_by: Visibility::Public,
            policy: policy(),
        }
    }

    #[test]
    fn a_code_is_made_for_7_30_60_or_365_days_and_nothing_else() {
        for days in [7, 30, 60, 365] {
            let events = decide(&ask(days), &facts()).unwrap();
            assert!(matches!(events[..], [Event::PostAuthorised { expires_at, .. }] if expires_at == Instant(1_000) + Span::days(days)));
        }
        for days in [-7, 0, 1, 6, 8, 29, 31, 364, 366] {
            let offered = policy().days.clone();
            assert_eq!(decide(&ask(days), &facts()), Err(vec![Denied::DaysNotOffered { given: days, offered }]));
        }
    }

    #[test]
    fn a_code_is_only_made_for_what_an_ad_may_show() {
        let political = Facts { is_political: true, ..facts() };
        assert_eq!(decide(&ask(7), &political), Err(vec![Denied::Spark(spark::Denied::AccountPolitical)]));
        let private = Facts { seen_by: Visibility::Private, account: AccountState::Suspended, owner: OrgState::Suspended, ..facts() };
        assert_eq!(decide(&ask(7), &private).unwrap_err().len(), 3);
    }
}
