//! Loads what the verb looks at.

use super::{Facts, RenameAdAccount};
use crate::{assets, index::ad_accounts};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for RenameAdAccount {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (_, acting) = assets::io::acting(tx, self.centre, self.ad_account, actor)?;
        // A partner's name for it is the owner's to choose.
        let present = ad_accounts::owned(tx, self.centre, self.ad_account)?.name;
        Ok(Facts { centre: assets::io::state(tx, self.centre)?, present, acting })
    }
}
