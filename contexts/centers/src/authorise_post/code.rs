//! The text of a code for one post: `#` and 32 hexadecimal digits, 128 bits.

use kernel::{Problem, Refusal};
use store::clock::{secret, sha256};

const DIGITS: usize = 32;

/// A new code, to be shown once.
pub fn fresh() -> String {
    let mut digits = secret();
    digits.truncate(DIGITS);
    format!("#{digits}")
}

/// What of a code is kept.
pub fn digest(code: &str) -> String {
    sha256(code.as_bytes())
}

/// A code as it was typed or pasted, in its one spelling. What cannot be a code for a post is malformed, not wrong: a link for
/// a QR code or a claim code that was pasted here says so at once and is no guess.
pub fn read(field: &str, typed: &str) -> Result<String, Refusal> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let digits = plain.strip_prefix('#').unwrap_or(&plain);
    let fits = digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if fits { Ok(format!("#{digits}")) } else { Err(Problem::new(field, "centers.apply_post_code.code_unfit").into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_however_it_is_pasted() {
        let code = fresh();
        assert_eq!(code.len(), 33);
        for typed in [code.clone(), format!(" {}\n", code.to_uppercase()), code[1..].to_owned(), format!("{} {}", &code[..9], &code[9..])] {
            assert_eq!(read("code", &typed), Ok(code.clone()), "{typed}");
        }
        assert!(!digest(&code).contains(&code[1..]));
    }

    #[test]
    fn what_cannot_be_a_code_is_malformed() {
        for typed in ["", "#", "https://house.example/grant/1.3.aa.bb", &"a".repeat(31), &"a".repeat(33), &"g".repeat(32)] {
            assert!(read("code", typed).is_err(), "{typed}");
        }
    }
}
