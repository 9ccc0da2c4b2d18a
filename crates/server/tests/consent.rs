//! Two-step consent, the known holes: every verb in every state of the other side, forwarded, replayed, edited and stale answers.

use crate::house::{House, Member, On};
use access::Merchant;
use kernel::Span;
use serde_json::json;

/// Every verb of a link.
const VERBS: [&str; 7] = ["accept", "decline", "withdraw", "unlink", "unlink/withdraw", "unlink/approve", "unlink/refuse"];
/// Every state of a link, and the verbs that it admits, straight from the specification.
const ADMITTED: [(&str, &[&str]); 9] = [
    ("invited", &["accept", "decline", "withdraw"]),
    ("linked", &["unlink"]),
    ("leaving", &["unlink/withdraw", "unlink/approve", "unlink/refuse"]),
    ("refused", &["unlink"]),
    ("kept", &["unlink"]),
    ("declined", &[]),
    ("withdrawn", &[]),
    ("expired", &[]),
    ("ended", &[]),
];

fn put(house: &House, shop: &mut Member, owner: &mut Member, state: &str, handle: &str) -> String {
    let account = house.account(owner, handle, "GB");
    let link = shop.invite(account, "marketing").must(201).json()["id"].as_str().unwrap().to_owned();
    let reason = json!({"reason": "because"});
    match state {
        "invited" => {}
        "declined" => drop(owner.act(&link, "decline", json!({})).must(200)),
        "withdrawn" => drop(shop.answer(&link, "withdraw", json!({})).must(200)),
        "expired" => house.pass(Span::hours(48)),
        _ => {
            owner.accept(&link).must(200);
            house.pass(Span::hours(24));
        }
    }
    if ["leaving", "refused", "kept", "ended"].contains(&state) {
        owner.act(&link, "unlink", reason.clone()).must(200);
    }
    match state {
        "refused" => drop(shop.answer(&link, "unlink/refuse", reason).must(200)),
        "kept" => drop(owner.act(&link, "unlink/withdraw", json!({})).must(200)),
        "ended" => drop(shop.answer(&link, "unlink/approve", json!({})).must(200)),
        _ => {}
    }
    link
}

fn ask(shop: &mut Member, owner: &mut Member, link: &str, verb: &str) -> u16 {
    let body = json!({"reason": "because"});
    match verb {
        "accept" | "decline" | "unlink" | "unlink/withdraw" => owner.act(link, verb, body).status,
        _ => shop.answer(link, verb, body).status,
    }
}

#[test]
fn every_verb_in_every_state_is_as_specified() {
    for on in On::BOTH {
        let house = House::open(on);
        for (at, (state, admitted)) in ADMITTED.iter().enumerate() {
            for (n, verb) in VERBS.iter().enumerate() {
                let (mut shop, mut owner) = (house.shop(&format!("Shop {at} {n}"), "GB", Merchant::Invited), house.creator("Mei", "GB"));
                let link = put(&house, &mut shop, &mut owner, state, &format!("mei.{at}.{n}"));
                let status = ask(&mut shop, &mut owner, &link, verb);
                assert_eq!(status, if admitted.contains(verb) { 200 } else { 409 }, "{on:?} {verb} when {state}");
            }
        }
    }
}

#[test]
fn only_the_invited_accounts_owner_can_answer() {
    for on in On::BOTH {
        let house = House::open(on);
        let (mut shop, owner, mut stranger) =
            (house.shop("Tea", "GB", Merchant::Invited), house.creator("Mei", "GB"), house.creator("Eve", "GB"));
        let account = house.account(&owner, "mei", "GB");
        let link = shop.invite(account, "marketing").must(201).json()["id"].as_str().unwrap().to_owned();
        for verb in ["accept", "decline", "unlink", "unlink/withdraw"] {
            assert_eq!(stranger.act(&link, verb, json!({"reason": "x"})).status, 404, "{verb} by a stranger");
            let mut crossed = Member { org: owner.org, ..stranger.clone() };
            assert_eq!(crossed.act(&link, verb, json!({"reason": "x"})).status, 404, "{verb} in another's name");
        }
        let mut other = house.shop("Coffee", "GB", Merchant::Invited);
        for verb in ["withdraw", "unlink/approve", "unlink/refuse"] {
            assert_eq!(other.answer(&link, verb, json!({"reason": "x"})).status, 404, "{verb} by another shop");
        }
        let (foreign, missing) = (
            other.client.get(&format!("/api/v1/shops/{}/links/{link}", other.org)),
            other.client.get(&format!("/api/v1/shops/{}/links/{}", other.org, kernel::LinkId::new(7))),
        );
        assert_eq!((foreign.status, foreign.body), (missing.status, missing.body), "foreign and missing cannot be told apart");
    }
}

#[test]
fn a_page_that_showed_another_state_changes_nothing() {
    let house = House::open(On::Sqlite);
    let (mut shop, owner) = (house.shop("Tea", "GB", Merchant::Invited), house.creator("Mei", "GB"));
    let (first, second) = (house.account(&owner, "mei.one", "GB"), house.account(&owner, "mei.two", "GB"));
    let one = shop.invite(first, "marketing").must(201).json()["id"].as_str().unwrap().to_owned();
    let two = shop.invite(second, "marketing").must(201).json()["id"].as_str().unwrap().to_owned();
    let mut browser = house.browser(&owner);
    let page = browser.get(&format!("/creator/{}/invitations/{one}", owner.org)).must(200).body;
    let field = |name: &str| {
        let at = page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("the page has no {name}"));
        let rest = &page[at..];
        rest.split_once("value=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
    };
    let (csrf, seal) = (field("csrf"), field("seal"));
    let accept = |link: &str| format!("/creator/{}/invitations/{link}/accept", owner.org);
    // The page of one invitation cannot answer another, nor can an edited seal, nor another person's.
    assert_eq!(browser.form(&accept(&two), &[("csrf", &csrf), ("seal", &seal)]).status, 409);
    assert_eq!(browser.form(&accept(&one), &[("csrf", &csrf), ("seal", &format!("{seal}0"))]).status, 409);
    assert_eq!(browser.form(&accept(&one), &[("csrf", &csrf)]).status, 409);
    assert_eq!(browser.get(&accept(&one)).status, 405, "a GET never acts");
    browser.form(&accept(&one), &[("csrf", &csrf), ("seal", &seal)]).must(303);
    // The same page once more: the link has changed since it was drawn.
    assert_eq!(browser.form(&accept(&one), &[("csrf", &csrf), ("seal", &seal)]).status, 409);
    assert_eq!(shop.client.get(&format!("/api/v1/shops/{}/links/{one}", shop.org)).json()["stage"], "linked");
    assert_eq!(shop.client.get(&format!("/api/v1/shops/{}/links/{two}", shop.org)).json()["stage"], "invited");
}

#[test]
fn an_invitation_after_a_withdrawn_one_is_another_and_the_old_link_stays_dead() {
    for on in On::BOTH {
        let house = House::open(on);
        let (mut shop, mut owner) = (house.shop("Tea", "GB", Merchant::Invited), house.creator("Mei", "GB"));
        let account = house.account(&owner, "mei", "GB");
        let old = shop.invite(account, "marketing").must(201).json()["id"].as_str().unwrap().to_owned();
        shop.answer(&old, "withdraw", json!({})).must(200);
        let new = shop.invite(account, "official").must(201).json()["id"].as_str().unwrap().to_owned();
        owner.accept(&old).must(409);
        owner.accept(&new).must(200);
        assert_eq!(house.verify().broken, []);
    }
}

#[test]
fn what_the_clock_ends_is_over_even_before_its_turn() {
    for on in On::BOTH {
        let house = House::open(on);
        let (mut shop, mut owner) = (house.shop("Tea", "GB", Merchant::Invited), house.creator("Mei", "GB"));
        let account = house.account(&owner, "mei", "GB");
        let link = shop.invite(account, "marketing").must(201).json()["id"].as_str().unwrap().to_owned();
        house.clock.advance(Span::hours(48));
        assert_eq!(owner.accept(&link).must(409).codes(), ["consent.answered_too_late"]);
        let seen = shop.client.get(&format!("/api/v1/shops/{}/links/{link}", shop.org)).json();
        assert_eq!(seen["stage"], "expired");
    }
}
