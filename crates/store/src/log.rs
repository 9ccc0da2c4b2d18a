//! The log: append-only, hash-chained. What is not here did not happen.
//!
//! Each row carries `digest` (of its own fields) and `hash` (of the previous hash, its position and its digest). A changed
//! row breaks its digest, a moved one breaks the chain, a missing one leaves a gap, a cut-off end disagrees with the head
//! or with a signed checkpoint. The chain runs over the sealed text of personal events, so erasing a person breaks nothing.

use crate::{Driver, Tx, args, clock::sha256, driver};
use kernel::{Event, Instant, OrgId, Refusal};
use serde::Serialize;
use serde_json::Value as Json;
use std::fmt::Write;

pub use crate::verify::{Broken, Verified, Vouched, verify};

/// The chain's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last event's position.
    pub seq: i64,
    /// The last event's hash.
    pub hash: String,
    /// When the last event happened.
    pub at: Instant,
}

/// An event as it stands in the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recorded {
    /// Its position: 1, 2, 3, without a gap.
    pub seq: i64,
    /// When it happened.
    pub at: Instant,
    /// The context that owns it.
    pub context: String,
    /// Its past-tense name.
    pub kind: String,
    /// The one thing it is about.
    pub subject: String,
    /// Who asked.
    pub actor: String,
    /// The run that caused it, shared with its reactions.
    pub cause: String,
    /// The hash of the policy pack that decided it; empty when no pack was asked.
    pub pack: String,
    /// The organisations concerned.
    pub parties: Vec<OrgId>,
    /// Its fields; null once its person has been erased.
    pub body: Json,
}

impl Recorded {
    pub(crate) fn of<E: Event>(event: &E, at: Instant) -> Result<Recorded, Refusal> {
        let body = serde_json::to_value(event).map_err(|bad| Refusal::Fault(format!("an event cannot be written: {bad}")))?;
        let kind = body.get("kind").and_then(Json::as_str).unwrap_or_default().to_owned();
        let none = String::new;
        let (subject, parties) = (event.subject(), event.parties());
        Ok(Recorded { seq: 0, at, context: E::CONTEXT.into(), kind, subject, actor: none(), cause: none(), pack: none(), parties, body })
    }

    /// The typed event, when it is one of `E`'s context and its person has not been erased.
    pub fn event<E: Event>(&self) -> Option<Result<E, Refusal>> {
        if self.context != E::CONTEXT || self.body.is_null() {
            return None;
        }
        let unreadable = |bad: serde_json::Error| Refusal::Fault(format!("event {} of {} cannot be read: {bad}", self.seq, self.context));
        Some(E::deserialize(&self.body).map_err(unreadable))
    }
}

/// What the digest covers, in order, each with its length so that no two rows share a text: `at` in milliseconds, context,
/// kind, subject, actor, cause, pack, parties, body.
pub(crate) fn digest(fields: [&str; 9]) -> String {
    let mut text = String::with_capacity(fields.iter().map(|field| field.len() + 6).sum());
    for field in fields {
        let _ = write!(text, "{}:{field}", field.len());
    }
    sha256(text.as_bytes())
}

/// The hash at `seq`, from the one before it and the event's digest.
pub(crate) fn link(previous: &str, seq: i64, digest: &str) -> String {
    let mut text = String::with_capacity(previous.len() + digest.len() + 20);
    let _ = write!(text, "{previous}{seq}{digest}");
    sha256(text.as_bytes())
}

pub(crate) fn append(tx: &mut Tx<'_>, row: &mut Recorded, person: Option<String>) -> Result<(), Refusal> {
    row.seq = tx.head.seq + 1;
    let plain = row.body.to_string();
    let body = match person {
        Some(person) => crate::keys::seal(tx, &person, &plain)?,
        None => plain,
    };
    if tx.db.is_rehearsal() {
        tx.head.seq = row.seq;
        return Ok(());
    }
    let parties = row.parties.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let at = row.at.0.to_string();
    let digest = digest([&at, &row.context, &row.kind, &row.subject, &row.actor, &row.cause, &row.pack, &parties, &body]);
    let hash = link(&tx.head.hash, row.seq, &digest);
    tx.put(
        "INSERT INTO events (seq, at, context, kind, subject, actor, cause, pack, parties, body, digest, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        args![row.seq, row.at, &row.context, &row.kind, &row.subject, &row.actor, &row.cause, &row.pack, parties, body, digest, &hash],
    )?;
    tx.head = Head { seq: row.seq, hash, at: row.at };
    Ok(())
}

const COLUMNS: &str = "seq, at, context, kind, subject, actor, cause, pack, parties, body";

fn recorded(tx: &mut Tx<'_>, row: &crate::Row) -> Result<Recorded, Refusal> {
    let text = |column: usize| row.text(column).map(str::to_owned);
    let seq = row.int(0)?;
    let unreadable = |bad: &dyn std::fmt::Display| Refusal::Fault(format!("event {seq} cannot be read: {bad}"));
    let plain = crate::keys::open(tx, row.text(9)?)?;
    Ok(Recorded {
        seq,
        at: row.at(1)?,
        context: text(2)?,
        kind: text(3)?,
        subject: text(4)?,
        actor: text(5)?,
        cause: text(6)?,
        pack: text(7)?,
        parties: row.text(8)?.split_whitespace().map(str::parse).collect::<Result<_, _>>().map_err(|bad| unreadable(&bad))?,
        body: plain.map_or(Ok(Json::Null), |text| serde_json::from_str(&text)).map_err(|bad| unreadable(&bad))?,
    })
}

/// Up to `limit` events after `after`, oldest first.
pub fn after(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<Recorded>, Refusal> {
    let rows = tx.all(&format!("SELECT {COLUMNS} FROM events WHERE seq > $1 ORDER BY seq LIMIT $2"), args![after, limit])?;
    rows.iter().map(|row| recorded(tx, row)).collect()
}

/// The places of as many arguments, of which the first is this one.
pub(crate) fn places(of: &[&str], first: usize) -> String {
    (first..of.len() + first).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

/// Arguments, and the contexts behind them.
pub(crate) fn with_contexts(args: &[crate::Value], contexts: &[&'static str]) -> Vec<crate::Value> {
    args.iter().cloned().chain(contexts.iter().map(|context| (*context).into())).collect()
}

/// Up to `limit` events of these contexts after `after`, oldest first.
pub(crate) fn after_of(tx: &mut Tx<'_>, contexts: &[&'static str], after: i64, limit: i64) -> Result<Vec<Recorded>, Refusal> {
    let places = places(contexts, 3);
    let sql = format!("SELECT {COLUMNS} FROM events WHERE seq > $1 AND context IN ({places}) ORDER BY seq LIMIT $2");
    let rows = tx.all(&sql, &with_contexts(args![after, limit], contexts))?;
    rows.iter().map(|row| recorded(tx, row)).collect()
}

/// Up to `limit` events before `before`, newest first, of one subject where one is given.
pub fn before(tx: &mut Tx<'_>, subject: Option<&str>, before: i64, limit: i64) -> Result<Vec<Recorded>, Refusal> {
    let rows = match subject {
        Some(subject) => {
            let sql = format!("SELECT {COLUMNS} FROM events WHERE subject = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3");
            tx.all(&sql, args![subject, before, limit])?
        }
        None => tx.all(&format!("SELECT {COLUMNS} FROM events WHERE seq < $1 ORDER BY seq DESC LIMIT $2"), args![before, limit])?,
    };
    rows.iter().map(|row| recorded(tx, row)).collect()
}

pub(crate) fn head(db: &mut dyn driver::Statements) -> Result<Head, Refusal> {
    driver::head(&db.query(driver::HEAD, &[])?)
}

/// How far the machine's clock may lag behind the log before we refuse to start.
const LAG: kernel::Span = kernel::Span::minutes(5);

/// At start: the last event must carry the head's hash, and the clock must not be behind the log.
pub(crate) fn check_the_end(db: &mut dyn Driver, now: Instant) -> Result<(), Refusal> {
    // One snapshot, since another process may be writing.
    let head = db.begin_read()?;
    let rows = db.query("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1", &[]);
    db.end_read()?;
    let rows = rows?;
    let (seq, hash) = rows.first().map_or(Ok((0, "0".repeat(64))), |row| Ok::<_, Refusal>((row.int(0)?, row.text(1)?.to_owned())))?;
    if (seq, &hash) != (head.seq, &head.hash) {
        return Err(Refusal::Fault(format!("the log ends at event {seq}, its head says {}; run `countersign verify`", head.seq)));
    }
    if head.at > now + LAG {
        return Err(Refusal::Fault(format!("the clock says {now}, but the log's last event happened at {}; set the clock right", head.at)));
    }
    Ok(())
}
