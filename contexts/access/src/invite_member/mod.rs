//! Invite someone to become a member. The link in the mail works once, for the person with the invited address only.

pub mod io;

use crate::{
    Event, Invitation, Org,
    rules::{self, HasRoom, Room},
};
use kernel::{Capability, Cited, Instant, May, OrgId, OrgKind, Role, Rules, Span, UserId, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The roles that manage members: the heads of every kind of organisation.
pub const HEADS: &[Role] = &[Role::ShopOwner, Role::CreatorOwner, Role::BrandOwner, Role::CentreAdmin, Role::OperatorAdmin];

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct InviteMember {
    /// The new invitation.
    pub invitation: String,
    /// Into which organisation.
    pub org: OrgId,
    /// Whom, by the address they sign in with.
    pub email: String,
    /// As what.
    pub role: Role,
}

/// All that the rules may look at.
pub struct Facts {
    /// The organisation.
    pub org: Org,
    /// Who invites, when it is a person.
    pub invited_by: Option<UserId>,
    /// Whether the invited person is a member already.
    pub is_member: bool,
    /// The organisation's unanswered invitations.
    pub open: Vec<Invitation>,
    /// The organisation's places, open invitations included.
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
    /// How long an invitation can be accepted.
    pub closes_after: Cited<Span>,
    /// How many unanswered invitations one organisation may have.
    pub most_open: Cited<usize>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "access.invite_member";
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// The role belongs to another kind of organisation.
    RoleOfAnotherKind {
        /// The role.
        role: Role,
        /// What the organisation is.
        org_kind: OrgKind,
    },
    /// The person is a member already.
    AlreadyMember,
    /// The person has an invitation that is not answered yet.
    AlreadyInvited {
        /// When it closes.
        closes_at: Instant,
    },
    /// Too many invitations are not answered yet.
    TooManyOpen {
        /// How many are allowed.
        most: Cited<usize>,
        /// When the first of them closes.
        first_closes_at: Instant,
    },
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
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::AlreadyInvited { closes_at } => Some(*closes_at),
            Denied::TooManyOpen { first_closes_at, .. } => Some(*first_closes_at),
            Denied::RoleOfAnotherKind { .. } | Denied::AlreadyMember | Denied::Shared(_) => None,
        }
    }
}

impl Capability for InviteMember {
    const NAME: &'static str = "access.invite_member";
    const MAY: May = May::Members(HEADS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
        role_fits_the_organisation,
        person_is_not_a_member_yet,
        person_has_no_open_invitation,
        invitations_are_left,
        rules::centre_has_room_for_a_member,
        rules::centre_has_room_for_an_admin,
    ];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::MemberInvited {
            invitation: self.invitation.clone(),
            org: self.org,
            email: crate::email_key(&self.email),
            role: self.role,
            invited_by: facts.invited_by,
            closes_at: facts.now + facts.policy.closes_after.value,
        }]
    }
}

fn role_fits_the_organisation(ask: &InviteMember, facts: &Facts) -> Result<(), Denied> {
    let (role, org_kind) = (ask.role, facts.org.kind);
    if role.org() == org_kind { Ok(()) } else { Err(Denied::RoleOfAnotherKind { role, org_kind }) }
}

fn person_is_not_a_member_yet(_: &InviteMember, facts: &Facts) -> Result<(), Denied> {
    if facts.is_member { Err(Denied::AlreadyMember) } else { Ok(()) }
}

fn person_has_no_open_invitation(ask: &InviteMember, facts: &Facts) -> Result<(), Denied> {
    let email = crate::email_key(&ask.email);
    let open = facts.open.iter().find(|open| open.email == email && facts.now < open.closes_at);
    open.map_or(Ok(()), |open| Err(Denied::AlreadyInvited { closes_at: open.closes_at }))
}

fn invitations_are_left(_: &InviteMember, facts: &Facts) -> Result<(), Denied> {
    let most = facts.policy.most_open.clone();
    let mut closing: Vec<Instant> = facts.open.iter().map(|open| open.closes_at).filter(|closes_at| facts.now < *closes_at).collect();
    closing.sort_unstable();
    match closing.first() {
        Some(first) if closing.len() >= most.value => Err(Denied::TooManyOpen { most, first_closes_at: *first }),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{cited, shop};
    use kernel::Standing;

    const NOW: Instant = Instant(1_000_000_000);

    fn open(email: &str, closes_at: Instant) -> Invitation {
        let (org, role, since) = (OrgId::new(1), Role::ShopStaff, Instant(0));
        Invitation {
            id: "inv_1".into(),
            org,
            email: email.into(),
            role,
            invited_by: None,
            invited_at: since,
            closes_at,
            standing: Standing::Asked,
            since,
        }
    }
    fn denied(role: Role, is_member: bool, open: Vec<Invitation>) -> Vec<Denied> {
        let policy = Arc::new(Policy { closes_after: cited(Span::hours(48)), most_open: cited(2) });
        let ask = InviteMember { invitation: "inv_2".into(), org: OrgId::new(1), email: "Bob@example.com".into(), role };
        let room = rules::tests::room(OrgKind::Shop, role, None, 1, 1);
        kernel::decide(&ask, &Facts { org: shop(), invited_by: None, is_member, open, room, now: NOW, policy }).err().unwrap_or_default()
    }

    #[test]
    fn a_role_of_another_kind_and_a_present_member_are_refused_together() {
        let (role, org_kind) = (Role::CreatorStaff, OrgKind::Shop);
        assert_eq!(denied(role, true, vec![]), [Denied::RoleOfAnotherKind { role, org_kind }, Denied::AlreadyMember]);
        assert_eq!(denied(Role::ShopStaff, false, vec![]), []);
    }

    #[test]
    fn one_person_has_one_open_invitation_until_the_very_moment_it_closes() {
        let closes_at = NOW + Span(1);
        assert_eq!(denied(Role::ShopStaff, false, vec![open("bob@example.com", closes_at)]), [Denied::AlreadyInvited { closes_at }]);
        assert_eq!(denied(Role::ShopStaff, false, vec![open("bob@example.com", NOW)]), []);
    }

    #[test]
    fn the_last_open_invitation_is_allowed_and_the_next_waits_for_the_first_to_close() {
        let (soon, later) = (NOW + Span(5), NOW + Span(9));
        assert_eq!(denied(Role::ShopStaff, false, vec![open("a@x.com", later)]), []);
        let full = [Denied::TooManyOpen { most: cited(2), first_closes_at: soon }];
        assert_eq!(denied(Role::ShopStaff, false, vec![open("a@x.com", later), open("b@x.com", soon)]), full);
        assert_eq!(denied(Role::ShopStaff, false, vec![open("a@x.com", later), open("b@x.com", NOW)]), []);
    }
}
