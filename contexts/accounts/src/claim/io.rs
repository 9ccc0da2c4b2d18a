//! Loads the facts; the Creator Center's form and the REST call.

use super::{Claim, Facts};
use crate::{index, names, view::AccountView};
use jiff::civil::Date;
use kernel::{AccountId, Actor, OrgId, Problem, Refusal};
use serde::Deserialize;
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit, context};

impl Ask for Claim {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let account = self.account.map(|id| index::account(tx, id)).transpose()?.flatten();
        let code = self.account.map(|id| index::claim_code(tx, id)).transpose()?.flatten();
        Ok(Facts { account, code, now: tx.now })
    }
}

/// What the REST call takes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClaimAccount)]
pub struct Body {
    /// The account's handle.
    #[schema(example = "mei.brews")]
    pub handle: String,
    /// The code that the operator issued.
    pub code: String,
    /// The owner's date of birth.
    #[schema(value_type = String, example = "2000-12-31")]
    pub birth: Date,
}

/// What a code is kept as. Dashes, spaces and letter case are for people's eyes.
pub(crate) fn digest(account: AccountId, code: &str) -> String {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).flat_map(char::to_lowercase).collect();
    store::clock::sha256(format!("{account} {code}").as_bytes())
}

async fn ask(visit: &Visit, body: Body) -> Result<Claim, Refusal> {
    let owner = visit.org()?;
    let handle = names::bare_handle(&body.handle).to_owned();
    let account = visit.read(move |tx| Ok(index::by_handle(tx, &handle)?.map(|account| account.id))).await?;
    let digest = account.map(|account| digest(account, &body.code)).unwrap_or_default();
    Ok(Claim { owner, account, digest, birth: body.birth })
}

/// `GET /creator/{org}/accounts/claim`
pub async fn page(visit: Visit) -> Answer {
    let facts = shown(&visit)?;
    visit.page("accounts/claim.html", facts).await
}

fn shown(visit: &Visit) -> Result<web::Facts, Refusal> {
    Ok(context! { title => "accounts.claim.title", org => visit.org()?.to_string() })
}

/// `POST /creator/{org}/accounts/claim`
pub async fn post(visit: Visit) -> Answer {
    match claim(&visit).await {
        Ok(()) => visit.redirect(&format!("/creator/{}/accounts", visit.org()?), "accounts.claim.done"),
        Err(refusal) => visit.page_again("accounts/claim.html", shown(&visit)?, refusal).await,
    }
}

async fn claim(visit: &Visit) -> Result<(), Refusal> {
    let form = visit.form();
    let bad = || Problem::new("birth", "accounts.register.birth_bad").with("given", form.text("birth"));
    let birth = form.text("birth").parse().map_err(|_| bad())?;
    let body = Body { handle: form.text("handle").to_owned(), code: form.text("code").to_owned(), birth };
    let ask = ask(visit, body).await?;
    visit.perform(ask).await?;
    Ok(())
}

/// `POST /api/v1/orgs/{org}/accounts/claim`
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.json()?).await?;
    let id = ask.account;
    visit.command(ask, StatusCode::OK, move |tx| AccountView::of(tx, id.ok_or(Refusal::NotFound)?)).await
}
