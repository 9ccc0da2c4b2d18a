//! What owners granted centres, what centres gave their members, what people linked themselves, and the use they made of it.

use crate::{EndedBy, Event, Held, Scopes};
use kernel::{Instant, Refusal, Standing};
use store::{Recorded, Tx, args};

pub(super) fn apply(tx: &mut Tx<'_>, recorded: &Recorded, event: &Event) -> Result<(), Refusal> {
    let (at, seq) = (recorded.at, recorded.seq);
    match event {
        Event::AccessGranted { held, scopes, by, .. } => {
            let Held { grant, centre, account, owner } = *held;
            let sql =
                "INSERT INTO grants (id, centre, account, owner, scopes, standing, granted_by, since, changed_at, ended_by, reason, seq)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, '', '', $9)";
            tx.put(sql, args![grant, centre, account, owner, scopes.bits(), Standing::InForce.code(), *by, at, seq])
        }
        Event::AccessWidened { held, scopes, .. } | Event::AccessNarrowed { held, scopes, .. } => holds(tx, held, *scopes, at, seq),
        Event::AccessEnded { held, by, reason } => ended(tx, held, *by, reason, at, seq),
        Event::Assigned { held, user, scopes } => {
            let sql = "INSERT INTO assignments (centre, account, person, scopes, since) VALUES ($1, $2, $3, $4, $5)
                       ON CONFLICT (centre, account, person) DO UPDATE SET scopes = excluded.scopes";
            tx.put(sql, args![held.centre, held.account, *user, scopes.bits(), at])
        }
        Event::Unassigned { held, user } => {
            let sql = "DELETE FROM assignments WHERE centre = $1 AND account = $2 AND person = $3";
            tx.put(sql, args![held.centre, held.account, *user])
        }
        Event::AccountUsed { held, user, scope } => {
            let sql = "INSERT INTO account_uses (centre, account, person, scope, last_at) VALUES ($1, $2, $3, $4, $5)
                       ON CONFLICT (account, centre, person, scope) DO UPDATE SET last_at = excluded.last_at";
            tx.put(sql, args![held.centre, held.account, *user, scope.code(), at])
        }
        Event::OwnLinked { account, owner, user, scopes } => {
            let sql = "INSERT INTO own_links (account, owner, person, scopes, since) VALUES ($1, $2, $3, $4, $5)
                       ON CONFLICT (account, person) DO UPDATE SET owner = excluded.owner, scopes = excluded.scopes";
            tx.put(sql, args![*account, *owner, *user, scopes.bits(), at])
        }
        Event::OwnUnlinked { account, user, .. } => {
            tx.put("DELETE FROM own_links WHERE account = $1 AND person = $2", args![*account, *user])
        }
        _ => Ok(()),
    }
}

fn holds(tx: &mut Tx<'_>, held: &Held, scopes: Scopes, at: Instant, seq: i64) -> Result<(), Refusal> {
    let sql = "UPDATE grants SET scopes = $2, changed_at = $3, seq = $4 WHERE id = $1";
    tx.put(sql, args![held.grant, scopes.bits(), at, seq])
}

fn ended(tx: &mut Tx<'_>, held: &Held, by: EndedBy, reason: &str, at: Instant, seq: i64) -> Result<(), Refusal> {
    let sql = "UPDATE grants SET standing = $2, changed_at = $3, ended_by = $4, reason = $5, seq = $6 WHERE id = $1";
    tx.put(sql, args![held.grant, Standing::Ended.code(), at, by.code(), reason, seq])
}
