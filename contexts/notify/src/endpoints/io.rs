//! Loads what the pages and the REST calls about endpoints show.

use crate::{
    Endpoint, EndpointState, catalogue,
    index::{self, Attempt, Delivery},
};
use kernel::{EndpointId, Instant, OrgId, Refusal, Span};
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::Tx;
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit, context};

/// An endpoint as the REST API shows it.
#[derive(Serialize, ToSchema)]
pub struct EndpointView {
    /// Which.
    #[schema(value_type = String)]
    id: EndpointId,
    /// Where it listens.
    url: String,
    /// What it is told.
    types: Vec<String>,
    /// Whether it is told.
    state: EndpointState,
    /// Since when it is in that state.
    #[schema(value_type = String, format = DateTime)]
    since: Instant,
    /// Until when the secret before the current one signs as well.
    #[schema(value_type = Option<String>, format = DateTime)]
    previous_until: Option<Instant>,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    added_at: Instant,
}

/// An endpoint with the secrets that sign what it is sent, the newest first.
#[derive(Serialize, ToSchema)]
pub struct EndpointWithSecrets {
    #[serde(flatten)]
    endpoint: EndpointView,
    /// The secrets in force; two while a rotation is under way.
    secrets: Vec<String>,
}

/// A list of endpoints.
#[derive(Serialize, ToSchema)]
pub struct Endpoints {
    items: Vec<EndpointView>,
}

/// What was removed.
#[derive(Serialize, ToSchema)]
pub struct Removed {
    /// Which.
    #[schema(value_type = String)]
    pub(crate) removed: EndpointId,
}

/// One delivery as the REST API shows it.
#[derive(Serialize, ToSchema)]
pub struct DeliveryView {
    /// Which: the same for every attempt.
    id: String,
    /// The event's type.
    #[serde(rename = "type")]
    event_type: String,
    /// The event's place in the log.
    seq: i64,
    /// When it was put on its way.
    #[schema(value_type = String, format = DateTime)]
    made: Instant,
    /// `waiting`, `sent` or `dead`.
    state: String,
    /// How often it was tried since it was last asked for.
    tries: i64,
    /// When it is tried next.
    #[schema(value_type = Option<String>, format = DateTime)]
    due: Option<Instant>,
    /// What is sent.
    #[schema(value_type = Object)]
    body: Json,
    /// Its attempts, newest first; left out in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attempts: Vec<Attempt>,
}

/// A list of deliveries.
#[derive(Serialize, ToSchema)]
pub struct Deliveries {
    items: Vec<DeliveryView>,
    /// Give it as `before` to get the next page.
    #[schema(value_type = Option<String>, format = DateTime)]
    next: Option<Instant>,
}

/// The types that webhooks can carry.
#[derive(Serialize, ToSchema)]
pub struct Types {
    items: Vec<String>,
}

fn found(tx: &mut Tx<'_>, org: OrgId, id: EndpointId) -> Result<Endpoint, Refusal> {
    index::endpoint(tx, org, id)?.ok_or(Refusal::NotFound)
}

fn shown(endpoint: Endpoint) -> EndpointView {
    let Endpoint { id, url, types, state, since, previous_until, added_at, .. } = endpoint;
    EndpointView { id, url, types, state, since, previous_until, added_at }
}

/// An endpoint as it is now.
pub(crate) fn view(tx: &mut Tx<'_>, org: OrgId, id: EndpointId) -> Result<EndpointView, Refusal> {
    found(tx, org, id).map(shown)
}

/// An endpoint with its secrets.
pub(crate) fn with_secrets(tx: &mut Tx<'_>, org: OrgId, id: EndpointId) -> Result<EndpointWithSecrets, Refusal> {
    let endpoint = found(tx, org, id)?;
    let secrets = index::secrets(tx, &endpoint);
    // What is over is not shown: the page would say that two secrets sign.
    let previous_until = endpoint.previous_until.filter(|_| secrets.len() > 1);
    Ok(EndpointWithSecrets { endpoint: shown(Endpoint { previous_until, ..endpoint }), secrets })
}

fn delivery_shown(delivery: Delivery, attempts: Vec<Attempt>) -> DeliveryView {
    let Delivery { id, event_type, seq, made, state, tries, due, body, .. } = delivery;
    DeliveryView { id, event_type, seq, made, state, tries, due, body: serde_json::from_str(&body).unwrap_or_default(), attempts }
}

/// A delivery with its attempts.
pub(crate) fn delivery_view(tx: &mut Tx<'_>, org: OrgId, id: EndpointId, delivery: &str) -> Result<DeliveryView, Refusal> {
    let endpoint = found(tx, org, id)?;
    let delivery = index::delivery_of(tx, &endpoint, delivery)?.ok_or(Refusal::NotFound)?;
    let attempts = index::attempts(tx, &endpoint, &delivery.id)?;
    Ok(delivery_shown(delivery, attempts))
}

/// The endpoint's newest delivery: the one that was just asked for.
pub(crate) fn newest_delivery(tx: &mut Tx<'_>, org: OrgId, id: EndpointId) -> Result<DeliveryView, Refusal> {
    let endpoint = found(tx, org, id)?;
    let after_now = tx.now + Span(1);
    let newest = index::deliveries(tx, &endpoint, after_now, 1)?.into_iter().next().ok_or(Refusal::NotFound)?;
    Ok(delivery_shown(newest, Vec::new()))
}

/// How many deliveries a page holds.
const PAGE: usize = 50;

fn page_of(tx: &mut Tx<'_>, endpoint: &Endpoint, before: Option<Instant>) -> Result<(Vec<Delivery>, Option<Instant>), Refusal> {
    let before = before.unwrap_or(tx.now + Span(1));
    let limit = i64::try_from(PAGE).unwrap_or(1);
    let page = index::deliveries(tx, endpoint, before, limit)?;
    let next = (page.len() == PAGE).then(|| page.last().map(|delivery| delivery.made)).flatten();
    Ok((page, next))
}

fn before(visit: &Visit) -> Result<Option<Instant>, Refusal> {
    let given = visit.query("before").map(str::parse).transpose();
    given.map_err(|_: String| Refusal::malformed("before", "notify.endpoints.bad_before"))
}

/// The types, grouped by context, for the form; `chosen` are ticked.
fn choices(chosen: &[String]) -> Json {
    let group = |context: &&'static str| {
        let all = catalogue::ROWS.iter().filter(|row| row.is_public && row.context == *context);
        let types: Vec<Json> = all
            .map(|row| {
                let event_type = format!("{}.{}", row.context, row.kind);
                let ticked = chosen.iter().any(|wanted| crate::state::covers(wanted, &event_type));
                json!({"type": event_type, "words": format!("notify.types.{}_{}", row.context, row.kind), "ticked": ticked})
            })
            .collect();
        json!({"context": context, "words": format!("notify.types.{context}"), "types": types})
    };
    catalogue::contexts().iter().map(group).collect()
}

/// `GET /org/{org}/webhooks`
pub async fn list(visit: Visit) -> Answer {
    let facts = listed(&visit).await?;
    visit.page("notify/endpoints.html", facts).await
}

/// What the list shows. When the form below it comes back, it brings what was ticked.
pub(crate) async fn listed(visit: &Visit) -> Result<web::Facts, Refusal> {
    let org = visit.org()?;
    let ticked = crate::add_endpoint::io::types_of(visit.form());
    let endpoints: Vec<_> = visit.read(move |tx| index::endpoints(tx, org)).await?.into_iter().map(shown).collect();
    let everything = visit.form().ticked("everything");
    Ok(context! { title => "notify.endpoints.title", org, endpoints, choices => choices(&ticked), everything })
}

/// `GET /org/{org}/webhooks/{endpoint}`
pub async fn detail(visit: Visit) -> Answer {
    let facts = detailed(&visit).await?;
    visit.page("notify/endpoint.html", facts).await
}

/// What the page of one webhook shows, also when its form comes back.
pub(crate) async fn detailed(visit: &Visit) -> Result<web::Facts, Refusal> {
    let (org, id, before) = (visit.org()?, visit.param::<EndpointId>("endpoint")?, before(visit)?);
    let work = move |tx: &mut Tx<'_>| {
        let endpoint = found(tx, org, id)?;
        let (deliveries, next) = page_of(tx, &endpoint, before)?;
        Ok((endpoint, deliveries, next))
    };
    let (endpoint, deliveries, next) = visit.read(work).await?;
    let (choices, everything) = (choices(&endpoint.types), endpoint.types.iter().any(|wanted| wanted == "*"));
    Ok(context! { title => "notify.endpoints.detail_title", org, endpoint, deliveries, next, choices, everything })
}

/// `GET /org/{org}/webhooks/{endpoint}/deliveries/{delivery}`
pub async fn delivery(visit: Visit) -> Answer {
    let (org, id, delivery) = (visit.org()?, visit.param::<EndpointId>("endpoint")?, visit.param::<String>("delivery")?);
    let shown = visit.read(move |tx| delivery_view(tx, org, id, &delivery)).await?;
    let body = serde_json::to_string_pretty(&shown.body).unwrap_or_default();
    visit
        .page("notify/delivery.html", context! { title => "notify.endpoints.delivery_title", org, endpoint => id, delivery => shown, body })
        .await
}

/// `GET /api/v1/orgs/{org}/webhooks`
pub async fn api_list(visit: Visit) -> Answer {
    let org = visit.org()?;
    let items = visit.read(move |tx| index::endpoints(tx, org)).await?.into_iter().map(shown).collect();
    visit.answer(StatusCode::OK, &Endpoints { items })
}

/// `GET /api/v1/orgs/{org}/webhooks/{endpoint}`
pub async fn api_one(visit: Visit) -> Answer {
    let (org, id) = (visit.org()?, visit.param::<EndpointId>("endpoint")?);
    let shown = visit.read(move |tx| view(tx, org, id)).await?;
    visit.answer(StatusCode::OK, &shown)
}

/// `GET /api/v1/orgs/{org}/webhooks/{endpoint}/deliveries`
pub async fn api_deliveries(visit: Visit) -> Answer {
    let (org, id, before) = (visit.org()?, visit.param::<EndpointId>("endpoint")?, before(&visit)?);
    let work = move |tx: &mut Tx<'_>| {
        let endpoint = found(tx, org, id)?;
        page_of(tx, &endpoint, before)
    };
    let (page, next) = visit.read(work).await?;
    let items = page.into_iter().map(|delivery| delivery_shown(delivery, Vec::new())).collect();
    visit.answer(StatusCode::OK, &Deliveries { items, next })
}

/// `GET /api/v1/orgs/{org}/webhooks/{endpoint}/deliveries/{delivery}`
pub async fn api_delivery(visit: Visit) -> Answer {
    let (org, id, delivery) = (visit.org()?, visit.param::<EndpointId>("endpoint")?, visit.param::<String>("delivery")?);
    let shown = visit.read(move |tx| delivery_view(tx, org, id, &delivery)).await?;
    visit.answer(StatusCode::OK, &shown)
}

/// `GET /api/v1/webhook_types`
pub async fn api_types(visit: Visit) -> Answer {
    visit.answer(StatusCode::OK, &Types { items: catalogue::types().collect() })
}
