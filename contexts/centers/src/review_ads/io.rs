//! Loads the running ads and their conditions; what is the same for several is looked up once.

use super::{Facts, ReviewAds};
use crate::{
    index::ads,
    rules::spark::io::{About, Known},
};
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for ReviewAds {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let mut known = Known::default();
        let running = ads::running(tx, &self.which)?;
        let facts = running.iter().map(|ad| Ok((ad.advert, known.facts(tx, &About::made(ad))?))).collect::<Result<_, Refusal>>();
        Ok(Facts { ads: facts? })
    }
}
