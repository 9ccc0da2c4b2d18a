//! Loads the facts; the form and the REST call.

use super::{Facts, RemoveEndpoint};
use crate::{endpoints::io::Removed, index};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for RemoveEndpoint {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        index::endpoint(tx, self.org, self.endpoint)?.map(|_| Facts).ok_or(Refusal::NotFound)
    }
}

fn ask(visit: &Visit) -> Result<RemoveEndpoint, Refusal> {
    Ok(RemoveEndpoint { org: visit.org()?, endpoint: visit.param("endpoint")? })
}

/// `POST /org/{org}/webhooks/{endpoint}/remove`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let list = format!("/org/{}/webhooks", ask.org);
    visit.perform(ask).await?;
    visit.redirect(&list, "notify.remove_endpoint.done")
}

/// `DELETE /api/v1/orgs/{org}/webhooks/{endpoint}`
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let removed = ask.endpoint;
    visit.command(ask, StatusCode::OK, move |_| Ok(Removed { removed })).await
}
