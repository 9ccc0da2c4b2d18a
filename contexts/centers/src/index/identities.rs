//! Names under which an ad account's ads may appear without being an account. `ads` keeps the table; here are its questions.

use kernel::{AdAccountId, IdentityId, Instant, Refusal};
use store::{Row, Tx, args};

/// A name of an ad account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// Whose it is.
    pub ad_account: AdAccountId,
    /// The name that people see.
    pub name: String,
    /// When it was made.
    pub made_at: Instant,
}

fn read(row: &Row) -> Result<Identity, Refusal> {
    Ok(Identity { id: row.id(0)?, ad_account: row.id(1)?, name: row.text(2)?.to_owned(), made_at: row.at(3)? })
}

/// A name of this ad account; another's is not there.
pub fn identity(tx: &mut Tx<'_>, ad_account: AdAccountId, id: IdentityId) -> Result<Identity, Refusal> {
    let sql = "SELECT id, ad_account, name, made_at FROM identities WHERE id = $1 AND ad_account = $2";
    read(&tx.one(sql, args![id, ad_account])?.ok_or(Refusal::NotFound)?)
}

/// An ad account's names, oldest first, after `after`.
pub fn list(tx: &mut Tx<'_>, ad_account: AdAccountId, after: Option<(Instant, IdentityId)>, limit: i64) -> Result<Vec<Identity>, Refusal> {
    let (at, id) = after.map_or_else(|| (Instant(i64::MIN), String::new()), |(at, id)| (at, id.to_string()));
    let sql = "SELECT id, ad_account, name, made_at FROM identities WHERE ad_account = $1 AND (made_at, id) > ($2, $3)
               ORDER BY made_at, id LIMIT $4";
    tx.all(sql, args![ad_account, at, id, limit])?.iter().map(read).collect()
}

/// How many names an ad account has.
pub fn count(tx: &mut Tx<'_>, ad_account: AdAccountId) -> Result<i64, Refusal> {
    tx.count("SELECT COUNT(*) FROM identities WHERE ad_account = $1", args![ad_account])
}
