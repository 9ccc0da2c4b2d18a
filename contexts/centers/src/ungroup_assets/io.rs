//! Loads what the verb looks at.

use super::{Facts, UngroupAssets};
use crate::index::groups;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for UngroupAssets {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let group = groups::group(tx, self.centre, self.group)?.id;
        let members = groups::members(tx, group)?.into_iter().map(|(user, _)| user).collect();
        Ok(Facts { ad_accounts: groups::ad_accounts(tx, group)?, members })
    }
}
