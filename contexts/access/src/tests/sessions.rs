//! Sessions end when they should, to the millisecond, and get a new secret when what they may do changes.

use super::house::{PASSWORD, everywhere};
use kernel::{OrgKind, Span};
use web::StatusCode;

#[test]
fn an_idle_session_ends_after_twelve_hours_and_not_a_millisecond_before() {
    everywhere(|house| {
        house.person("ann");
        let mut browser = house.signed_in("ann");
        house.pass(Span(Span::hours(12).0 - 1));
        assert!(browser.is_signed_in());
        house.pass(Span(Span::hours(12).0 - 1));
        assert!(browser.is_signed_in());
        house.pass(Span::hours(12));
        assert!(!browser.is_signed_in());
    });
}

#[test]
fn a_busy_session_ends_after_fourteen_days_and_not_a_millisecond_before() {
    everywhere(|house| {
        house.person("ann");
        let mut browser = house.signed_in("ann");
        for _ in 0..30 {
            house.pass(Span::hours(11));
            assert!(browser.is_signed_in());
        }
        house.pass(Span(Span::hours(6).0 - 1));
        assert!(browser.is_signed_in());
        house.pass(Span(1));
        assert!(!browser.is_signed_in());
    });
}

#[test]
fn being_in_use_is_noted_once_a_minute() {
    everywhere(|house| {
        let ann = house.person("ann");
        let mut browser = house.signed_in("ann");
        let seen = || house.read(move |tx| Ok(crate::session::sessions(tx, ann)?[0].seen_at));
        let first = seen();
        house.pass(Span(59_999));
        browser.get("/me/profile");
        assert_eq!(seen(), first);
        house.pass(Span(1));
        browser.get("/me/profile");
        assert_eq!(seen(), first + Span::minutes(1));
    });
}

#[test]
fn changing_the_password_ends_every_other_session_and_renews_this_one() {
    everywhere(|house| {
        house.person("ann");
        let (mut here, mut there) = (house.signed_in("ann"), house.signed_in("ann"));
        let before = here.cookies["session"].clone();
        here.get("/me/security");
        let wrong = here.post("/me/security/password", &[("password", "wrong password"), ("new_password", "four green bottles")]);
        assert_eq!(wrong.status, StatusCode::CONFLICT);
        assert!(there.is_signed_in());
        here.get("/me/security");
        let done = here.post("/me/security/password", &[("password", PASSWORD), ("new_password", "four green bottles")]);
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert!(!there.is_signed_in());
        assert!(here.is_signed_in());
        assert_ne!(here.cookies["session"], before);
        let mut old = house.browser();
        old.cookies.insert("session".into(), before);
        assert!(!old.is_signed_in());
    });
}

#[test]
fn one_can_sign_another_browser_out_but_nobody_elses() {
    everywhere(|house| {
        let (ann, bob) = (house.person("ann"), house.person("bob"));
        let (mut here, mut there) = (house.signed_in("ann"), house.signed_in("ann"));
        let mut bobs = house.signed_in("bob");
        let session = |user| house.read(move |tx| Ok(crate::session::sessions(tx, user)?.iter().map(|one| one.id).collect::<Vec<_>>()));
        here.get("/me/security");
        let foreign = format!("/me/security/sessions/{}/end", session(bob)[0]);
        assert_eq!(here.post(&foreign, &[]).status, StatusCode::NOT_FOUND);
        assert!(bobs.is_signed_in());
        house.pass(Span::minutes(2));
        here.get("/me/security");
        let other = session(ann).into_iter().next_back().unwrap();
        assert_eq!(here.post(&format!("/me/security/sessions/{other}/end"), &[]).status, StatusCode::SEE_OTHER);
        assert!(here.is_signed_in() && !there.is_signed_in());
    });
}

#[test]
fn a_session_that_was_set_before_signing_in_is_not_the_one_afterwards() {
    everywhere(|house| {
        house.person("ann");
        let mut browser = house.browser();
        let planted = "f".repeat(64);
        browser.cookies.insert("session".into(), planted.clone());
        browser.sign_in("ann", PASSWORD);
        assert_ne!(browser.cookies["session"], planted);
        let mut thief = house.browser();
        thief.cookies.insert("session".into(), planted);
        assert!(!thief.is_signed_in());
    });
}

#[test]
fn a_dangerous_act_asks_who_one_is_and_the_confirmed_session_has_a_new_secret() {
    everywhere(|house| {
        let ann = house.person("ann");
        let shop = house.org(OrgKind::Shop, "Shop", ann);
        let bob = house.add(shop, "bob", kernel::Role::ShopStaff);
        let mut browser = house.signed_in("ann");
        house.pass(Span::minutes(10));
        let remove = format!("/org/{shop}/team/{bob}/remove");
        browser.get(&format!("/org/{shop}/team"));
        let asked = browser.post(&remove, &[]);
        assert!(asked.location().starts_with("/me/confirm?next="), "{} {}", asked.status, asked.location());
        let before = browser.cookies["session"].clone();
        browser.get("/me/confirm");
        assert_eq!(browser.post("/me/confirm", &[("password", "wrong password")]).status, StatusCode::CONFLICT);
        browser.get("/me/confirm");
        let done = browser.post("/me/confirm", &[("password", PASSWORD), ("next", "//evil.example/x")]);
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/"));
        assert_ne!(browser.cookies["session"], before);
        browser.get(&format!("/org/{shop}/team"));
        assert_eq!(browser.post(&remove, &[]).location(), format!("/org/{shop}/team"));
        assert_eq!(house.read(move |tx| crate::index::role(tx, shop, bob)), None);
    });
}

#[test]
fn the_last_head_of_an_organisation_cannot_go() {
    everywhere(|house| {
        let ann = house.person("ann");
        let shop = house.org(OrgKind::Shop, "Shop", ann);
        let bob = house.add(shop, "bob", kernel::Role::ShopStaff);
        let mut browser = house.signed_in("ann");
        browser.get(&format!("/org/{shop}/team"));
        assert_eq!(browser.post(&format!("/org/{shop}/team/{ann}/remove"), &[]).status, StatusCode::CONFLICT);
        assert_eq!(browser.post(&format!("/org/{shop}/team/{ann}/role"), &[("role", "shop_staff")]).status, StatusCode::CONFLICT);
        assert_eq!(browser.post(&format!("/org/{shop}/team/{bob}/role"), &[("role", "shop_owner")]).status, StatusCode::SEE_OTHER);
        assert_eq!(browser.post(&format!("/org/{shop}/team/{ann}/remove"), &[]).status, StatusCode::SEE_OTHER);
        assert_eq!(browser.get(&format!("/org/{shop}/team")).status, StatusCode::NOT_FOUND);
    });
}
