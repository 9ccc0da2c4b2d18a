//! Requests to use an account: the codes that owners scan.

use crate::Event;
use kernel::{Instant, OrgId, Refusal, RequestId, Standing};
use store::{Recorded, Tx, args, deadline};

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
            stands(tx, *request, Some(held.owner), Standing::InForce, at, seq)
        }
        _ => Ok(()),
    }
}

fn stands(tx: &mut Tx<'_>, request: RequestId, owner: Option<OrgId>, standing: Standing, at: Instant, seq: i64) -> Result<(), Refusal> {
    let sql = "UPDATE access_requests SET standing = $2, owner = $3, since = $4, seq = $5 WHERE id = $1";
    tx.put(sql, args![request, standing.code(), owner, at, seq])?;
    deadline::clear(tx, "centers", "expire_request", &request.to_string())
}
