//! The log: append-only, hash-chained. What is not here did not happen.
//!
//! Each row carries `digest` (of its own fields) and `hash` (of the previous hash, its position and its digest). A changed
//! row breaks its digest, a moved one breaks the chain, a missing one leaves a gap, a cut-off end disagrees with the head
//! or with a signed checkpoint. The chain runs over the sealed text of personal events, so erasing a person breaks nothing.

use crate::{Driver, Tx, args, clock::sha256};
use kernel::{Event, Instant, OrgId, Refusal};
use serde::Serialize;
use serde_json::Value as Json;

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

/// What the digest covers, in order, each with its length so that no two rows share a text.
fn digest(row: &Recorded, parties: &str, body: &str) -> String {
    let at = row.at.0.to_string();
    let fields = [&at, &row.context, &row.kind, &row.subject, &row.actor, &row.cause, &row.pack, parties, body];
    let mut text = String::with_capacity(body.len() + 256);
    for field in fields {
        text.push_str(&field.len().to_string());
        text.push(':');
        text.push_str(field);
    }
    sha256(text.as_bytes())
}

fn link(previous: &str, seq: i64, digest: &str) -> String {
    sha256(format!("{previous}{seq}{digest}").as_bytes())
}

pub(crate) fn append(tx: &mut Tx<'_>, row: &mut Recorded, person: Option<String>) -> Result<(), Refusal> {
    row.seq = tx.head.seq + 1;
    let plain = row.body.to_string();
    let body = match person {
        Some(person) => crate::keys::seal(tx, &person, &plain)?,
        None => plain,
    };
    let parties = row.parties.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let digest = digest(row, &parties, &body);
    let hash = link(&tx.head.hash, row.seq, &digest);
    tx.run(
        "INSERT INTO events (seq, at, context, kind, subject, actor, cause, pack, parties, body, digest, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        args![row.seq, row.at, &row.context, &row.kind, &row.subject, &row.actor, &row.cause, &row.pack, parties, body, digest, &hash],
    )?;
    tx.head = Head { seq: row.seq, hash, at: row.at };
    Ok(())
}

const COLUMNS: &str = "seq, at, context, kind, subject, actor, cause, pack, parties, body, digest, hash";

struct Raw {
    recorded: Recorded,
    parties: String,
    body: String,
    digest: String,
    hash: String,
}

fn raw(row: &crate::Row) -> Result<Raw, Refusal> {
    let text = |column: usize| row.text(column).map(str::to_owned);
    let parties = text(8)?;
    let ids = parties.split_whitespace().filter_map(|id| id.parse().ok()).collect();
    let recorded = Recorded {
        seq: row.int(0)?,
        at: row.at(1)?,
        context: text(2)?,
        kind: text(3)?,
        subject: text(4)?,
        actor: text(5)?,
        cause: text(6)?,
        pack: text(7)?,
        parties: ids,
        body: Json::Null,
    };
    Ok(Raw { recorded, parties, body: text(9)?, digest: text(10)?, hash: text(11)? })
}

fn opened(tx: &mut Tx<'_>, raw: Raw) -> Result<Recorded, Refusal> {
    let Raw { mut recorded, body, .. } = raw;
    let plain = crate::keys::open(tx, &body)?;
    recorded.body = plain
        .map_or(Ok(Json::Null), |text| serde_json::from_str(&text))
        .map_err(|bad| Refusal::Fault(format!("event {}: {bad}", recorded.seq)))?;
    Ok(recorded)
}

/// Up to `limit` events after `after`, oldest first.
pub fn after(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<Recorded>, Refusal> {
    let rows = tx.all(&format!("SELECT {COLUMNS} FROM events WHERE seq > $1 ORDER BY seq LIMIT $2"), args![after, limit])?;
    rows.iter().map(|row| raw(row).and_then(|raw| opened(tx, raw))).collect()
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
    rows.iter().map(|row| raw(row).and_then(|raw| opened(tx, raw))).collect()
}

/// What is wrong with a log, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Broken {
    /// The event's own fields no longer give its digest.
    Changed {
        /// Which.
        seq: i64,
    },
    /// The event is sound in itself but does not follow from the one before: moved, inserted, or its forerunner was replaced.
    OutOfOrder {
        /// Which.
        seq: i64,
    },
    /// The event is not there, though later ones are.
    Missing {
        /// The first one that is not there.
        seq: i64,
    },
    /// The log ends early.
    CutOff {
        /// The last event that is there.
        last: i64,
        /// The position that the head or a checkpoint vouches for.
        expected: i64,
    },
    /// A signed checkpoint vouches for another event at this position: the chain was made anew.
    Rewritten {
        /// Where.
        seq: i64,
    },
    /// A checkpoint's signature is not this house's.
    BadSignature {
        /// The position it claims.
        seq: i64,
    },
}

/// A position of the chain that was signed and kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// The position.
    pub seq: i64,
    /// The hash there.
    pub hash: String,
}

/// The result of reading the whole log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// How many events were read.
    pub events: i64,
    /// The last event's hash.
    pub hash: String,
    /// Every fault, in the log's order; at most the first hundred.
    pub broken: Vec<Broken>,
}

/// Reads the log from its beginning and checks every row, every link, the head, and every vouched position.
pub fn verify(tx: &mut Tx<'_>, vouched: &[Vouched], mut progress: impl FnMut(i64)) -> Result<Verified, Refusal> {
    const PAGE: i64 = 2_000;
    const MOST: usize = 100;
    let mut broken = Vec::new();
    let mut hash = "0".repeat(64);
    let (mut last, mut events) = (0, 0);
    loop {
        let rows = tx.all(&format!("SELECT {COLUMNS} FROM events WHERE seq > $1 ORDER BY seq LIMIT $2"), args![last, PAGE])?;
        for row in &rows {
            let raw = raw(row)?;
            let seq = raw.recorded.seq;
            let expected = digest(&raw.recorded, &raw.parties, &raw.body);
            if seq != last + 1 {
                broken.push(Broken::Missing { seq: last + 1 });
            } else if raw.hash != link(&hash, seq, &raw.digest) {
                broken.push(Broken::OutOfOrder { seq });
            }
            if expected != raw.digest {
                broken.push(Broken::Changed { seq });
            }
            if vouched.iter().any(|v| v.seq == seq && v.hash != raw.hash) {
                broken.push(Broken::Rewritten { seq });
            }
            (last, hash, events) = (seq, raw.hash, events + 1);
        }
        progress(last);
        if rows.len() < PAGE as usize || broken.len() >= MOST {
            break;
        }
    }
    let head = head(tx.db)?;
    let promised = vouched.iter().map(|v| v.seq).max().unwrap_or(0).max(head.seq);
    if promised > last && broken.len() < MOST {
        broken.push(Broken::CutOff { last, expected: promised });
    } else if head.seq == last && head.hash != hash {
        broken.push(Broken::Rewritten { seq: last });
    }
    broken.truncate(MOST);
    Ok(Verified { events, hash, broken })
}

pub(crate) fn head(db: &mut dyn Driver) -> Result<Head, Refusal> {
    let rows = db.query("SELECT seq, hash, at FROM head WHERE id = 1", &[])?;
    let row = rows.first().ok_or_else(|| Refusal::Fault("the log has no head".into()))?;
    Ok(Head { seq: row.int(0)?, hash: row.text(1)?.to_owned(), at: row.at(2)? })
}

/// How far the machine's clock may lag behind the log before we refuse to start.
const LAG: kernel::Span = kernel::Span::minutes(5);

/// At start: the last event must carry the head's hash, and the clock must not be behind the log.
pub(crate) fn check_the_end(db: &mut dyn Driver, now: Instant) -> Result<(), Refusal> {
    let head = head(db)?;
    let rows = db.query("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1", &[])?;
    let (seq, hash) = rows.first().map_or(Ok((0, "0".repeat(64))), |row| Ok::<_, Refusal>((row.int(0)?, row.text(1)?.to_owned())))?;
    if (seq, &hash) != (head.seq, &head.hash) {
        return Err(Refusal::Fault(format!("the log ends at event {seq}, its head says {}; run `countersign verify`", head.seq)));
    }
    if head.at > now + LAG {
        return Err(Refusal::Fault(format!("the clock says {now}, but the log's last event happened at {}; set the clock right", head.at)));
    }
    Ok(())
}
