//! Loads what the clock looks at.

use super::{ExpireAuthorisation, Facts};
use crate::index::posts;
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for ExpireAuthorisation {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let found = posts::authorisation_by_id(tx, self.authorisation)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { now: tx.now, found })
    }
}
