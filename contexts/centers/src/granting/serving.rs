//! Which ad accounts an account serves: all that the centre has, but those from which it is withheld. REST and the page's list.

use super::api::MEMBERS;
use crate::{
    Reader,
    assets::{paging, view as assets},
    index::{ad_accounts, grants, withheld},
    restore::Restore,
    withhold::Withhold,
};
use kernel::{AccountId, AdAccountId, Capability, Instant, May, OrgId, Refusal, UserId};
use serde::Serialize;
use store::{Ask, Tx};
use utoipa::ToSchema;
use web::{Answer, Method, StatusCode, Visit};

/// The routes.
pub(super) fn routes(routes: &mut web::Routes) {
    routes
        .api(Method::GET, "/api/v1/centres/{org}/accounts/{account}/ad_accounts", May::Members(MEMBERS), list)
        .says("The centre's ad accounts, and whether the account may be used in each by the centre's grant; as far as the reader sees them")
        .queries(&[
            ("q", "a part of the name"),
            ("own", "yes: the centre's own; no: those of partners"),
            ("user", "only those on which this member has a role"),
            ("size", "how many at the most, 1 to 100; 20 unless said"),
            ("after", "`next` of the page before"),
        ])
        .answers::<ServedPage>();
    routes
        .api(Method::POST, "/api/v1/centres/{org}/accounts/{account}/ad_accounts/{ad_account}/withhold", Withhold::MAY, withhold)
        .says("Withhold an account from an ad account: ads there that rest on the centre's grant are paused")
        .answers::<ServedView>();
    routes
        .api(Method::POST, "/api/v1/centres/{org}/accounts/{account}/ad_accounts/{ad_account}/restore", Restore::MAY, restore)
        .says("Let an account be used again in an ad account from which it was withheld")
        .answers::<ServedView>();
}

/// An ad account, as one account serves it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = ServedAdAccount)]
pub(crate) struct ServedView {
    /// The ad account.
    #[schema(value_type = String)]
    pub id: AdAccountId,
    /// What people call it.
    pub name: String,
    /// The centre that owns it.
    pub owner: assets::CentreCard,
    /// Whether that is this centre.
    pub own: bool,
    /// Whether the centre withholds the account from it.
    pub withheld: bool,
    /// Since when it does.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub withheld_since: Option<Instant>,
    /// How many ads of the account run in it by the centre's grant alone: those that pause when it is withheld.
    pub resting_ads: i64,
}

/// A page of ad accounts, as one account serves them.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = ServedAdAccountPage)]
pub(crate) struct ServedPage {
    /// The ad accounts, by name.
    pub items: Vec<ServedView>,
    /// What `after` has to be for the next page; nothing at the end.
    pub next: Option<String>,
    /// How many there are in all, whatever the page.
    pub total: i64,
}

/// The account of the centre, where the reader sees it, and as who they read.
fn reader(tx: &mut Tx<'_>, org: OrgId, user: UserId, account: AccountId) -> Result<Reader, Refusal> {
    let reader = Reader::of(tx, org, user)?;
    grants::seen(tx, org, reader, account)?.ok_or(Refusal::NotFound)?;
    Ok(reader)
}

fn served(tx: &mut Tx<'_>, org: OrgId, account: AccountId, found: &[ad_accounts::Reached]) -> Result<Vec<ServedView>, Refusal> {
    let (resting, withheld) = (withheld::resting(tx, org, account)?, withheld::of_account(tx, org, account)?);
    let mut items = Vec::with_capacity(found.len());
    for ad_accounts::Reached { ad_account, .. } in found {
        let withheld_since = withheld.iter().find(|(id, _)| *id == ad_account.id).map(|(_, since)| *since);
        items.push(ServedView {
            id: ad_account.id,
            name: ad_account.name.clone(),
            owner: assets::centre(tx, ad_account.centre)?,
            own: ad_account.centre == org,
            withheld: withheld_since.is_some(),
            withheld_since,
            resting_ads: resting.iter().find(|(id, _)| *id == ad_account.id).map_or(0, |(_, ads)| *ads),
        });
    }
    Ok(items)
}

/// A page of the ad accounts that a reader sees; `filter.limit` is how many it holds.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    org: OrgId,
    user: UserId,
    account: AccountId,
    filter: &ad_accounts::Filter,
) -> Result<ServedPage, Refusal> {
    let reader = reader(tx, org, user, account)?;
    let mut found = ad_accounts::list(tx, org, reader, &ad_accounts::Filter { limit: filter.limit + 1, ..filter.clone() })?;
    let more = found.len() as i64 > filter.limit;
    found.truncate(usize::try_from(filter.limit).unwrap_or(0));
    let next = found.last().filter(|_| more).map(|last| assets::place(&ad_accounts::place(&last.ad_account)));
    Ok(ServedPage { items: served(tx, org, account, &found)?, next, total: ad_accounts::count(tx, org, reader, filter)? })
}

async fn list(visit: Visit) -> Answer {
    let (org, user, account, filter) = (visit.org()?, visit.user()?, visit.param("account")?, paging::ad_accounts(&visit)?);
    let page = visit.read(move |tx| page(tx, org, user, account, &filter)).await?;
    visit.answer(StatusCode::OK, &page)
}

async fn changed<A: Ask>(visit: Visit, account: AccountId, ad_account: AdAccountId, ask: A) -> Answer {
    let org = visit.org()?;
    let view = move |tx: &mut Tx<'_>| {
        let found = ad_accounts::of_centre(tx, org, Reader::Admin, ad_account)?;
        served(tx, org, account, &[found])?.pop().ok_or(Refusal::NotFound)
    };
    visit.command(ask, StatusCode::OK, view).await
}

async fn withhold(visit: Visit) -> Answer {
    let (centre, account, ad_account) = (visit.org()?, visit.param("account")?, visit.param("ad_account")?);
    changed(visit, account, ad_account, Withhold { centre, account, ad_account }).await
}

async fn restore(visit: Visit) -> Answer {
    let (centre, account, ad_account) = (visit.org()?, visit.param("account")?, visit.param("ad_account")?);
    changed(visit, account, ad_account, Restore { centre, account, ad_account }).await
}
