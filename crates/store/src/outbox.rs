//! The outbox: what must leave the house at least once. Rows are written in the transaction of the event that caused them
//! and taken by a sender; every copy of a message bears the same id.

use crate::{Row, Tx, args};
use kernel::{Instant, Refusal, Span};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

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
    tx.put(sql, args![id, channel, target, seq, body, now])
}

/// A mail to one person. It is put into words when it is sent: `<words>_subject`, `<words>_text` and, for its one button,
/// `<words>_act`, each filled with `facts`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Letter {
    /// The beginning of its words' keys: `linking.mail.invited`.
    pub words: String,
    /// What fills their places. Ids of organisations and accounts read as their names.
    pub facts: Map<String, Json>,
    /// The page that the button opens, from `/` on; empty for a letter without one.
    pub link: String,
    /// The reader's language, `en` or `zh`.
    pub lang: String,
    /// The reader's time zone; empty for the house's.
    pub zone: String,
}

/// Puts a mail to one address in the outbox. The same id twice is one mail.
pub fn mail(tx: &mut Tx<'_>, id: &str, to: &str, letter: &Letter) -> Result<(), Refusal> {
    let body = serde_json::to_string(letter).map_err(|bad| Refusal::Fault(format!("a letter cannot be written: {bad}")))?;
    post(tx, id, "mail", to, &body)
}

/// Takes up to `limit` due messages of a channel: for `lease` no other sender sees them.
pub fn take(tx: &mut Tx<'_>, channel: &str, limit: i64, lease: Span) -> Result<Vec<Message>, Refusal> {
    let (now, until) = (tx.now, tx.now + lease);
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE channel = $1 AND due <= $2 ORDER BY due, id LIMIT $3");
    let due = tx.all(&sql, args![channel, now, limit])?.iter().map(message).collect::<Result<Vec<_>, _>>()?;
    if !due.is_empty() {
        let sql = "UPDATE outbox SET due = $4, tries = tries + 1
                   WHERE id IN (SELECT id FROM outbox WHERE channel = $1 AND due <= $2 ORDER BY due, id LIMIT $3)";
        tx.put(sql, args![channel, now, limit, until])?;
    }
    Ok(due)
}

/// It has arrived.
pub fn sent(tx: &mut Tx<'_>, id: &str, said: &str) -> Result<(), Refusal> {
    tx.put("UPDATE outbox SET state = 'sent', due = NULL, said = $2 WHERE id = $1", args![id, said])
}

/// It has not arrived; try again at `due`, or never. What another sender has delivered meanwhile stays delivered.
pub fn failed(tx: &mut Tx<'_>, id: &str, said: &str, due: Option<Instant>) -> Result<(), Refusal> {
    let state = if due.is_some() { "waiting" } else { "dead" };
    tx.put("UPDATE outbox SET state = $4, due = $3, said = $2 WHERE id = $1 AND state = 'waiting'", args![id, said, due, state])
}

/// Forgets what arrived and was written before `oldest`, some at a time; answers how many. What could not be sent stays until
/// someone has looked at it.
pub fn prune(tx: &mut Tx<'_>, channel: &str, oldest: Instant) -> Result<u64, Refusal> {
    let sql = "DELETE FROM outbox WHERE id IN
               (SELECT id FROM outbox WHERE channel = $1 AND state = 'sent' AND made < $2 ORDER BY made LIMIT 1000)";
    tx.run(sql, args![channel, oldest])
}

/// Sends it again from the beginning.
pub fn again(tx: &mut Tx<'_>, id: &str) -> Result<(), Refusal> {
    let now = tx.now;
    tx.put("UPDATE outbox SET state = 'waiting', due = $2, tries = 0 WHERE id = $1", args![id, now])
}

/// One message.
pub fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Message>, Refusal> {
    tx.one(&format!("SELECT {COLUMNS} FROM outbox WHERE id = $1"), args![id])?.map(|row| message(&row)).transpose()
}

/// When a channel's next message is due; nothing when none waits.
pub fn next_due(tx: &mut Tx<'_>, channel: &str) -> Result<Option<Instant>, Refusal> {
    let row = tx.one("SELECT MIN(due) FROM outbox WHERE channel = $1 AND due IS NOT NULL", args![channel])?;
    row.map_or(Ok(None), |row| row.opt_at(0))
}

/// How many messages of each channel are in each state: channel, state, count.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<(String, String, i64)>, Refusal> {
    let rows = tx.all("SELECT channel, state, COUNT(*) FROM outbox GROUP BY channel, state ORDER BY channel, state", args![])?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.int(2)?))).collect()
}

/// A channel's messages in one state, newest first, after the place of the last one of the page before.
pub fn list(tx: &mut Tx<'_>, channel: &str, state: &str, after: Option<(Instant, &str)>, limit: i64) -> Result<Vec<Message>, Refusal> {
    let (made, id) = after.unwrap_or((Instant(i64::MAX), ""));
    let sql = format!(
        "SELECT {COLUMNS} FROM outbox WHERE channel = $1 AND state = $2 AND (made < $3 OR (made = $3 AND id < $4))
         ORDER BY made DESC, id DESC LIMIT $5"
    );
    tx.all(&sql, args![channel, state, made, id, limit])?.iter().map(message).collect()
}

/// A target's messages, newest first, before `before`.
pub fn of_target(tx: &mut Tx<'_>, target: &str, before: Instant, limit: i64) -> Result<Vec<Message>, Refusal> {
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE target = $1 AND made < $2 ORDER BY made DESC, id DESC LIMIT $3");
    tx.all(&sql, args![target, before, limit])?.iter().map(message).collect()
}
