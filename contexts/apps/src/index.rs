//! Own tables, kept in step with the events, and the questions that rules, pages and the dialect ask of them.

use crate::{App, Authorisation, Event, RevokedBy, Tier};
use kernel::{AppId, Instant, OrgId, Refusal, TokenId, UserId};
use store::{Recorded, Row, Tx, args, clock::sha256};

/// The tables that `reindex` empties and fills again.
pub(crate) const TABLES: &[&str] = &["apps", "app_authorisations"];

fn json<T: serde::Serialize>(value: &T) -> Result<String, Refusal> {
    serde_json::to_string(value).map_err(|bad| Refusal::Fault(bad.to_string()))
}

/// Brings the tables in step with one event.
pub(crate) fn apply(tx: &mut Tx<'_>, recorded: &Recorded) -> Result<(), Refusal> {
    let Some(event) = recorded.event::<Event>() else { return Ok(()) };
    let (at, seq) = (recorded.at, recorded.seq);
    match event? {
        Event::AppRegistered { app, org, name, redirects, scopes } => {
            let sql = "INSERT INTO apps (id, org, name, redirects, scopes, tier, registered_at, secret_since, seq)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)";
            tx.put(sql, args![app, org, name, json(&redirects)?, json(&scopes)?, Tier::Basic.code(), at, seq])
        }
        Event::AppChanged { app, name, redirects, scopes, .. } => {
            let sql = "UPDATE apps SET name = $2, redirects = $3, scopes = $4, seq = $5 WHERE id = $1";
            tx.put(sql, args![app, name, json(&redirects)?, json(&scopes)?, seq])
        }
        Event::SecretRotated { app, .. } => tx.put("UPDATE apps SET secret_since = $2, seq = $3 WHERE id = $1", args![app, at, seq]),
        Event::TierSet { app, tier, .. } => tx.put("UPDATE apps SET tier = $2, seq = $3 WHERE id = $1", args![app, tier.code(), seq]),
        Event::AppRemoved { app, .. } => {
            tx.put("UPDATE apps SET removed_at = $2, seq = $3 WHERE id = $1", args![app, at, seq])?;
            let sql = "UPDATE app_authorisations SET revoked_at = $2, revoked_by = $3 WHERE app = $1 AND revoked_at IS NULL";
            tx.put(sql, args![app, at, RevokedBy::Platform.code()])
        }
        Event::AppAuthorised { authorisation, app, user, orgs, scopes, closes_at, .. } => {
            let sql = "INSERT INTO app_authorisations (id, app, person, orgs, scopes, authorised_at, closes_at, revoked_by)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, '')";
            tx.put(sql, args![authorisation, app, user, json(&orgs)?, json(&scopes)?, at, closes_at])
        }
        Event::TokenTaken { authorisation, .. } => {
            tx.put("UPDATE app_authorisations SET taken_at = $2 WHERE id = $1", args![authorisation, at])
        }
        Event::AuthorisationWidened { authorisation, added, .. } => {
            let Some(mut known) = of_id(tx, authorisation)? else { return Ok(()) };
            known.orgs.push(added);
            tx.put("UPDATE app_authorisations SET orgs = $2 WHERE id = $1", args![authorisation, json(&known.orgs)?])
        }
        Event::AuthorisationRevoked { authorisation, by, .. } => {
            let sql = "UPDATE app_authorisations SET revoked_at = $2, revoked_by = $3 WHERE id = $1";
            tx.put(sql, args![authorisation, at, by.code()])
        }
    }
}

const APP: &str = "id, org, name, redirects, scopes, tier, registered_at, secret_since, seq";

fn read_app(row: &Row) -> Result<App, Refusal> {
    Ok(App {
        id: row.id(0)?,
        org: row.id(1)?,
        name: row.text(2)?.to_owned(),
        redirects: row.json(3)?,
        scopes: row.json(4)?,
        tier: row.code(5)?,
        registered_at: row.at(6)?,
        secret_since: row.at(7)?,
        seq: row.int(8)?,
    })
}

/// An app of an organisation.
pub fn app(tx: &mut Tx<'_>, org: OrgId, id: AppId) -> Result<Option<App>, Refusal> {
    let sql = format!("SELECT {APP} FROM apps WHERE org = $1 AND id = $2 AND removed_at IS NULL");
    tx.one(&sql, args![org, id])?.as_ref().map(read_app).transpose()
}

/// An app, whoever's it is: for those whom it asks to let it act, and for the platform.
pub fn any_app(tx: &mut Tx<'_>, id: AppId) -> Result<Option<App>, Refusal> {
    let sql = format!("SELECT {APP} FROM apps WHERE id = $1 AND removed_at IS NULL");
    tx.one(&sql, args![id])?.as_ref().map(read_app).transpose()
}

/// The app that shows this secret's digest, if it is its own.
pub(crate) fn proven_app(tx: &mut Tx<'_>, id: AppId, secret: &str) -> Result<Option<App>, Refusal> {
    let is_its_own = tx.count("SELECT COUNT(*) FROM app_secrets WHERE app = $1 AND digest = $2", args![id, secret])? == 1;
    if is_its_own { any_app(tx, id) } else { Ok(None) }
}

/// Whether a secret is this app's own.
pub fn shows_its_secret(tx: &mut Tx<'_>, id: AppId, secret: &str) -> Result<bool, Refusal> {
    Ok(proven_app(tx, id, &digest(secret))?.is_some())
}

/// The apps of an organisation, the oldest first.
pub fn apps(tx: &mut Tx<'_>, org: OrgId) -> Result<Vec<App>, Refusal> {
    let sql = format!("SELECT {APP} FROM apps WHERE org = $1 AND removed_at IS NULL ORDER BY registered_at, id");
    tx.all(&sql, args![org])?.iter().map(read_app).collect()
}

/// Every app of the installation after this one, the oldest first: for the platform.
pub fn every_app(tx: &mut Tx<'_>, after: Option<AppId>, limit: i64) -> Result<Vec<App>, Refusal> {
    // Ids that are made later sort later.
    let sql = format!("SELECT {APP} FROM apps WHERE removed_at IS NULL AND id > $1 ORDER BY id LIMIT $2");
    tx.all(&sql, args![after.map_or_else(String::new, |app| app.to_string()), limit])?.iter().map(read_app).collect()
}

const AUTHORISATION: &str = "a.id, a.app, a.person, a.orgs, a.scopes, a.authorised_at, a.closes_at, a.taken_at, a.revoked_at, t.used_at
                             FROM app_authorisations a LEFT JOIN app_tokens t ON t.authorisation = a.id";

fn read_authorisation(row: &Row) -> Result<Authorisation, Refusal> {
    Ok(Authorisation {
        id: row.id(0)?,
        app: row.id(1)?,
        user: row.id(2)?,
        orgs: row.json(3)?,
        scopes: row.json(4)?,
        authorised_at: row.at(5)?,
        closes_at: row.at(6)?,
        taken_at: row.opt_at(7)?,
        revoked_at: row.opt_at(8)?,
        used_at: row.opt_at(9)?,
    })
}

pub(crate) fn of_id(tx: &mut Tx<'_>, id: TokenId) -> Result<Option<Authorisation>, Refusal> {
    tx.one(&format!("SELECT {AUTHORISATION} WHERE a.id = $1"), args![id])?.as_ref().map(read_authorisation).transpose()
}

/// A person's authorisation.
pub fn authorisation(tx: &mut Tx<'_>, user: UserId, id: TokenId) -> Result<Option<Authorisation>, Refusal> {
    let sql = format!("SELECT {AUTHORISATION} WHERE a.person = $1 AND a.id = $2");
    tx.one(&sql, args![user, id])?.as_ref().map(read_authorisation).transpose()
}

/// The last hundred authorisations that a person gave, newest first.
pub fn of_person(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Authorisation>, Refusal> {
    let sql = format!("SELECT {AUTHORISATION} WHERE a.person = $1 ORDER BY a.authorised_at DESC, a.id DESC LIMIT 100");
    tx.all(&sql, args![user])?.iter().map(read_authorisation).collect()
}

/// How many people let an app act for them, as far as it fetched its token and they did not change their mind.
pub fn trusted_by(tx: &mut Tx<'_>, app: AppId) -> Result<i64, Refusal> {
    let sql = "SELECT COUNT(DISTINCT person) FROM app_authorisations WHERE app = $1 AND taken_at IS NOT NULL AND revoked_at IS NULL";
    tx.count(sql, args![app])
}

/// The authorisation for which a code was given; the code's digest is the key.
pub(crate) fn of_code(tx: &mut Tx<'_>, digest: &str) -> Result<Option<Authorisation>, Refusal> {
    let sql = format!("SELECT {AUTHORISATION} JOIN app_codes c ON c.authorisation = a.id WHERE c.digest = $1");
    tx.one(&sql, args![digest])?.as_ref().map(read_authorisation).transpose()
}

/// The authorisation that a token stands for; the token's digest is the key.
pub(crate) fn of_token(tx: &mut Tx<'_>, digest: &str) -> Result<Option<Authorisation>, Refusal> {
    let sql = format!("SELECT {AUTHORISATION} WHERE t.digest = $1");
    tx.one(&sql, args![digest])?.as_ref().map(read_authorisation).transpose()
}

/// The app and the person behind what the log says a token did; nothing when it is no app's.
pub fn behind(tx: &mut Tx<'_>, token: TokenId) -> Result<Option<(String, UserId)>, Refusal> {
    let sql = "SELECT p.name, a.person FROM app_authorisations a JOIN apps p ON p.id = a.app WHERE a.id = $1";
    tx.one(sql, args![token])?.map(|row| Ok((row.text(0)?.to_owned(), row.id(1)?))).transpose()
}

/// The digest under which a secret, a code or a token is kept.
pub(crate) fn digest(secret: &str) -> String {
    sha256(secret.as_bytes())
}

/// Sets the secret of an app, in the place of an earlier one, and answers it.
pub(crate) fn new_secret(tx: &mut Tx<'_>, app: AppId) -> Result<String, Refusal> {
    let secret = store::clock::secret();
    let sql = "INSERT INTO app_secrets (app, digest) VALUES ($1, $2) ON CONFLICT (app) DO UPDATE SET digest = excluded.digest";
    tx.put(sql, args![app, digest(&secret)])?;
    Ok(secret)
}

/// Nothing is left that an app's secrets could be matched with.
pub(crate) fn forget(tx: &mut Tx<'_>, app: AppId) -> Result<(), Refusal> {
    tx.put("DELETE FROM app_secrets WHERE app = $1", args![app])?;
    for table in ["app_codes", "app_tokens"] {
        tx.put(&format!("DELETE FROM {table} WHERE authorisation IN (SELECT id FROM app_authorisations WHERE app = $1)"), args![app])?;
    }
    Ok(())
}

/// Nothing is left that this authorisation's token could be matched with. Its code stays, to be told from an unknown one.
pub(crate) fn forget_token(tx: &mut Tx<'_>, authorisation: TokenId) -> Result<(), Refusal> {
    tx.put("DELETE FROM app_tokens WHERE authorisation = $1", args![authorisation])
}

/// Notes that an app used a token.
pub(crate) fn used(tx: &mut Tx<'_>, authorisation: TokenId, at: Instant) -> Result<(), Refusal> {
    tx.put("UPDATE app_tokens SET used_at = $2 WHERE authorisation = $1", args![authorisation, at])
}
