//! Putting an app on a tier meets the world.

use super::{Facts, SetTier};
use crate::{Tier, index, views};
use kernel::{Actor, AppId, OrgId, Refusal};
use serde::Deserialize;
use store::{Ask, Tx};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit};

impl Ask for SetTier {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { app: index::any_app(tx, self.app)?.ok_or(Refusal::NotFound)? })
    }
}

/// What is sent to put an app on a tier.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTier {
    /// `basic`, `advanced`, `premium` or `ultimate`.
    pub tier: String,
}

fn ask(visit: &Visit, tier: &str) -> Result<SetTier, Refusal> {
    let tier = Tier::from_code(tier).ok_or_else(|| Refusal::malformed("tier", "apps.tier_unknown"))?;
    Ok(SetTier { operator: visit.org()?, app: visit.param::<AppId>("app")?, tier })
}

/// `POST /operator/{org}/apps/{app}/tier`.
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("tier"))?;
    let back = format!("/operator/{}/apps", ask.operator);
    visit.perform(ask).await?;
    visit.redirect(&back, "apps.set_tier.done")
}

/// `PUT /api/v1/operators/{org}/apps/{app}/tier`.
pub async fn api(visit: Visit) -> Answer {
    let sent: NewTier = visit.json()?;
    let ask = ask(&visit, &sent.tier)?;
    let app = ask.app;
    let view = move |tx: &mut Tx<'_>| {
        let found = index::any_app(tx, app)?.ok_or(Refusal::NotFound)?;
        views::app(tx, found, None)
    };
    visit.command(ask, StatusCode::OK, view).await
}
