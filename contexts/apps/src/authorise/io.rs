//! Agreeing meets the world: the page to which an app sends people, and the way back. It shows what it agrees to, and agrees
//! only to what it showed.

use super::{AuthoriseApp, Facts, KINDS, Policy};
use crate::{App, index, redirect, register, views};
use access::OrgState;
use kernel::{Actor, AppId, OrgId, Refusal, UserId};
use serde::{Deserialize, Serialize};
use store::{Ask, Scope, Tx, args};
use utoipa::ToSchema;
use web::{Answer, HeaderMap, IntoResponse, StatusCode, Visit, context, header};

fn own_orgs(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<access::Org>, Refusal> {
    let all = access::index::roles(tx, user)?.into_iter().map(|(org, _)| org);
    Ok(all.filter(|org| KINDS.contains(&org.kind)).collect())
}

impl Ask for AuthoriseApp {
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        crate::own(actor, self.user)?;
        let app = index::any_app(tx, self.app)?.ok_or(Refusal::NotFound)?;
        let developer_is_normal = access::index::org(tx, app.org)?.is_some_and(|org| org.state == OrgState::Normal);
        let own = own_orgs(tx, self.user)?.into_iter().map(|org| org.id).collect();
        Ok(Facts { app, developer_is_normal, own, now: tx.now, policy: tx.policy::<Policy>(Scope::PLATFORM)? })
    }
}

/// Agrees, and answers the code with which the app fetches its token.
pub fn authorise(tx: &mut Tx<'_>, actor: &Actor, ask: &AuthoriseApp) -> Result<String, Refusal> {
    store::perform(tx, actor, ask)?;
    let code = store::clock::secret();
    tx.put("INSERT INTO app_codes (digest, authorisation) VALUES ($1, $2)", args![index::digest(&code), ask.authorisation])?;
    Ok(code)
}

/// The app that sent the reader here, and where they come back to: one of its own addresses, to the letter, or no page at all.
async fn asking(visit: &Visit, given: &web::Form) -> Result<(App, String), Refusal> {
    let id: AppId = given.text("app_id").parse().map_err(|_| Refusal::NotFound)?;
    let app = visit.read(move |tx| index::any_app(tx, id)?.ok_or(Refusal::NotFound)).await?;
    let wanted = given.opt("redirect_uri").map_or_else(|| app.redirects.first().cloned(), |wanted| Some(wanted.to_owned()));
    let unknown = || kernel::Problem::new("redirect_uri", "apps.redirect_unknown");
    let redirect = wanted.filter(|wanted| app.redirects.contains(wanted)).ok_or_else(unknown)?;
    Ok((app, redirect))
}

/// `GET /portal/auth?app_id=&redirect_uri=&state=`: who asks for what. Looking agrees to nothing.
pub async fn page(visit: Visit) -> Answer {
    let (app, redirect) = asking(&visit, visit.queries()).await?;
    if visit.person().is_none() {
        return Err(Refusal::Unauthenticated);
    }
    let facts = shown(&visit, &app, &redirect, visit.queries().text("state")).await?;
    let response = visit.page("apps/authorise.html", facts).await?;
    Ok(leads_to(response, &redirect))
}

async fn shown(visit: &Visit, app: &App, redirect: &str, state: &str) -> Result<web::Facts, Refusal> {
    let (user, developer) = (visit.user()?, app.org);
    let (own, developer) =
        visit.read(move |tx| Ok((own_orgs(tx, user)?, views::named(tx, developer)?.map_or_else(String::new, |org| org.name)))).await?;
    let orgs: Vec<views::NamedOrg> =
        own.into_iter().map(|org| views::NamedOrg { id: org.id, name: org.name, kind: org.kind.code().to_owned() }).collect();
    let seal = visit.seal("app", &app.id.to_string(), app.seq);
    let (name, id, scopes) = (app.name.clone(), app.id, views::scopes_of(&app.scopes));
    let place = redirect::origin(redirect);
    Ok(context! { title => "apps.authorise.title", app => id, name, developer, scopes, orgs, redirect, place, state, seal })
}

/// The page's own policy lets its form lead to the app, and nowhere else: browsers hold a form's redirect to it.
fn leads_to(response: web::Response, redirect: &str) -> web::Response {
    let (name, policy) = web::PRODUCT_HEADERS[0];
    let wider = policy.replace("form-action 'self'", &format!("form-action 'self' {}", redirect::origin(redirect)));
    let mut response = response;
    if let Ok(wider) = wider.parse() {
        response.headers_mut().insert(name, wider);
    }
    response
}

/// `POST /portal/auth`: yes or no, and back to the app.
pub async fn post(visit: Visit) -> Answer {
    let form = visit.form();
    let (app, redirect) = asking(&visit, form).await?;
    if visit.sealed_version("app", &app.id.to_string())? != app.seq {
        return Err(Refusal::Stale);
    }
    let state = form.text("state").to_owned();
    if form.opt("answer") != Some("yes") {
        return away(&redirect, &[("error", "access_denied"), ("state", &state)]);
    }
    let agreed = match chosen(form.all("orgs"), form.all("scopes")) {
        Ok((orgs, scopes)) => {
            let ask =
                AuthoriseApp { authorisation: store::fresh(), app: app.id, user: visit.user()?, orgs, scopes, redirect: redirect.clone() };
            let actor = visit.actor().clone();
            visit.write(move |tx| authorise(tx, &actor, &ask)).await
        }
        Err(refusal) => Err(refusal),
    };
    match agreed {
        Ok(code) => away(&redirect, &[("auth_code", &code), ("state", &state)]),
        Err(refusal) => {
            let facts = shown(&visit, &app, &redirect, &state).await?;
            visit.page_again("apps/authorise.html", facts, refusal).await.map(|response| leads_to(response, &redirect))
        }
    }
}

fn chosen(orgs: Vec<&str>, scopes: Vec<&str>) -> Result<(Vec<OrgId>, Vec<u64>), Refusal> {
    let readable = |org: &str| org.parse::<OrgId>().map_err(|_| Refusal::NotFound);
    let mut orgs = orgs.into_iter().filter(|org| !org.is_empty()).map(readable).collect::<Result<Vec<_>, _>>()?;
    orgs.sort_unstable();
    orgs.dedup();
    Ok((orgs, register::io::numbers(scopes)?))
}

/// Out of the house, to an address that the app registered.
fn away(redirect: &str, told: &[(&str, &str)]) -> Answer {
    let told: Vec<(&str, &str)> = told.iter().copied().filter(|(_, value)| !value.is_empty()).collect();
    let mut headers = HeaderMap::new();
    let place = redirect::with(redirect, &told).parse().map_err(|_| Refusal::Fault("an app's address cannot be a header".into()))?;
    headers.insert(header::LOCATION, place);
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// What a program of the person's own sends to agree.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The app.
    pub app_id: String,
    /// One of its registered addresses; the first one when left out.
    pub redirect_uri: Option<String>,
    /// The organisations in which it may act.
    pub orgs: Vec<String>,
    /// The numbers of the scopes, as texts; all that it asks for when left out.
    pub scopes: Option<Vec<String>>,
}

/// The code with which the app fetches its token.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Agreed {
    /// Works once, within the hour.
    pub auth_code: String,
    /// What was given.
    pub authorisation: views::TrustView,
}

/// `POST /api/v1/me/apps`: 201 with the code. The answer is not kept for repeats, since it holds a secret.
pub async fn api(visit: Visit) -> Answer {
    let sent: Agreement = visit.json()?;
    let (id, user) = (sent.app_id.parse::<AppId>().map_err(|_| Refusal::NotFound)?, visit.user()?);
    let app = visit.read(move |tx| index::any_app(tx, id)?.ok_or(Refusal::NotFound)).await?;
    let asked: Vec<String> = app.scopes.iter().map(u64::to_string).collect();
    let scopes = sent.scopes.unwrap_or(asked);
    let (orgs, scopes) = chosen(sent.orgs.iter().map(String::as_str).collect(), scopes.iter().map(String::as_str).collect())?;
    let redirect = sent.redirect_uri.or_else(|| app.redirects.first().cloned()).unwrap_or_default();
    let ask = AuthoriseApp { authorisation: store::fresh(), app: app.id, user, orgs, scopes, redirect };
    let actor = visit.actor().clone();
    let view = visit
        .write(move |tx| {
            let auth_code = authorise(tx, &actor, &ask)?;
            let given = index::authorisation(tx, user, ask.authorisation)?.ok_or(Refusal::NotFound)?;
            Ok(Agreed { auth_code, authorisation: views::trust(tx, given)? })
        })
        .await?;
    visit.answer(StatusCode::CREATED, &view)
}
