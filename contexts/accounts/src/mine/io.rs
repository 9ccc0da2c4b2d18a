//! Reading only: a creator's own accounts in the Creator Center.

use crate::{acting, fields, index, view};
use kernel::AccountId;
use serde_json::{Value as Json, json};
use web::{Answer, Visit, context};

/// `GET /creator/{org}/accounts`
pub async fn page(visit: Visit) -> Answer {
    let org = visit.org()?;
    let accounts = visit.read(move |tx| index::of_owner(tx, org)).await?;
    let lang = visit.lang();
    let card = |account: crate::Account| {
        let region = fields::region_name(account.region, lang);
        let account = view::AccountView::from(account);
        json!({"states": view::states(&visit, &account), "account": account, "region": region})
    };
    let cards: Vec<Json> = accounts.into_iter().map(card).collect();
    visit.page("accounts/mine.html", context! { title => "accounts.mine.title", org => org.to_string(), cards }).await
}

/// `GET /creator/{org}/accounts/{account}`
pub async fn one(visit: Visit) -> Answer {
    let facts = shown(&visit).await?;
    visit.page("accounts/own.html", facts).await
}

/// What the page of an own account shows, also when its form comes back.
pub(crate) async fn shown(visit: &Visit) -> Result<web::Facts, kernel::Refusal> {
    let (org, id): (_, AccountId) = (visit.org()?, visit.param("account")?);
    let detail = visit.read(move |tx| acting::own(tx, org, id).and_then(|account| view::detail(tx, account))).await?;
    let states = view::states(visit, &detail.account);
    let region = fields::region_name(detail.account.region, visit.lang());
    let chart = view::chart(&detail.trend);
    let may_rename = visit.role() == Some(kernel::Role::CreatorOwner);
    Ok(context! { title => "accounts.mine.title", org => org.to_string(), detail, region, states, chart, may_rename })
}
