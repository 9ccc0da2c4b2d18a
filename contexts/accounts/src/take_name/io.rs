//! Loads what taking a name looks at. It has no surface of its own: linking's reactions ask for it.

use super::{Facts, TakeName};
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for TakeName {
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let account = crate::index::account(tx, self.account)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { account })
    }
}
