//! Loads the facts; the form and the REST call.

use super::{AddEndpoint, Facts};
use crate::{Webhooks, address, endpoints, index};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Scope, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for AddEndpoint {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let (_, address) = address::read(&self.url)?;
        let count = i64::try_from(index::endpoints(tx, self.org)?.len()).unwrap_or(i64::MAX);
        Ok(Facts { count, address, policy: tx.policy::<Webhooks>(Scope::PLATFORM)? })
    }
}

/// What the REST call takes, for adding and for changing.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointBody {
    /// Where it listens: an `https` address.
    #[schema(example = "https://hooks.example/countersign")]
    pub url: String,
    /// What it wants to be told: types such as `linking.linked`, `linking.*` for all of a context, `*` for everything.
    #[schema(example = json!(["linking.*"]))]
    pub types: Vec<String>,
}

/// The types that a form ticked, or `*` when it says everything.
pub(crate) fn types_of(form: &web::Form) -> Vec<String> {
    if form.ticked("everything") { vec!["*".to_owned()] } else { form.all("types").into_iter().map(str::to_owned).collect() }
}

/// `POST /org/{org}/webhooks`
pub async fn post(visit: Visit) -> Answer {
    let (org, endpoint) = (visit.org()?, store::fresh());
    let form = visit.form();
    let ask = AddEndpoint { org, endpoint, url: form.text("url").to_owned(), types: types_of(form) };
    match visit.perform(ask).await {
        Ok(_) => visit.redirect(&format!("/org/{org}/webhooks/{endpoint}"), "notify.add_endpoint.done"),
        Err(refusal) => visit.page_again("notify/endpoints.html", endpoints::io::listed(&visit).await?, refusal).await,
    }
}

/// `POST /api/v1/orgs/{org}/webhooks`: the answer holds the signing secret.
pub async fn api(visit: Visit) -> Answer {
    let (org, endpoint) = (visit.org()?, store::fresh());
    let EndpointBody { url, types } = visit.json()?;
    let ask = AddEndpoint { org, endpoint, url, types };
    visit.command(ask, StatusCode::CREATED, move |tx| endpoints::io::with_secrets(tx, org, endpoint)).await
}
