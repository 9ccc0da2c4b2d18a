//! Close a violation: it was put right, or it was none.

use crate::{Account, Event, Violation};
use kernel::{AccountId, Capability, Instant, May, OrgId, Role, Rules, ViolationId, rules};
use serde::Serialize;

pub mod io;

/// What the reviewer asks for.
#[derive(Clone, Debug)]
pub struct CloseViolation {
    /// The operator.
    pub operator: OrgId,
    /// The account.
    pub account: AccountId,
    /// The violation.
    pub violation: ViolationId,
    /// How it ended, for the account's owner to read.
    pub outcome: String,
}

/// All that the rules look at.
pub struct Facts {
    /// The account.
    pub account: Account,
    /// The violation.
    pub violation: Violation,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    AlreadyClosed { closed_at: Instant },
}

impl kernel::Denied for Denied {}

impl Capability for CloseViolation {
    const NAME: &'static str = "accounts.close_violation";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorReviewer]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![violation_is_open];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (account, owner) = (self.account, facts.account.owner);
        vec![Event::ViolationClosed { account, owner, violation: self.violation, outcome: self.outcome.clone() }]
    }
}

/// A violation is closed once.
fn violation_is_open(_: &CloseViolation, facts: &Facts) -> Result<(), Denied> {
    facts.violation.closed_at.map_or(Ok(()), |closed_at| Err(Denied::AlreadyClosed { closed_at }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::account;

    #[test]
    fn a_violation_is_closed_once() {
        let (account_id, violation) = (AccountId::new(1), ViolationId::new(1));
        let ask = CloseViolation { operator: OrgId::new(9), account: account_id, violation, outcome: "put right".into() };
        let of = |closed_at| Violation {
            id: violation,
            account: account_id,
            reason: "why".into(),
            found_at: Instant(1),
            closed_at,
            outcome: None,
        };
        assert!(kernel::decide(&ask, &Facts { account: account(), violation: of(None) }).is_ok());
        let denied = kernel::decide(&ask, &Facts { account: account(), violation: of(Some(Instant(2))) });
        assert_eq!(denied, Err(vec![Denied::AlreadyClosed { closed_at: Instant(2) }]));
    }
}
