//! Loads what the verb looks at.

use super::{Facts, WithdrawPartner};
use crate::index::partners;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for WithdrawPartner {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let partnership = partners::asked_by(tx, self.centre, self.partnership)?;
        Ok(Facts { now: tx.now, partnership })
    }
}
