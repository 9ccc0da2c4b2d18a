//! A member applies a code for a post in an ad account: from then on ads of that ad account may show the post, as long as the
//! code is in force. Wrong, expired, deleted and foreign codes each have their own answer; guessing is limited.

use crate::{
    Event,
    index::posts::Authorisation,
    rules::spark::{self, HasPlace, Place},
};
use accounts::{AccountState, Visibility};
use kernel::{AdAccountId, Capability, Cited, Instant, May, OrgId, Role, Rules, UserId, rules};
use serde::{Deserialize, Serialize};

pub mod io;

/// What the member asks for.
#[derive(Clone, Debug)]
pub struct ApplyPostCode {
    /// For which centre.
    pub centre: OrgId,
    /// Who.
    pub by: UserId,
    /// In which ad account.
    pub ad_account: AdAccountId,
    /// The code's digest, see [`crate::authorise_post::code::digest`].
    pub digest: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// Who acts where.
    pub place: Place,
    /// What the code is for; nothing where there is no such code.
    pub found: Option<Found>,
}

/// What a code is for.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// The authorisation.
    pub authorisation: Authorisation,
    /// Whether whoever made it still owns the account.
    pub is_the_owners: bool,
    /// Whether the account is in order.
    pub account: AccountState,
    /// Whether it is one of a government, a politician or a political party.
    pub is_political: bool,
    /// Who can see the post.
    pub seen_by: Option<Visibility>,
    /// Whether it was applied in this ad account before.
    pub is_applied: bool,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How many wrong codes a person, or an address, may try within the window of sign-ins.
    pub tries: Cited<i64>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "centers.apply_post_code";
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// No code reads like this.
    CodeWrong,
    /// Its time is over.
    CodeExpired {
        /// Since when.
        expired_at: Instant,
    },
    /// Its owner deleted it.
    CodeDeleted {
        /// When.
        deleted_at: Option<Instant>,
    },
    /// It was made by somebody to whom the account no longer belongs.
    CodeForeign,
    /// It was applied in this ad account before.
    AlreadyApplied,
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
            Denied::Spark(denied) => denied.scope(),
            _ => None,
        }
    }
}

impl HasPlace for Facts {
    fn place(&self) -> &Place {
        &self.place
    }
}

impl Capability for ApplyPostCode {
    const NAME: &'static str = "centers.apply_post_code";
    const MAY: May = May::Members(&[Role::CentreAdmin, Role::CentreMember]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
        spark::centre_is_normal,
        spark::person_is_a_member,
        spark::ad_account_is_open,
        spark::role_runs_ads,
        code_is_known,
        code_is_in_force,
        code_is_the_owners,
        code_is_new_here,
        account_may_be_shown,
        post_is_public,
    ];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let applied = |found: &Found| {
            let authorised = found.authorisation.authorised.clone();
            Event::PostCodeApplied { authorised, centre: self.centre, ad_account: self.ad_account, by: self.by }
        };
        facts.found.iter().map(applied).collect()
    }
}

/// There is such a code.
fn code_is_known(_: &ApplyPostCode, facts: &Facts) -> Result<(), Denied> {
    if facts.found.is_some() { Ok(()) } else { Err(Denied::CodeWrong) }
}

/// The code is in force: until the millisecond before it expires, and not deleted.
fn code_is_in_force(_: &ApplyPostCode, facts: &Facts) -> Result<(), Denied> {
    let Some(Found { authorisation, .. }) = &facts.found else { return Ok(()) };
    if authorisation.deleted {
        Err(Denied::CodeDeleted { deleted_at: authorisation.ended_at })
    } else if authorisation.in_force(facts.now) {
        Ok(())
    } else {
        Err(Denied::CodeExpired { expired_at: authorisation.expires_at })
    }
}

/// Whoever made the code still owns the account.
fn code_is_the_owners(_: &ApplyPostCode, facts: &Facts) -> Result<(), Denied> {
    if facts.found.as_ref().is_none_or(|found| found.is_the_owners) { Ok(()) } else { Err(Denied::CodeForeign) }
}

/// The code was not applied in this ad account before.
fn code_is_new_here(_: &ApplyPostCode, facts: &Facts) -> Result<(), Denied> {
    if facts.found.as_ref().is_some_and(|found| found.is_applied) { Err(Denied::AlreadyApplied) } else { Ok(()) }
}

/// The post's account is in order and not political.
fn account_may_be_shown(_: &ApplyPostCode, facts: &Facts) -> Result<(), Denied> {
    match &facts.found {
        Some(Found { account: AccountState::Normal, is_political: true, .. }) => Err(spark::Denied::AccountPolitical.into()),
        None | Some(Found { account: AccountState::Normal, .. }) => Ok(()),
        Some(Found { account, .. }) => Err(spark::Denied::AccountNotNormal { state: *account }.into()),
    }
}

/// The post is there, and everyone can see it.
fn post_is_public(_: &ApplyPostCode, facts: &Facts) -> Result<(), Denied> {
    match facts.found.as_ref().map(|found| found.seen_by) {
        None | Some(Some(Visibility::Public)) => Ok(()),
        Some(None) => Err(spark::Denied::ItemGone.into()),
        Some(Some(visibility)) => Err(spark::Denied::NotPublic { visibility }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AdRole, delete_authorisation::tests::authorisation, rules::spark::tests::place};
    use kernel::{Span, decide};

    fn ask() -> ApplyPostCode {
        ApplyPostCode { centre: OrgId::new(1), by: UserId::new(5), ad_account: AdAccountId::new(6), digest: "d".into() }
    }

    fn found() -> Found {
        Found {
            authorisation: authorisation(),
            is_the_owners: true,
            account: AccountState::Normal,
            is_political: false,
            seen_by: Some(Visibility::Public),
            is_applied: false,
        }
    }

    fn facts(found: Option<Found>) -> Facts {
        Facts { now: Instant(0), place: place(), found }
    }

    #[test]
    fn a_code_in_force_is_applied_once_by_who_runs_ads() {
        assert!(matches!(decide(&ask(), &facts(Some(found()))).as_deref(), Ok([Event::PostCodeApplied { .. }])));
        let twice = Found { is_applied: true, ..found() };
        assert_eq!(decide(&ask(), &facts(Some(twice))), Err(vec![Denied::AlreadyApplied]));
        let analyst = Facts { place: Place { role: Some(AdRole::Analyst), ..place() }, ..facts(Some(found())) };
        assert_eq!(decide(&ask(), &analyst), Err(vec![Denied::Spark(spark::Denied::RoleTooLow { role: AdRole::Analyst })]));
    }

    #[test]
    fn wrong_expired_deleted_and_foreign_codes_each_have_their_own_answer() {
        assert_eq!(decide(&ask(), &facts(None)), Err(vec![Denied::CodeWrong]));
        let mut late = facts(Some(found()));
        let expired_at = found().authorisation.expires_at;
        late.now = expired_at - Span(1);
        assert!(decide(&ask(), &late).is_ok());
        late.now = expired_at;
        assert_eq!(decide(&ask(), &late), Err(vec![Denied::CodeExpired { expired_at }]));
        let at = Some(Instant(5));
        let deleted = Found { authorisation: Authorisation { deleted: true, ended_at: at, ..authorisation() }, ..found() };
        assert_eq!(decide(&ask(), &facts(Some(deleted))), Err(vec![Denied::CodeDeleted { deleted_at: at }]));
        let foreign = Found { is_the_owners: false, ..found() };
        assert_eq!(decide(&ask(), &facts(Some(foreign))), Err(vec![Denied::CodeForeign]));
    }

    #[test]
    fn a_code_shows_nothing_that_no_ad_may_show() {
        let political = Found { is_political: true, ..found() };
        assert_eq!(decide(&ask(), &facts(Some(political))), Err(vec![Denied::Spark(spark::Denied::AccountPolitical)]));
        let gone = Found { seen_by: None, account: AccountState::Suspended, ..found() };
        assert_eq!(decide(&ask(), &facts(Some(gone))).unwrap_err().len(), 2);
    }
}
