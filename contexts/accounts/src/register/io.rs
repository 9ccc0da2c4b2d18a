//! Loads the facts; the Creator Center's form and the REST call.

use super::{Facts, Register};
use crate::{fields, index, names, view::AccountView};
use kernel::{AccountId, Actor, OrgId, Problem, Refusal, Region};
use serde::Deserialize;
use store::{Ask, Scope, Tx};
use web::{Answer, StatusCode, Visit, context};

impl Ask for Register {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let handle_is_taken = index::by_handle(tx, &self.handle)?.is_some();
        let scope = Scope { region: self.region, ..Scope::PLATFORM };
        Ok(Facts { handle_is_taken, now: tx.now, naming: tx.policy(scope)?, policy: tx.policy(scope)? })
    }
}

/// What the REST call takes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAccount)]
pub struct Body {
    /// The unique name, without `@`.
    #[schema(example = "mei.travels")]
    pub handle: String,
    /// The name shown; the handle when it is left out.
    pub nickname: Option<String>,
    /// The country, by its two-letter code.
    #[schema(value_type = String, example = "GB")]
    pub region: Region,
    /// The owner's date of birth.
    #[schema(value_type = String, example = "2000-12-31")]
    pub birth: jiff::civil::Date,
    /// What the account is about.
    #[serde(default)]
    #[schema(example = json!(["Food"]))]
    pub categories: Vec<String>,
}

fn ask(visit: &Visit, body: Body) -> Result<Register, Refusal> {
    let handle = names::bare_handle(&body.handle).to_owned();
    let nickname = body.nickname.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or_else(|| handle.clone());
    let categories = fields::categories(&body.categories.join(","));
    Ok(Register { account: store::fresh(), owner: visit.org()?, handle, nickname, region: body.region, birth: body.birth, categories })
}

/// `GET /creator/{org}/accounts/new`
pub async fn page(visit: Visit) -> Answer {
    let facts = shown(&visit)?;
    visit.page("accounts/register.html", facts).await
}

fn shown(visit: &Visit) -> Result<web::Facts, Refusal> {
    Ok(context! { title => "accounts.register.title", org => visit.org()?.to_string(), regions => fields::regions(visit.lang()) })
}

/// `POST /creator/{org}/accounts/new`
pub async fn post(visit: Visit) -> Answer {
    match register(&visit).await {
        Ok(account) => visit.redirect(&format!("/creator/{}/accounts/{account}", visit.org()?), "accounts.register.done"),
        Err(refusal) => visit.page_again("accounts/register.html", shown(&visit)?, refusal).await,
    }
}

async fn register(visit: &Visit) -> Result<AccountId, Refusal> {
    let form = visit.form();
    let mut problems = Vec::new();
    let region = fields::region(form.text("region"));
    if region.is_none() {
        problems.push(Problem::new("region", "accounts.register.region_bad").with("given", form.text("region")));
    }
    let birth = form.text("birth").parse().ok();
    if birth.is_none() {
        problems.push(Problem::new("birth", "accounts.register.birth_bad").with("given", form.text("birth")));
    }
    let (Some(region), Some(birth)) = (region, birth) else { return Err(Refusal::Malformed(problems)) };
    let nickname = form.opt("nickname").map(str::to_owned);
    let body =
        Body { handle: form.text("handle").to_owned(), nickname, region, birth, categories: vec![form.text("categories").to_owned()] };
    let ask = ask(visit, body)?;
    let account = ask.account;
    visit.perform(ask).await?;
    Ok(account)
}

/// `POST /api/v1/orgs/{org}/accounts`
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.json()?)?;
    let id = ask.account;
    visit.command(ask, StatusCode::CREATED, move |tx| AccountView::of(tx, id)).await
}
