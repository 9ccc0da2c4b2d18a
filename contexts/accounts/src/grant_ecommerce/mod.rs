//! Give an account its e-commerce permission back.

use crate::{Account, Ecommerce, Event};
use kernel::{AccountId, Capability, May, OrgId, Role, Rules, rules};
use serde::Serialize;

pub mod io;

/// What the operator asks for.
#[derive(Clone, Debug)]
pub struct GrantEcommerce {
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
    AlreadyGranted,
}

impl kernel::Denied for Denied {}

impl Capability for GrantEcommerce {
    const NAME: &'static str = "accounts.grant_ecommerce";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorReviewer]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![permission_is_withdrawn];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::EcommerceGranted { account: self.account, owner: facts.account.owner, reason: self.reason.clone() }]
    }
}

/// What was not withdrawn need not be given back.
fn permission_is_withdrawn(_: &GrantEcommerce, facts: &Facts) -> Result<(), Denied> {
    if facts.account.ecommerce == Ecommerce::Withdrawn { Ok(()) } else { Err(Denied::AlreadyGranted) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::account;

    fn ask() -> GrantEcommerce {
        GrantEcommerce { operator: OrgId::new(9), account: AccountId::new(1), reason: "why".into() }
    }

    fn facts(ecommerce: Ecommerce) -> Facts {
        Facts { account: Account { ecommerce, ..account() } }
    }

    #[test]
    fn grant_ecommerce_needs_an_account_that_is_withdrawn() {
        assert!(kernel::decide(&ask(), &facts(Ecommerce::Withdrawn)).is_ok());
        assert_eq!(kernel::decide(&ask(), &facts(Ecommerce::Granted)), Err(vec![Denied::AlreadyGranted]));
    }
}
