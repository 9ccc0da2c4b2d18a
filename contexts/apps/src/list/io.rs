//! The pages about apps: a developer's own, one of them, how to connect an SDK, and the platform's list of all.

use crate::{Tier, index, scopes::SCOPES, views};
use kernel::{AppId, OrgId, Refusal};
use serde_json::{Value as Json, json};
use store::Tx;
use web::{Answer, StatusCode, Visit, context};

/// An organisation's apps.
pub(crate) fn listed(tx: &mut Tx<'_>, org: OrgId) -> Result<views::AppList, Refusal> {
    let items = index::apps(tx, org)?.into_iter().map(|app| views::app(tx, app, None)).collect::<Result<Vec<_>, _>>()?;
    Ok(views::AppList { items, next: None })
}

/// Every scope for a form to tick, with those ticked that are `chosen`; what the form itself brought back counts more.
fn choices(visit: &Visit, chosen: &[u64]) -> Vec<Json> {
    let back = visit.form().all("scopes");
    let ticked = |number: u64| {
        if visit.form().opt("name").is_some() { back.contains(&number.to_string().as_str()) } else { chosen.contains(&number) }
    };
    SCOPES.iter().map(|scope| json!({"number": scope.number.to_string(), "code": scope.code, "ticked": ticked(scope.number)})).collect()
}

/// What the list shows. A new app asks for everything until its developer says less.
pub(crate) async fn all(visit: &Visit) -> Result<web::Facts, Refusal> {
    let org = visit.org()?;
    let apps = visit.read(move |tx| listed(tx, org)).await?.items;
    let everything: Vec<u64> = SCOPES.iter().map(|scope| scope.number).collect();
    Ok(context! { title => "apps.list.title", org, apps, choices => choices(visit, &everything) })
}

/// What the page of one app shows.
pub(crate) async fn one(visit: &Visit, id: AppId, secret: Option<String>) -> Result<web::Facts, Refusal> {
    let org = visit.org()?;
    let (app, chosen) = visit
        .read(move |tx| {
            let app = index::app(tx, org, id)?.ok_or(Refusal::NotFound)?;
            let chosen = app.scopes.clone();
            Ok((views::app(tx, app, None)?, chosen))
        })
        .await?;
    Ok(context! { title => "apps.list.one_title", org, app, secret, choices => choices(visit, &chosen) })
}

/// `GET /org/{org}/apps`.
pub async fn page(visit: Visit) -> Answer {
    let facts = all(&visit).await?;
    visit.page("apps/list.html", facts).await
}

/// `GET /org/{org}/apps/{app}`.
pub async fn detail(visit: Visit) -> Answer {
    let facts = one(&visit, visit.param("app")?, None).await?;
    visit.page("apps/app.html", facts).await
}

/// `GET /org/{org}/apps/{app}/connect`: what a developer copies into their own program.
pub async fn connect(visit: Visit) -> Answer {
    let (org, id) = (visit.org()?, visit.param::<AppId>("app")?);
    let app = visit.read(move |tx| index::app(tx, org, id)?.ok_or(Refusal::NotFound)).await?;
    let base = visit.app().config().base_url.clone();
    let redirect = app.redirects.first().cloned().unwrap_or_default();
    let fill = |text: &str| text.replace("BASE_URL", &base).replace("APP_ID", &app.id.to_string()).replace("REDIRECT_URI", &redirect);
    let python = fill(include_str!("connect.py.txt"));
    let node = fill(include_str!("connect.mjs.txt"));
    let raw = fill(include_str!("connect.sh.txt"));
    let consent = fill("BASE_URL/portal/auth?app_id=APP_ID&state=your_state");
    visit
        .page(
            "apps/connect.html",
            context! { title => "apps.list.connect", org, app => id, name => app.name, base, python, node, raw, consent },
        )
        .await
}

/// `GET /api/v1/orgs/{org}/apps`.
pub async fn api(visit: Visit) -> Answer {
    let org = visit.org()?;
    let view = visit.read(move |tx| listed(tx, org)).await?;
    visit.answer(StatusCode::OK, &view)
}

/// `GET /api/v1/orgs/{org}/apps/{app}`.
pub async fn api_one(visit: Visit) -> Answer {
    let (org, id) = (visit.org()?, visit.param::<AppId>("app")?);
    let view = visit
        .read(move |tx| {
            let app = index::app(tx, org, id)?.ok_or(Refusal::NotFound)?;
            views::app(tx, app, None)
        })
        .await?;
    visit.answer(StatusCode::OK, &view)
}

/// How many apps a page of the platform's list holds.
const PAGE: i64 = 50;

async fn every(visit: &Visit) -> Result<(views::AppList, Vec<Json>), Refusal> {
    let unreadable = |_| Refusal::malformed("after", "apps.list.bad_after");
    let after = visit.query("after").map(str::parse::<AppId>).transpose().map_err(unreadable)?;
    visit
        .read(move |tx| {
            let apps = index::every_app(tx, after, PAGE)?;
            let next = apps.last().map(|app| app.id).filter(|_| apps.len() as i64 == PAGE);
            let mut named = Vec::new();
            for app in &apps {
                named.push(json!({"id": app.org, "name": views::named(tx, app.org)?.map_or_else(String::new, |org| org.name)}));
            }
            let items = apps.into_iter().map(|app| views::app(tx, app, None)).collect::<Result<Vec<_>, _>>()?;
            Ok((views::AppList { items, next }, named))
        })
        .await
}

/// `GET /operator/{org}/apps`: every app of the installation, for the platform.
pub async fn every_page(visit: Visit) -> Answer {
    let org = visit.org()?;
    let (list, developers) = every(&visit).await?;
    let tiers: Vec<&str> = Tier::ALL.into_iter().map(Tier::code).collect();
    let (apps, next) = (list.items, list.next);
    visit.page("apps/every.html", context! { title => "apps.list.every", org, apps, developers, tiers, next }).await
}

/// `GET /api/v1/operators/{org}/apps`.
pub async fn every_api(visit: Visit) -> Answer {
    let (list, _) = every(&visit).await?;
    visit.answer(StatusCode::OK, &list)
}
