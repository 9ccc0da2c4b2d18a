//! Loads what resuming looks at: the conditions as they are for whoever resumes.

use super::{Facts, ResumeAd};
use crate::{
    Road, create_spark_ad,
    index::ads::{self, Backing},
    rules::spark::io::{self as spark, About, Known},
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Scope, Tx};

impl Ask for ResumeAd {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (_, ad) = spark::seen_ad(tx, actor, self.centre, self.by, self.ad)?;
        let about = About { centre: self.centre, person: self.by, by: spark::By::Account, ..About::made(&ad) };
        let mut known = Known::default();
        let (facts, road) = create_spark_ad::io::road(tx, &mut known, about, self.road)?;
        // Where nothing holds, what is missing is told of the road that the ad was on.
        let (facts, road) = match (self.road, ad.road, crate::rules::spark::missing(&facts).is_empty()) {
            (None, Road::Code(_), false) => {
                create_spark_ad::io::road(tx, &mut known, About { person: self.by, ..About::made(&ad) }, Some(ad.road))?
            }
            _ => (facts, road),
        };
        let backing = Backing::of(road, self.centre, self.by, ad.advert.account);
        let itself = Backing::of(ad.road, ad.advert.centre, ad.rests_on, ad.advert.account) == backing;
        let backed = ads::backed(tx, backing)? - i64::from(itself);
        let account = accounts::index::account(tx, ad.advert.account)?.ok_or(Refusal::NotFound)?;
        let policy = tx.policy(Scope { region: account.region, ..Scope::PLATFORM })?;
        Ok(Facts { spark: facts, ad, road, backed, policy })
    }
}
