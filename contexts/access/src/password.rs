//! Passwords: what makes one acceptable, and how they are kept. The deriving itself takes memory and time on purpose, so it
//! runs on threads of its own, a few at once, never on the store's.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use kernel::{Cited, Instant, Problem, Refusal, UserId};
use serde::Deserialize;
use std::sync::Arc;
use store::{Tx, args};
use tokio::sync::Semaphore;

/// What a password must be and how it is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The shortest, in characters.
    pub least: Cited<usize>,
    /// The longest, in characters; longer ones are refused, never cut.
    pub most: Cited<usize>,
    /// Argon2id's memory, in KiB.
    pub memory_kib: Cited<u32>,
    /// Argon2id's passes.
    pub passes: Cited<u32>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "access.password";
}

/// Passwords that everyone tries first, in small letters. Shorter ones than any that may be chosen are left out.
const COMMON: &str = include_str!("common_passwords.txt");

/// Whether a password may be chosen. `about` is what others know of the person: their address, their name.
pub fn check(field: &str, typed: &str, about: &[&str], policy: &Policy) -> Result<(), Problem> {
    let length = typed.chars().count();
    if length < policy.least.value {
        return Err(Problem::new(field, "access.password_too_short").with("least", policy.least.value as i64));
    }
    if length > policy.most.value {
        return Err(Problem::new(field, "access.password_too_long").with("most", policy.most.value as i64));
    }
    let lower = typed.to_lowercase();
    let one_letter = lower.chars().next().is_some_and(|first| lower.chars().all(|c| c == first));
    let known = about.iter().filter(|text| !text.is_empty()).any(|text| text.to_lowercase() == lower);
    if one_letter || known || COMMON.lines().any(|common| common == lower) {
        return Err(Problem::new(field, "access.password_common"));
    }
    Ok(())
}

/// How many passwords are derived at the same time: each takes the policy's memory.
const SEATS: usize = 2;
static TURNS: Semaphore = Semaphore::const_new(SEATS);

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    let _turn = TURNS.acquire().await.map_err(|e| Refusal::Fault(e.to_string()))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| Refusal::Fault(e.to_string()))
}

/// A derived password, as kept. Its text is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Hash(String);

impl std::fmt::Debug for Hash {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Hash(…)")
    }
}

impl Hash {
    /// Derives on this thread: for the command line and the demo. Servers use [`hash`].
    pub fn of(password: &str, policy: &Policy) -> Result<Hash, Refusal> {
        let fault = |e: &dyn std::fmt::Display| Refusal::Fault(format!("a password cannot be derived: {e}"));
        let params = Params::new(policy.memory_kib.value, policy.passes.value, 1, None).map_err(|e| fault(&e))?;
        let derived = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password(password.as_bytes());
        derived.map(|hash| Hash(hash.to_string())).map_err(|e| fault(&e))
    }
    /// Whether it was derived with other parameters than those in force.
    pub fn is_outdated(&self, policy: &Policy) -> bool {
        !self.0.starts_with(&format!("$argon2id$v=19$m={},t={},p=1$", policy.memory_kib.value, policy.passes.value))
    }
}

/// Derives a password.
pub async fn hash(password: &str, policy: Arc<Policy>) -> Result<Hash, Refusal> {
    let password = password.to_owned();
    aside(move || Hash::of(&password, &policy)).await?
}

/// What is compared with when there is no such person, so that the answer takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether `typed` is the password behind `kept`. Takes as long where nothing is kept.
pub async fn verify(typed: &str, kept: Option<Hash>) -> Result<bool, Refusal> {
    let typed = typed.to_owned();
    aside(move || {
        let known = kept.is_some();
        let text = kept.map_or_else(|| NOBODY.to_owned(), |hash| hash.0);
        let right = PasswordHash::new(&text).is_ok_and(|kept| Argon2::default().verify_password(typed.as_bytes(), &kept).is_ok());
        known && right
    })
    .await
}

/// The kept password of a person.
pub(crate) fn kept(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Hash>, Refusal> {
    let row = tx.one("SELECT hash FROM passwords WHERE user_id = $1", args![user])?;
    row.map(|row| row.text(0).map(|text| Hash(text.to_owned()))).transpose()
}

/// Keeps a person's password. Whoever calls it has performed the verb that allows it, in the same transaction.
pub fn keep(tx: &mut Tx<'_>, user: UserId, hash: &Hash) -> Result<(), Refusal> {
    let now: Instant = tx.now;
    let sql = "INSERT INTO passwords (user_id, hash, changed_at) VALUES ($1, $2, $3)
               ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at";
    tx.run(sql, args![user, &hash.0, now]).map(drop)
}

/// Replaces a hash of old parameters by one of the same password, unless the password was changed meanwhile.
pub(crate) fn renew(tx: &mut Tx<'_>, user: UserId, old: &Hash, new: &Hash) -> Result<(), Refusal> {
    tx.run("UPDATE passwords SET hash = $3 WHERE user_id = $1 AND hash = $2", args![user, &old.0, &new.0]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Sure;

    fn cited<T>(value: T) -> Cited<T> {
        Cited { value, source: "test".into(), seen: "2026-11-21".into(), sure: Sure::Ours }
    }
    fn policy(passes: u32) -> Policy {
        Policy { least: cited(8), most: cited(128), memory_kib: cited(64), passes: cited(passes) }
    }
    fn problem(typed: &str) -> Option<String> {
        check("password", typed, &["ann@example.com", "Ann Example"], &policy(1)).err().map(|problem| problem.code)
    }

    #[test]
    fn a_password_has_8_to_128_characters_of_any_kind() {
        assert_eq!(problem("a1谊%😀 zQ"), None);
        assert_eq!(problem("a1谊%😀 z"), Some("access.password_too_short".into()));
        assert_eq!(problem(&"xy".repeat(64)), None);
        assert_eq!(problem(&format!("{}z", "xy".repeat(64))), Some("access.password_too_long".into()));
        assert_eq!(problem(&"x\0".repeat(1 << 19)), Some("access.password_too_long".into()));
    }

    #[test]
    fn what_everyone_tries_first_is_refused_in_any_case() {
        for common in [
            "Password1",
            "qwertyuiop",
            "12345678",
            "trustno1",
            "1qaz2wsx",
            "superman1",
            "STARWARS",
            "aaaaaaaaaa",
            "ANN@example.com",
            "ann example",
        ] {
            assert_eq!(problem(common), Some("access.password_common".into()), "{common}");
        }
    }

    #[test]
    fn a_hash_of_other_parameters_is_outdated_and_still_verifies() {
        let hash = Hash::of("correct horse", &policy(1)).unwrap();
        assert!(!hash.is_outdated(&policy(1)) && hash.is_outdated(&policy(2)));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert_eq!(runtime.block_on(verify("correct horse", Some(hash.clone()))), Ok(true));
        assert_eq!(runtime.block_on(verify("correct horsf", Some(hash.clone()))), Ok(false));
        assert_eq!(runtime.block_on(verify("correct horse", None)), Ok(false));
        assert_eq!(format!("{hash:?}"), "Hash(…)");
    }

    #[test]
    fn nobody_is_compared_with_the_parameters_in_force() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        let strong = Policy { memory_kib: cited(19_456), passes: cited(2), ..policy(2) };
        assert!(!Hash(NOBODY.into()).is_outdated(&strong));
    }
}
