//! Loads the facts; the operator's form and the REST call.

use super::{DismissFindings, Facts};
use crate::{
    acting::{self, Because},
    index,
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, Visit};

impl Ask for DismissFindings {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let account = acting::account(tx, self.account)?;
        Ok(Facts { account, counting: index::findings_in(tx, self.account, &self.post)? })
    }
}

fn ask(visit: &Visit, reason: &str) -> Result<DismissFindings, Refusal> {
    let (operator, account, post) = (visit.org()?, visit.param("account")?, visit.param("post")?);
    Ok(DismissFindings { operator, account, post, reason: acting::reason(reason)? })
}

/// `POST /operator/{org}/accounts/{account}/findings/{post}/dismiss`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("reason"));
    acting::done(visit, ask, "accounts.dismiss_findings.done").await
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/findings/{post}/dismiss`
pub async fn api(visit: Visit) -> Answer {
    let body: Because = visit.json()?;
    let ask = ask(&visit, &body.reason)?;
    acting::answered(visit, ask).await
}
