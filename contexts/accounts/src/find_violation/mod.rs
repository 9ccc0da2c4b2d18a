//! Record a violation on an account. While one is open, linking refuses; what follows for shops is compliance's matter.

use crate::{Account, AccountState, Event};
use kernel::{AccountId, Capability, May, OrgId, Role, Rules, ViolationId, rules};
use serde::Serialize;

pub mod io;

/// What the reviewer asks for.
#[derive(Clone, Debug)]
pub struct FindViolation {
    /// The operator.
    pub operator: OrgId,
    /// The account.
    pub account: AccountId,
    /// The new violation's id.
    pub violation: ViolationId,
    /// What was violated, for the account's owner to read.
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
    AccountIsClosed,
}

impl kernel::Denied for Denied {}

impl Capability for FindViolation {
    const NAME: &'static str = "accounts.find_violation";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorReviewer]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![account_is_not_closed];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (account, owner) = (self.account, facts.account.owner);
        vec![Event::ViolationFound { account, owner, violation: self.violation, reason: self.reason.clone() }]
    }
}

/// A closed account is over; a suspended one can still be found to have violated something.
fn account_is_not_closed(_: &FindViolation, facts: &Facts) -> Result<(), Denied> {
    if facts.account.state == AccountState::Closed { Err(Denied::AccountIsClosed) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::account;

    #[test]
    fn a_suspended_account_can_be_found_in_violation_and_a_closed_one_cannot() {
        let (operator, violation) = (OrgId::new(9), ViolationId::new(1));
        let ask = FindViolation { operator, account: AccountId::new(1), violation, reason: "why".into() };
        let facts = |state| Facts { account: Account { state, ..account() } };
        assert!(kernel::decide(&ask, &facts(AccountState::Suspended)).is_ok());
        assert_eq!(kernel::decide(&ask, &facts(AccountState::Closed)), Err(vec![Denied::AccountIsClosed]));
    }
}
