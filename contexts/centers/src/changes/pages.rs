//! The page of the change log, its file, and its REST.

use super::{CentreChange, CentreChangePage, Page};
use crate::{assets::paging, index::changes};
use kernel::Refusal;
use serde_json::{Map, Value as Json, json};
use web::{Answer, StatusCode, Visit, context};

/// The parts of the address that are the list's state.
const STATE: &[&str] = &["activity", "by", "about", "from", "until", "size"];

/// The query parameters, for the API's documentation.
pub const QUERIES: &[(&str, &str)] = &[
    ("activity", "user, account, asset or business"),
    ("by", "only what this member did"),
    ("about", "only what concerns this thing: an id"),
    ("from", "from this day on, such as 2026-11-21, in the reader's zone"),
    ("until", "until this day, included"),
    ("size", "how many at the most, 1 to 100; 20 unless said"),
    ("after", "`next` of the page before"),
];

async fn load(visit: &Visit, filter: changes::Filter) -> Result<CentreChangePage, Refusal> {
    let org = visit.org()?;
    let Page { items, next, total } = visit.read(move |tx| super::load(tx, org, &filter)).await?;
    Ok(CentreChangePage { items: items.into_iter().map(|entry| entry.said(visit)).collect(), next, total })
}

/// `GET /centre/{org}/changes`
pub async fn page(visit: Visit) -> Answer {
    let filter = match paging::changes(&visit) {
        Ok(filter) => filter,
        Err(refusal) => {
            // What cannot be read is said above an unfiltered list.
            let facts = facts(&visit, changes::Filter { limit: paging::PAGE, ..Default::default() }).await?;
            return visit.page_again("centers/changes.html", facts, refusal).await;
        }
    };
    let facts = facts(&visit, filter).await?;
    visit.page("centers/changes.html", facts).await
}

async fn facts(visit: &Visit, filter: changes::Filter) -> Result<web::Facts, Refusal> {
    let org = visit.org()?;
    let CentreChangePage { items, next, total } = load(visit, filter).await?;
    let members = visit.read(move |tx| access::index::members(tx, org)).await?;
    let none = Map::new();
    let said = |code: &str| visit.say(&format!("centers.changes.activities.{code}"), &none);
    let asked = visit.query("activity").unwrap_or_default();
    let all = json!({"label": visit.say("centers.changes.all", &none), "href": paging::address(visit, STATE, Some(("activity", ""))), "active": asked.is_empty()});
    let tab = |activity: &changes::Activity| {
        let code = activity.code();
        json!({"label": said(code), "href": paging::address(visit, STATE, Some(("activity", code))), "active": asked == code})
    };
    let tabs: Vec<Json> = std::iter::once(all).chain(changes::Activity::ALL.iter().map(tab)).collect();
    let people: Vec<Json> = members.iter().map(|member| json!({"value": member.user, "label": member.name})).collect();
    let chosen: Map<String, Json> = STATE.iter().map(|name| ((*name).to_owned(), visit.query(name).unwrap_or_default().into())).collect();
    let filtered = STATE.iter().any(|name| *name != "size" && visit.query(name).is_some());
    let base = format!("/centre/{org}");
    let query = visit.query_text();
    let csv = if query.is_empty() { format!("{base}/changes.csv") } else { format!("{base}/changes.csv?{query}") };
    Ok(context! {
        title => "centers.changes.title", base, items, total, tabs, people, chosen, filtered, csv,
        next => next.map(|after| paging::address(visit, STATE, Some(("after", &after)))),
        first => visit.query("after").map(|_| paging::address(visit, STATE, None)),
    })
}

/// How many entries a file holds at the most.
const MOST: usize = 10_000;

/// `GET /centre/{org}/changes.csv`
pub async fn csv(visit: Visit) -> Answer {
    let mut filter = changes::Filter { limit: 500, before: None, ..paging::changes(&visit)? };
    let none = Map::new();
    let head = ["at", "who", "activity", "what"].map(|key| visit.say(&format!("centers.changes.{key}"), &none));
    let mut rows = vec![head.to_vec()];
    while rows.len() <= MOST {
        let page = load(&visit, filter.clone()).await?;
        rows.extend(page.items.into_iter().map(|change| cells(&visit, change)));
        let Some(before) = page.next.and_then(|next| next.parse().ok()) else { break };
        filter.before = Some(before);
    }
    rows.truncate(MOST + 1);
    visit.download("changes.csv", "text/csv; charset=utf-8", web::csv::table(&rows))
}

fn cells(visit: &Visit, change: CentreChange) -> Vec<String> {
    let activity = visit.say(&format!("centers.changes.activities.{}", change.activity), &Map::new());
    vec![change.at.to_string(), change.who, activity, change.text]
}

/// `GET /api/v1/centres/{org}/changes`
pub async fn api(visit: Visit) -> Answer {
    let page = load(&visit, paging::changes(&visit)?).await?;
    visit.answer(StatusCode::OK, &page)
}
