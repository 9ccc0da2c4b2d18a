//! The doors: signing in, being locked out, coming back.

use super::house::{PASSWORD, START, everywhere};
use kernel::Span;
use web::StatusCode;

#[test]
fn the_eleventh_try_waits_until_the_first_leaves_the_window_and_not_a_millisecond_longer() {
    everywhere(|house| {
        house.person("ann");
        let mut stranger = house.browser();
        for _ in 0..10 {
            assert_eq!(stranger.sign_in("ann", "wrong password").status, StatusCode::CONFLICT);
        }
        // Locked: even the right password has to wait, and the answer says until when.
        let locked = stranger.sign_in("ann", PASSWORD);
        assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(locked.body.contains(&(START + Span::minutes(15)).to_string()), "{}", locked.body);
        house.pass(Span::minutes(15));
        house.pass(Span(-1));
        assert_eq!(stranger.sign_in("ann", PASSWORD).status, StatusCode::TOO_MANY_REQUESTS);
        house.pass(Span(1));
        assert_eq!(stranger.sign_in("ann", PASSWORD).status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn whoever_is_attacked_still_gets_in_from_a_browser_they_have_used() {
    everywhere(|house| {
        house.person("ann");
        let mut own = house.signed_in("ann");
        own.get("/me/profile");
        own.post("/sign_out", &[]);
        assert!(!own.is_signed_in());
        let mut stranger = house.browser();
        for _ in 0..12 {
            stranger.sign_in("ann", "wrong password");
        }
        assert_eq!(house.browser().sign_in("ann", PASSWORD).status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(own.sign_in("ann", PASSWORD).status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn one_address_has_sixty_tries_whatever_accounts_it_tries() {
    everywhere(|house| {
        house.person("ann");
        let mut stranger = house.browser();
        for n in 0..60 {
            assert_eq!(stranger.sign_in(&format!("nobody{n}"), "wrong password").status, StatusCode::CONFLICT, "{n}");
        }
        assert_eq!(stranger.sign_in("nobody", "wrong password").status, StatusCode::TOO_MANY_REQUESTS);
        house.pass(Span::minutes(15));
        assert_eq!(stranger.sign_in("ann", PASSWORD).status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn the_answer_does_not_tell_whether_there_is_such_a_person() {
    everywhere(|house| {
        house.person("ann");
        let answer = |name: &str| {
            let reply = house.browser().sign_in(name, "wrong password");
            let body = reply.body.replace(name, "NAME");
            let csrf = reply.between("name=\"csrf\" value=\"", "\"");
            (reply.status, body.replace(&csrf, "CSRF"))
        };
        assert_eq!(answer("ann"), answer("bob"));
        let sign_up = |email: &str| {
            let mut browser = house.browser();
            browser.get("/sign_up");
            let reply = browser.post("/sign_up", &[("email", email), ("name", "Someone"), ("password", "four green bottles")]);
            (reply.status, reply.location().to_owned())
        };
        assert_eq!(sign_up("ann@example.com"), sign_up("cat@example.com"));
        let forgot = |email: &str| {
            let mut browser = house.browser();
            browser.get("/forgot");
            let reply = browser.post("/forgot", &[("email", email)]);
            (reply.status, reply.location().to_owned())
        };
        assert_eq!(forgot("ann@example.com"), forgot("nobody@example.com"));
    });
}

#[test]
fn a_hash_of_old_parameters_is_renewed_when_its_person_signs_in() {
    everywhere(|house| {
        let ann = house.person("ann");
        let cited = crate::testing::cited;
        let old = crate::password::Policy { least: cited2(8), most: cited2(128), memory_kib: cited(32), passes: cited(1) };
        let hash = crate::password::Hash::of(PASSWORD, &old).unwrap();
        house.write(move |tx| crate::password::keep(tx, ann, &hash)).unwrap();
        house.signed_in("ann");
        let kept = house.read(move |tx| crate::password::kept(tx, ann)).unwrap();
        let quick = crate::password::Policy { least: cited2(8), most: cited2(128), memory_kib: cited(64), passes: cited(1) };
        assert!(!kept.is_outdated(&quick) && kept.is_outdated(&old));
        house.signed_in("ann");
    });
}

fn cited2(value: usize) -> kernel::Cited<usize> {
    crate::testing::cited(value)
}

#[test]
fn a_form_without_its_own_token_does_nothing() {
    everywhere(|house| {
        house.person("ann");
        let mut browser = house.browser();
        browser.page = "name=\"csrf\" value=\"forged\"".into();
        let reply = browser.post("/sign_in", &[("email", "ann@example.com"), ("password", PASSWORD)]);
        assert_eq!(reply.status, StatusCode::CONFLICT);
        assert!(!browser.is_signed_in());
    });
}

#[test]
fn a_one_time_link_signs_in_once_and_looking_at_it_does_not_use_it_up() {
    everywhere(|house| {
        let ann = house.person("ann");
        let link = house.write(move |tx| crate::one_time_link(tx, crate::Purpose::SignIn, &ann.to_string(), Span::hours(24))).unwrap();
        let mut browser = house.browser();
        for _ in 0..3 {
            assert_eq!(browser.get(&link).status, StatusCode::OK);
        }
        assert!(!browser.is_signed_in());
        browser.get(&link);
        assert_eq!(browser.post(&link, &[]).status, StatusCode::SEE_OTHER);
        assert!(browser.is_signed_in());
        let mut other = house.browser();
        assert_eq!(other.get(&link).status, StatusCode::NOT_FOUND);
        other.get("/sign_in");
        assert_eq!(other.post(&link, &[]).status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_one_time_link_works_until_the_very_moment_it_expires() {
    everywhere(|house| {
        let ann = house.person("ann");
        let link = house.write(move |tx| crate::one_time_link(tx, crate::Purpose::SignIn, &ann.to_string(), Span::hours(24))).unwrap();
        house.pass(Span(Span::hours(24).0 - 1));
        assert_eq!(house.browser().get(&link).status, StatusCode::OK);
        house.pass(Span(1));
        assert_eq!(house.browser().get(&link).status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn the_first_operator_is_made_once_by_the_link_of_the_last_start() {
    everywhere(|house| {
        let first = house.write(crate::first_operator_link).unwrap().unwrap();
        let link = house.write(crate::first_operator_link).unwrap().unwrap();
        assert_eq!(house.browser().get(&first).status, StatusCode::NOT_FOUND);
        let mut browser = house.browser();
        assert_eq!(browser.get(&link).status, StatusCode::OK);
        let fields =
            [("company", "Agency"), ("region", "GB"), ("name", "Olga"), ("email", "olga@example.com"), ("password", "four green bottles")];
        let weak = browser.post(&link, &[&fields[..4], &[("password", "password1")]].concat());
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(browser.post(&link, &fields).status, StatusCode::SEE_OTHER);
        assert!(browser.is_signed_in());
        assert_eq!(house.browser().get(&link).status, StatusCode::NOT_FOUND);
        assert_eq!(house.write(crate::first_operator_link).unwrap(), None);
        let me = browser.api("GET", "/api/v1/me", serde_json::Value::Null).json();
        assert_eq!(me["memberships"][0]["role"], "operator_admin");
    });
}

#[test]
fn whoever_forgot_the_password_gets_in_with_another_one_and_every_session_has_ended() {
    everywhere(|house| {
        house.person("ann");
        let mut own = house.signed_in("ann");
        let mut browser = house.browser();
        browser.get("/forgot");
        browser.post("/forgot", &[("email", "Ann@Example.com ")]);
        let link = house.mailed_link("ann@example.com");
        browser.get(&link);
        assert_eq!(browser.post(&link, &[("new_password", "four green bottles")]).status, StatusCode::SEE_OTHER);
        assert!(!own.is_signed_in());
        assert_eq!(house.browser().get(&link).status, StatusCode::NOT_FOUND);
        assert_eq!(house.browser().sign_in("ann", PASSWORD).status, StatusCode::CONFLICT);
        assert_eq!(house.browser().sign_in("ann", "four green bottles").status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn the_front_door_leads_everyone_to_where_they_belong() {
    everywhere(|house| {
        let ann = house.person("ann");
        assert_eq!(house.browser().get("/").location(), "/sign_in");
        let mut browser = house.signed_in("ann");
        assert_eq!(browser.get("/").location(), "/me/found");
        browser.get("/me/found");
        let fields = [("kind", "creator"), ("name", ""), ("region", "GB")];
        let wrong = browser.post("/me/found", &fields);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("f-name-error"), "the field says what is wrong with it");
        browser.get("/me/found");
        let home = browser.post("/me/found", &[("kind", "creator"), ("name", "Ann Cooks"), ("region", "GB")]).location().to_owned();
        assert_eq!(browser.get("/").location(), home);
        let founded = house.read(move |tx| Ok(crate::index::roles(tx, ann)?[0].clone()));
        assert_eq!((founded.0.name.as_str(), founded.1), ("Ann Cooks", kernel::Role::CreatorOwner));
    });
}
