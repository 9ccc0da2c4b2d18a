//! The home of Creator Center: what waits for an answer first, then the own accounts, then what has been.

use crate::{
    Kind,
    index::{self, Side, Which},
    view::{self, LinkView, ShopCard},
};
use kernel::{Instant, LinkId, OrgId, Refusal};
use serde::Serialize;
use store::Tx;
use web::{Answer, Visit, context};

/// How many of each the home shows; the lists show all.
const SHOWN: i64 = 10;
/// How much of the history it shows.
const RECENT: i64 = 5;

/// One of the creator's accounts, with what it is linked to.
#[derive(Serialize)]
struct Own {
    id: kernel::AccountId,
    handle: String,
    nickname: String,
    followers: i64,
    state: accounts::AccountState,
    ecommerce: accounts::Ecommerce,
    open_violations: i64,
    linked: Option<Linked>,
    invitations: usize,
}

/// The link that is in force.
#[derive(Serialize)]
struct Linked {
    link: LinkId,
    role: Kind,
    shop: ShopCard,
    since: Option<Instant>,
}

struct Seen {
    invitations: Vec<LinkView>,
    leaving: Vec<LinkView>,
    own: Vec<Own>,
    over: Vec<LinkView>,
}

/// `GET /creator/{org}`
pub async fn page(visit: Visit) -> Answer {
    let org = visit.org()?;
    let Seen { invitations, leaving, own, over } = visit.read(move |tx| load(tx, org)).await?;
    let base = format!("/creator/{org}");
    let facts = context! { title => "linking.creator.home", base, invitations, leaving, own, over };
    visit.page("linking/creator_home.html", facts).await
}

fn load(tx: &mut Tx<'_>, org: OrgId) -> Result<Seen, Refusal> {
    let mut invitations = some(tx, org, Which::Invited, SHOWN)?;
    // What the clock has closed is over even before the ticker's turn.
    invitations.retain(|link| link.stage == "invited");
    invitations.sort_by_key(|link| link.closes_at);
    let leaving = some(tx, org, Which::Leaving, SHOWN)?;
    let over = some(tx, org, Which::Over, RECENT)?;
    let accounts = accounts::index::of_owner(tx, org)?;
    let own = accounts.into_iter().map(|account| own(tx, account, &invitations)).collect::<Result<_, _>>()?;
    Ok(Seen { invitations, leaving, own, over })
}

fn some(tx: &mut Tx<'_>, org: OrgId, which: Which, limit: i64) -> Result<Vec<LinkView>, Refusal> {
    let found = index::list(tx, Side::Owner, org, which, None, limit)?;
    found.iter().map(|found| view::view(tx, found)).collect()
}

fn own(tx: &mut Tx<'_>, account: accounts::Account, invitations: &[LinkView]) -> Result<Own, Refusal> {
    let linked = match index::in_force(tx, account.id)? {
        None => None,
        Some(link) => {
            let shop = access::index::org(tx, link.pair.shop)?.ok_or(Refusal::NotFound)?;
            let shop = ShopCard { id: shop.id, name: shop.name, region: shop.region };
            Some(Linked { link: link.id(), role: link.pair.role, shop, since: link.linked_at })
        }
    };
    let invitations = invitations.iter().filter(|link| link.account.id == account.id).count();
    let accounts::Account { id, handle, nickname, followers, state, ecommerce, .. } = account;
    let open_violations = accounts::index::open_violations(tx, id)?;
    Ok(Own { id, handle, nickname, followers, state, ecommerce, open_violations, linked, invitations })
}
