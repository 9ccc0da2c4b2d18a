//! Mark an account as one of a government, a politician or a political party, or take the mark back. Such accounts cannot be
//! used for ads; what runs with one stops by the reactions of the contexts that hold ads.
//! Source: the Business API's `is_gpppa`.

use crate::{Account, Event};
use kernel::{AccountId, Capability, May, OrgId, Role, Rules, rules};
use serde::Serialize;

pub mod io;

/// What the operator asks for.
#[derive(Clone, Debug)]
pub struct MarkPolitical {
    /// The operator.
    pub operator: OrgId,
    /// The account.
    pub account: AccountId,
    /// Whether it is political from now on.
    pub political: bool,
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
#[expect(missing_docs, reason = "words.toml says what each reason is")]
pub enum Denied {
    AlreadyMarked,
    NotMarked,
}

impl kernel::Denied for Denied {}

impl Capability for MarkPolitical {
    const NAME: &'static str = "accounts.mark_political";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorReviewer]);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![mark_changes_something];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (account, owner, political, reason) = (self.account, facts.account.owner, self.political, self.reason.clone());
        vec![Event::AccountMarked { account, owner, political, reason }]
    }
}

/// Only an unmarked account can be marked, and only a marked one unmarked.
fn mark_changes_something(ask: &MarkPolitical, facts: &Facts) -> Result<(), Denied> {
    match (facts.account.political, ask.political) {
        (true, true) => Err(Denied::AlreadyMarked),
        (false, false) => Err(Denied::NotMarked),
        (true, false) | (false, true) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::account;

    #[test]
    fn a_mark_is_set_once_and_taken_back_once() {
        let ask = |political| MarkPolitical { operator: OrgId::new(9), account: AccountId::new(1), political, reason: "a ministry".into() };
        let facts = |political| Facts { account: Account { political, ..account() } };
        assert!(matches!(kernel::decide(&ask(true), &facts(false)).as_deref(), Ok([Event::AccountMarked { political: true, .. }])));
        assert!(matches!(kernel::decide(&ask(false), &facts(true)).as_deref(), Ok([Event::AccountMarked { political: false, .. }])));
        assert_eq!(kernel::decide(&ask(true), &facts(true)), Err(vec![Denied::AlreadyMarked]));
        assert_eq!(kernel::decide(&ask(false), &facts(false)), Err(vec![Denied::NotMarked]));
    }
}
