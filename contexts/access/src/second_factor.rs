//! What a second factor is proved with: the app's codes, and recovery codes for whoever has lost the app. Each works once.

use crate::{enrol_totp::Policy, totp};
use kernel::{Refusal, UserId};
use store::{
    Scope, Tx, args,
    clock::{secret, sha256},
};

/// Whether `typed` is a code of the app that was not used yet, or an unused recovery code; either is spent by it.
pub(crate) fn spend(tx: &mut Tx<'_>, user: UserId, typed: &str) -> Result<bool, Refusal> {
    let row = tx.one("SELECT sealed, last_step FROM second_factors WHERE user_id = $1 AND enrolled = 1", args![user])?;
    let Some(row) = row else { return Ok(false) };
    let key = tx.keys().unwrap(row.text(0)?)?;
    if let Some(step) = totp::matching(&key, typed, tx.now, row.int(1)?) {
        // Compare and set: of two who type the same code at once, one gets in.
        let sql = "UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2";
        return Ok(tx.run(sql, args![user, step])? == 1);
    }
    let digest = digest(user, typed);
    Ok(tx.run("DELETE FROM recovery_codes WHERE user_id = $1 AND digest = $2", args![user, digest])? == 1)
}

/// New recovery codes in place of the old ones. Eighty bits each, kept as digests.
pub(crate) fn renew_codes(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<String>, Refusal> {
    let many = tx.policy::<Policy>(Scope::PLATFORM)?.recovery_codes.value;
    tx.run("DELETE FROM recovery_codes WHERE user_id = $1", args![user])?;
    let mut codes = Vec::new();
    for _ in 0..many {
        let digits = secret();
        let code = format!("{}-{}-{}-{}", &digits[..5], &digits[5..10], &digits[10..15], &digits[15..20]);
        tx.run("INSERT INTO recovery_codes (user_id, digest) VALUES ($1, $2)", args![user, digest(user, &code)])?;
        codes.push(code);
    }
    Ok(codes)
}

/// How many recovery codes are left.
pub(crate) fn codes_left(tx: &mut Tx<'_>, user: UserId) -> Result<i64, Refusal> {
    tx.count("SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1", args![user])
}

/// A recovery code counts however its groups are typed.
fn digest(user: UserId, typed: &str) -> String {
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    sha256(format!("{user} {plain}").as_bytes())
}
