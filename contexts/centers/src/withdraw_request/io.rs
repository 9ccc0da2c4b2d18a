//! Loads what taking a request back looks at.

use super::{Facts, WithdrawRequest};
use crate::index::requests;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for WithdrawRequest {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let request = requests::of_centre_by_id(tx, self.centre, self.request)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { now: tx.now, request })
    }
}
