//! Loads the facts; the operator's form and the REST call.

use super::{Facts, MarkPolitical};
use crate::acting;
use kernel::{Actor, OrgId, Refusal};
use serde::Deserialize;
use store::{Ask, Tx};
use web::{Answer, Visit};

impl Ask for MarkPolitical {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { account: acting::account(tx, self.account)? })
    }
}

/// What the REST call takes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Whether the account is one of a government, a politician or a political party.
    pub political: bool,
    /// Why, for the account's owner to read; 1 to 500 characters.
    pub reason: String,
}

fn ask(visit: &Visit, political: bool, reason: &str) -> Result<MarkPolitical, Refusal> {
    Ok(MarkPolitical { operator: visit.org()?, account: visit.param("account")?, political, reason: acting::reason(reason)? })
}

/// `POST /operator/{org}/accounts/{account}/mark-political`: marks. The form's `political` is `no` to take the mark back.
pub async fn post(visit: Visit) -> Answer {
    let political = visit.form().text("political") != "no";
    let ask = ask(&visit, political, visit.form().text("reason"));
    acting::done(visit, ask, if political { "accounts.mark_political.done" } else { "accounts.mark_political.undone" }).await
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/mark-political`
pub async fn api(visit: Visit) -> Answer {
    let body: Body = visit.json()?;
    let ask = ask(&visit, body.political, &body.reason)?;
    acting::answered(visit, ask).await
}
