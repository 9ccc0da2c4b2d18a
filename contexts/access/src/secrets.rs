//! Secrets that are shown once: one-time links. Only their digest is kept.

use kernel::{Refusal, Span};
use store::{
    Tx, args,
    clock::{secret, sha256},
};

/// What a one-time link is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Makes the first operator.
    SetUp,
    /// Signs a person in.
    SignIn,
    /// Shows that an address is a person's own.
    VerifyEmail,
    /// Lets a person who forgot theirs choose another password.
    ResetPassword,
    /// Makes a person a member.
    Join,
}

impl Purpose {
    const fn code(self) -> &'static str {
        match self {
            Purpose::SetUp => "set_up",
            Purpose::SignIn => "sign_in",
            Purpose::VerifyEmail => "verify_email",
            Purpose::ResetPassword => "reset_password",
            Purpose::Join => "join",
        }
    }

    /// The path that the link leads to.
    pub fn path(self, secret: &str) -> String {
        let place = match self {
            Purpose::SetUp => "set_up",
            Purpose::SignIn => "enter",
            Purpose::VerifyEmail => "verify",
            Purpose::ResetPassword => "reset",
            Purpose::Join => "join",
        };
        format!("/{place}/{secret}")
    }
}

/// Makes a one-time link for `subject` and answers its path; the secret in it is nowhere kept. Earlier links for the same
/// purpose and subject work no longer.
pub fn one_time_link(tx: &mut Tx<'_>, purpose: Purpose, subject: &str, lasts: Span) -> Result<String, Refusal> {
    let (secret, expires_at) = (secret(), tx.now + lasts);
    close(tx, purpose, subject)?;
    let now = tx.now;
    tx.run("DELETE FROM one_time_links WHERE expires_at <= $1", args![now])?;
    let sql = "INSERT INTO one_time_links (digest, purpose, subject, expires_at) VALUES ($1, $2, $3, $4)";
    tx.run(sql, args![sha256(secret.as_bytes()), purpose.code(), subject, expires_at])?;
    Ok(purpose.path(&secret))
}

/// What an open link is about. It works until the millisecond before it expires.
pub(crate) fn subject(tx: &mut Tx<'_>, purpose: Purpose, secret: &str) -> Result<Option<String>, Refusal> {
    let now = tx.now;
    let sql = "SELECT subject FROM one_time_links WHERE digest = $1 AND purpose = $2 AND expires_at > $3";
    let row = tx.one(sql, args![sha256(secret.as_bytes()), purpose.code(), now])?;
    row.map(|row| row.text(0).map(str::to_owned)).transpose()
}

/// Closes every link for this purpose and subject: it was used, or what it was for is over.
pub(crate) fn close(tx: &mut Tx<'_>, purpose: Purpose, subject: &str) -> Result<(), Refusal> {
    tx.run("DELETE FROM one_time_links WHERE purpose = $1 AND subject = $2", args![purpose.code(), subject]).map(drop)
}
