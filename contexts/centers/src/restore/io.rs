//! Loads what restoring an account looks at.

use super::{Facts, Restore};
use crate::{
    Reader, granting,
    index::{ad_accounts, grants, withheld},
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for Restore {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let grant = grants::grant(tx, self.centre, self.account)?.ok_or(Refusal::NotFound)?;
        ad_accounts::of_centre(tx, self.centre, Reader::Admin, self.ad_account)?;
        let is_withheld = withheld::since(tx, self.centre, self.account, self.ad_account)?.is_some();
        Ok(Facts { centre: granting::io::state(tx, self.centre)?, grant, is_withheld })
    }
}
