//! Loads what the verb looks at.

use super::{Facts, GiveAdRole};
use crate::{assets, index::ad_accounts};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for GiveAdRole {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (reached, acting) = assets::io::acting(tx, self.centre, self.ad_account, actor)?;
        Ok(Facts {
            centre: assets::io::state(tx, self.centre)?,
            acting,
            at_most: reached.at_most,
            is_member: access::index::role(tx, self.centre, self.user)?.is_some(),
            given: ad_accounts::given_to(tx, self.ad_account, self.centre, self.user)?.map(|given| given.role),
        })
    }
}
