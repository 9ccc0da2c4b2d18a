//! `GET /api/v1/operator/{org}/decisions`: what was answered.

use super::journal::{self, Kept};
use decisions::Kind;
use kernel::{Denial, Instant, Problem, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit};

/// What the list can be asked for.
pub const QUERIES: &[(&str, &str)] = &[
    ("kind", "only answers to `use`, `invite`, `link`, `unlink` or `sell`"),
    ("after", "`next` of the page before"),
    ("size", "how many at the most, 1 to 100; 20 unless said"),
];

/// A page of kept answers.
#[derive(Serialize, ToSchema)]
pub struct KeptPage {
    /// The answers, newest first.
    pub items: Vec<Kept>,
    /// What to pass as `after`; none at the end.
    pub next: Option<String>,
}

/// A page of the log, as the query asks for it.
pub async fn page(visit: &Visit) -> Result<KeptPage, Refusal> {
    let kind = visit.query("kind").map(kind_of).transpose()?;
    let after = visit.query("after").map(cursor).transpose()?;
    let size =
        visit.query("size").map_or(Ok(20), |text| text.parse::<i64>().ok().filter(|size| (1..=100).contains(size)).ok_or_else(too_long))?;
    let mut items = visit.read(move |tx| journal::entries(tx, kind, after, size + 1)).await?;
    let more = items.len() as i64 > size;
    items.truncate(usize::try_from(size).unwrap_or_default());
    let next = items.last().filter(|_| more).map(|last| format!("{} {}", last.asked_at.0, last.id));
    Ok(KeptPage { items, next })
}

/// `GET /api/v1/operator/{org}/decisions`
pub async fn api(visit: Visit) -> Answer {
    let page = page(&visit).await?;
    visit.answer(StatusCode::OK, &page)
}

/// `GET /operator/{org}/decisions`
pub async fn console(visit: Visit) -> Answer {
    let page = page(&visit).await?;
    let none = Map::new();
    let mut ids: Vec<String> = Vec::new();
    for kept in &page.items {
        ids.push(kept.asker.clone());
        ids.extend(kept.question.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str().map(str::to_owned)));
    }
    let names = visit.read(move |tx| crate::operations::names::names(tx, ids.iter().map(String::as_str))).await?;
    let tabs: Vec<Json> = std::iter::once(None)
        .chain(Kind::ALL.into_iter().map(Some))
        .map(|kind| {
            let (label, href) = kind.map_or(("decisions.kept_all".to_owned(), visit.path().to_owned()), |kind| {
                (format!("decisions.short_{}", kind.code()), format!("{}?kind={}", visit.path(), kind.code()))
            });
            json!({"label": visit.say(&label, &none), "href": href, "active": visit.query("kind") == kind.map(Kind::code)})
        })
        .collect();
    let entry = |kept: &Kept| {
        let reasons: Vec<Json> = kept.answer["reasons"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|reason| serde_json::from_value::<Denied>(reason.clone()).ok())
            .map(|reason| visit.denial(&Denial { code: reason.code, facts: reason.facts.unwrap_or_default(), until: reason.until }))
            .collect();
        // What people read is a name or a word; an id can be copied beside it.
        let part = |(field, value): (&String, &Json)| {
            let code = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let word = match field.as_str() {
                "scope" => Some(visit.say(&format!("centers.scope.{code}"), &none)),
                "role" => Some(visit.say(&format!("linking.kind.{code}"), &none)),
                _ => names.get(&code).cloned(),
            };
            let is_named = names.contains_key(&code);
            json!({"label": visit.say(&format!("decisions.field_{field}"), &none), "said": word, "code": code, "is_named": is_named})
        };
        let parts: Vec<Json> =
            kept.question.as_object().into_iter().flatten().filter(|(field, _)| *field != "question").map(part).collect();
        json!({
            "asked_at": kept.asked_at, "kind": visit.say(&format!("decisions.kind_{}", kept.kind), &none), "asker": kept.asker,
            "asker_name": names.get(&kept.asker), "parts": parts, "allowed": kept.allowed, "reasons": reasons, "revision": kept.revision,
        })
    };
    let entries: Vec<Json> = page.items.iter().map(entry).collect();
    let next = page.next.as_ref().map(|next| {
        let kind = visit.query("kind").map(|kind| format!("&kind={kind}")).unwrap_or_default();
        format!("{}?after={}{kind}", visit.path(), next.replace(' ', "+"))
    });
    visit.page("decisions/kept.html", web::context! { title => "decisions.kept_title", tabs, entries, next }).await
}

/// A reason as it was kept.
#[derive(Deserialize)]
struct Denied {
    code: String,
    facts: Option<Map<String, Json>>,
    until: Option<Instant>,
}

fn kind_of(code: &str) -> Result<Kind, Refusal> {
    Kind::ALL.into_iter().find(|kind| kind.code() == code).ok_or_else(|| Refusal::malformed("kind", "decisions.bad_kind"))
}

fn cursor(text: &str) -> Result<(Instant, String), Refusal> {
    let parsed = text.split_once(' ').and_then(|(at, id)| Some((Instant(at.parse().ok()?), id.to_owned())));
    parsed.ok_or_else(|| Refusal::malformed("after", "decisions.bad_cursor"))
}

fn too_long() -> Refusal {
    Refusal::Malformed(vec![Problem::new("size", "decisions.size").with("most", 100)])
}
