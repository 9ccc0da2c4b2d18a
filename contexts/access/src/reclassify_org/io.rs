//! Putting a shop under another type meets the world.

use super::{Facts, ReclassifyOrg};
use crate::{Merchant, index, rename_org};
use kernel::{Actor, OrgId, Refusal};
use serde::Deserialize;
use store::{Ask, Tx};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit};

impl Ask for ReclassifyOrg {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { org: index::org(tx, self.org)?.ok_or(Refusal::NotFound)? })
    }
}

/// What is sent to put a shop under another type.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMerchant {
    /// `open`, `invited`, `us_individual` or `us_business`.
    #[schema(example = "invited")]
    pub merchant: String,
}

fn ask(visit: &Visit, typed: &str) -> Result<ReclassifyOrg, Refusal> {
    let merchant = Merchant::from_code(typed).ok_or_else(|| Refusal::malformed("merchant", "access.merchant_unknown"))?;
    Ok(ReclassifyOrg { operator: visit.org()?, org: visit.param("shop")?, merchant })
}

/// `POST /operator/{org}/shops/{shop}/reclassify`.
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("merchant"))?;
    let back = format!("/operator/{}/shops/{}", ask.operator, ask.org);
    visit.perform(ask).await?;
    visit.redirect(&back, "access.reclassify_org.done")
}

/// `POST /api/v1/operators/{org}/orgs/{shop}/reclassify`.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit, &visit.json::<NewMerchant>()?.merchant)?;
    let org = ask.org;
    visit.command(ask, StatusCode::OK, move |tx| rename_org::io::view(tx, org)).await
}
