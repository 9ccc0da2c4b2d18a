//! Requests to use an account: the codes that owners scan.

use crate::{Event, Scopes};
use kernel::{AccountId, Consent, Instant, OrgId, Refusal, RequestId, Standing, UserId};
use store::{Recorded, Row, Tx, Value, args, deadline};

pub(super) fn apply(tx: &mut Tx<'_>, recorded: &Recorded, event: &Event) -> Result<(), Refusal> {
    let (at, seq) = (recorded.at, recorded.seq);
    match event {
        Event::AccessRequested { request, centre, by, scopes, account, digest, closes_at } => {
            let sql =
                "INSERT INTO access_requests (id, centre, asked_by, scopes, account, digest, standing, asked_at, closes_at, since, seq)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $10)";
            let asked = Standing::Asked.code();
            tx.put(sql, args![*request, *centre, *by, scopes.bits(), *account, digest, asked, at, *closes_at, seq])?;
            deadline::set(tx, "centers", "expire_request", &request.to_string(), *closes_at)
        }
        Event::AccessRequestScanned { request, owner, .. } => {
            tx.put("UPDATE access_requests SET owner = $2, seq = $3 WHERE id = $1", args![*request, *owner, seq])
        }
        Event::AccessRequestRefused { request, owner, .. } => stands(tx, *request, Some(*owner), Standing::Declined, at, seq),
        Event::AccessRequestWithdrawn { request, owner, .. } => stands(tx, *request, *owner, Standing::Withdrawn, at, seq),
        Event::AccessRequestExpired { request, owner, .. } => stands(tx, *request, *owner, Standing::Expired, at, seq),
        Event::AccessGranted { held, request, .. } | Event::AccessWidened { held, request, .. } => {
            stands(tx, *request, Some(held.owner), Standing::InForce, at, seq)?;
            tx.put("UPDATE access_requests SET granted = $2 WHERE id = $1", args![*request, held.account])
        }
        _ => Ok(()),
    }
}

fn stands(tx: &mut Tx<'_>, request: RequestId, owner: Option<OrgId>, standing: Standing, at: Instant, seq: i64) -> Result<(), Refusal> {
    let sql = "UPDATE access_requests SET standing = $2, owner = $3, since = $4, seq = $5 WHERE id = $1";
    tx.put(sql, args![request, standing.code(), owner, at, seq])?;
    tx.put("DELETE FROM access_request_codes WHERE request = $1", args![request])?;
    deadline::clear(tx, "centers", "expire_request", &request.to_string())
}

/// A request to use an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Which.
    pub id: RequestId,
    /// The agreement: the centre asked, the first owner who scans the code answers.
    pub consent: Consent,
    /// Who asked for the centre.
    pub asked_by: UserId,
    /// For what.
    pub scopes: Scopes,
    /// For which account, where the centre named one.
    pub account: Option<AccountId>,
    /// Which account was granted; the code stays bound to what was asked.
    pub granted: Option<AccountId>,
    /// What the code's secret digests to.
    pub digest: String,
    /// The position of its last event, with which pages are sealed.
    pub version: i64,
}

impl Request {
    /// The centre that asked.
    pub fn centre(&self) -> OrgId {
        self.consent.asker
    }
    /// The owner who scanned the code first.
    pub fn owner(&self) -> Option<OrgId> {
        self.consent.answerer
    }
    /// Its place in lists.
    pub fn cursor(&self) -> Cursor {
        (self.consent.asked_at, self.id)
    }
}

/// A place in a list of requests, after which the next page begins.
pub type Cursor = (Instant, RequestId);

const REQUEST: &str = "id, centre, asked_by, scopes, account, digest, owner, standing, asked_at, closes_at, since, seq, granted";

fn requests(tx: &mut Tx<'_>, rest: &str, args: &[Value]) -> Result<Vec<Request>, Refusal> {
    tx.all(&format!("SELECT {REQUEST} FROM access_requests {rest}"), args)?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Request, Refusal> {
    Ok(Request {
        id: row.id(0)?,
        consent: Consent {
            asker: row.id(1)?,
            answerer: row.opt_id(6)?,
            asked_at: row.at(8)?,
            closes_at: row.at(9)?,
            standing: row.code(7)?,
            since: row.at(10)?,
        },
        asked_by: row.id(2)?,
        scopes: Scopes::from_bits(row.int(3)?),
        account: row.opt_id(4)?,
        digest: row.text(5)?.to_owned(),
        version: row.int(11)?,
        granted: row.opt_id(12)?,
    })
}

/// A request by its id, whosever it is: for the clock. Pages ask [`of_centre_by_id`] or [`of_owner_by_id`].
pub fn request(tx: &mut Tx<'_>, id: RequestId) -> Result<Option<Request>, Refusal> {
    Ok(requests(tx, "WHERE id = $1", args![id])?.pop())
}

/// The request whose code has this secret; the secret is the key.
pub fn by_digest(tx: &mut Tx<'_>, digest: &str) -> Result<Option<Request>, Refusal> {
    Ok(requests(tx, "WHERE digest = $1", args![digest])?.pop())
}

/// A request of a centre; another's is not there.
pub fn of_centre_by_id(tx: &mut Tx<'_>, centre: OrgId, id: RequestId) -> Result<Option<Request>, Refusal> {
    Ok(requests(tx, "WHERE id = $1 AND centre = $2", args![id, centre])?.pop())
}

/// A request that an owner took up; another's is not there.
pub fn of_owner_by_id(tx: &mut Tx<'_>, owner: OrgId, id: RequestId) -> Result<Option<Request>, Refusal> {
    Ok(requests(tx, "WHERE id = $1 AND owner = $2", args![id, owner])?.pop())
}

/// The requests of a centre, the newest first.
pub fn of_centre(tx: &mut Tx<'_>, centre: OrgId, after: Option<Cursor>, limit: i64) -> Result<Vec<Request>, Refusal> {
    let (at, id) = after.map_or_else(|| (Instant(i64::MAX), String::new()), |(at, id)| (at, id.to_string()));
    let rest = "WHERE centre = $1 AND (asked_at < $2 OR (asked_at = $2 AND id < $3)) ORDER BY asked_at DESC, id DESC LIMIT $4";
    requests(tx, rest, args![centre, at, id, limit])
}

/// The requests that an owner took up and that still wait for an answer, the newest first.
pub fn open_of_owner(tx: &mut Tx<'_>, owner: OrgId) -> Result<Vec<Request>, Refusal> {
    let now = tx.now;
    let rest = "WHERE owner = $1 AND standing = 'asked' AND closes_at > $2 ORDER BY asked_at DESC, id DESC LIMIT 100";
    requests(tx, rest, args![owner, now])
}

/// The requests that still wait for an answer: of one centre or of all, by one person or by all; the newest first.
pub fn open(tx: &mut Tx<'_>, centre: Option<OrgId>, by: Option<UserId>) -> Result<Vec<Request>, Refusal> {
    let now = tx.now;
    let rest = "WHERE standing = 'asked' AND closes_at > $1 AND ($2 = '' OR centre = $2) AND ($3 = '' OR asked_by = $3)
                ORDER BY asked_at DESC, id DESC";
    let named = |id: Option<String>| id.unwrap_or_default();
    requests(tx, rest, args![now, named(centre.map(|centre| centre.to_string())), named(by.map(|by| by.to_string()))])
}

/// The requests that name an account and still wait for an answer.
pub fn open_for_account(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Request>, Refusal> {
    let now = tx.now;
    let rest = "WHERE account = $1 AND standing = 'asked' AND closes_at > $2 ORDER BY asked_at, id";
    requests(tx, rest, args![account, now])
}

/// How many requests of a centre still wait for an answer, and when the first of them closes.
pub fn count_open(tx: &mut Tx<'_>, centre: OrgId) -> Result<(i64, Option<Instant>), Refusal> {
    let now = tx.now;
    let sql = "SELECT COUNT(*), MIN(closes_at) FROM access_requests WHERE centre = $1 AND standing = 'asked' AND closes_at > $2";
    let row = tx.one(sql, args![centre, now])?;
    row.map_or(Ok((0, None)), |row| Ok((row.opt_int(0)?.unwrap_or(0), row.opt_at(1)?)))
}
