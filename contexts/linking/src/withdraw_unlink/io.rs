//! Loads what withdrawing an unlink request looks at.

use super::{Facts, WithdrawUnlink};
use crate::index;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for WithdrawUnlink {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { link: index::invitation_to(tx, self.owner, self.link)?, now: tx.now })
    }
}
