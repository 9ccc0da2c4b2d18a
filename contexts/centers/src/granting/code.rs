//! The code that an owner scans: a version, the scopes, a secret, and a proof that binds all of it to one request.
//!
//! The secret finds the request, by its digest; the proof shows that request, centre, scopes and the admin who asked are those for
//! which the code was made. Whoever changes a letter of it holds a code that was never made here, whoever takes parts of it away or
//! states other scopes holds a downgraded one.

use crate::{
    Scopes,
    index::requests::{self, Request},
};
use kernel::{Refusal, RequestId};
use store::{Keys, Tx, args, clock::sha256};

/// The version that this house makes and accepts. Another is refused, never guessed at.
pub const VERSION: &str = "1";

/// Where in an address the code stands.
const PLACE: &str = "/grant/";

/// Half of a SHA-256 in hexadecimal: 128 bits, for the secret and for the proof.
const HALF: usize = 32;

/// What a code turns out to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shown {
    /// It is this request's.
    Genuine(Box<Request>),
    /// It was not made here, or changed since.
    Tampered,
    /// It is of another version, or states other scopes than it was made for.
    Downgraded,
}

/// A secret of 128 bits.
pub fn secret() -> String {
    let mut secret = store::clock::secret();
    secret.truncate(HALF);
    secret
}

/// What of a secret is kept in the log.
pub fn digest(secret: &str) -> String {
    sha256(secret.as_bytes())
}

/// The code of a request with this secret.
pub fn written(keys: &Keys, request: &Request, secret: &str) -> String {
    format!("{VERSION}.{}.{secret}.{}", request.scopes.bits(), proof(keys, request))
}

/// The address that the QR code holds.
pub fn address(base: &str, code: &str) -> String {
    format!("{base}{PLACE}{code}")
}

fn proof(keys: &Keys, request: &Request) -> String {
    let Request { id, consent, asked_by, scopes, account, digest, .. } = request;
    let account = account.map_or_else(String::new, |account| account.to_string());
    let bound = format!("{VERSION} {id} {} {asked_by} {} {account} {digest} {}", consent.asker, scopes.bits(), consent.closes_at);
    let mut proof = keys.prove("access_request", &bound);
    proof.truncate(HALF);
    proof
}

/// The code in what was scanned, typed or pasted: the whole address, or the code alone.
fn of(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let code = text.split_once(PLACE).map_or(text.as_str(), |(_, code)| code);
    code.split(['?', '#', '/']).next().unwrap_or_default().to_owned()
}

/// What was scanned, typed or pasted, read.
pub fn read(tx: &mut Tx<'_>, text: &str) -> Result<Shown, Refusal> {
    let code = of(text);
    let parts: Vec<&str> = code.split('.').collect();
    let is_number = |text: &&str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    let (scopes, secret, proof) = match parts.as_slice() {
        [VERSION, scopes, secret, proof] => (*scopes, *secret, *proof),
        // A number that is no version of ours, or one of ours with a part missing.
        [version, ..] if parts.len() > 1 && is_number(version) => return Ok(Shown::Downgraded),
        _ => return Ok(Shown::Tampered),
    };
    let Some(request) = requests::by_digest(tx, &digest(secret))? else { return Ok(Shown::Tampered) };
    if !proves(tx.keys(), &request, proof) {
        return Ok(Shown::Tampered);
    }
    let same = scopes.parse().is_ok_and(|bits: i64| bits == request.scopes.bits() && scopes.len() == 1);
    Ok(if same { Shown::Genuine(Box::new(request)) } else { Shown::Downgraded })
}

/// Takes the same time whatever the proof.
fn proves(keys: &Keys, request: &Request, shown: &str) -> bool {
    let expected = proof(keys, request);
    expected.len() == shown.len() && expected.bytes().zip(shown.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

/// The short code that stands on the screen of whoever asks and on the owner's: six digits.
pub fn matching(keys: &Keys, request: RequestId) -> String {
    let proof = keys.prove("access_request_matching", &request.to_string());
    let number = proof.bytes().take(12).fold(0_u64, |sum, byte| (sum * 16 + u64::from(byte)) % 1_000_000);
    format!("{number:06}")
}

/// Keeps a request's secret as long as its code can be shown; sealed, and outside the log.
pub fn keep(tx: &mut Tx<'_>, request: RequestId, secret: &str) -> Result<(), Refusal> {
    let sealed = tx.keys().wrap(secret.as_bytes())?;
    tx.put("INSERT INTO access_request_codes (request, sealed) VALUES ($1, $2)", args![request, sealed])
}

/// The code of a request that still waits for an answer.
pub fn kept(tx: &mut Tx<'_>, request: &Request) -> Result<Option<String>, Refusal> {
    let row = tx.one("SELECT sealed FROM access_request_codes WHERE request = $1", args![request.id])?;
    let Some(row) = row else { return Ok(None) };
    let secret = tx.keys().unwrap(row.text(0)?)?;
    let secret = String::from_utf8(secret).map_err(|bad| Refusal::Fault(format!("a sealed secret is no text: {bad}")))?;
    Ok(Some(written(tx.keys(), request, &secret)))
}

/// The scopes that a list of codes names.
pub fn scopes<'a>(field: &str, codes: impl IntoIterator<Item = &'a str>) -> Result<Scopes, Refusal> {
    let bad = |code: &str| kernel::Problem::new(field, "centers.granting.bad_scope").with("given", code);
    let each = codes.into_iter().filter(|code| !code.is_empty());
    Ok(each.map(|code| crate::Scope::from_code(code).ok_or_else(|| bad(code))).collect::<Result<Scopes, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_a_code_and_a_code_with_blanks_are_read_alike() {
        let code = "1.3.aabb.ccdd";
        for text in [code, "https://house.example/grant/1.3.aabb.ccdd", " 1.3.aabb.\n ccdd ", "http://h/grant/1.3.aabb.ccdd?x=1#y"] {
            assert_eq!(of(text), code, "{text}");
        }
    }

    #[test]
    fn a_secret_has_128_bits_and_the_log_keeps_another_text() {
        let secret = secret();
        assert_eq!(secret.len(), 32);
        assert!(!digest(&secret).contains(&secret));
    }
}
