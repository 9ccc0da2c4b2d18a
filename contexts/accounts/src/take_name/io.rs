//! Loads the facts. Only the platform asks, so there is no page and no REST call.

use super::{Facts, TakeName};
use crate::acting;
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for TakeName {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { account: acting::account(tx, self.account)? })
    }
}
