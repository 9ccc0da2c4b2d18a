//! Loads what an invitation looks at.

use super::{Facts, Invite, Policy};
use crate::{index, rules};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for Invite {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.shop)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let shared = rules::io::load(tx, self.shop, self.account, self.kind, actor)?;
        let scope = store::Scope { region: shared.shop.region, merchant: shared.shop.merchant.code() };
        Ok(Facts { open_until: index::open_until(tx, self.shop, self.account)?, policy: tx.policy::<Policy>(scope)?, shared })
    }
}
