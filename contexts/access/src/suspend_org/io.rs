//! Stopping an organisation meets the world.

use super::{Facts, SuspendOrg};
use crate::{index, rename_org, typed, views::Reason};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for SuspendOrg {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { org: index::org(tx, self.org)?.ok_or(Refusal::NotFound)? })
    }
}

fn ask(visit: &Visit, typed: &str) -> Result<SuspendOrg, Refusal> {
    Ok(SuspendOrg { operator: visit.org()?, org: visit.param("shop")?, reason: typed::reason("reason", typed)? })
}

/// `POST /operator/{org}/shops/{shop}/suspend`.
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("reason"))?;
    let back = format!("/operator/{}/shops/{}", ask.operator, ask.org);
    visit.perform(ask).await?;
    visit.redirect(&back, "access.suspend_org.done")
}

/// `POST /api/v1/operators/{org}/orgs/{shop}/suspend`.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit, &visit.json::<Reason>()?.reason)?;
    let org = ask.org;
    visit.command(ask, StatusCode::OK, move |tx| rename_org::io::view(tx, org)).await
}
