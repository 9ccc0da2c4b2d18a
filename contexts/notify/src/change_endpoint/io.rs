//! Loads the facts; the form and the REST call.

use super::{ChangeEndpoint, Facts};
use crate::{
    Webhooks,
    add_endpoint::io::{EndpointBody, types_of},
    address, endpoints, index,
};
use kernel::{Actor, EndpointId, OrgId, Refusal};
use store::{Ask, Scope, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for ChangeEndpoint {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let (_, address) = address::read(&self.url)?;
        let endpoint = index::endpoint(tx, self.org, self.endpoint)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { endpoint, address, policy: tx.policy::<Webhooks>(Scope::PLATFORM)? })
    }
}

/// `POST /org/{org}/webhooks/{endpoint}`
pub async fn post(visit: Visit) -> Answer {
    let (org, endpoint) = (visit.org()?, visit.param::<EndpointId>("endpoint")?);
    let form = visit.form();
    let ask = ChangeEndpoint { org, endpoint, url: form.text("url").to_owned(), types: types_of(form) };
    match visit.perform(ask).await {
        Ok(_) => visit.redirect(&format!("/org/{org}/webhooks/{endpoint}"), "notify.change_endpoint.done"),
        Err(refusal) => visit.page_again("notify/endpoint.html", endpoints::io::detailed(&visit).await?, refusal).await,
    }
}

/// `PUT /api/v1/orgs/{org}/webhooks/{endpoint}`
pub async fn api(visit: Visit) -> Answer {
    let (org, endpoint) = (visit.org()?, visit.param::<EndpointId>("endpoint")?);
    let EndpointBody { url, types } = visit.json()?;
    let ask = ChangeEndpoint { org, endpoint, url, types };
    visit.command(ask, StatusCode::OK, move |tx| endpoints::io::view(tx, org, endpoint)).await
}
