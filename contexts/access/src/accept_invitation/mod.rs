//! Accept an invitation: become a member. Holding the link is not enough; one must be the person who was invited, signed in,
//! with an address shown to be one's own.

pub mod io;

use crate::{
    Event, Invitation, User,
    rules::{self, HasRoom, Room},
};
use kernel::{Capability, Cited, Instant, May, Rules, Standing, UserId, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct AcceptInvitation {
    /// The link's secret.
    pub secret: String,
    /// Who accepts.
    pub user: UserId,
}

/// All that the rules may look at.
pub struct Facts {
    /// The invitation that the link stands for.
    pub invitation: Invitation,
    /// Who accepts.
    pub user: User,
    /// Whether they are a member already.
    pub is_member: bool,
    /// The organisation's places.
    pub room: Room,
    /// Now.
    pub now: Instant,
    /// The values in force.
    pub policy: Arc<Policy>,
}

impl HasRoom for Facts {
    fn room(&self) -> &Room {
        &self.room
    }
}

/// The values this verb reads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Whether the person must have shown that the address is their own.
    pub verified: Cited<bool>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "access.accept_invitation";
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
    /// Someone else was invited.
    InvitedSomeoneElse,
    /// The person has not shown that the address is their own.
    EmailNotVerified {
        /// The value that asks for it.
        verified: Cited<bool>,
    },
    /// The person is a member already.
    AlreadyMember,
    /// A shared rule says no.
    #[serde(untagged)]
    Shared(rules::Denied),
}

impl From<rules::Denied> for Denied {
    fn from(denied: rules::Denied) -> Self {
        Denied::Shared(denied)
    }
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        if let Denied::Shared(denied) = self { denied.scope() } else { None }
    }
}

impl Capability for AcceptInvitation {
    const NAME: &'static str = "access.accept_invitation";
    const MAY: May = May::Person;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
        invitation_is_open,
        person_is_the_invited_one,
        email_is_verified,
        person_is_not_a_member_yet,
        rules::centre_has_room_for_a_member,
        rules::centre_has_room_for_an_admin,
    ];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let invitation = &facts.invitation;
        vec![Event::MemberJoined { org: invitation.org, user: self.user, role: invitation.role, invitation: Some(invitation.id.clone()) }]
    }
}

/// Until the millisecond before it closes.
fn invitation_is_open(_: &AcceptInvitation, facts: &Facts) -> Result<(), Denied> {
    match facts.invitation.standing_at(facts.now) {
        Standing::Asked => Ok(()),
        standing => Err(Denied::NoLongerOpen { standing }),
    }
}

/// A forwarded link is worth nothing.
fn person_is_the_invited_one(_: &AcceptInvitation, facts: &Facts) -> Result<(), Denied> {
    if facts.user.email == facts.invitation.email { Ok(()) } else { Err(Denied::InvitedSomeoneElse) }
}

/// Anyone can sign up with anyone's address; only its owner can show it.
fn email_is_verified(_: &AcceptInvitation, facts: &Facts) -> Result<(), Denied> {
    let verified = facts.policy.verified.clone();
    if facts.user.verified || !verified.value { Ok(()) } else { Err(Denied::EmailNotVerified { verified }) }
}

fn person_is_not_a_member_yet(_: &AcceptInvitation, facts: &Facts) -> Result<(), Denied> {
    if facts.is_member { Err(Denied::AlreadyMember) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::cited;
    use kernel::{OrgId, Role};

    const CLOSES: Instant = Instant(1_000);

    fn facts(email: &str, verified: bool, standing: Standing, now: Instant) -> Facts {
        let (org, since) = (OrgId::new(1), Instant(0));
        let invited = "bob@example.com".to_owned();
        let invitation = Invitation {
            id: "inv_1".into(),
            org,
            email: invited,
            role: Role::ShopStaff,
            invited_by: None,
            invited_at: since,
            closes_at: CLOSES,
            standing,
            since,
        };
        let text = String::new;
        let user = User {
            id: UserId::new(2),
            email: email.into(),
            name: text(),
            lang: text(),
            zone: text(),
            verified,
            suspended: false,
            second_factor: false,
            signed_up_at: since,
        };
        let room = rules::tests::room(kernel::OrgKind::Shop, Role::ShopStaff, None, 1, 1);
        Facts { invitation, user, is_member: false, room, now, policy: Arc::new(Policy { verified: cited(true) }) }
    }
    fn denied(facts: &Facts) -> Vec<Denied> {
        let ask = AcceptInvitation { secret: String::new(), user: UserId::new(2) };
        kernel::decide(&ask, facts).err().unwrap_or_default()
    }

    #[test]
    fn only_the_invited_person_with_a_verified_address_can_accept() {
        let at = CLOSES - kernel::Span(1);
        assert_eq!(denied(&facts("bob@example.com", true, Standing::Asked, at)), []);
        assert_eq!(denied(&facts("eve@example.com", true, Standing::Asked, at)), [Denied::InvitedSomeoneElse]);
        assert_eq!(denied(&facts("bob@example.com", false, Standing::Asked, at)), [Denied::EmailNotVerified { verified: cited(true) }]);
    }

    #[test]
    fn an_invitation_that_is_not_open_any_more_cannot_be_accepted() {
        for standing in Standing::ALL.into_iter().filter(|standing| *standing != Standing::Asked) {
            let spent = facts("bob@example.com", true, standing, Instant(1));
            assert_eq!(denied(&spent), [Denied::NoLongerOpen { standing }]);
        }
        let late = facts("bob@example.com", true, Standing::Asked, CLOSES);
        assert_eq!(denied(&late), [Denied::NoLongerOpen { standing: Standing::Expired }]);
    }
}
