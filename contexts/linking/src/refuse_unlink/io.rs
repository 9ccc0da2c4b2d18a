//! Loads what refusing an unlink looks at.

use super::{Facts, RefuseUnlink};
use crate::index;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for RefuseUnlink {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.shop)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { link: index::link_from(tx, self.shop, self.link)?, now: tx.now })
    }
}
