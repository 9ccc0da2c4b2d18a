//! Loads an organisation's notices: the page behind the bell, and the REST calls.

use crate::index;
use kernel::{Instant, OrgId, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use store::Tx;
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit, context};

/// How many notices a page holds.
const PAGE: usize = 50;

/// One notice, in words.
#[derive(Serialize, ToSchema)]
pub struct NoticeView {
    /// The event's place in the log.
    seq: i64,
    /// What happened, as a code.
    code: String,
    /// What happened, in words.
    text: String,
    /// The page that it leads to.
    link: String,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// Whether someone of the organisation has read it.
    read: bool,
}

/// A page of notices.
#[derive(Serialize, ToSchema)]
pub struct Notices {
    items: Vec<NoticeView>,
    /// How many are unread, up to 100.
    unread: i64,
    /// Give it as `after` to get the next page.
    next: Option<String>,
}

/// Up to where notices have been read.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadUpTo {
    /// The place in the log of the newest notice that was read.
    seq: i64,
}

type Loaded = (Vec<(index::Notice, Map<String, Json>)>, i64, i64);

fn load(tx: &mut Tx<'_>, org: OrgId, after: Option<(i64, String)>) -> Result<Loaded, Refusal> {
    let after = after.as_ref().map(|(seq, words)| (*seq, words.as_str()));
    let notices = index::notices(tx, org, after, i64::try_from(PAGE).unwrap_or(1))?;
    let named = notices.into_iter().map(|notice| index::named(tx, notice.facts.clone()).map(|facts| (notice, facts)));
    let named = named.collect::<Result<Vec<_>, _>>()?;
    Ok((named, index::read_up_to(tx, org)?, index::unread(tx, org)?))
}

async fn notices(visit: &Visit) -> Result<Notices, Refusal> {
    let org = visit.org()?;
    let given = visit.query("after").map(|text| text.split_once('.').and_then(|(seq, words)| Some((seq.parse().ok()?, words.to_owned()))));
    let after = match given {
        Some(None) => return Err(Refusal::malformed("after", "notify.notices.bad_after")),
        Some(place) => place,
        None => None,
    };
    let (all, read, unread) = visit.read(move |tx| load(tx, org, after)).await?;
    let last = all.last().filter(|_| all.len() == PAGE);
    let next = last.map(|(notice, _)| format!("{}.{}", notice.seq, notice.words));
    let shown = |(notice, facts): (index::Notice, Map<String, Json>)| {
        let text = visit.say(&format!("notify.notices.{}", notice.words), &facts);
        let index::Notice { seq, words, mut link, at, .. } = notice;
        // Staff learn of a new token, but its page is the owner's.
        if !visit.may_open(&link) {
            link.clear();
        }
        NoticeView { seq, code: words, text, link, at, read: seq <= read }
    };
    Ok(Notices { items: all.into_iter().map(shown).collect(), unread, next })
}

/// `GET /org/{org}/notifications`
pub async fn page(visit: Visit) -> Answer {
    let (org, notices) = (visit.org()?, notices(&visit).await?);
    visit.page("notify/notices.html", context! { title => "notify.notices.title", org, notices }).await
}

/// `POST /org/{org}/notifications/read`: up to the newest one that the page showed, not what came since.
pub async fn post(visit: Visit) -> Answer {
    let org = visit.org()?;
    let seq: i64 = visit.form().parsed("seq", "notify.notices.bad_seq")?;
    visit.write(move |tx| mark(tx, org, seq)).await?;
    visit.redirect(&format!("/org/{org}/notifications"), "notify.notices.done")
}

/// `GET /api/v1/orgs/{org}/notifications`
pub async fn api_list(visit: Visit) -> Answer {
    let notices = notices(&visit).await?;
    visit.answer(StatusCode::OK, &notices)
}

/// `PUT /api/v1/orgs/{org}/notifications/read`
pub async fn api_read(visit: Visit) -> Answer {
    let (org, ReadUpTo { seq }) = (visit.org()?, visit.json()?);
    let read = visit.write(move |tx| mark(tx, org, seq)).await?;
    visit.answer(StatusCode::OK, &ReadUpTo { seq: read })
}

/// Nothing beyond the log's end can have been read.
fn mark(tx: &mut Tx<'_>, org: OrgId, seq: i64) -> Result<i64, Refusal> {
    let seq = seq.clamp(0, tx.as_of());
    index::mark_read(tx, org, seq)?;
    index::read_up_to(tx, org)
}
