//! Loads the facts; the form and the REST call.

use super::{Facts, SendTest};
use crate::{endpoints, index};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for SendTest {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        index::endpoint(tx, self.org, self.endpoint)?.map(|endpoint| Facts { state: endpoint.state }).ok_or(Refusal::NotFound)
    }
}

fn ask(visit: &Visit) -> Result<SendTest, Refusal> {
    Ok(SendTest { org: visit.org()?, endpoint: visit.param("endpoint")? })
}

/// `POST /org/{org}/webhooks/{endpoint}/test`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let page = format!("/org/{}/webhooks/{}", ask.org, ask.endpoint);
    visit.perform(ask).await?;
    visit.redirect(&page, "notify.send_test.done")
}

/// `POST /api/v1/orgs/{org}/webhooks/{endpoint}/test`: the delivery that will be tried.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let (org, endpoint) = (ask.org, ask.endpoint);
    visit.command(ask, StatusCode::ACCEPTED, move |tx| endpoints::io::newest_delivery(tx, org, endpoint)).await
}
