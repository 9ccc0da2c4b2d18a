//! Loads what making an ad group looks at.

use super::{CreateAdGroup, Facts};
use crate::{index::ads, rules::spark::io as spark};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for CreateAdGroup {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (place, _) = spark::acting(tx, actor, self.centre, self.by, self.ad_account)?;
        ads::campaign(tx, self.ad_account, self.campaign)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { place })
    }
}
