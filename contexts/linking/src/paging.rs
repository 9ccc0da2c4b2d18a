//! What the lists of both sides and of the API share: which links, how many, and where the next page begins.

use crate::{
    index::{self, Cursor, Found, Side, Which},
    view::{self, LinkView},
};
use kernel::{Instant, OrgId, Problem, Refusal};
use serde::Serialize;
use store::Tx;
use utoipa::ToSchema;
use web::Visit;

/// How many links a page holds unless it is told otherwise, and at the most.
pub const SIZES: [i64; 3] = [20, 50, 100];

/// What an address asks of a list.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Which links.
    pub which: Which,
    /// How many at the most.
    pub size: i64,
    /// After which one.
    pub after: Option<Cursor>,
}

/// Some links, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkPage {
    /// The links, the last changed first.
    pub items: Vec<LinkView>,
    /// What `after` has to be for the next page; nothing at the end.
    pub next: Option<String>,
}

/// The query parameters of a list, for the API's documentation.
pub const QUERIES: &[(&str, &str)] = &[
    ("which", "all, invited, linked, leaving or over"),
    ("size", "how many at the most, 1 to 100; 20 unless said"),
    ("after", "`next` of the page before"),
];

/// Reads `which`, `size` and `after`. Every problem is named.
pub fn wanted(visit: &Visit) -> Result<Wanted, Refusal> {
    let mut problems = Vec::new();
    let which = choice(visit.query("which")).unwrap_or_else(|problem| keep(&mut problems, problem, Which::All));
    let size = size(visit.query("size")).unwrap_or_else(|problem| keep(&mut problems, problem, SIZES[0]));
    let after = cursor(visit.query("after")).unwrap_or_else(|problem| keep(&mut problems, problem, None));
    if problems.is_empty() { Ok(Wanted { which, size, after }) } else { Err(Refusal::Malformed(problems)) }
}

fn keep<T>(problems: &mut Vec<Problem>, problem: Problem, instead: T) -> T {
    problems.push(problem);
    instead
}

fn choice(code: Option<&str>) -> Result<Which, Problem> {
    let Some(code) = code else { return Ok(Which::All) };
    Which::from_code(code).ok_or_else(|| Problem::new("which", "linking.bad_which").with("given", code))
}

pub(crate) fn size(text: Option<&str>) -> Result<i64, Problem> {
    let Some(text) = text else { return Ok(SIZES[0]) };
    let most = SIZES[SIZES.len() - 1];
    let bad = || Problem::new("size", "linking.bad_size").with("given", text).with("most", most);
    text.parse().ok().filter(|size| (1..=most).contains(size)).ok_or_else(bad)
}

fn cursor(text: Option<&str>) -> Result<Option<Cursor>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let read = |text: &str| {
        let (at, id) = text.split_once('.')?;
        Some((Instant(at.parse().ok()?), id.parse().ok()?))
    };
    read(text).map(Some).ok_or_else(|| Problem::new("after", "linking.bad_cursor").with("given", text))
}

/// A cursor as it stands in an address: the milliseconds of the change and the link.
fn written((at, id): Cursor) -> String {
    format!("{}.{id}", at.0)
}

/// One page of a side's links.
pub fn page(tx: &mut Tx<'_>, side: Side, org: OrgId, wanted: &Wanted) -> Result<LinkPage, Refusal> {
    let mut found: Vec<Found> = index::list(tx, side, org, wanted.which, wanted.after, wanted.size + 1)?;
    let more = found.len() as i64 > wanted.size;
    found.truncate(usize::try_from(wanted.size).unwrap_or(0));
    let next = found.last().filter(|_| more).map(|last| written(last.cursor()));
    let items = found.iter().map(|found| view::view(tx, found)).collect::<Result<_, _>>()?;
    Ok(LinkPage { items, next })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::LinkId;

    #[test]
    fn a_cursor_reads_back_and_anything_else_is_a_problem_with_its_field() {
        let place = (Instant(1_795_000_000_123), LinkId::new(7));
        assert_eq!(cursor(Some(&written(place))), Ok(Some(place)));
        assert_eq!(cursor(None), Ok(None));
        for text in ["", "1", "x.lnk_00000000000000000000000000000007", "1.acc_00000000000000000000000000000007"] {
            assert_eq!(cursor(Some(text)).unwrap_err().field, "after", "{text}");
        }
    }

    #[test]
    fn a_page_holds_1_to_100_links() {
        assert_eq!(size(None), Ok(20));
        assert_eq!(size(Some("1")), Ok(1));
        assert_eq!(size(Some("100")), Ok(100));
        for text in ["0", "101", "-1", "ten", "1e2"] {
            assert!(size(Some(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn every_choice_of_the_filter_can_be_named() {
        for which in Which::ALL {
            assert_eq!(choice(Some(which.code())), Ok(which));
        }
        assert!(choice(Some("ended")).is_err());
    }
}
