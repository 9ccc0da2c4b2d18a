//! Loads the facts; the operator's form and the REST call.

use super::{Facts, WithdrawEcommerce};
use crate::acting::{self, Because};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, Visit};

impl Ask for WithdrawEcommerce {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { account: acting::account(tx, self.account)? })
    }
}

fn ask(visit: &Visit, reason: &str) -> Result<WithdrawEcommerce, Refusal> {
    Ok(WithdrawEcommerce { operator: visit.org()?, account: visit.param("account")?, reason: acting::reason(reason)? })
}

/// `POST /operator/{org}/accounts/{account}/withdraw-ecommerce`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("reason"));
    acting::done(visit, ask, "accounts.withdraw_ecommerce.done").await
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/withdraw-ecommerce`
pub async fn api(visit: Visit) -> Answer {
    let body: Because = visit.json()?;
    let ask = ask(&visit, &body.reason)?;
    acting::answered(visit, ask).await
}
