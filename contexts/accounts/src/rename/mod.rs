//! Change an account's handle or nickname. Both wait between two changes, so that people can still find who they follow.

use crate::{Account, AccountState, Event, names, naming};
use kernel::{AccountId, Capability, Cited, Instant, May, OrgId, Role, Rules, Span, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// What the owner asks for.
#[derive(Clone, Debug)]
pub struct Rename {
    /// The owner.
    pub owner: OrgId,
    /// The account.
    pub account: AccountId,
    /// Its handle from now on.
    pub handle: String,
    /// Its nickname from now on.
    pub nickname: String,
}

/// All that the rules look at.
pub struct Facts {
    /// The account as it is.
    pub account: Account,
    /// Whether another account has the new handle.
    pub handle_is_taken: bool,
    /// When the handle was last changed.
    pub handle_changed_at: Option<Instant>,
    /// When the nickname was last changed.
    pub nickname_changed_at: Option<Instant>,
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
    /// A handle stays for this long.
    pub handle_wait: Cited<Span>,
    /// A nickname stays for this long.
    pub nickname_wait: Cited<Span>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "accounts.rename";
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    AccountNotNormal { state: AccountState },
    NothingChanges,
    HandleUnfit { given: String, least: Cited<u32>, most: Cited<u32> },
    HandleTaken { given: String },
    NicknameUnfit { given: String, most: Cited<u32> },
    HandleTooSoon { allowed_at: Instant, wait: Cited<Span> },
    NicknameTooSoon { allowed_at: Instant, wait: Cited<Span> },
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        match self {
            Denied::HandleUnfit { .. } | Denied::HandleTaken { .. } | Denied::NicknameUnfit { .. } => Some("accounts.naming"),
            _ => None,
        }
    }
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::HandleTooSoon { allowed_at, .. } | Denied::NicknameTooSoon { allowed_at, .. } => Some(*allowed_at),
            _ => None,
        }
    }
}

impl Capability for Rename {
    const NAME: &'static str = "accounts.rename";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
        account_is_normal,
        something_changes,
        handle_is_well_formed,
        handle_is_free,
        nickname_is_well_formed,
        handle_has_waited,
        nickname_has_waited
    ];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AccountRenamed {
            account: self.account,
            owner: self.owner,
            handle: self.handle.clone(),
            nickname: self.nickname.clone(),
            previous_handle: facts.account.handle.clone(),
            previous_nickname: facts.account.nickname.clone(),
        }]
    }
}

/// A suspended or closed account keeps its names, so that those who look for it find out what became of it.
fn account_is_normal(_: &Rename, facts: &Facts) -> Result<(), Denied> {
    let state = facts.account.state;
    if state == AccountState::Normal { Ok(()) } else { Err(Denied::AccountNotNormal { state }) }
}

/// The handle or the nickname is another one than now.
fn something_changes(ask: &Rename, facts: &Facts) -> Result<(), Denied> {
    let same = ask.handle == facts.account.handle && ask.nickname == facts.account.nickname;
    if same { Err(Denied::NothingChanges) } else { Ok(()) }
}

/// The new handle has the platform's form; an old one that an import brought may stay as it is.
fn handle_is_well_formed(ask: &Rename, facts: &Facts) -> Result<(), Denied> {
    let (least, most) = (facts.naming.handle_least.clone(), facts.naming.handle_most.clone());
    let stays = ask.handle == facts.account.handle;
    if stays || naming::handle_fits(&ask.handle, &facts.naming) {
        Ok(())
    } else {
        Err(Denied::HandleUnfit { given: ask.handle.clone(), least, most })
    }
}

/// No other account has the new handle.
fn handle_is_free(ask: &Rename, facts: &Facts) -> Result<(), Denied> {
    if facts.handle_is_taken { Err(Denied::HandleTaken { given: ask.handle.clone() }) } else { Ok(()) }
}

/// The new nickname can be shown.
fn nickname_is_well_formed(ask: &Rename, facts: &Facts) -> Result<(), Denied> {
    let most = facts.naming.nickname_most.clone();
    if naming::nickname_fits(&ask.nickname, &facts.naming) {
        Ok(())
    } else {
        Err(Denied::NicknameUnfit { given: ask.nickname.clone(), most })
    }
}

/// A handle may change again at the very moment its wait ends. Writing it in other letter case is no change of handle.
fn handle_has_waited(ask: &Rename, facts: &Facts) -> Result<(), Denied> {
    let wait = facts.policy.handle_wait.clone();
    let changes = names::normal(&ask.handle) != names::normal(&facts.account.handle);
    match facts.handle_changed_at.map(|at| at + wait.value) {
        Some(allowed_at) if changes && facts.now < allowed_at => Err(Denied::HandleTooSoon { allowed_at, wait }),
        _ => Ok(()),
    }
}

/// A nickname may change again at the very moment its wait ends.
fn nickname_has_waited(ask: &Rename, facts: &Facts) -> Result<(), Denied> {
    let wait = facts.policy.nickname_wait.clone();
    let changes = ask.nickname != facts.account.nickname;
    match facts.nickname_changed_at.map(|at| at + wait.value) {
        Some(allowed_at) if changes && facts.now < allowed_at => Err(Denied::NicknameTooSoon { allowed_at, wait }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        naming::tests::{cited, policy},
        state::tests::account,
    };

    const CHANGED: Instant = Instant(1_795_000_000_000);

    fn facts(now: Instant) -> Facts {
        let values = Policy { handle_wait: cited(Span::days(30)), nickname_wait: cited(Span::days(7)) };
        Facts {
            account: account(),
            handle_is_taken: false,
            handle_changed_at: Some(CHANGED),
            nickname_changed_at: Some(CHANGED),
            now,
            naming: Arc::new(policy()),
            policy: Arc::new(values),
        }
    }

    fn ask(handle: &str, nickname: &str) -> Rename {
        Rename { owner: OrgId::new(1), account: AccountId::new(1), handle: handle.into(), nickname: nickname.into() }
    }

    #[test]
    fn a_handle_may_change_30_days_after_its_last_change_and_not_a_millisecond_before() {
        let end = CHANGED + Span::days(30);
        assert!(kernel::decide(&ask("luna2", "Luna"), &facts(end)).is_ok());
        let early = kernel::decide(&ask("luna2", "Luna"), &facts(end - Span::millis(1)));
        assert_eq!(early, Err(vec![Denied::HandleTooSoon { allowed_at: end, wait: cited(Span::days(30)) }]));
    }

    #[test]
    fn a_nickname_may_change_7_days_after_its_last_change_and_not_a_millisecond_before() {
        let end = CHANGED + Span::days(7);
        assert!(kernel::decide(&ask("luna", "Luna K"), &facts(end)).is_ok());
        let early = kernel::decide(&ask("luna", "Luna K"), &facts(end - Span::millis(1)));
        assert_eq!(early, Err(vec![Denied::NicknameTooSoon { allowed_at: end, wait: cited(Span::days(7)) }]));
    }

    #[test]
    fn names_that_stay_are_no_change() {
        assert_eq!(kernel::decide(&ask("luna", "Luna"), &facts(CHANGED)), Err(vec![Denied::NothingChanges]));
    }

    #[test]
    fn a_suspended_account_keeps_its_names() {
        let mut suspended = facts(CHANGED + Span::days(40));
        suspended.account.state = AccountState::Suspended;
        let denied = kernel::decide(&ask("luna2", "Luna"), &suspended);
        assert_eq!(denied, Err(vec![Denied::AccountNotNormal { state: AccountState::Suspended }]));
    }
}
