//! The clock closes an invitation that nobody accepted. Its link has stopped working by itself.

pub mod io;

use crate::{Event, Invitation};
use kernel::{Capability, Instant, May, Rules, Standing, rules};
use serde::Serialize;

/// What the clock asks for.
#[derive(Clone, Debug)]
pub struct ExpireInvitation {
    /// Which.
    pub invitation: String,
}

/// All that the rules may look at.
pub struct Facts {
    /// The invitation.
    pub invitation: Invitation,
    /// Now.
    pub now: Instant,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// It was accepted, withdrawn or closed before.
    NoLongerOpen {
        /// Where it stands.
        standing: Standing,
    },
    /// It can still be accepted.
    StillOpen {
        /// Until when.
        closes_at: Instant,
    },
}

impl kernel::Denied for Denied {
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::StillOpen { closes_at } => Some(*closes_at),
            Denied::NoLongerOpen { .. } => None,
        }
    }
}

impl Capability for ExpireInvitation {
    const NAME: &'static str = "access.expire_invitation";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![invitation_is_unanswered, its_time_is_over];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::InvitationExpired { invitation: self.invitation.clone(), org: facts.invitation.org }]
    }
}

fn invitation_is_unanswered(_: &ExpireInvitation, facts: &Facts) -> Result<(), Denied> {
    match facts.invitation.standing {
        Standing::Asked => Ok(()),
        standing => Err(Denied::NoLongerOpen { standing }),
    }
}

fn its_time_is_over(_: &ExpireInvitation, facts: &Facts) -> Result<(), Denied> {
    let closes_at = facts.invitation.closes_at;
    if facts.now >= closes_at { Ok(()) } else { Err(Denied::StillOpen { closes_at }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::invitation;
    use kernel::Span;

    #[test]
    fn an_invitation_closes_at_its_very_moment_and_only_while_nobody_has_answered() {
        let ask = ExpireInvitation { invitation: "inv_1".into() };
        for standing in Standing::ALL {
            for late in [false, true] {
                let invitation = Invitation { standing, ..invitation() };
                let now = if late { invitation.closes_at } else { invitation.closes_at - Span(1) };
                let closes = standing == Standing::Asked && late;
                assert_eq!(kernel::decide(&ask, &Facts { invitation, now }).is_ok(), closes, "{standing:?} {late}");
            }
        }
    }
}
