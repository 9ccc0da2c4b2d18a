//! Take an account out of use. What hangs on it elsewhere ends or freezes there, by those contexts' reactions.

use crate::{Account, AccountState, Event};
use kernel::{AccountId, Capability, May, OrgId, Role, Rules, rules};
use serde::Serialize;

pub mod io;

/// What the operator asks for.
#[derive(Clone, Debug)]
pub struct Suspend {
    /// The operator.
    pub operator: OrgId,
    /// The account.
    pub account: AccountId,
    /// Why, for the account's owner to read.
    pub reason: String,
}

/// All that the rules look at.
pub struct Facts {
    /// The account.
    pub account: Account,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    NotNormal { state: AccountState },
}

impl kernel::Denied for Denied {}

impl Capability for Suspend {
    const NAME: &'static str = "accounts.suspend";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorReviewer]);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![account_is_normal];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AccountSuspended { account: self.account, owner: facts.account.owner, reason: self.reason.clone() }]
    }
}

/// Only an account in order can be suspended; a closed one stays closed.
fn account_is_normal(_: &Suspend, facts: &Facts) -> Result<(), Denied> {
    if facts.account.state == AccountState::Normal { Ok(()) } else { Err(Denied::NotNormal { state: facts.account.state }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::account;

    fn ask() -> Suspend {
        Suspend { operator: OrgId::new(9), account: AccountId::new(1), reason: "why".into() }
    }

    fn facts(state: AccountState) -> Facts {
        Facts { account: Account { state, ..account() } }
    }

    #[test]
    fn suspend_needs_an_account_that_is_normal() {
        assert!(kernel::decide(&ask(), &facts(AccountState::Normal)).is_ok());
        assert_eq!(
            kernel::decide(&ask(), &facts(AccountState::Suspended)),
            Err(vec![Denied::NotNormal { state: AccountState::Suspended }])
        );
        assert_eq!(kernel::decide(&ask(), &facts(AccountState::Closed)), Err(vec![Denied::NotNormal { state: AccountState::Closed }]));
    }
}
