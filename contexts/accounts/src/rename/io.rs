//! Loads the facts; the Creator Center's form and the REST call.

use super::{Facts, Rename};
use crate::{acting, index, names, view::AccountView};
use kernel::{Actor, OrgId, Refusal};
use serde::Deserialize;
use store::{Ask, Scope, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for Rename {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let account = acting::own(tx, self.owner, self.account)?;
        let handle_is_taken = index::by_handle(tx, &self.handle)?.is_some_and(|other| other.id != account.id);
        let (handle_changed_at, nickname_changed_at) = index::renamed_at(tx, self.account)?;
        let scope = Scope { region: account.region, ..Scope::PLATFORM };
        let (naming, policy) = (tx.policy(scope)?, tx.policy(scope)?);
        Ok(Facts { account, handle_is_taken, handle_changed_at, nickname_changed_at, now: tx.now, naming, policy })
    }
}

/// What the REST call takes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RenameAccount)]
pub struct Body {
    /// The handle from now on, without `@`.
    #[schema(example = "mei.pours")]
    pub handle: String,
    /// The nickname from now on.
    #[schema(example = "Mei Pours")]
    pub nickname: String,
}

fn ask(visit: &Visit, handle: &str, nickname: &str) -> Result<Rename, Refusal> {
    let (handle, nickname) = (names::bare_handle(handle).to_owned(), nickname.trim().to_owned());
    Ok(Rename { owner: visit.org()?, account: visit.param("account")?, handle, nickname })
}

/// `POST /creator/{org}/accounts/{account}/rename`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("handle"), visit.form().text("nickname"))?;
    let (org, account) = (ask.owner, ask.account);
    match visit.perform(ask).await {
        Ok(_) => visit.redirect(&format!("/creator/{org}/accounts/{account}"), "accounts.rename.done"),
        Err(refusal) => visit.page_again("accounts/own.html", crate::mine::io::shown(&visit).await?, refusal).await,
    }
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/rename`
pub async fn api(visit: Visit) -> Answer {
    let body: Body = visit.json()?;
    let ask = ask(&visit, &body.handle, &body.nickname)?;
    let id = ask.account;
    visit.command(ask, StatusCode::OK, move |tx| AccountView::of(tx, id)).await
}
