//! Stop an organisation for a while. It can still read and ask for help; other contexts' rules see its state.

pub mod io;

use crate::{Event, Org, OrgState};
use kernel::{Capability, May, OrgId, OrgKind, Role, Rules, rules};
use serde::Serialize;

/// The roles that may stop and reinstate.
pub const GUARDS: &[Role] = &[Role::OperatorAdmin, Role::OperatorReviewer];

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct SuspendOrg {
    /// The operator for whom the actor asks.
    pub operator: OrgId,
    /// Which organisation.
    pub org: OrgId,
    /// Why, for its members to read.
    pub reason: String,
}

/// All that the rules may look at.
pub struct Facts {
    /// The organisation.
    pub org: Org,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// The operator cannot stop itself.
    IsOperator,
    /// It is stopped or closed already.
    NotNormal {
        /// Its state.
        state: OrgState,
    },
}

impl kernel::Denied for Denied {}

impl Capability for SuspendOrg {
    const NAME: &'static str = "access.suspend_org";
    const MAY: May = May::Members(GUARDS);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![it_is_not_the_operator, it_is_normal];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::OrgSuspended { org: self.org, reason: self.reason.clone() }]
    }
}

fn it_is_not_the_operator(_: &SuspendOrg, facts: &Facts) -> Result<(), Denied> {
    if facts.org.kind == OrgKind::Operator { Err(Denied::IsOperator) } else { Ok(()) }
}

fn it_is_normal(_: &SuspendOrg, facts: &Facts) -> Result<(), Denied> {
    let state = facts.org.state;
    if state == OrgState::Normal { Ok(()) } else { Err(Denied::NotNormal { state }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_normal_and_not_the_operator_can_be_stopped() {
        let ask = SuspendOrg { operator: OrgId::new(9), org: OrgId::new(1), reason: "x".into() };
        let denied = |kind, state| {
            let org = Org { kind, state, ..crate::testing::shop() };
            kernel::decide(&ask, &Facts { org }).err().unwrap_or_default()
        };
        for kind in OrgKind::ALL {
            let own = if kind == OrgKind::Operator { vec![Denied::IsOperator] } else { vec![] };
            assert_eq!(denied(kind, OrgState::Normal), own, "{kind:?}");
        }
        for state in [OrgState::Suspended, OrgState::Closed] {
            assert_eq!(denied(OrgKind::Shop, state), [Denied::NotNormal { state }]);
        }
    }
}
