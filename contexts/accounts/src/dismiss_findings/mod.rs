//! Dismiss what the word list found in one post: a person looked, and a word meant nothing bad there.

use crate::{Account, Event};
use kernel::{AccountId, Capability, May, OrgId, Role, Rules, rules};
use serde::Serialize;

pub mod io;

/// What the reviewer asks for.
#[derive(Clone, Debug)]
pub struct DismissFindings {
    /// The operator.
    pub operator: OrgId,
    /// The account.
    pub account: AccountId,
    /// The post or live whose findings are dismissed.
    pub post: String,
    /// Why, for the record.
    pub reason: String,
}

/// All that the rules look at.
pub struct Facts {
    /// The account.
    pub account: Account,
    /// How many findings of the post still count.
    pub counting: i64,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    NothingFound { post: String },
}

impl kernel::Denied for Denied {}

impl Capability for DismissFindings {
    const NAME: &'static str = "accounts.dismiss_findings";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorReviewer]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![something_was_found];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (account, owner) = (self.account, facts.account.owner);
        vec![Event::FindingsDismissed { account, owner, post: self.post.clone(), reason: self.reason.clone() }]
    }
}

/// There is something to dismiss.
fn something_was_found(ask: &DismissFindings, facts: &Facts) -> Result<(), Denied> {
    if facts.counting > 0 { Ok(()) } else { Err(Denied::NothingFound { post: ask.post.clone() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::account;

    #[test]
    fn only_what_was_found_can_be_dismissed() {
        let ask = DismissFindings { operator: OrgId::new(9), account: AccountId::new(1), post: "7".into(), reason: "a name".into() };
        assert!(kernel::decide(&ask, &Facts { account: account(), counting: 1 }).is_ok());
        let denied = kernel::decide(&ask, &Facts { account: account(), counting: 0 });
        assert_eq!(denied, Err(vec![Denied::NothingFound { post: "7".into() }]));
    }
}
