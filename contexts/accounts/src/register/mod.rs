//! Register an account. Its creator does this once; an account that a file named is claimed instead (`claim`).

use crate::{Event, naming};
use jiff::civil::Date;
use kernel::{AccountId, Capability, Cited, Instant, May, OrgId, Region, Role, Rules, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// What the creator asks for.
#[derive(Clone, Debug)]
pub struct Register {
    /// The new account's id.
    pub account: AccountId,
    /// The creator's organisation.
    pub owner: OrgId,
    /// The unique name, without `@`.
    pub handle: String,
    /// The name shown.
    pub nickname: String,
    /// The country of registration.
    pub region: Region,
    /// The owner's date of birth.
    pub birth: Date,
    /// What the account is about.
    pub categories: Vec<String>,
}

/// All that the rules look at.
pub struct Facts {
    /// Whether another account has the handle.
    pub handle_is_taken: bool,
    /// The moment of asking.
    pub now: Instant,
    /// What names look like.
    pub naming: Arc<naming::Policy>,
    /// This verb's own values.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// From this age on a person may have an account.
    pub least_age: Cited<i16>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "accounts.register";
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    HandleUnfit { given: String, least: Cited<u32>, most: Cited<u32> },
    HandleTaken { given: String },
    NicknameUnfit { given: String, most: Cited<u32> },
    TooYoung { least_age: Cited<i16> },
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        match self {
            Denied::HandleUnfit { .. } | Denied::HandleTaken { .. } | Denied::NicknameUnfit { .. } => Some("accounts.naming"),
            Denied::TooYoung { .. } => None,
        }
    }
}

impl Capability for Register {
    const NAME: &'static str = "accounts.register";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![handle_is_well_formed, handle_is_free, nickname_is_well_formed, owner_is_old_enough];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::AccountRegistered {
            account: self.account,
            owner: self.owner,
            handle: self.handle.clone(),
            nickname: self.nickname.clone(),
            region: self.region,
            birth: Some(self.birth),
            age_stated: None,
            brand_account: false,
            categories: self.categories.clone(),
            claimed: true,
        }]
    }
}

/// The handle has the platform's form.
fn handle_is_well_formed(ask: &Register, facts: &Facts) -> Result<(), Denied> {
    let (least, most) = (facts.naming.handle_least.clone(), facts.naming.handle_most.clone());
    if naming::handle_fits(&ask.handle, &facts.naming) {
        Ok(())
    } else {
        Err(Denied::HandleUnfit { given: ask.handle.clone(), least, most })
    }
}

/// No other account has the handle, however its letters are cased.
fn handle_is_free(ask: &Register, facts: &Facts) -> Result<(), Denied> {
    if facts.handle_is_taken { Err(Denied::HandleTaken { given: ask.handle.clone() }) } else { Ok(()) }
}

/// The nickname can be shown.
fn nickname_is_well_formed(ask: &Register, facts: &Facts) -> Result<(), Denied> {
    let most = facts.naming.nickname_most.clone();
    if naming::nickname_fits(&ask.nickname, &facts.naming) {
        Ok(())
    } else {
        Err(Denied::NicknameUnfit { given: ask.nickname.clone(), most })
    }
}

/// The owner may have an account at all; what more selling needs is linking's question.
fn owner_is_old_enough(ask: &Register, facts: &Facts) -> Result<(), Denied> {
    let least_age = facts.policy.least_age.clone();
    if facts.now.years_since(ask.birth) >= least_age.value { Ok(()) } else { Err(Denied::TooYoung { least_age }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naming::tests::{cited, policy};
    use jiff::civil::date;

    fn ask() -> Register {
        let (account, owner) = (AccountId::new(1), OrgId::new(1));
        let region = Region::new(b"GB");
        Register { account, owner, handle: "luna".into(), nickname: "Luna".into(), region, birth: date(2013, 11, 21), categories: vec![] }
    }

    fn facts() -> Facts {
        let now = "2026-11-21T00:00:00Z".parse().unwrap();
        Facts { handle_is_taken: false, now, naming: Arc::new(policy()), policy: Arc::new(Policy { least_age: cited(13) }) }
    }

    #[test]
    fn an_owner_may_register_on_the_thirteenth_birthday_and_not_a_millisecond_before() {
        assert_eq!(kernel::decide(&ask(), &facts()).unwrap().len(), 1);
        let mut early = facts();
        early.now = early.now - kernel::Span::millis(1);
        assert_eq!(kernel::decide(&ask(), &early), Err(vec![Denied::TooYoung { least_age: cited(13) }]));
    }

    #[test]
    fn every_reason_is_given_at_once() {
        let mut taken = facts();
        taken.handle_is_taken = true;
        let bad = Register { handle: "lu na".into(), nickname: String::new(), birth: date(2026, 11, 22), ..ask() };
        assert_eq!(kernel::decide(&bad, &taken).unwrap_err().len(), 4);
    }
}
