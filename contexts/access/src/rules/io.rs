//! Loads an organisation's places.

use super::{Policy, Room};
use crate::{Org, index};
use kernel::{Refusal, Role, UserId};
use store::Tx;

/// The places as they are taken now: at the answering, when a role changes, and when the platform adds someone.
pub fn taken(tx: &mut Tx<'_>, org: &Org, wanted: Role, present: Option<Role>) -> Result<Room, Refusal> {
    let places = index::places(tx, org.id, org.kind.head())?;
    Ok(Room::of(org, wanted, present, places, tx.policy::<Policy>(org.scope())?))
}

/// The same with what open invitations promise: at the asking, so that nobody is invited to a place that is not there.
pub fn promised(tx: &mut Tx<'_>, org: &Org, wanted: Role, invited: Option<UserId>) -> Result<Room, Refusal> {
    let present = invited.map_or(Ok(None), |user| index::role(tx, org.id, user))?;
    let mut room = taken(tx, org, wanted, present)?;
    let (members, heads) = index::promised(tx, org.id, org.kind.head())?;
    (room.members, room.heads) = (room.members + members, room.heads + heads);
    Ok(room)
}
