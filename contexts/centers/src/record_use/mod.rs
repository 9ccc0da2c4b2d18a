//! A member used an account that their centre was granted. The owner sees by whom and when last; the log is not filled with it.

use crate::{Event, Scope, Scopes, granting::Denied, index::grants::Grant};
use kernel::{AccountId, Capability, Cited, Instant, May, OrgId, Role, Rules, Span, UserId, rules};
use serde::Deserialize;
use std::sync::Arc;

pub mod io;

/// What the member did.
#[derive(Clone, Debug)]
pub struct RecordUse {
    /// For which centre.
    pub centre: OrgId,
    /// Which account.
    pub account: AccountId,
    /// For what.
    pub scope: Scope,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment.
    pub now: Instant,
    /// Who.
    pub user: UserId,
    /// What the centre holds.
    pub grant: Grant,
    /// What the member may use through it.
    pub may: Scopes,
    /// When they last did, as far as it is recorded.
    pub last_at: Option<Instant>,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// For how long one record of a use stands for all that follow.
    pub once_in: Cited<Span>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "centers.record_use";
}

impl Capability for RecordUse {
    const NAME: &'static str = "centers.record_use";
    const MAY: May = May::Members(&[Role::CentreAdmin, Role::CentreMember]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![scope_is_held];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        if !is_due(facts.now, facts.last_at, &facts.policy) {
            return Vec::new();
        }
        vec![Event::AccountUsed { held: facts.grant.held, user: facts.user, scope: self.scope }]
    }
}

/// Whether a use is worth a record of its own.
pub(crate) fn is_due(now: Instant, last_at: Option<Instant>, policy: &Policy) -> bool {
    last_at.is_none_or(|last| now >= last + policy.once_in.value)
}

/// The member may use the account for it through the centre.
fn scope_is_held(ask: &RecordUse, facts: &Facts) -> Result<(), Denied> {
    if facts.may.contains(ask.scope) { Ok(()) } else { Err(Denied::ScopeNotHeld { scopes: Scopes::NONE.with(ask.scope) }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{NOW, cited, grant, held, scopes};
    use kernel::decide;

    fn ask() -> RecordUse {
        RecordUse { centre: OrgId::new(1), account: AccountId::new(3), scope: Scope::Posts }
    }

    fn facts() -> Facts {
        let policy = Arc::new(Policy { once_in: cited(Span::hours(1)) });
        Facts { now: NOW, user: UserId::new(5), grant: grant(scopes(3)), may: scopes(1), last_at: None, policy }
    }

    #[test]
    fn a_use_is_recorded_again_when_the_hour_is_over_and_not_a_millisecond_before() {
        let used = vec![Event::AccountUsed { held: held(), user: UserId::new(5), scope: Scope::Posts }];
        assert_eq!(decide(&ask(), &facts()), Ok(used.clone()));
        let after = |span: Span| Facts { last_at: Some(NOW - span), ..facts() };
        assert_eq!(decide(&ask(), &after(Span(Span::hours(1).0 - 1))), Ok(vec![]));
        assert_eq!(decide(&ask(), &after(Span::hours(1))), Ok(used));
    }

    #[test]
    fn nobody_uses_what_they_were_not_given() {
        let facts = Facts { may: scopes(6), ..facts() };
        assert_eq!(decide(&ask(), &facts), Err(vec![Denied::ScopeNotHeld { scopes: scopes(1) }]));
    }
}
