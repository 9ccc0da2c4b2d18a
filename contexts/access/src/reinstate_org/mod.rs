//! Let a stopped organisation act again.

pub mod io;

use crate::{Event, Org, OrgState, suspend_org::GUARDS};
use kernel::{Capability, May, OrgId, Rules, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct ReinstateOrg {
    /// The operator for whom the actor asks.
    pub operator: OrgId,
    /// Which organisation.
    pub org: OrgId,
    /// Why.
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
    /// It is not stopped.
    NotSuspended {
        /// Its state.
        state: OrgState,
    },
}

impl kernel::Denied for Denied {}

impl Capability for ReinstateOrg {
    const NAME: &'static str = "access.reinstate_org";
    const MAY: May = May::Members(GUARDS);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![it_is_suspended];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::OrgReinstated { org: self.org, reason: self.reason.clone() }]
    }
}

fn it_is_suspended(_: &ReinstateOrg, facts: &Facts) -> Result<(), Denied> {
    let state = facts.org.state;
    if state == OrgState::Suspended { Ok(()) } else { Err(Denied::NotSuspended { state }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_stopped_can_be_reinstated() {
        let ask = ReinstateOrg { operator: OrgId::new(9), org: OrgId::new(1), reason: "x".into() };
        for state in OrgState::ALL {
            let org = Org { state, ..crate::testing::shop() };
            assert_eq!(kernel::decide(&ask, &Facts { org }).is_ok(), state == OrgState::Suspended, "{state:?}");
        }
    }
}
