//! Loads what deleting looks at.

use super::{DeleteAd, Facts};
use crate::rules::spark::io as spark;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for DeleteAd {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (place, ad) = spark::seen_ad(tx, actor, self.centre, self.by, self.ad)?;
        Ok(Facts { place, advert: ad.advert, state: ad.state })
    }
}
