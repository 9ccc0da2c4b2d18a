//! Loads the facts; the operator's form and the REST call.

use super::{Facts, MoveRegion};
use crate::{acting, fields};
use kernel::{Actor, OrgId, Problem, Refusal};
use serde::Deserialize;
use store::{Ask, Scope, Tx};
use web::{Answer, Visit};

impl Ask for MoveRegion {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let account = acting::account(tx, self.account)?;
        let scope = Scope { region: account.region, ..Scope::PLATFORM };
        Ok(Facts { account, policy: tx.policy(scope)? })
    }
}

/// What the REST call takes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MoveRegion)]
pub struct Body {
    /// The country from now on: a two-letter code or a name in English or Chinese.
    #[schema(example = "GB")]
    pub region: String,
    /// Why, for the account's owner to read; 1 to 500 characters.
    #[schema(example = "The owner has moved.")]
    pub reason: String,
}

fn ask(visit: &Visit, region: &str, reason: &str) -> Result<MoveRegion, Refusal> {
    let unknown = || Problem::new("region", "accounts.register.region_bad").with("given", region);
    let region = fields::region(region).ok_or_else(unknown)?;
    Ok(MoveRegion { operator: visit.org()?, account: visit.param("account")?, region, reason: acting::reason(reason)? })
}

/// `POST /operator/{org}/accounts/{account}/move-region`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("region"), visit.form().text("reason"));
    acting::done(visit, ask, "accounts.move_region.done").await
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/move-region`
pub async fn api(visit: Visit) -> Answer {
    let body: Body = visit.json()?;
    let ask = ask(&visit, &body.region, &body.reason)?;
    acting::answered(visit, ask).await
}
