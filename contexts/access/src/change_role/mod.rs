//! Give a member another role. The last head of an organisation stays its head.

pub mod io;

use crate::{
    Event, Org,
    invite_member::HEADS,
    rules::{self, HasRoom, Room},
};
use kernel::{Capability, May, OrgId, OrgKind, Role, Rules, UserId, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct ChangeRole {
    /// In which organisation.
    pub org: OrgId,
    /// Whose role.
    pub user: UserId,
    /// The new one.
    pub role: Role,
}

/// All that the rules may look at.
pub struct Facts {
    /// The organisation.
    pub org: Org,
    /// The member's present role.
    pub present: Role,
    /// How many heads the organisation has.
    pub heads: i64,
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
    /// The member has this role.
    SameRole {
        /// The role.
        role: Role,
    },
    /// Nobody else could manage the organisation then.
    LastHead {
        /// The role that must not be left vacant.
        role: Role,
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
}

impl Capability for ChangeRole {
    const NAME: &'static str = "access.change_role";
    const MAY: May = May::Members(HEADS);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![role_fits_the_organisation, role_is_another, a_head_remains, rules::centre_has_room_for_an_admin];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::RoleChanged { org: self.org, user: self.user, from: facts.present, role: self.role }]
    }
}

fn role_fits_the_organisation(ask: &ChangeRole, facts: &Facts) -> Result<(), Denied> {
    let (role, org_kind) = (ask.role, facts.org.kind);
    if role.org() == org_kind { Ok(()) } else { Err(Denied::RoleOfAnotherKind { role, org_kind }) }
}

fn role_is_another(ask: &ChangeRole, facts: &Facts) -> Result<(), Denied> {
    if ask.role == facts.present { Err(Denied::SameRole { role: ask.role }) } else { Ok(()) }
}

fn a_head_remains(ask: &ChangeRole, facts: &Facts) -> Result<(), Denied> {
    let leaves = facts.present.is_head() && !ask.role.is_head();
    if leaves && facts.heads <= 1 { Err(Denied::LastHead { role: facts.present }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(present: Role, role: Role, heads: i64) -> Vec<Denied> {
        let ask = ChangeRole { org: OrgId::new(1), user: UserId::new(2), role };
        kernel::decide(
            &ask,
            &Facts { org: crate::testing::shop(), present, heads, room: rules::tests::room(OrgKind::Shop, role, Some(present), 2, heads) },
        )
        .err()
        .unwrap_or_default()
    }

    #[test]
    fn the_last_head_cannot_become_anything_else_and_one_of_two_can() {
        assert_eq!(denied(Role::ShopOwner, Role::ShopStaff, 1), [Denied::LastHead { role: Role::ShopOwner }]);
        assert_eq!(denied(Role::ShopOwner, Role::ShopStaff, 2), []);
        assert_eq!(denied(Role::ShopStaff, Role::ShopOwner, 1), []);
    }

    #[test]
    fn a_role_changes_to_another_one_of_the_same_kind_of_organisation() {
        let role = Role::ShopStaff;
        assert_eq!(denied(role, role, 1), [Denied::SameRole { role }]);
        let (role, org_kind) = (Role::OperatorAdmin, OrgKind::Shop);
        assert_eq!(denied(Role::ShopStaff, role, 1), [Denied::RoleOfAnotherKind { role, org_kind }]);
    }
}
