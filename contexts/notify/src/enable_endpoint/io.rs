//! Loads the facts; the form and the REST call.

use super::{EnableEndpoint, Facts};
use crate::{endpoints, index};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for EnableEndpoint {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        index::endpoint(tx, self.org, self.endpoint)?.map(|endpoint| Facts { state: endpoint.state }).ok_or(Refusal::NotFound)
    }
}

fn ask(visit: &Visit) -> Result<EnableEndpoint, Refusal> {
    Ok(EnableEndpoint { org: visit.org()?, endpoint: visit.param("endpoint")? })
}

/// `POST /org/{org}/webhooks/{endpoint}/enable`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let page = format!("/org/{}/webhooks/{}", ask.org, ask.endpoint);
    visit.perform(ask).await?;
    visit.redirect(&page, "notify.enable_endpoint.done")
}

/// `POST /api/v1/orgs/{org}/webhooks/{endpoint}/enable`
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let (org, endpoint) = (ask.org, ask.endpoint);
    visit.command(ask, StatusCode::OK, move |tx| endpoints::io::view(tx, org, endpoint)).await
}
