//! Which posts ads may show: the owner's switch, and codes for one post.

use crate::{Authorised, Event};
use kernel::{Instant, Refusal};
use store::{Recorded, Tx, args, deadline};

pub(super) fn apply(tx: &mut Tx<'_>, recorded: &Recorded, event: &Event) -> Result<(), Refusal> {
    let (at, seq) = (recorded.at, recorded.seq);
    match event {
        Event::PostSwitched { account, post, on: true, .. } => {
            let sql = "INSERT INTO ad_posts (account, post, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            tx.put(sql, args![*account, post, at])
        }
        Event::PostSwitched { account, post, on: false, .. } => {
            tx.put("DELETE FROM ad_posts WHERE account = $1 AND post = $2", args![*account, post])
        }
        Event::PostAuthorised { authorised, digest, days, expires_at } => {
            let Authorised { authorisation, account, owner, post } = authorised;
            let sql = "INSERT INTO authorisations (id, account, owner, post, digest, days, made_at, expires_at, ended, seq)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9)";
            tx.put(sql, args![*authorisation, *account, *owner, post, digest, *days, at, *expires_at, seq])?;
            runs_until(tx, authorised, *expires_at)
        }
        Event::PostAuthorisationExtended { authorised, days, expires_at } => {
            let sql = "UPDATE authorisations SET days = $2, expires_at = $3, seq = $4 WHERE id = $1";
            tx.put(sql, args![authorised.authorisation, *days, *expires_at, seq])?;
            runs_until(tx, authorised, *expires_at)
        }
        Event::PostAuthorisationDeleted { authorised } => ended(tx, authorised, "deleted", at, seq),
        Event::PostAuthorisationExpired { authorised } => ended(tx, authorised, "expired", at, seq),
        Event::PostCodeApplied { authorised, centre, ad_account, .. } => {
            let sql =
                "INSERT INTO authorisation_uses (authorisation, ad_account, centre, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
            tx.put(sql, args![authorised.authorisation, *ad_account, *centre, at])
        }
        _ => Ok(()),
    }
}

fn runs_until(tx: &mut Tx<'_>, authorised: &Authorised, expires_at: Instant) -> Result<(), Refusal> {
    deadline::set(tx, "centers", "expire_authorisation", &authorised.authorisation.to_string(), expires_at)
}

fn ended(tx: &mut Tx<'_>, authorised: &Authorised, how: &str, at: Instant, seq: i64) -> Result<(), Refusal> {
    let sql = "UPDATE authorisations SET ended_at = $2, ended = $3, seq = $4 WHERE id = $1";
    tx.put(sql, args![authorised.authorisation, at, how, seq])?;
    deadline::clear(tx, "centers", "expire_authorisation", &authorised.authorisation.to_string())
}
