//! Loads what an unlink request looks at.

use super::{Facts, Policy, RequestUnlink};
use crate::{index, rules};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Scope, Tx};

impl Ask for RequestUnlink {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let link = index::invitation_to(tx, self.owner, self.link)?;
        let shared = rules::io::load(tx, link.pair.shop, link.pair.account, link.pair.role, actor)?;
        let scope = Scope { region: shared.shop.region, merchant: shared.shop.merchant.code() };
        Ok(Facts { link, policy: tx.policy::<Policy>(scope)?, shared })
    }
}
