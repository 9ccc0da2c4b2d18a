//! Loads what closing a request looks at. Only the clock asks.

use super::{ExpireRequest, Facts};
use crate::index::requests;
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for ExpireRequest {
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let request = requests::request(tx, self.request)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { now: tx.now, request })
    }
}
