//! Loads what the verb looks at.

use super::{Facts, UnshareAdAccount};
use crate::{
    Reader, assets,
    index::{ad_accounts, partners},
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for UnshareAdAccount {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        // Only the two sides know of a share.
        if self.centre != self.owner && self.centre != self.partner {
            return Err(Refusal::NotFound);
        }
        let reached = ad_accounts::of_centre(tx, self.centre, Reader::Admin, self.ad_account)?;
        if reached.ad_account.centre != self.owner {
            return Err(Refusal::NotFound);
        }
        let share = partners::share(tx, self.ad_account, self.partner)?;
        Ok(Facts { away: share.map(|share| assets::io::away(tx, share)).transpose()? })
    }
}
