//! Loads what a refusal looks at.

use super::{Facts, RefuseRequest};
use crate::index::requests;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for RefuseRequest {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let request = requests::of_owner_by_id(tx, self.owner, self.request)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { now: tx.now, request })
    }
}
