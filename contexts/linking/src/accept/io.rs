//! Loads what accepting an invitation looks at.

use super::{Accept, Facts};
use crate::{index, rules};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for Accept {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let link = index::invitation_to(tx, self.owner, self.link)?;
        let shared = rules::io::load(tx, link.pair.shop, link.pair.account, link.pair.role, actor)?;
        Ok(Facts { link, shared })
    }
}
