//! Loads what the verb looks at.

use super::{Facts, ShareAdAccount};
use crate::{
    assets,
    index::{ad_accounts, partners},
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for ShareAdAccount {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let id = ad_accounts::owned(tx, self.centre, self.ad_account)?.id;
        let share = partners::share(tx, id, self.partner)?;
        Ok(Facts {
            centre: assets::io::state(tx, self.centre)?,
            are_partners: partners::are_partners(tx, self.centre, self.partner)?,
            away: share.map(|share| assets::io::away(tx, share)).transpose()?,
        })
    }
}
