//! Loads what the closing of an invitation looks at. Only the clock asks.

use super::{Expire, Facts};
use crate::index;
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for Expire {
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { link: index::link(tx, self.link)?.ok_or(Refusal::NotFound)?, now: tx.now })
    }
}
