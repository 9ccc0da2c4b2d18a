//! Loads what the verb looks at.

use super::{ExpirePartnership, Facts};
use crate::index::partners;
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for ExpirePartnership {
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let partnership = partners::partnership(tx, self.partnership)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { now: tx.now, partnership })
    }
}
