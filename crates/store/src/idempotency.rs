//! Asking twice: whoever repeats a request under the same key gets the first answer, and nothing happens a second time.

use crate::{Tx, args};
use kernel::{Refusal, Span};

/// How long a first answer is kept. At this age it is forgotten, whether or not [`purge`] has had its turn.
pub const KEPT_FOR: Span = Span::hours(24);

/// The principal of those who have not signed in. They all share it, so nothing is ever kept under it.
const NOBODY: &str = "anonymous";

/// An answer, new or repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The HTTP status.
    pub status: u16,
    /// The body, byte for byte as it was first given.
    pub answer: String,
    /// Whether this is the first answer once more.
    pub replayed: bool,
}

/// Does `work` once for (`principal`, `key`), and keeps its status and answer in the same transaction. `request` is a hash
/// of everything that makes two requests the same: method, route and body. Under a known key the same request gets the
/// first answer again, another one [`Refusal::KeyReused`]. A refusal changes nothing, so it is not kept either: asking
/// again after it asks anew. The answer is sealed, because it may hold a secret that is shown only once.
pub fn once(
    tx: &mut Tx<'_>,
    principal: &str,
    key: &str,
    request: &str,
    work: impl FnOnce(&mut Tx<'_>) -> Result<(u16, String), Refusal>,
) -> Result<Kept, Refusal> {
    if principal == NOBODY {
        return work(tx).map(|(status, answer)| Kept { status, answer, replayed: false });
    }
    let oldest = tx.now - KEPT_FOR;
    let sql = "SELECT request, status, answer FROM idempotency WHERE principal = $1 AND key = $2 AND at > $3";
    if let Some(row) = tx.one(sql, args![principal, key, oldest])? {
        if row.text(0)? != request {
            return Err(Refusal::KeyReused);
        }
        let answer = String::from_utf8(tx.keys().unwrap(row.text(2)?)?).map_err(|bad| Refusal::Fault(format!("a kept answer: {bad}")))?;
        let status = u16::try_from(row.int(1)?).map_err(|bad| Refusal::Fault(format!("a kept status: {bad}")))?;
        return Ok(Kept { status, answer, replayed: true });
    }
    let (status, answer) = work(tx)?;
    let (sealed, now) = (tx.keys().wrap(answer.as_bytes())?, tx.now);
    let sql = "INSERT INTO idempotency (principal, key, request, status, answer, at) VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (principal, key) DO UPDATE
               SET request = excluded.request, status = excluded.status, answer = excluded.answer, at = excluded.at";
    tx.put(sql, args![principal, key, request, i64::from(status), sealed, now])?;
    Ok(Kept { status, answer, replayed: false })
}

/// Forgets what is older than [`KEPT_FOR`]; answers how many. The ticker calls it now and then.
pub fn purge(tx: &mut Tx<'_>) -> Result<u64, Refusal> {
    let oldest = tx.now - KEPT_FOR;
    tx.run("DELETE FROM idempotency WHERE at <= $1", args![oldest])
}
