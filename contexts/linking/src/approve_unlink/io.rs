//! Loads what approving an unlink looks at.

use super::{ApproveUnlink, Facts};
use crate::{index, rules};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for ApproveUnlink {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.shop)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let link = index::link_from(tx, self.shop, self.link)?;
        let shared = rules::io::load(tx, link.pair.shop, link.pair.account, link.pair.role, actor)?;
        Ok(Facts { link, shared })
    }
}
