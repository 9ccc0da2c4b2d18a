//! Closing an invitation loads it. There is no page: the clock asks.

use super::{ExpireInvitation, Facts};
use crate::index;
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for ExpireInvitation {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let invitation = index::invitation_by_id(tx, &self.invitation)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { invitation, now: tx.now })
    }
}
