//! Loads the facts; the form and the REST call.

use super::{Facts, Redeliver};
use crate::{endpoints, index};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for Redeliver {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let endpoint = index::endpoint(tx, self.org, self.endpoint)?.ok_or(Refusal::NotFound)?;
        let delivery = index::delivery_of(tx, &endpoint, &self.delivery)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { state: endpoint.state, is_waiting: delivery.state == "waiting" })
    }
}

fn ask(visit: &Visit) -> Result<Redeliver, Refusal> {
    Ok(Redeliver { org: visit.org()?, endpoint: visit.param("endpoint")?, delivery: visit.param("delivery")? })
}

/// `POST /org/{org}/webhooks/{endpoint}/deliveries/{delivery}/redeliver`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let page = format!("/org/{}/webhooks/{}/deliveries/{}", ask.org, ask.endpoint, ask.delivery);
    visit.perform(ask).await?;
    visit.redirect(&page, "notify.redeliver.done")
}

/// `POST /api/v1/orgs/{org}/webhooks/{endpoint}/deliveries/{delivery}/redeliver`
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let (org, endpoint, delivery) = (ask.org, ask.endpoint, ask.delivery.clone());
    visit.command(ask, StatusCode::ACCEPTED, move |tx| endpoints::io::delivery_view(tx, org, endpoint, &delivery)).await
}
