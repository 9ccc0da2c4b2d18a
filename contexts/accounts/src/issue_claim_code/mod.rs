//! Issue a code with which an imported account's creator can claim it. The operator hands it over by whatever way proves
//! to them that the creator is the creator; a newer code replaces an older one.

use crate::{Account, Event};
use kernel::{AccountId, Capability, Cited, Instant, May, OrgId, Role, Rules, Span, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// What the operator asks for.
#[derive(Clone)]
pub struct IssueClaimCode {
    /// The operator.
    pub operator: OrgId,
    /// The account.
    pub account: AccountId,
    /// The digest of the new code; the code itself is shown once and kept nowhere.
    pub digest: String,
}

/// All that the rules look at.
pub struct Facts {
    /// The account.
    pub account: Account,
    /// The moment of asking.
    pub now: Instant,
    /// This verb's values.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// A code works for this long.
    pub lasts: Cited<Span>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "accounts.issue_claim_code";
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    AlreadyClaimed { handle: String },
}

impl kernel::Denied for Denied {}

impl Capability for IssueClaimCode {
    const NAME: &'static str = "accounts.issue_claim_code";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorSupport]);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![nobody_has_claimed_it];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let expires_at = facts.now + facts.policy.lasts.value;
        vec![Event::ClaimCodeIssued { account: self.account, owner: facts.account.owner, digest: self.digest.clone(), expires_at }]
    }
}

/// A claimed account has its owner; a code can't take it away.
fn nobody_has_claimed_it(_: &IssueClaimCode, facts: &Facts) -> Result<(), Denied> {
    if facts.account.claimed { Err(Denied::AlreadyClaimed { handle: facts.account.handle.clone() }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{naming::tests::cited, state::tests::account};

    #[test]
    fn a_code_cannot_take_a_claimed_account_away() {
        let policy = Arc::new(Policy { lasts: cited(Span::days(7)) });
        let ask = IssueClaimCode { operator: OrgId::new(9), account: AccountId::new(1), digest: "x".into() };
        let mut facts = Facts { account: account(), now: Instant(0), policy };
        assert_eq!(kernel::decide(&ask, &facts), Err(vec![Denied::AlreadyClaimed { handle: "luna".into() }]));
        facts.account.claimed = false;
        assert!(kernel::decide(&ask, &facts).is_ok());
    }
}
