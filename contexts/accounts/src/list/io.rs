//! Reading only: the operator's list of all accounts, one account with the acts that it allows, and the REST reads.

use crate::{
    AccountState, acting, fields, index,
    index::Filter,
    view::{self, AccountDetail, AccountList, AccountView, Badge},
};
use kernel::{AccountId, OrgId, OrgKind, Refusal, Region};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use web::{Answer, StatusCode, Visit, context};

/// How many accounts a page has unless the reader chose otherwise.
const SIZES: [i64; 3] = [25, 50, 100];

/// What the address asks for.
struct Wanted {
    query: Option<String>,
    region: Option<Region>,
    state: Option<AccountState>,
    limit: i64,
    cursor: Option<String>,
}

fn wanted(visit: &Visit) -> Result<Wanted, Refusal> {
    let region = match visit.query("region") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| kernel::Problem::new("region", "accounts.register.region_bad").with("given", text))?),
    };
    let state = match visit.query("state") {
        None => None,
        Some(code) => {
            let found = AccountState::ALL.into_iter().find(|state| state.code() == code);
            Some(found.ok_or_else(|| kernel::Problem::new("state", "accounts.list.bad_state").with("given", code))?)
        }
    };
    let limit = match visit.query("limit") {
        None => SIZES[1],
        Some(text) => {
            let number: Option<i64> = text.parse().ok().filter(|number| (1..=100).contains(number));
            number.ok_or_else(|| kernel::Problem::new("limit", "accounts.list.bad_limit").with("given", text))?
        }
    };
    Ok(Wanted { query: visit.query("q").map(str::to_owned), region, state, limit, cursor: visit.query("cursor").map(str::to_owned) })
}

async fn found(visit: &Visit, wanted: Wanted) -> Result<index::Page, Refusal> {
    visit
        .read(move |tx| {
            let filter = Filter { region: wanted.region, state: wanted.state };
            match &wanted.query {
                Some(query) => index::search_within(tx, query, &filter, wanted.limit, wanted.cursor.as_deref()),
                None => index::list(tx, &filter, wanted.limit, wanted.cursor.as_deref()),
            }
        })
        .await
}

/// A row of the list, as its page shows it.
#[derive(Serialize)]
struct Row {
    id: String,
    account: Named,
    region: String,
    states: Vec<Badge>,
    followers: i64,
    engagement: i64,
    posts: i64,
}

#[derive(Serialize)]
struct Named {
    name: String,
    sub: String,
    href: String,
}

/// The list's address with some of its parts changed; an empty value takes the part away.
fn address(visit: &Visit, org: OrgId, changes: &[(&str, &str)]) -> String {
    let mut parts = Vec::new();
    for name in ["q", "region", "state", "limit", "cursor"] {
        let changed = changes.iter().find(|(changed, _)| *changed == name).map(|(_, value)| *value);
        if let Some(value) = changed.or_else(|| visit.query(name)).filter(|value| !value.is_empty()) {
            parts.push(format!("{name}={}", encoded(value)));
        }
    }
    format!("/operator/{org}/accounts?{}", parts.join("&"))
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// `GET /operator/{org}/accounts`
pub async fn page(visit: Visit) -> Answer {
    let org = visit.org()?;
    let asked = wanted(&visit)?;
    let (region, state, limit, query) = (asked.region, asked.state, asked.limit, asked.query.clone());
    let found = found(&visit, asked).await?;
    let lang = visit.lang();
    let row = |account: crate::Account| {
        let (id, account) = (account.id.to_string(), AccountView::from(account));
        let href = format!("/operator/{org}/accounts/{id}");
        Row {
            id,
            region: fields::region_name(account.region, lang),
            states: view::states(&visit, &account),
            followers: account.followers,
            engagement: account.engagement_bp,
            posts: account.posts_count,
            account: Named { name: account.nickname, sub: format!("@{}", account.handle), href },
        }
    };
    let rows: Vec<Row> = found.accounts.into_iter().map(row).collect();
    let state_name = |state: AccountState| visit.say(&format!("accounts.states.{}", state.code()), &Map::new());
    let states: Vec<Json> = AccountState::ALL
        .into_iter()
        .map(|one| json!({"value": one.code(), "label": state_name(one), "selected": state == Some(one)}))
        .collect();
    let sizes: Vec<Json> = SIZES
        .iter()
        .map(|n| json!({"n": n, "href": address(&visit, org, &[("limit", &n.to_string()), ("cursor", "")]), "active": *n == limit}))
        .collect();
    let next = found.next.as_ref().map(|cursor| address(&visit, org, &[("cursor", cursor)]));
    let first = visit.query("cursor").map(|_| address(&visit, org, &[("cursor", "")]));
    let shown = context! {
        title => "accounts.list.title",
        org => org.to_string(),
        rows, states, sizes, next, first, query,
        regions => fields::places(lang),
        region => region.map(|region| region.to_string()),
        limit => (limit != SIZES[1]).then_some(limit),
        region_chosen => region.map(|region| fields::region_name(region, lang)),
        state_chosen => state.map(state_name),
        without_region => address(&visit, org, &[("region", ""), ("cursor", "")]),
        without_state => address(&visit, org, &[("state", ""), ("cursor", "")]),
        clear => (region.is_some() || state.is_some()).then(|| address(&visit, org, &[("region", ""), ("state", ""), ("cursor", "")])),
    };
    visit.page("accounts/list.html", shown).await
}

/// `GET /operator/{org}/accounts/{account}`
pub async fn one(visit: Visit) -> Answer {
    shown(visit, None).await
}

/// The page once more, after one of its forms was refused.
pub(crate) async fn one_again(visit: Visit, refusal: Refusal) -> Answer {
    shown(visit, Some(refusal)).await
}

async fn shown(visit: Visit, refused: Option<Refusal>) -> Answer {
    let (org, id): (OrgId, AccountId) = (visit.org()?, visit.param("account")?);
    let (detail, owner) = visit
        .read(move |tx| {
            let account = acting::account(tx, id)?;
            let owner = access::index::org(tx, account.owner)?.map(|org| org.name);
            Ok((view::detail(tx, account)?, owner))
        })
        .await?;
    let states = view::states(&visit, &detail.account);
    let region = fields::region_name(detail.account.region, visit.lang());
    let chart = view::chart(&detail.trend);
    let regions = fields::regions(visit.lang());
    let role = visit.role();
    let reviews = matches!(role, Some(kernel::Role::OperatorAdmin | kernel::Role::OperatorReviewer));
    let supports = matches!(role, Some(kernel::Role::OperatorAdmin | kernel::Role::OperatorSupport));
    let facts = context! { title => "accounts.list.title", org => org.to_string(), id => id.to_string(), detail, owner, region, states, chart, regions, reviews, supports };
    match refused {
        None => visit.page("accounts/one.html", facts).await,
        Some(refusal) => visit.page_again("accounts/one.html", facts, refusal).await,
    }
}

/// Whether this organisation sees every account, or its own only.
async fn sees_all(visit: &Visit, org: OrgId) -> Result<bool, Refusal> {
    let kind = visit.read(move |tx| Ok(access::index::org(tx, org)?.map(|org| org.kind))).await?;
    Ok(kind == Some(OrgKind::Operator))
}

/// `GET /api/v1/orgs/{org}/accounts`: all accounts for an operator, their own for a creator.
pub async fn api(visit: Visit) -> Answer {
    let org = visit.org()?;
    let asked = wanted(&visit)?;
    if sees_all(&visit, org).await? {
        let index::Page { accounts, next } = found(&visit, asked).await?;
        return visit.answer(StatusCode::OK, &AccountList { accounts: accounts.into_iter().map(AccountView::from).collect(), next });
    }
    // An owner's accounts are one page, so no page before can have given a cursor.
    if asked.cursor.is_some() {
        return Err(Refusal::malformed("cursor", "accounts.list.bad_cursor"));
    }
    let own = visit.read(move |tx| index::of_owner(tx, org)).await?;
    let fits = |account: &crate::Account| {
        asked.region.is_none_or(|region| account.region == region)
            && asked.state.is_none_or(|state| account.state == state)
            && asked.query.as_ref().is_none_or(|query| crate::names::matches(query, &account.handle, &account.nickname))
    };
    let accounts = own.into_iter().filter(fits).map(AccountView::from).collect();
    visit.answer(StatusCode::OK, &AccountList { accounts, next: None })
}

/// `GET /api/v1/orgs/{org}/accounts/{account}`
pub async fn api_one(visit: Visit) -> Answer {
    let (org, id): (OrgId, AccountId) = (visit.org()?, visit.param("account")?);
    let all = sees_all(&visit, org).await?;
    let detail: AccountDetail = visit
        .read(move |tx| {
            let account = if all { acting::account(tx, id)? } else { acting::own(tx, org, id)? };
            view::detail(tx, account)
        })
        .await?;
    visit.answer(StatusCode::OK, &detail)
}
