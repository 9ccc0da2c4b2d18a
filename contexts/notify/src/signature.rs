//! How a receiver knows that a delivery is this house's.
//!
//! `Countersign-Signature: t=1795000000,v1=5257…,v1=9d21…`: the seconds since 1970 at which it was sent, and for each secret
//! in force the HMAC-SHA256 over `t`, a full stop and the body, in hexadecimal. While a secret is being rotated there are
//! two; a receiver accepts the delivery when either fits, and refuses one whose `t` is more than five minutes away.

use kernel::{EndpointId, Instant};
use ring::hmac;
use store::{Keys, clock::hex};

/// An endpoint's secret of one generation. It is made from the house's key, so it is stored nowhere.
pub fn secret(keys: &Keys, endpoint: EndpointId, generation: i64) -> String {
    format!("whsec_{}", keys.prove("webhook", &format!("{endpoint}/{generation}")))
}

/// The header's value.
pub fn sign(secrets: &[String], at: Instant, body: &str) -> String {
    let seconds = at.0.div_euclid(1_000);
    let text = format!("{seconds}.{body}");
    let proof = |secret: &String| hex(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), text.as_bytes()).as_ref());
    secrets.iter().fold(format!("t={seconds}"), |header, secret| format!("{header},v1={}", proof(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made with `printf '%s' '1795000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_one` (and `whsec_two`).
    const ONE: &str = "4aa0c01e89dd5298f5ee398e217d321cee1ec9ac88f56a5d30bdc842031c4e5d";
    const TWO: &str = "62c3c9bbc60c7dee5c4cb8f44b083d4a7578a4a9a19ec38a311c24ce198a5ad4";

    #[test]
    fn the_header_is_what_another_program_computes() {
        let at = Instant(1_795_000_000_999);
        let body = r#"{"id":"evt_1"}"#;
        assert_eq!(sign(&["whsec_one".into()], at, body), format!("t=1795000000,v1={ONE}"));
        assert_eq!(sign(&["whsec_one".into(), "whsec_two".into()], at, body), format!("t=1795000000,v1={ONE},v1={TWO}"));
    }

    #[test]
    fn the_body_the_time_and_the_secret_all_count() {
        let signed =
            |secret: &str, at: i64, body: &str| sign(&[secret.into()], Instant(at), body).split_once(",v1=").map(|s| s.1.to_owned());
        let base = signed("s", 1_000, "{}");
        assert_ne!(base, signed("s", 2_000, "{}"));
        assert_ne!(base, signed("s", 1_000, "{ }"));
        assert_ne!(base, signed("t", 1_000, "{}"));
        assert_eq!(base, signed("s", 1_999, "{}"), "the header holds whole seconds, and they are what is signed");
    }
}
