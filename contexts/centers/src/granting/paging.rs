//! Where a list of requests or grants goes on.

use kernel::{Id, Instant, Kind, Problem, Refusal};
use web::Visit;

/// How many rows a page holds unless it is told otherwise.
pub const PAGE: i64 = 20;

/// How many at the most.
pub const MOST: i64 = 100;

/// The query parameters of a list, for the API's documentation.
pub const QUERIES: &[(&str, &str)] = &[("size", "how many at the most, 1 to 100; 20 unless said"), ("after", "`next` of the page before")];

/// `size`, as asked for.
pub fn size(visit: &Visit) -> Result<i64, Refusal> {
    let Some(text) = visit.query("size") else { return Ok(PAGE) };
    let bad = || Problem::new("size", "linking.bad_size").with("given", text).with("most", MOST).into();
    text.parse().ok().filter(|size| (1..=MOST).contains(size)).ok_or_else(bad)
}

/// `after`, as asked for.
pub fn after<K: Kind>(visit: &Visit) -> Result<Option<(Instant, Id<K>)>, Refusal> {
    let Some(text) = visit.query("after") else { return Ok(None) };
    let read = |text: &str| {
        let (at, id) = text.split_once('.')?;
        Some((Instant(at.parse().ok()?), id.parse().ok()?))
    };
    read(text).map(Some).ok_or_else(|| Problem::new("after", "linking.bad_cursor").with("given", text).into())
}

/// Cuts a list that was read one row too far, and says where the next page begins.
pub fn cut<T, K: Kind>(found: &mut Vec<T>, size: i64, place: impl Fn(&T) -> (Instant, Id<K>)) -> Option<String> {
    let size = usize::try_from(size).unwrap_or(0);
    let more = found.len() > size;
    found.truncate(size);
    let (at, id) = place(found.last().filter(|_| more)?);
    Some(format!("{}.{id}", at.0))
}
