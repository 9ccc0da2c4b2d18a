//! The home of Seller Center: what waits for an answer, what is used up, what comes next, what happened last.

use crate::{
    index::{self, Side, Which},
    quotas::{self, Quota},
    timeline::{self, Moment},
    view::{self, LinkView},
};
use kernel::{OrgId, Refusal};
use serde_json::{Map, Value as Json};
use store::Tx;
use web::{Answer, Visit, context};

/// How many deadlines and events the page shows.
const SHOWN: usize = 6;

struct Seen {
    shop: access::Org,
    counts: Map<String, Json>,
    quotas: Vec<Quota>,
    next: Vec<LinkView>,
    moments: Vec<Moment>,
}

/// `GET /shop/{org}`
pub async fn page(visit: Visit) -> Answer {
    let org = visit.org()?;
    let seen = visit.read(move |tx| load(tx, org)).await?;
    let base = format!("/shop/{org}");
    let events = timeline::drawn(&visit, &seen.moments, Some(&base));
    let Seen { shop, counts, quotas, next, .. } = seen;
    visit.page("linking/home.html", context! { title => "linking.seller.home", base, shop, counts, quotas, next, events }).await
}

fn load(tx: &mut Tx<'_>, org: OrgId) -> Result<Seen, Refusal> {
    let shop = access::index::org(tx, org)?.ok_or(Refusal::NotFound)?;
    let counts = counts(tx, Side::Shop, org)?;
    let quotas = quotas::load(tx, org)?.quotas;
    Ok(Seen { shop, counts, quotas, next: next(tx, org)?, moments: moments(tx, org)? })
}

/// How many links of each choice, by the choice's code.
pub(super) fn counts(tx: &mut Tx<'_>, side: Side, org: OrgId) -> Result<Map<String, Json>, Refusal> {
    Ok(index::counts(tx, side, org)?.into_iter().map(|(which, count)| (which.code().to_owned(), count.into())).collect())
}

/// The links whose open question closes next, the soonest first. A shop has few open ones: its places are counted.
fn next(tx: &mut Tx<'_>, org: OrgId) -> Result<Vec<LinkView>, Refusal> {
    let mut open = Vec::new();
    for which in [Which::Invited, Which::Leaving] {
        for found in index::list(tx, Side::Shop, org, which, None, 200)? {
            open.push(view::view(tx, &found)?);
        }
    }
    open.retain(|link| link.closes_at.is_some());
    open.sort_by_key(|link| link.closes_at);
    open.truncate(SHOWN);
    Ok(open)
}

/// What happened last. The last events stand in the log of the links that changed last.
fn moments(tx: &mut Tx<'_>, org: OrgId) -> Result<Vec<Moment>, Refusal> {
    let shown = SHOWN as i64;
    let mut moments = Vec::new();
    for found in index::list(tx, Side::Shop, org, Which::All, None, shown)? {
        moments.extend(timeline::of_link(tx, org, &found, shown)?);
    }
    moments.sort_by_key(|moment| std::cmp::Reverse(moment.seq));
    moments.truncate(SHOWN);
    Ok(moments)
}
