//! Loads the facts; the form, the page that shows the secret, and the REST call.

use super::{Facts, RotateSecret};
use crate::{Webhooks, endpoints, index};
use kernel::{Actor, EndpointId, OrgId, Refusal};
use store::{Ask, Scope, Tx};
use web::{Answer, StatusCode, Visit, context};

impl Ask for RotateSecret {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let endpoint = index::endpoint(tx, self.org, self.endpoint)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { endpoint, policy: tx.policy::<Webhooks>(Scope::PLATFORM)?, now: tx.now })
    }
}

fn ask(visit: &Visit) -> Result<RotateSecret, Refusal> {
    Ok(RotateSecret { org: visit.org()?, endpoint: visit.param("endpoint")? })
}

/// `POST /org/{org}/webhooks/{endpoint}/secret`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let page = format!("/org/{}/webhooks/{}/secret", ask.org, ask.endpoint);
    visit.perform(ask).await?;
    visit.redirect(&page, "notify.rotate_secret.done")
}

/// `GET /org/{org}/webhooks/{endpoint}/secret`: shown only to someone who has just confirmed who they are.
pub async fn page(visit: Visit) -> Answer {
    let (org, id) = (visit.org()?, visit.param::<EndpointId>("endpoint")?);
    let shown = visit.read(move |tx| endpoints::io::with_secrets(tx, org, id)).await?;
    visit.page("notify/secret.html", context! { title => "notify.rotate_secret.title", org, endpoint => shown }).await
}

/// `POST /api/v1/orgs/{org}/webhooks/{endpoint}/secret`
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let (org, endpoint) = (ask.org, ask.endpoint);
    visit.command(ask, StatusCode::OK, move |tx| endpoints::io::with_secrets(tx, org, endpoint)).await
}
