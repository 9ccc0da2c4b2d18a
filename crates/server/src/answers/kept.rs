//! `GET /api/v1/operator/{org}/decisions`: what was answered.

use super::journal::{self, Kept};
use decisions::Kind;
use kernel::{Instant, Problem, Refusal};
use serde::Serialize;
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
    let size = visit.query("size").map_or(Ok(20), |text| text.parse::<i64>().ok().filter(|size| (1..=100).contains(size)).ok_or_else(too_long))?;
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
