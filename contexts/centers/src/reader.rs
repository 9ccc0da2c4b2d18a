//! Who reads in a centre. An admin sees all of it; a standard member only what is theirs, so that a list, a count, a search, a
//! file and a refusal tell them nothing about the rest.

use kernel::{OrgId, Refusal, Role, UserId};
use store::Tx;

/// Who reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reader {
    /// Sees everything in the centre.
    Admin,
    /// Sees what is assigned to them.
    Member(UserId),
}

impl Reader {
    /// This person in this centre; whoever is no member finds nothing.
    pub fn of(tx: &mut Tx<'_>, centre: OrgId, user: UserId) -> Result<Reader, Refusal> {
        match access::index::role(tx, centre, user)? {
            Some(Role::CentreAdmin) => Ok(Reader::Admin),
            Some(Role::CentreMember) => Ok(Reader::Member(user)),
            Some(_) | None => Err(Refusal::NotFound),
        }
    }
    /// Whether everything is theirs to see.
    pub fn is_admin(self) -> bool {
        self == Reader::Admin
    }
    /// The person to whom a list is narrowed.
    pub fn only(self) -> Option<UserId> {
        match self {
            Reader::Admin => None,
            Reader::Member(user) => Some(user),
        }
    }
}
