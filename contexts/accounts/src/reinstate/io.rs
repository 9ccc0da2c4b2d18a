//! Loads the facts; the operator's form and the REST call.

use super::{Facts, Reinstate};
use crate::acting::{self, Because};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, Visit};

impl Ask for Reinstate {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { account: acting::account(tx, self.account)? })
    }
}

fn ask(visit: &Visit, reason: &str) -> Result<Reinstate, Refusal> {
    Ok(Reinstate { operator: visit.org()?, account: visit.param("account")?, reason: acting::reason(reason)? })
}

/// `POST /operator/{org}/accounts/{account}/reinstate`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("reason"));
    acting::done(visit, ask, "accounts.reinstate.done").await
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/reinstate`
pub async fn api(visit: Visit) -> Answer {
    let body: Because = visit.json()?;
    let ask = ask(&visit, &body.reason)?;
    acting::answered(visit, ask).await
}
