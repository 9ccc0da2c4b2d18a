//! Loads what the verb looks at.

use super::{Facts, TakeAdRole};
use crate::{assets, index::ad_accounts};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for TakeAdRole {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (_, acting) = assets::io::acting(tx, self.centre, self.ad_account, actor)?;
        let given = ad_accounts::given_to(tx, self.ad_account, self.centre, self.user)?.map(|given| given.role);
        Ok(Facts { acting, given, is_self: actor.user() == Some(self.user) })
    }
}
