//! The second factor: every code works once, and the one that set it up never signs anyone in.

use super::house::{Browser, House, PASSWORD, everywhere};
use crate::totp;
use kernel::Span;
use web::StatusCode;

/// Turns it on for whoever is signed in; answers the key and the recovery codes.
fn enrol(house: &House, browser: &mut Browser<'_>) -> (Vec<u8>, Vec<String>) {
    browser.get("/me/security");
    let page = browser.post("/me/security/totp", &[]);
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("data:image/svg+xml,"));
    let spelled = page.between("<code>", "</code>").replace(' ', "");
    let key = from_base32(&spelled);
    let wrong = browser.post("/me/security/totp/enrol", &[("code", "000000")]);
    assert!(wrong.status == StatusCode::CONFLICT || totp::code(&key, totp::step(house.store.now())) == "000000");
    let done = browser.post("/me/security/totp/enrol", &[("code", &now(house, &key))]);
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let codes = done.body.split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    (key, codes)
}

fn now(house: &House, key: &[u8]) -> String {
    totp::code(key, totp::step(house.store.now()))
}

fn from_base32(text: &str) -> Vec<u8> {
    let mut bits = 0_u64;
    let (mut count, mut bytes) = (0, Vec::new());
    for letter in text.bytes() {
        let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
        bits = bits << 5 | u64::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}

/// Goes as far as the second step.
fn at_the_second_step<'a>(house: &'a House, name: &str) -> Browser<'a> {
    let mut browser = house.browser();
    let reply = browser.sign_in(name, PASSWORD);
    assert!(reply.location().starts_with("/sign_in/code"), "{} {}", reply.status, reply.location());
    assert!(!browser.is_signed_in());
    assert_eq!(browser.get("/sign_in/code").status, StatusCode::OK);
    browser
}

#[test]
fn a_code_signs_in_once_and_the_code_of_the_set_up_never() {
    everywhere(|house| {
        house.person("ann");
        let mut here = house.signed_in("ann");
        let mut there = house.signed_in("ann");
        let (key, _) = enrol(house, &mut here);
        assert!(here.is_signed_in() && !there.is_signed_in());
        // The code that proved the app counts as used.
        assert_eq!(at_the_second_step(house, "ann").post("/sign_in/code", &[("code", &now(house, &key))]).status, StatusCode::CONFLICT);
        house.pass(Span::seconds(30));
        let code = now(house, &key);
        assert_eq!(at_the_second_step(house, "ann").post("/sign_in/code", &[("code", &code)]).status, StatusCode::SEE_OTHER);
        assert_eq!(at_the_second_step(house, "ann").post("/sign_in/code", &[("code", &code)]).status, StatusCode::CONFLICT);
        // Two steps away on either side counts for nothing.
        let step = totp::step(house.store.now());
        for far in [step - 2, step + 2] {
            assert_eq!(
                at_the_second_step(house, "ann").post("/sign_in/code", &[("code", &totp::code(&key, far))]).status,
                StatusCode::CONFLICT
            );
        }
    });
}

#[test]
fn of_twenty_who_type_the_same_code_at_once_one_gets_in() {
    everywhere(|house| {
        let ann = house.person("ann");
        let mut here = house.signed_in("ann");
        let (key, codes) = enrol(house, &mut here);
        house.pass(Span::seconds(30));
        for typed in [now(house, &key), codes[0].clone()] {
            let store = house.store.clone();
            let tries: Vec<_> = (0..20)
                .map(|_| {
                    let (store, typed) = (store.clone(), typed.clone());
                    std::thread::spawn(move || store.write_blocking(move |tx| crate::second_factor::spend(tx, ann, &typed)).unwrap())
                })
                .collect();
            assert_eq!(tries.into_iter().map(|one| one.join().unwrap()).filter(|right| *right).count(), 1);
        }
    });
}

#[test]
fn a_recovery_code_works_once_however_it_is_typed_and_new_ones_replace_the_old() {
    everywhere(|house| {
        house.person("ann");
        let mut here = house.signed_in("ann");
        let (_, codes) = enrol(house, &mut here);
        assert_eq!(codes.len(), 10);
        let sloppy = codes[0].to_uppercase().replace('-', " ");
        assert_eq!(at_the_second_step(house, "ann").post("/sign_in/code", &[("code", &sloppy)]).status, StatusCode::SEE_OTHER);
        assert_eq!(at_the_second_step(house, "ann").post("/sign_in/code", &[("code", &codes[0])]).status, StatusCode::CONFLICT);
        here.get("/me/security");
        let renewed = here.post("/me/security/recovery_codes", &[]);
        assert_eq!(renewed.status, StatusCode::OK);
        assert_eq!(at_the_second_step(house, "ann").post("/sign_in/code", &[("code", &codes[1])]).status, StatusCode::CONFLICT);
        let fresh = renewed.between("<li><code>", "<");
        assert_eq!(at_the_second_step(house, "ann").post("/sign_in/code", &[("code", &fresh)]).status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn the_second_step_is_open_for_ten_minutes_and_holds_ten_tries() {
    everywhere(|house| {
        house.person("ann");
        let mut here = house.signed_in("ann");
        let (key, _) = enrol(house, &mut here);
        house.pass(Span::minutes(1));
        let mut slow = at_the_second_step(house, "ann");
        house.pass(Span(Span::minutes(10).0 - 1));
        assert_eq!(slow.get("/sign_in/code").status, StatusCode::OK);
        house.pass(Span(1));
        assert_eq!(slow.post("/sign_in/code", &[("code", &now(house, &key))]).location(), "/sign_in");
        assert!(!slow.is_signed_in());
        let mut guesser = at_the_second_step(house, "ann");
        for _ in 0..10 {
            assert_eq!(guesser.post("/sign_in/code", &[("code", "no code")]).status, StatusCode::CONFLICT);
        }
        assert_eq!(guesser.post("/sign_in/code", &[("code", &now(house, &key))]).status, StatusCode::TOO_MANY_REQUESTS);
    });
}

#[test]
fn it_can_be_removed_by_whoever_confirms_with_a_code() {
    everywhere(|house| {
        house.person("ann");
        let mut here = house.signed_in("ann");
        let (key, _) = enrol(house, &mut here);
        house.pass(Span::minutes(11));
        here.get("/me/security");
        assert!(here.post("/me/security/totp/remove", &[]).location().starts_with("/me/confirm"));
        let page = here.get("/me/confirm");
        assert!(!page.body.contains("type=\"password\""), "with a second factor the password is not enough");
        assert_eq!(here.post("/me/confirm", &[("password", PASSWORD)]).status, StatusCode::CONFLICT);
        assert_eq!(here.post("/me/confirm", &[("code", &now(house, &key))]).status, StatusCode::SEE_OTHER);
        here.get("/me/security");
        assert_eq!(here.post("/me/security/totp/remove", &[]).status, StatusCode::SEE_OTHER);
        house.signed_in("ann");
    });
}
