//! What a question can be about: the accounts and shops that the page offers, so that nobody has to know an id.

use super::{page::CHOICES, shapes::Asked};
use access::index::Orgs;
use accounts::Account;
use kernel::{AccountId, OrgId, OrgKind, Refusal};
use linking::index::{Side, Which};
use serde_json::{Value as Json, json};
use store::Tx;
use web::Visit;

/// How many found accounts are shown at a time.
const FOUND: i64 = 20;

/// What is offered: rows to choose from, or shops once an account is chosen.
pub async fn load(visit: &Visit, org: OrgId, question: &'static str) -> Result<Json, Refusal> {
    let kind = visit.role().ok_or(Refusal::NotFound)?.org();
    let words = visit.query("q").unwrap_or_default().trim().to_owned();
    let (after, chosen) = (visit.query("after").map(str::to_owned), visit.query("account").map(str::to_owned));
    let lists = kind == OrgKind::Shop && question != "invite" || kind == OrgKind::Creator;
    let picks = visit.read(move |tx| {
        if let Some(chosen) = chosen
            && let Some(account) = named(tx, &chosen)?
            && kind != OrgKind::Shop
        {
            let account = account.id;
            let shops = match question {
                "invite" if kind == OrgKind::Operator => shops(tx)?,
                "link" => inviting(tx, account, (kind == OrgKind::Creator).then_some(org))?,
                _ => Vec::new(),
            };
            return Ok(json!({"account": account, "shops": shops}));
        }
        let (rows, next) = match (kind, question) {
            (OrgKind::Shop, "link") => (of_side(tx, Side::Shop, org, &[Which::Invited])?, None),
            (OrgKind::Shop, "unlink" | "sell") => (of_side(tx, Side::Shop, org, &[Which::Linked, Which::Leaving])?, None),
            (OrgKind::Creator, "link") => (of_side(tx, Side::Owner, org, &[Which::Invited])?, None),
            (OrgKind::Creator, _) => (accounts::index::of_owner(tx, org)?.into_iter().map(|account| (account, None)).collect(), None),
            _ if words.is_empty() => return Ok(json!({"rows": [], "search": true, "idle": true})),
            _ => {
                let page = accounts::index::search(tx, &words, None, FOUND, after.as_deref())?;
                (page.accounts.into_iter().map(|account| (account, None)).collect(), page.next)
            }
        };
        let rows: Vec<Json> = rows.iter().filter(|(account, _)| !lists || fits(account, &words)).map(row).collect();
        Ok(json!({"rows": rows, "next": next, "search": true}))
    });
    picks.await
}

type Row = (Account, Option<(OrgId, String)>);

fn row((account, shop): &Row) -> Json {
    let shop = shop.as_ref().map(|(id, name)| json!({"id": id, "name": name}));
    json!({
        "id": account.id, "handle": account.handle, "nickname": account.nickname, "followers": account.followers,
        "region": account.region, "shop": shop,
    })
}

/// A short list is searched by what stands in it.
fn fits(account: &Account, words: &str) -> bool {
    let words = words.trim_start_matches('@').to_lowercase();
    account.handle.to_lowercase().contains(&words) || account.nickname.to_lowercase().contains(&words)
}

fn of_side(tx: &mut Tx<'_>, side: Side, org: OrgId, which: &[Which]) -> Result<Vec<Row>, Refusal> {
    let mut rows = Vec::new();
    for which in which {
        for found in linking::index::list(tx, side, org, *which, None, CHOICES)? {
            let pair = found.link.pair;
            let Some(account) = accounts::index::account(tx, pair.account)? else { continue };
            let shop = access::index::org(tx, pair.shop)?.filter(|_| side == Side::Owner).map(|shop| (shop.id, shop.name));
            rows.push((account, shop));
        }
    }
    Ok(rows)
}

/// The account that an id or a handle names.
fn named(tx: &mut Tx<'_>, text: &str) -> Result<Option<Account>, Refusal> {
    match text.parse::<AccountId>() {
        Ok(id) => accounts::index::account(tx, id),
        Err(_) => accounts::index::by_handle(tx, text),
    }
}

fn shops(tx: &mut Tx<'_>) -> Result<Vec<Json>, Refusal> {
    let wanted = Orgs { kind: Some(OrgKind::Shop), limit: CHOICES, ..Default::default() };
    Ok(access::index::orgs(tx, &wanted)?.into_iter().map(|shop| json!({"value": shop.id, "label": shop.name})).collect())
}

/// The shops whose invitation the account has not answered; of an owner's account, for its owner only.
fn inviting(tx: &mut Tx<'_>, account: AccountId, owner: Option<OrgId>) -> Result<Vec<Json>, Refusal> {
    let mut shops = Vec::new();
    for found in linking::index::of_account(tx, account, CHOICES)? {
        let pair = found.link.pair;
        let is_open = found.link.consent.standing == kernel::Standing::Asked && owner.is_none_or(|owner| owner == pair.owner);
        if let Some(shop) = access::index::org(tx, pair.shop)?.filter(|_| is_open) {
            shops.push(json!({"value": shop.id, "label": shop.name}));
        }
    }
    Ok(shops)
}

/// What the answer is about, by name.
pub async fn about(visit: &Visit, asked: &Asked) -> Result<Json, Refusal> {
    let (account, role) = match asked {
        Asked::Use { account, .. } | Asked::Unlink { account, .. } | Asked::Sell { account } => (*account, None),
        Asked::Invite { account, role, .. } | Asked::Link { account, role, .. } => (*account, Some(*role)),
    };
    let found = visit.read(move |tx| accounts::index::account(tx, account)).await?.ok_or(Refusal::NotFound)?;
    Ok(json!({"account": row(&(found, None)), "role": role}))
}
