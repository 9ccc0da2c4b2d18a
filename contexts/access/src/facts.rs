//! What organisations and memberships tell the index that answers questions about permission: shops and centres, and who is a
//! member of a centre.

use crate::Event;
use decisions::{Fact, State};
use kernel::{OrgKind, Refusal, Role};
use store::Said;

/// The facts in one event.
pub fn tell(said: &Said<'_>, say: &mut dyn FnMut(Fact)) -> Result<(), Refusal> {
    let Some(event) = said.event::<Event>() else { return Ok(()) };
    let of_centre = |role: Role| role.org() == OrgKind::Centre;
    let length = |name: &str| u32::try_from(name.chars().count()).unwrap_or(u32::MAX);
    match event? {
        Event::OrgFounded { org, org_kind: OrgKind::Shop | OrgKind::Centre, name, region, merchant, .. } => {
            say(Fact::Org { org, region, merchant: merchant.code(), name_length: length(&name) });
        }
        Event::OrgRenamed { org, name, .. } => say(Fact::OrgNamed { org, name_length: length(&name) }),
        Event::OrgReclassified { org, merchant, .. } => say(Fact::OrgClassified { org, merchant: merchant.code() }),
        Event::OrgSuspended { org, .. } => say(Fact::OrgState { org, state: State::Suspended }),
        Event::OrgReinstated { org, .. } => say(Fact::OrgState { org, state: State::Normal }),
        Event::MemberJoined { org, user, role, .. } | Event::RoleChanged { org, user, role, .. } if of_centre(role) => {
            say(Fact::Member { centre: org, user, role });
        }
        Event::MemberRemoved { org, user, role } if of_centre(role) => say(Fact::MemberGone { centre: org, user }),
        Event::UserSuspended { user, .. } => say(Fact::LockedOut { user, locked: true }),
        Event::UserReinstated { user, .. } => say(Fact::LockedOut { user, locked: false }),
        Event::OrgFounded { .. }
        | Event::MemberJoined { .. }
        | Event::RoleChanged { .. }
        | Event::MemberRemoved { .. }
        | Event::CategoriesChanged { .. }
        | Event::UserSignedUp { .. }
        | Event::EmailVerified { .. }
        | Event::ProfileChanged { .. }
        | Event::PasswordChanged { .. }
        | Event::SignedIn { .. }
        | Event::SessionEnded { .. }
        | Event::TotpEnrolled { .. }
        | Event::TotpRemoved { .. }
        | Event::RecoveryCodesRenewed { .. }
        | Event::MemberInvited { .. }
        | Event::InvitationResent { .. }
        | Event::InvitationExpired { .. }
        | Event::InvitationWithdrawn { .. }
        | Event::TokenIssued { .. }
        | Event::TokenRevoked { .. } => {}
    }
    Ok(())
}
