//! Leave an organisation: a member removes themself. Its last head cannot go.

pub mod io;

use crate::Event;
use kernel::{Capability, May, OrgId, Role, Rules, UserId, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct LeaveOrg {
    /// Which organisation.
    pub org: OrgId,
    /// Who leaves: whoever asks.
    pub user: UserId,
}

/// All that the rules may look at.
pub struct Facts {
    /// The member's role.
    pub role: Role,
    /// How many heads the organisation has.
    pub heads: i64,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// Nobody else could manage the organisation then.
    LastHead {
        /// The role that must not be left vacant.
        role: Role,
    },
}

impl kernel::Denied for Denied {}

impl Capability for LeaveOrg {
    const NAME: &'static str = "access.leave_org";
    const MAY: May = May::Members(&Role::ALL);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![a_head_remains];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::MemberRemoved { org: self.org, user: self.user, role: facts.role }]
    }
}

fn a_head_remains(_: &LeaveOrg, facts: &Facts) -> Result<(), Denied> {
    if facts.role.is_head() && facts.heads <= 1 { Err(Denied::LastHead { role: facts.role }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_head_cannot_leave_and_everyone_else_can() {
        let ask = LeaveOrg { org: OrgId::new(1), user: UserId::new(2) };
        for role in Role::ALL {
            for heads in [1, 2] {
                let stays = role.is_head() && heads == 1;
                assert_eq!(kernel::decide(&ask, &Facts { role, heads }).is_err(), stays, "{role:?} {heads}");
            }
        }
    }
}
