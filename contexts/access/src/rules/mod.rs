//! The rules of membership that hold at the asking and again at the answering: a place that was free when someone was invited
//! may be taken when they accept. Whoever writes has their turn to themselves, so two who take the last place do not both get it.

use crate::Org;
use kernel::{Capability, Cited, OrgKind, Role};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// The values that these rules read.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Members of one Business Center at the most.
    pub centre_members: Cited<i64>,
    /// Admins among them at the most.
    pub centre_admins: Cited<i64>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "access.rules";
}

/// The places of an organisation, and which of them is wanted.
#[derive(Clone, PartialEq, Debug)]
pub struct Room {
    /// What the organisation is.
    pub kind: OrgKind,
    /// The role that is wanted.
    pub wanted: Role,
    /// The role that the person has, when they are a member already.
    pub present: Option<Role>,
    /// Members, and places that open invitations promise where those count.
    pub members: i64,
    /// Those of them with the head role.
    pub heads: i64,
    /// The values in force.
    pub policy: Arc<Policy>,
}

impl Room {
    /// The places of `org` as facts of a wish for a role in it.
    pub fn of(org: &Org, wanted: Role, present: Option<Role>, (members, heads): (i64, i64), policy: Arc<Policy>) -> Room {
        Room { kind: org.kind, wanted, present, members, heads, policy }
    }
}

/// Facts that hold an organisation's places.
pub trait HasRoom {
    /// The places.
    fn room(&self) -> &Room;
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// The centre has as many members as it can have.
    MembersFull {
        /// How many are allowed.
        most: Cited<i64>,
    },
    /// The centre has as many admins as it can have.
    AdminsFull {
        /// How many are allowed.
        most: Cited<i64>,
    },
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        Some("access.rules")
    }
}

/// A Business Center has room for another member. Source: Business API, 4,000 members of one Business Center.
pub fn centre_has_room_for_a_member<C>(_: &C, facts: &C::Facts) -> Result<(), C::Denied>
where
    C: Capability<Facts: HasRoom, Denied: From<Denied>>,
{
    let room = facts.room();
    let joins = room.kind == OrgKind::Centre && room.present.is_none();
    let most = &room.policy.centre_members;
    if joins && room.members >= most.value { Err(Denied::MembersFull { most: most.clone() }.into()) } else { Ok(()) }
}

/// A Business Center has room for another admin. Source: Business API, 20 admins of one Business Center.
pub fn centre_has_room_for_an_admin<C>(_: &C, facts: &C::Facts) -> Result<(), C::Denied>
where
    C: Capability<Facts: HasRoom, Denied: From<Denied>>,
{
    let room = facts.room();
    let one_more = room.wanted == Role::CentreAdmin && room.present != Some(Role::CentreAdmin);
    let most = &room.policy.centre_admins;
    if one_more && room.heads >= most.value { Err(Denied::AdminsFull { most: most.clone() }.into()) } else { Ok(()) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::testing::cited;

    /// A centre with this many members and admins, where someone wants a role.
    pub fn room(kind: OrgKind, wanted: Role, present: Option<Role>, members: i64, heads: i64) -> Room {
        let policy = Policy { centre_members: cited(4_000), centre_admins: cited(20) };
        Room { kind, wanted, present, members, heads, policy: Arc::new(policy) }
    }

    fn denied(kind: OrgKind, wanted: Role, present: Option<Role>, members: i64, heads: i64) -> Vec<Denied> {
        struct Wish;
        struct Facts(Room);
        impl HasRoom for Facts {
            fn room(&self) -> &Room {
                &self.0
            }
        }
        impl Capability for Wish {
            const NAME: &'static str = "access.wish";
            const MAY: kernel::May = kernel::May::Platform;
            type Facts = Facts;
            type Denied = Denied;
            type Event = crate::Event;
            const RULES: kernel::Rules<Self> = kernel::rules![centre_has_room_for_a_member, centre_has_room_for_an_admin];
            fn events(&self, _: &Facts) -> Vec<crate::Event> {
                Vec::new()
            }
        }
        kernel::decide(&Wish, &Facts(room(kind, wanted, present, members, heads))).err().unwrap_or_default()
    }

    #[test]
    fn a_centre_has_4000_members_and_not_one_more() {
        let (kind, role) = (OrgKind::Centre, Role::CentreMember);
        assert_eq!(denied(kind, role, None, 3_999, 20), []);
        assert_eq!(denied(kind, role, None, 4_000, 20), [Denied::MembersFull { most: cited(4_000) }]);
        // Whoever is a member takes no further place.
        assert_eq!(denied(kind, role, Some(Role::CentreAdmin), 4_000, 20), []);
        assert_eq!(denied(OrgKind::Shop, Role::ShopStaff, None, 1_000_000, 1), []);
    }

    #[test]
    fn a_centre_has_20_admins_and_not_one_more() {
        let (kind, role) = (OrgKind::Centre, Role::CentreAdmin);
        assert_eq!(denied(kind, role, None, 100, 19), []);
        assert_eq!(denied(kind, role, None, 100, 20), [Denied::AdminsFull { most: cited(20) }]);
        assert_eq!(denied(kind, role, Some(Role::CentreMember), 100, 20), [Denied::AdminsFull { most: cited(20) }]);
        assert_eq!(denied(kind, role, Some(Role::CentreMember), 100, 19), []);
        assert_eq!(denied(OrgKind::Operator, Role::OperatorAdmin, None, 100, 20), []);
    }

    #[test]
    fn an_admin_too_many_in_a_full_centre_is_told_both_reasons() {
        let both = [Denied::MembersFull { most: cited(4_000) }, Denied::AdminsFull { most: cited(20) }];
        assert_eq!(denied(OrgKind::Centre, Role::CentreAdmin, None, 4_000, 20), both);
    }
}
