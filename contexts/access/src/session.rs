//! Sessions: signed-in browsers.

use kernel::{Instant, Refusal, SessionId, UserId};
use store::{Tx, args};

/// Ends every session of a person that was open at `at`, except the one kept. Later ones are not touched, so a replay of
/// the log ends nothing that was opened since.
pub(crate) fn end_all(tx: &mut Tx<'_>, user: UserId, kept: Option<SessionId>, at: Instant) -> Result<(), Refusal> {
    let kept = kept.map_or_else(String::new, |session| session.to_string());
    tx.run("DELETE FROM sessions WHERE user_id = $1 AND opened_at <= $2 AND id <> $3", args![user, at, kept]).map(drop)
}
