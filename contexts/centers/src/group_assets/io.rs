//! Loads what the verb looks at.

use super::{Facts, GroupAssets};
use crate::{
    Reader, assets,
    index::{ad_accounts, groups},
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for GroupAssets {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let group = groups::group(tx, self.centre, self.group)?.id;
        for ad_account in &self.ad_accounts {
            ad_accounts::of_centre(tx, self.centre, Reader::Admin, *ad_account)?;
        }
        let mut strangers = Vec::new();
        for (user, _) in &self.members {
            if access::index::role(tx, self.centre, *user)?.is_none() {
                strangers.push(*user);
            }
        }
        Ok(Facts {
            centre: assets::io::state(tx, self.centre)?,
            ad_accounts: groups::ad_accounts(tx, group)?,
            members: groups::members(tx, group)?,
            strangers,
        })
    }
}
