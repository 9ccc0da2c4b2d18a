//! Withdraw an account's e-commerce permission: it can no longer sell.

use crate::{Account, Ecommerce, Event};
use kernel::{AccountId, Capability, May, OrgId, Role, Rules, rules};
use serde::Serialize;

pub mod io;

/// What the operator asks for.
#[derive(Clone, Debug)]
pub struct WithdrawEcommerce {
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
    AlreadyWithdrawn,
}

impl kernel::Denied for Denied {}

impl Capability for WithdrawEcommerce {
    const NAME: &'static str = "accounts.withdraw_ecommerce";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorReviewer]);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![permission_is_granted];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::EcommerceWithdrawn { account: self.account, owner: facts.account.owner, reason: self.reason.clone() }]
    }
}

/// What is not granted cannot be withdrawn.
fn permission_is_granted(_: &WithdrawEcommerce, facts: &Facts) -> Result<(), Denied> {
    if facts.account.ecommerce == Ecommerce::Granted { Ok(()) } else { Err(Denied::AlreadyWithdrawn) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::account;

    fn ask() -> WithdrawEcommerce {
        WithdrawEcommerce { operator: OrgId::new(9), account: AccountId::new(1), reason: "why".into() }
    }

    fn facts(ecommerce: Ecommerce) -> Facts {
        Facts { account: Account { ecommerce, ..account() } }
    }

    #[test]
    fn withdraw_ecommerce_needs_an_account_that_is_granted() {
        assert!(kernel::decide(&ask(), &facts(Ecommerce::Granted)).is_ok());
        assert_eq!(kernel::decide(&ask(), &facts(Ecommerce::Withdrawn)), Err(vec![Denied::AlreadyWithdrawn]));
    }
}
