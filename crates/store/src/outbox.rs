//! The outbox: what must leave the house at least once. Rows are written in the transaction of the event that caused them
//! and taken by a sender; every copy of a message bears the same id.

use crate::{Row, Tx, args};
use kernel::{Instant, Refusal, Span};

/// One message on its way out.
#[derive(Clone, Debug)]
pub struct Message {
    /// The same for every attempt.
    pub id: String,
    /// `mail` or `webhook`.
    pub channel: String,
    /// An address or an endpoint's id.
    pub target: String,
    /// The event that caused it.
    pub seq: i64,
    /// What to send, as JSON.
    pub body: String,
    /// When it was written.
    pub made: Instant,
    /// When it is tried next; nothing once it is sent or given up.
    pub due: Option<Instant>,
    /// How often it was tried.
    pub tries: i64,
    /// `waiting`, `sent` or `dead`.
    pub state: String,
    /// What the other end said last.
    pub said: String,
}

const COLUMNS: &str = "id, channel, target, seq, body, made, due, tries, state, said";

fn message(row: &Row) -> Result<Message, Refusal> {
    let text = |column: usize| row.text(column).map(str::to_owned);
    let (made, due) = (row.at(5)?, row.opt_at(6)?);
    Ok(Message {
        id: text(0)?,
        channel: text(1)?,
        target: text(2)?,
        seq: row.int(3)?,
        body: text(4)?,
        made,
        due,
        tries: row.int(7)?,
        state: text(8)?,
        said: text(9)?,
    })
}

/// Puts a message in the outbox. The same id twice is one message; while the log is replayed nothing is posted.
pub fn post(tx: &mut Tx<'_>, id: &str, channel: &str, target: &str, body: &str) -> Result<(), Refusal> {
    if tx.is_replaying() {
        return Ok(());
    }
    let (now, seq) = (tx.now, tx.as_of());
    let sql = "INSERT INTO outbox (id, channel, target, seq, body, made, due, tries, state, said)
               VALUES ($1, $2, $3, $4, $5, $6, $6, 0, 'waiting', '') ON CONFLICT (id) DO NOTHING";
    tx.run(sql, args![id, channel, target, seq, body, now]).map(drop)
}

/// Takes up to `limit` due messages of a channel: for `lease` no other sender sees them.
pub fn take(tx: &mut Tx<'_>, channel: &str, limit: i64, lease: Span) -> Result<Vec<Message>, Refusal> {
    let (now, until) = (tx.now, tx.now + lease);
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE channel = $1 AND due <= $2 ORDER BY due, id LIMIT $3");
    let due = tx.all(&sql, args![channel, now, limit])?.iter().map(message).collect::<Result<Vec<_>, _>>()?;
    for message in &due {
        tx.run("UPDATE outbox SET due = $2, tries = tries + 1 WHERE id = $1", args![&message.id, until])?;
    }
    Ok(due)
}

/// It has arrived.
pub fn sent(tx: &mut Tx<'_>, id: &str, said: &str) -> Result<(), Refusal> {
    tx.run("UPDATE outbox SET state = 'sent', due = NULL, said = $2 WHERE id = $1", args![id, said]).map(drop)
}

/// It has not arrived; try again at `due`, or never.
pub fn failed(tx: &mut Tx<'_>, id: &str, said: &str, due: Option<Instant>) -> Result<(), Refusal> {
    let state = if due.is_some() { "waiting" } else { "dead" };
    tx.run("UPDATE outbox SET state = $4, due = $3, said = $2 WHERE id = $1", args![id, said, due, state]).map(drop)
}

/// Sends it again from the beginning.
pub fn again(tx: &mut Tx<'_>, id: &str) -> Result<(), Refusal> {
    let now = tx.now;
    tx.run("UPDATE outbox SET state = 'waiting', due = $2, tries = 0 WHERE id = $1", args![id, now]).map(drop)
}

/// One message.
pub fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Message>, Refusal> {
    tx.one(&format!("SELECT {COLUMNS} FROM outbox WHERE id = $1"), args![id])?.map(|row| message(&row)).transpose()
}

/// A target's messages, newest first, before `before`.
pub fn of_target(tx: &mut Tx<'_>, target: &str, before: Instant, limit: i64) -> Result<Vec<Message>, Refusal> {
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE target = $1 AND made < $2 ORDER BY made DESC, id DESC LIMIT $3");
    tx.all(&sql, args![target, before, limit])?.iter().map(message).collect()
}
