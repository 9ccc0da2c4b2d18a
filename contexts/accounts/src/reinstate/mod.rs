//! Take a suspension back.

use crate::{Account, AccountState, Event};
use kernel::{AccountId, Capability, May, OrgId, Role, Rules, rules};
use serde::Serialize;

pub mod io;

/// What the operator asks for.
#[derive(Clone, Debug)]
pub struct Reinstate {
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
    NotSuspended { state: AccountState },
}

impl kernel::Denied for Denied {}

impl Capability for Reinstate {
    const NAME: &'static str = "accounts.reinstate";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorReviewer]);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![account_is_suspended];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AccountReinstated { account: self.account, owner: facts.account.owner, reason: self.reason.clone() }]
    }
}

/// Only a suspended account can come back; a closed one stays closed.
fn account_is_suspended(_: &Reinstate, facts: &Facts) -> Result<(), Denied> {
    if facts.account.state == AccountState::Suspended { Ok(()) } else { Err(Denied::NotSuspended { state: facts.account.state }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::account;

    fn ask() -> Reinstate {
        Reinstate { operator: OrgId::new(9), account: AccountId::new(1), reason: "why".into() }
    }

    fn facts(state: AccountState) -> Facts {
        Facts { account: Account { state, ..account() } }
    }

    #[test]
    fn reinstate_needs_an_account_that_is_suspended() {
        assert!(kernel::decide(&ask(), &facts(AccountState::Suspended)).is_ok());
        assert_eq!(kernel::decide(&ask(), &facts(AccountState::Normal)), Err(vec![Denied::NotSuspended { state: AccountState::Normal }]));
        assert_eq!(kernel::decide(&ask(), &facts(AccountState::Closed)), Err(vec![Denied::NotSuspended { state: AccountState::Closed }]));
    }
}
