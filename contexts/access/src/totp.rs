//! Time-based codes of six digits (RFC 6238: SHA-1, 30 seconds), as every authenticator app makes them. Pure.

use kernel::Instant;
use ring::hmac;

/// The length of a step, in milliseconds.
const STEP_MS: i64 = 30_000;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The code of a step.
pub fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let at = usize::from(bytes[bytes.len() - 1] & 0x0f);
    let number = bytes[at..at + 4].iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// The step that `now` lies in.
pub const fn step(now: Instant) -> i64 {
    now.0.div_euclid(STEP_MS)
}

/// The step whose code was typed, if it is this one or a neighbour and later than `last`: a code works once.
pub fn matching(secret: &[u8], typed: &str, now: Instant, last: i64) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let mut found = None;
    // All three are compared whatever the outcome, so that the time says nothing.
    for step in [step(now) - 1, step(now), step(now) + 1] {
        if same(&code(secret, step), &digits) && step > last && found.is_none() {
            found = Some(step);
        }
    }
    found
}

fn same(expected: &str, typed: &str) -> bool {
    expected.len() == typed.len() && expected.bytes().zip(typed.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

/// A secret as apps take it when it is typed by hand.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let mut five = [0_u8; 5];
        five[..chunk.len()].copy_from_slice(chunk);
        let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let letters = (chunk.len() * 8).div_ceil(5);
        text.extend((0..letters).map(|n| char::from(ALPHABET[(bits >> (35 - 5 * n) & 31) as usize])));
    }
    text
}

/// What the QR code says.
pub fn address(secret: &[u8], email: &str) -> String {
    let escape = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let label: String = email.bytes().map(escape).collect();
    format!("otpauth://totp/Countersign:{label}?secret={}&issuer=Countersign&algorithm=SHA1&digits=6&period=30", base32(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_codes_are_those_of_the_standard() {
        for (seconds, eight) in [(59, "94287082"), (1_111_111_109, "07081804"), (1_234_567_890, "89005924"), (20_000_000_000, "65353130")] {
            assert_eq!(code(SECRET, step(Instant(seconds * 1_000))), eight[2..], "{seconds}");
        }
        assert_eq!(base32(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(base32(b"foob"), "MZXW6YQ");
    }

    #[test]
    fn a_code_counts_in_its_own_step_and_the_neighbours_and_no_further() {
        let typed = code(SECRET, 100);
        let at = |step: i64| Instant(step * STEP_MS);
        assert_eq!(matching(SECRET, &typed, at(99), 0), Some(100));
        assert_eq!(matching(SECRET, &typed, at(99) - kernel::Span(1), 0), None);
        assert_eq!(matching(SECRET, &typed, at(102) - kernel::Span(1), 0), Some(100));
        assert_eq!(matching(SECRET, &typed, at(102), 0), None);
        assert_eq!(matching(SECRET, &format!(" {} {}", &typed[..3], &typed[3..]), at(100), 0), Some(100));
    }

    #[test]
    fn a_code_works_once_and_an_older_one_never_after_it() {
        let now = Instant(100 * STEP_MS);
        assert_eq!(matching(SECRET, &code(SECRET, 100), now, 100), None);
        assert_eq!(matching(SECRET, &code(SECRET, 99), now, 100), None);
        assert_eq!(matching(SECRET, &code(SECRET, 101), now, 100), Some(101));
    }
}
