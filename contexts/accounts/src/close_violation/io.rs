//! Loads the facts; the operator's form and the REST call.

use super::{CloseViolation, Facts};
use crate::{
    acting::{self, Because},
    index,
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, Visit};

impl Ask for CloseViolation {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let account = acting::account(tx, self.account)?;
        let violation = index::violation_of(tx, self.account, self.violation)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { account, violation })
    }
}

fn ask(visit: &Visit, outcome: &str) -> Result<CloseViolation, Refusal> {
    let (operator, account, violation) = (visit.org()?, visit.param("account")?, visit.param("violation")?);
    Ok(CloseViolation { operator, account, violation, outcome: acting::reason(outcome)? })
}

/// `POST /operator/{org}/accounts/{account}/violations/{violation}/close`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("reason"));
    acting::done(visit, ask, "accounts.close_violation.done").await
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/violations/{violation}/close`
pub async fn api(visit: Visit) -> Answer {
    let body: Because = visit.json()?;
    let ask = ask(&visit, &body.reason)?;
    acting::answered(visit, ask).await
}
