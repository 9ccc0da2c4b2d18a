//! Loads what withholding an account looks at.

use super::{Facts, Withhold};
use crate::{
    Reader,
    index::{ad_accounts, grants, withheld},
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for Withhold {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let grant = grants::grant(tx, self.centre, self.account)?.ok_or(Refusal::NotFound)?;
        // One that is closed, or not the centre's to use, is not there.
        ad_accounts::of_centre(tx, self.centre, Reader::Admin, self.ad_account)?;
        Ok(Facts { grant, withheld_since: withheld::since(tx, self.centre, self.account, self.ad_account)? })
    }
}
