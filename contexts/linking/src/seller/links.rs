//! A shop's links as a list whose whole state is its address, and as a file.

use crate::{
    index::{Side, Which},
    paging::{self, LinkPage, SIZES, Wanted},
    seller::home,
    view::LinkView,
};
use kernel::Refusal;
use serde_json::{Map, Value as Json, json};
use web::{Answer, Visit, context};

/// `GET /shop/{org}/links?which=&size=&after=`
pub async fn page(visit: Visit) -> Answer {
    let (org, wanted) = (visit.org()?, paging::wanted(&visit)?);
    let asked = wanted.clone();
    let (counts, links) =
        visit.read(move |tx| Ok((home::counts(tx, Side::Shop, org)?, paging::page(tx, Side::Shop, org, &asked)?))).await?;
    let here = format!("/shop/{org}/links");
    let tabs: Vec<Json> = Which::ALL.iter().map(|which| tab(&visit, &here, *which, &wanted, &counts)).collect();
    let sizes: Vec<Json> = SIZES
        .iter()
        .map(|size| json!({"n": size, "href": address(&here, wanted.which, *size, None), "active": *size == wanted.size}))
        .collect();
    let next = links.next.as_deref().map(|after| address(&here, wanted.which, wanted.size, Some(after)));
    let first = wanted.after.map(|_| address(&here, wanted.which, wanted.size, None));
    let (which, total) = (wanted.which.code(), counts.get(wanted.which.code()).cloned());
    let LinkPage { items, .. } = links;
    let base = format!("/shop/{org}");
    visit
        .page("linking/links.html", context! { title => "linking.seller.links", base, tabs, which, items, next, first, total, sizes })
        .await
}

fn tab(visit: &Visit, here: &str, which: Which, wanted: &Wanted, counts: &Map<String, Json>) -> Json {
    let label = visit.say(&format!("linking.which.{}", which.code()), &Map::new());
    let href = address(here, which, wanted.size, None);
    json!({"label": label, "href": href, "active": which == wanted.which, "count": counts.get(which.code())})
}

/// The list's address: what is as usual is left out.
fn address(here: &str, which: Which, size: i64, after: Option<&str>) -> String {
    let mut parts = Vec::new();
    if which != Which::All {
        parts.push(format!("which={}", which.code()));
    }
    if size != SIZES[0] {
        parts.push(format!("size={size}"));
    }
    parts.extend(after.map(|after| format!("after={after}")));
    if parts.is_empty() { here.to_owned() } else { format!("{here}?{}", parts.join("&")) }
}

/// How many links a file holds at the most.
const MOST: usize = 10_000;

/// `GET /shop/{org}/links.csv?which=`
pub async fn csv(visit: Visit) -> Answer {
    let (org, wanted) = (visit.org()?, paging::wanted(&visit)?);
    let which = wanted.which.code();
    let all = visit
        .read(move |tx| {
            let (mut all, mut wanted) = (Vec::new(), Wanted { size: SIZES[SIZES.len() - 1], after: None, ..wanted });
            while all.len() < MOST {
                let found = crate::index::list(tx, Side::Shop, org, wanted.which, wanted.after, wanted.size)?;
                wanted.after = found.last().map(crate::index::Found::cursor);
                let full = found.len() as i64 == wanted.size;
                for found in &found {
                    all.push(crate::view::view(tx, found)?);
                }
                if !full {
                    break;
                }
            }
            Ok::<_, Refusal>(all)
        })
        .await?;
    let mut rows = vec![COLUMNS.iter().map(|key| visit.say(&format!("linking.seller.{key}"), &Map::new())).collect()];
    rows.extend(all.iter().map(|link| cells(&visit, link)));
    visit.download(&format!("links-{which}.csv"), "text/csv; charset=utf-8", web::csv::table(&rows))
}

const COLUMNS: [&str; 12] = [
    "column_id",
    "column_handle",
    "column_nickname",
    "column_region",
    "column_followers",
    "column_role",
    "column_stage",
    "column_asked",
    "column_closes",
    "column_linked",
    "column_over",
    "column_message",
];

fn cells(visit: &Visit, link: &LinkView) -> Vec<String> {
    let word = |scope: &str, code: &str| visit.say(&format!("linking.{scope}.{code}"), &Map::new());
    let moment = |at: Option<kernel::Instant>| at.map(|at| at.to_string()).unwrap_or_default();
    vec![
        link.id.to_string(),
        link.account.handle.clone(),
        link.account.nickname.clone(),
        link.account.region.to_string(),
        link.account.followers.to_string(),
        word("kind", link.role.code()),
        word("stage", link.stage),
        moment(Some(link.asked_at)),
        moment(link.closes_at),
        moment(link.linked_at),
        moment(link.over_at),
        link.message.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lists_address_holds_its_whole_state_and_nothing_else() {
        assert_eq!(address("/l", Which::All, 20, None), "/l");
        assert_eq!(address("/l", Which::Leaving, 50, Some("1.lnk_x")), "/l?which=leaving&size=50&after=1.lnk_x");
    }
}
