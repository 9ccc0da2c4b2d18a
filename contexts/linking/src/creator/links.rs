//! The creator's links and invitations, and what has been: one list with a filter whose whole state is its address.

use crate::{
    index::{self, Side, Which},
    paging::{self, Wanted},
};
use kernel::Refusal;
use serde_json::{Map, Value as Json, json};
use web::{Answer, Visit, context};

/// `GET /creator/{org}/links`
pub async fn page(visit: Visit) -> Answer {
    let wanted = paging::wanted(&visit)?;
    show(visit, wanted, false).await
}

/// `GET /creator/{org}/history`
pub async fn history(visit: Visit) -> Answer {
    let wanted = Wanted { which: Which::Over, ..paging::wanted(&visit)? };
    show(visit, wanted, true).await
}

async fn show(visit: Visit, wanted: Wanted, is_history: bool) -> Answer {
    let org = visit.org()?;
    let base = format!("/creator/{org}");
    let path = if is_history { format!("{base}/history") } else { format!("{base}/links") };
    let asked = wanted.clone();
    let read = move |tx: &mut store::Tx<'_>| -> Result<_, Refusal> {
        Ok((paging::page(tx, Side::Owner, org, &asked)?, index::counts(tx, Side::Owner, org)?))
    };
    let (page, counts) = visit.read(read).await?;
    let tabs = if is_history { Vec::new() } else { tabs(&visit, &path, &wanted, &counts) };
    let which = wanted.which.code();
    let address = |size: i64, after: &str| match is_history {
        true => format!("{path}?size={size}{after}"),
        false => format!("{path}?which={which}&size={size}{after}"),
    };
    let next = page.next.as_ref().map(|next| address(wanted.size, &format!("&after={next}")));
    let first = wanted.after.is_some().then(|| address(wanted.size, ""));
    let total = counts.iter().find(|(choice, _)| *choice == wanted.which).map(|(_, count)| *count);
    let sizes: Vec<Json> =
        paging::SIZES.iter().map(|size| json!({"n": size, "href": address(*size, ""), "active": *size == wanted.size})).collect();
    let title = if is_history { "linking.creator.history" } else { "linking.creator.links" };
    let (links, which) = (page.items, which.to_owned());
    let facts = context! { title, base, path, is_history, links, tabs, which, next, first, total, sizes };
    visit.page("linking/creator_links.html", facts).await
}

fn tabs(visit: &Visit, path: &str, wanted: &Wanted, counts: &[(Which, i64)]) -> Vec<Json> {
    let tab = |(which, count): &(Which, i64)| {
        let label = visit.say(&format!("linking.which.{}", which.code()), &Map::new());
        json!({"label": label, "href": format!("{path}?which={}", which.code()), "active": *which == wanted.which, "count": count})
    };
    counts.iter().map(tab).collect()
}
