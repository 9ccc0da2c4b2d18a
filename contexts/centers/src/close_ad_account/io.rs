//! Loads what the verb looks at.

use super::{CloseAdAccount, Facts};
use crate::index::{ad_accounts, groups, identities, partners};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for CloseAdAccount {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let id = ad_accounts::owned(tx, self.centre, self.ad_account)?.id;
        let identities = identities::list(tx, id, None, i64::MAX)?.into_iter().map(|identity| identity.id).collect();
        Ok(Facts {
            given: ad_accounts::given_on(tx, id)?,
            shares: partners::shares_of(tx, id)?,
            groups: groups::with_ad_account(tx, id)?,
            identities,
        })
    }
}
