//! Loads the codes that die. Only a reaction asks.

use super::{Facts, WithdrawRequests};
use crate::index::requests;
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for WithdrawRequests {
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { open: requests::open(tx, self.centre, self.by)? })
    }
}
