//! Take an invitation back. Its link works no longer.

pub mod io;

use crate::{Event, Invitation, invite_member::HEADS};
use kernel::{Capability, Instant, May, OrgId, Rules, Standing, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct WithdrawInvitation {
    /// Whose invitation.
    pub org: OrgId,
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
}

impl kernel::Denied for Denied {}

impl Capability for WithdrawInvitation {
    const NAME: &'static str = "access.withdraw_invitation";
    const MAY: May = May::Members(HEADS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![invitation_is_open];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::InvitationWithdrawn { invitation: self.invitation.clone(), org: self.org }]
    }
}

fn invitation_is_open(_: &WithdrawInvitation, facts: &Facts) -> Result<(), Denied> {
    match facts.invitation.standing_at(facts.now) {
        Standing::Asked => Ok(()),
        standing => Err(Denied::NoLongerOpen { standing }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Role;

    #[test]
    fn only_an_open_invitation_can_be_taken_back() {
        let (org, closes_at) = (OrgId::new(1), Instant(100));
        let ask = WithdrawInvitation { org, invitation: "inv_1".into() };
        for standing in Standing::ALL {
            for now in [Instant(99), closes_at] {
                let invitation = Invitation {
                    id: "inv_1".into(),
                    org,
                    email: String::new(),
                    role: Role::ShopStaff,
                    invited_by: None,
                    invited_at: Instant(0),
                    closes_at,
                    standing,
                    since: Instant(0),
                };
                let open = standing == Standing::Asked && now < closes_at;
                assert_eq!(kernel::decide(&ask, &Facts { invitation, now }).is_ok(), open, "{standing:?} {now:?}");
            }
        }
    }
}
