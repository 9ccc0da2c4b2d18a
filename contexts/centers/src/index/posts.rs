//! Which posts ads may show: the owner's switch, and codes for one post.

use crate::{Authorised, Event};
use kernel::{AccountId, AdAccountId, AuthorisationId, Instant, OrgId, Refusal};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Recorded, Row, Tx, Value, args, deadline};

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
        Event::PostCodeForgotten { authorised, ad_account, .. } => {
            let sql = "DELETE FROM authorisation_uses WHERE authorisation = $1 AND ad_account = $2";
            tx.put(sql, args![authorised.authorisation, *ad_account])
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

// ---- questions ----

/// The authorisation of one post by code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authorisation {
    /// Which, of which post of whose account.
    pub authorised: Authorised,
    /// For how many days it was made or last extended.
    pub days: i64,
    /// When it was made.
    pub made_at: Instant,
    /// The first moment at which it is worth nothing.
    pub expires_at: Instant,
    /// When it was deleted or the clock ended it.
    pub ended_at: Option<Instant>,
    /// Whether the owner deleted it.
    pub deleted: bool,
    /// The position of its last event, which is the version that pages are sealed with.
    pub version: i64,
}

/// What a code is worth at a moment; the Business API's names for it are the same in capitals.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeStatus {
    /// In force, and no running ad rests on it.
    NotUsed,
    /// In force, and running ads rest on it.
    InUse,
    /// Its time is over.
    Expired,
    /// Its owner deleted it.
    Deleted,
}

impl CodeStatus {
    /// The stable code, as shown.
    pub const fn code(self) -> &'static str {
        match self {
            CodeStatus::NotUsed => "not_used",
            CodeStatus::InUse => "in_use",
            CodeStatus::Expired => "expired",
            CodeStatus::Deleted => "deleted",
        }
    }
}

impl Authorisation {
    /// Whether it is in force. Its last moment is the millisecond before `expires_at`, however late the clock is.
    pub fn in_force(&self, now: Instant) -> bool {
        !self.deleted && self.ended_at.is_none() && now < self.expires_at
    }
    /// What it is worth at `now`, when so many running ads rest on it.
    pub fn status(&self, now: Instant, running: i64) -> CodeStatus {
        match (self.deleted, self.in_force(now), running) {
            (true, ..) => CodeStatus::Deleted,
            (false, false, _) => CodeStatus::Expired,
            (false, true, 0) => CodeStatus::NotUsed,
            (false, true, _) => CodeStatus::InUse,
        }
    }
}

/// An ad account that may show an authorised post.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// The authorisation.
    pub authorisation: AuthorisationId,
    /// The ad account.
    pub ad_account: AdAccountId,
    /// The centre whose member applied the code.
    pub centre: OrgId,
    /// Since when.
    pub since: Instant,
}

const AUTHORISATION: &str = "a.id, a.account, a.owner, a.post, a.days, a.made_at, a.expires_at, a.ended_at, a.ended, a.seq";

fn read(row: &Row) -> Result<Authorisation, Refusal> {
    Ok(Authorisation {
        authorised: Authorised { authorisation: row.id(0)?, account: row.id(1)?, owner: row.id(2)?, post: row.text(3)?.to_owned() },
        days: row.int(4)?,
        made_at: row.at(5)?,
        expires_at: row.at(6)?,
        ended_at: row.opt_at(7)?,
        deleted: row.text(8)? == "deleted",
        version: row.int(9)?,
    })
}

/// Whether ads may show the post: its switch is on.
pub fn is_on(tx: &mut Tx<'_>, account: AccountId, post: &str) -> Result<bool, Refusal> {
    Ok(tx.one("SELECT since FROM ad_posts WHERE account = $1 AND post = $2", args![account, post])?.is_some())
}

/// The account's posts whose switch is on, with the moment since when.
pub fn switched_on(tx: &mut Tx<'_>, account: AccountId) -> Result<HashMap<String, Instant>, Refusal> {
    let rows = tx.all("SELECT post, since FROM ad_posts WHERE account = $1", args![account])?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.at(1)?))).collect()
}

/// One authorisation of this owner; another's is not there.
pub fn authorisation(tx: &mut Tx<'_>, owner: OrgId, id: AuthorisationId) -> Result<Option<Authorisation>, Refusal> {
    let sql = format!("SELECT {AUTHORISATION} FROM authorisations a WHERE a.id = $1 AND a.owner = $2");
    tx.one(&sql, args![id, owner])?.map(|row| read(&row)).transpose()
}

/// An authorisation by its id, whoever made it: for the rules and the clock.
pub fn authorisation_by_id(tx: &mut Tx<'_>, id: AuthorisationId) -> Result<Option<Authorisation>, Refusal> {
    tx.one(&format!("SELECT {AUTHORISATION} FROM authorisations a WHERE a.id = $1"), args![id])?.map(|row| read(&row)).transpose()
}

/// The authorisation whose code has this digest: whoever knows the code may know what it is for.
pub fn by_digest(tx: &mut Tx<'_>, digest: &str) -> Result<Option<Authorisation>, Refusal> {
    tx.one(&format!("SELECT {AUTHORISATION} FROM authorisations a WHERE a.digest = $1"), args![digest])?.map(|row| read(&row)).transpose()
}

/// Where the next page of a list begins: after the authorisation with this id, made at this moment.
pub type Cursor = (Instant, AuthorisationId);

/// An owner's authorisations, the newest first; of one account, or of one post of it, where they are named.
pub fn authorisations(
    tx: &mut Tx<'_>,
    owner: OrgId,
    of: Option<(AccountId, Option<&str>)>,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Authorisation>, Refusal> {
    let (at, id) = after.map_or((Instant(i64::MAX), String::from("~")), |(at, id)| (at, id.to_string()));
    let mut values: Vec<Value> = vec![owner.into(), at.into(), id.into(), limit.into()];
    let mut wheres = String::new();
    if let Some((account, post)) = of {
        values.push(account.into());
        wheres.push_str(" AND a.account = $5");
        if let Some(post) = post {
            values.push(post.into());
            wheres.push_str(" AND a.post = $6");
        }
    }
    let sql = format!(
        "SELECT {AUTHORISATION} FROM authorisations a
         WHERE a.owner = $1 AND (a.made_at < $2 OR (a.made_at = $2 AND a.id < $3)){wheres}
         ORDER BY a.made_at DESC, a.id DESC LIMIT $4"
    );
    tx.all(&sql, &values)?.iter().map(read).collect()
}

/// Which ad accounts may show an authorised post, the first first.
pub fn uses(tx: &mut Tx<'_>, authorisation: AuthorisationId) -> Result<Vec<Use>, Refusal> {
    let sql = "SELECT authorisation, ad_account, centre, since FROM authorisation_uses WHERE authorisation = $1 ORDER BY since, ad_account";
    let used = |row: &Row| Ok(Use { authorisation: row.id(0)?, ad_account: row.id(1)?, centre: row.id(2)?, since: row.at(3)? });
    tx.all(sql, args![authorisation])?.iter().map(used).collect()
}

/// Whether an ad account may show an authorised post because its code was applied there, and by a member of which centre.
pub fn applied_to(tx: &mut Tx<'_>, authorisation: AuthorisationId, ad_account: AdAccountId) -> Result<Option<OrgId>, Refusal> {
    let sql = "SELECT centre FROM authorisation_uses WHERE authorisation = $1 AND ad_account = $2";
    tx.one(sql, args![authorisation, ad_account])?.map(|row| row.id(0)).transpose()
}

/// The codes that were applied to an ad account, the newest first, whatever they are worth now; of one account where it is named.
pub fn applied(
    tx: &mut Tx<'_>,
    ad_account: AdAccountId,
    account: Option<AccountId>,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<(Authorisation, Use)>, Refusal> {
    let (at, id) = after.map_or((Instant(i64::MAX), String::from("~")), |(at, id)| (at, id.to_string()));
    let mut values: Vec<Value> = vec![ad_account.into(), at.into(), id.into(), limit.into()];
    let mut wheres = "";
    if let Some(account) = account {
        values.push(account.into());
        wheres = " AND a.account = $5";
    }
    let sql = format!(
        "SELECT {AUTHORISATION}, u.centre, u.since FROM authorisation_uses u JOIN authorisations a ON a.id = u.authorisation
         WHERE u.ad_account = $1 AND (u.since < $2 OR (u.since = $2 AND a.id < $3)){wheres}
         ORDER BY u.since DESC, a.id DESC LIMIT $4"
    );
    let both = |row: &Row| {
        let found = read(row)?;
        let authorisation = found.authorised.authorisation;
        Ok((found, Use { authorisation, ad_account, centre: row.id(10)?, since: row.at(11)? }))
    };
    tx.all(&sql, &values)?.iter().map(both).collect()
}
