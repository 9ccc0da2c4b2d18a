//! Loads the facts; the operator's form and the REST call.

use super::{Facts, FindViolation};
use crate::acting::{self, Because};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, Visit};

impl Ask for FindViolation {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { account: acting::account(tx, self.account)? })
    }
}

fn ask(visit: &Visit, reason: &str) -> Result<FindViolation, Refusal> {
    let (operator, account) = (visit.org()?, visit.param("account")?);
    Ok(FindViolation { operator, account, violation: store::fresh(), reason: acting::reason(reason)? })
}

/// `POST /operator/{org}/accounts/{account}/violations`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("reason"));
    acting::done(visit, ask, "accounts.find_violation.done").await
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/violations`
pub async fn api(visit: Visit) -> Answer {
    let body: Because = visit.json()?;
    let ask = ask(&visit, &body.reason)?;
    acting::answered(visit, ask).await
}
