//! Loads what making a campaign looks at.

use super::{CreateCampaign, Facts};
use crate::rules::spark::io as spark;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for CreateCampaign {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (place, _) = spark::acting(tx, actor, self.centre, self.by, self.ad_account)?;
        Ok(Facts { place })
    }
}
