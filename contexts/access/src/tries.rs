//! Tries: counted before the secret is looked at, so that a thousand at once are a thousand, not one.

use crate::{limits::next_try, sign_in::Policy};
use kernel::{Cited, Instant, Refusal, Span, UserId};
use store::{Scope, Tx, args, clock::sha256};

/// Under what a try counts.
pub(crate) enum Bucket<'a> {
    /// An account, whether or not there is one of this name.
    Account(&'a str),
    /// An account from a browser that has signed into it before: strangers cannot use it up.
    Device(&'a str, &'a str),
    /// A network address.
    Address(&'a str),
    /// A second factor or a confirmation.
    Code(UserId),
    /// Mails to an address whose owner says they forgot the password.
    Forgot(&'a str),
    /// A secret of another context, such as a code that was handed over: what kind, and by whom or from where it was tried.
    Guess(&'a str, &'a str),
}

impl Bucket<'_> {
    /// The key holds a digest: the table must not be a list of addresses that people typed.
    fn key(&self) -> String {
        let text = match self {
            Bucket::Account(email) => format!("account {email}"),
            Bucket::Device(email, device) => format!("device {email} {device}"),
            Bucket::Address(address) => format!("address {address}"),
            Bucket::Code(user) => format!("code {user}"),
            Bucket::Forgot(email) => format!("forgot {email}"),
            Bucket::Guess(what, by) => format!("guess {what} {by}"),
        };
        sha256(text.as_bytes())
    }
}

/// Counts one try in each bucket, or answers when the next is accepted. A refused try does not count: waiting is enough.
pub(crate) fn count(tx: &mut Tx<'_>, buckets: &[Bucket<'_>]) -> Result<Vec<String>, Refusal> {
    let policy = tx.policy::<Policy>(Scope::PLATFORM)?;
    let most = |bucket: &Bucket<'_>| match bucket {
        Bucket::Address(_) => policy.address_tries.clone(),
        Bucket::Account(_) | Bucket::Device(..) | Bucket::Code(_) | Bucket::Forgot(_) | Bucket::Guess(..) => policy.account_tries.clone(),
    };
    count_up_to(tx, buckets, most)
}

/// Counts a guess at a secret of another context: by this person and from this address each at most `most` times within the
/// window of sign-ins. Call it in a write of its own, so that a refusal of what follows does not take the count back, and
/// [`forgive`] what it answers once the secret was right.
pub fn count_guess(tx: &mut Tx<'_>, what: &str, user: UserId, address: &str, most: &Cited<i64>) -> Result<Vec<String>, Refusal> {
    let user = user.to_string();
    count_up_to(tx, &[Bucket::Guess(what, &user), Bucket::Guess(what, address)], |_| most.clone())
}

fn count_up_to(tx: &mut Tx<'_>, buckets: &[Bucket<'_>], most: impl Fn(&Bucket<'_>) -> Cited<i64>) -> Result<Vec<String>, Refusal> {
    let policy = tx.policy::<Policy>(Scope::PLATFORM)?;
    let (now, window) = (tx.now, policy.window.clone());
    let mut retry_at: Option<Instant> = None;
    for bucket in buckets {
        retry_at = retry_at.max(next_of(tx, &bucket.key(), &most(bucket), &window)?);
    }
    if let Some(retry_at) = retry_at {
        return Err(Refusal::TooMany { retry_at });
    }
    tx.run("DELETE FROM tries WHERE at <= $1", args![now - window.value])?;
    let mut ids = Vec::new();
    for bucket in buckets {
        let id = store::clock::secret();
        tx.run("INSERT INTO tries (id, bucket, at) VALUES ($1, $2, $3)", args![&id, bucket.key(), now])?;
        ids.push(id);
    }
    Ok(ids)
}

fn next_of(tx: &mut Tx<'_>, key: &str, most: &Cited<i64>, window: &Cited<Span>) -> Result<Option<Instant>, Refusal> {
    let (now, start) = (tx.now, tx.now - window.value);
    let sql = "SELECT at FROM tries WHERE bucket = $1 AND at > $2 ORDER BY at DESC LIMIT $3";
    let rows = tx.all(sql, args![key, start, most.value])?;
    let tries = rows.iter().map(|row| row.at(0)).collect::<Result<Vec<_>, _>>()?;
    Ok(next_try(&tries, most, window, now))
}

/// The secret was right: these tries are forgiven.
pub fn forgive(tx: &mut Tx<'_>, ids: &[String]) -> Result<(), Refusal> {
    ids.iter().try_for_each(|id| tx.run("DELETE FROM tries WHERE id = $1", args![id]).map(drop))
}
