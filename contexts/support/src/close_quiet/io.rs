//! Loads what the clock looks at when a customer has been quiet. Only the clock asks.

use super::{CloseQuiet, Facts};
use crate::index;
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for CloseQuiet {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let ticket = index::ticket(tx, self.ticket)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { now: tx.now, ticket })
    }
}
