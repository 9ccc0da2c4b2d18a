//! Add a member without an invitation: the platform's own act, for the demo and the command line.

pub mod io;

use crate::{
    Event, Org,
    rules::{self, HasRoom, Room},
};
use kernel::{Capability, May, OrgId, OrgKind, Role, Rules, UserId, rules};
use serde::Serialize;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct AddMember {
    /// To which organisation.
    pub org: OrgId,
    /// Whom.
    pub user: UserId,
    /// As what.
    pub role: Role,
}

/// All that the rules may look at.
pub struct Facts {
    /// The organisation.
    pub org: Org,
    /// Whether the person is a member already.
    pub is_member: bool,
    /// The organisation's places.
    pub room: Room,
}

impl HasRoom for Facts {
    fn room(&self) -> &Room {
        &self.room
    }
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

impl Capability for AddMember {
    const NAME: &'static str = "access.add_member";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
        role_fits_the_organisation,
        person_is_not_a_member_yet,
        rules::centre_has_room_for_a_member,
        rules::centre_has_room_for_an_admin,
    ];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::MemberJoined { org: self.org, user: self.user, role: self.role, invitation: None }]
    }
}

fn role_fits_the_organisation(ask: &AddMember, facts: &Facts) -> Result<(), Denied> {
    let (role, org_kind) = (ask.role, facts.org.kind);
    if role.org() == org_kind { Ok(()) } else { Err(Denied::RoleOfAnotherKind { role, org_kind }) }
}

fn person_is_not_a_member_yet(_: &AddMember, facts: &Facts) -> Result<(), Denied> {
    if facts.is_member { Err(Denied::AlreadyMember) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_added_once_with_a_role_of_that_kind() {
        let ask = |role| AddMember { org: OrgId::new(1), user: UserId::new(2), role };
        let room = || rules::tests::room(OrgKind::Shop, Role::ShopStaff, None, 1, 1);
        let facts = |is_member| Facts { org: crate::testing::shop(), is_member, room: room() };
        assert!(kernel::decide(&ask(Role::ShopStaff), &facts(false)).is_ok());
        assert_eq!(kernel::decide(&ask(Role::ShopStaff), &facts(true)), Err(vec![Denied::AlreadyMember]));
        assert!(kernel::decide(&ask(Role::OperatorAdmin), &facts(false)).is_err());
    }
}
