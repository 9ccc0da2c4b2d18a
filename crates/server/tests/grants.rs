//! Codes, grants and assignments through HTTP, on both databases: what each side is told, who wins a race, and that nobody sees
//! what is not theirs.

use crate::{
    client::Reply,
    house::{House, Member, On},
};
use access::Merchant;
use kernel::{AccountId, OrgKind, Role, Span};
use serde_json::{Value as Json, json};
use std::sync::{Arc, Barrier};

/// A centre with an admin and a standard member, and a creator with an account.
struct Cast {
    house: House,
    admin: Member,
    member: Member,
    owner: Member,
    account: AccountId,
}

impl Cast {
    fn new(on: On) -> Cast {
        let house = House::open(on);
        let admin = house.org(OrgKind::Centre, "Northlight", "GB", Merchant::Open);
        let member = house.colleague(admin.org, Role::CentreMember);
        let owner = owner(&house, "Mei");
        let account = house.account(&owner, "mei", "GB");
        Cast { house, admin, member, owner, account }
    }

    fn ask(&mut self, scopes: &[&str]) -> Json {
        let path = format!("/api/v1/centres/{}/requests", self.admin.org);
        self.admin.client.post(&path, json!({"scopes": scopes})).must(201).json()
    }

    /// From the code to the grant.
    fn grant(&mut self, scopes: &[&str]) -> Json {
        let asked = self.ask(scopes);
        let scanned = scan(&mut self.owner, asked["address"].as_str().unwrap()).must(200).json();
        authorise(&mut self.owner, &scanned, self.account, scopes).must(200).json()
    }

    fn assign(&mut self, scopes: &[&str]) -> Reply {
        let path = format!("/api/v1/centres/{}/assignments", self.admin.org);
        self.admin.client.post(&path, json!({"accounts": [self.account], "members": [self.member.user], "scopes": scopes}))
    }
}

/// A creator whose token also names the dangerous act.
fn owner(house: &House, name: &str) -> Member {
    let mut owner = house.creator(name, "GB");
    let (org, user) = (owner.org, owner.user);
    let scopes = &["*", "centers.authorise"];
    let secret =
        house.store.write_blocking(move |tx| access::issue_token::issue_for(tx, org, user, "test", scopes, Span::days(365))).unwrap();
    owner.client.token = Some(secret);
    owner
}

fn scan(owner: &mut Member, code: &str) -> Reply {
    let path = format!("/api/v1/creators/{}/scans", owner.org);
    owner.client.post(&path, json!({"code": code}))
}

fn authorise(owner: &mut Member, request: &Json, account: AccountId, scopes: &[&str]) -> Reply {
    let path = format!("/api/v1/creators/{}/requests/{}/authorise", owner.org, request["id"].as_str().unwrap());
    owner.client.post(&path, json!({"account": account, "scopes": scopes, "matching_code": request["matching_code"]}))
}

fn denied(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 409, "{}", reply.body);
    reply.codes()
}

/// The code of an address, with one part of it changed.
fn bent(address: &str, part: usize, to: &str) -> String {
    let (front, code) = address.rsplit_once('/').unwrap();
    let mut parts: Vec<String> = code.split('.').map(str::to_owned).collect();
    parts[part] = to.to_owned();
    format!("{front}/{}", parts.join("."))
}

#[test]
fn a_code_is_scanned_compared_and_authorised_and_then_worth_nothing() {
    for on in On::BOTH {
        let mut cast = Cast::new(on);
        let asked = cast.ask(&["posts", "live"]);
        let address = asked["address"].as_str().unwrap().to_owned();
        let scanned = scan(&mut cast.owner, &address).must(200).json();
        assert_eq!(scanned["matching_code"], asked["matching_code"], "both screens show the same short code");
        assert_eq!(scanned["centre"]["name"], "Northlight");
        // More than was asked for is refused, a part of it is granted.
        assert_eq!(denied(&authorise(&mut cast.owner, &scanned, cast.account, &["messages"])), ["centers.granting.beyond_request"]);
        let grant = authorise(&mut cast.owner, &scanned, cast.account, &["posts"]).must(200).json();
        assert_eq!(grant["scopes"], json!(["posts"]));
        assert_eq!(denied(&scan(&mut cast.owner, &address)), ["centers.granting.replayed"]);
        assert_eq!(denied(&authorise(&mut cast.owner, &scanned, cast.account, &["live"]))[0], "centers.granting.replayed");
        let path = format!("/api/v1/centres/{}/requests/{}", cast.admin.org, asked["id"].as_str().unwrap());
        assert_eq!(cast.admin.client.get(&path).must(200).json()["address"], Json::Null, "an answered code is shown to nobody");
        cast.admin.client.get(&format!("{path}/code.png")).must(404);
        assert_eq!(cast.house.verify().broken, []);
    }
}

#[test]
fn each_code_that_is_none_has_its_own_answer() {
    let mut cast = Cast::new(On::Sqlite);
    let asked = cast.ask(&["posts"]);
    let address = asked["address"].as_str().unwrap().to_owned();
    for (text, expected) in [
        (bent(&address, 3, &"0".repeat(32)), "tampered"),
        (bent(&address, 2, &"0".repeat(32)), "tampered"),
        ("hello".to_owned(), "tampered"),
        (bent(&address, 0, "0"), "downgraded"),
        (bent(&address, 0, "2"), "downgraded"),
        (bent(&address, 1, "7"), "downgraded"),
        (address.rsplit_once('.').unwrap().0.to_owned(), "downgraded"),
    ] {
        assert_eq!(denied(&scan(&mut cast.owner, &text)), [format!("centers.granting.{expected}")], "{text}");
    }
    // Another creator scans first; whose account was meant is another question.
    let mut other = owner(&cast.house, "Ben");
    scan(&mut other, &address).must(200);
    assert_eq!(denied(&scan(&mut cast.owner, &address)), ["centers.granting.taken_by_another"]);
    let path = format!("/api/v1/centres/{}/requests", cast.admin.org);
    let named = cast.admin.client.post(&path, json!({"scopes": ["posts"], "account": cast.account})).must(201).json();
    let address = named["address"].as_str().unwrap().to_owned();
    assert_eq!(denied(&scan(&mut other, &address)), ["centers.granting.not_this_owner"]);
    cast.admin.client.post(&format!("{path}/{}/withdraw", named["id"].as_str().unwrap()), json!({})).must(200);
    assert_eq!(denied(&scan(&mut cast.owner, &address)), ["centers.granting.withdrawn"]);
    let late = cast.ask(&["posts"])["address"].as_str().unwrap().to_owned();
    cast.house.clock.advance(Span(Span::minutes(10).0 - 1));
    scan(&mut cast.owner, &late).must(200);
    cast.house.clock.advance(Span(1));
    assert_eq!(denied(&scan(&mut cast.owner, &late)), ["centers.granting.expired"]);
}

#[test]
fn whoever_guesses_codes_runs_into_a_limit_and_is_let_in_again() {
    let mut cast = Cast::new(On::Sqlite);
    let address = cast.ask(&["posts"])["address"].as_str().unwrap().to_owned();
    for _ in 0..20 {
        assert_eq!(denied(&scan(&mut cast.owner, &bent(&address, 2, &"1".repeat(32)))), ["centers.granting.tampered"]);
    }
    let stopped = scan(&mut cast.owner, &bent(&address, 2, &"1".repeat(32))).must(429);
    assert!(stopped.json()["retry_at"].is_string(), "{}", stopped.body);
    scan(&mut cast.owner, &address).must(429);
    cast.house.clock.advance(Span::minutes(16));
    let fresh = cast.ask(&["posts"])["address"].as_str().unwrap().to_owned();
    // What is genuine never counts, however often it is looked at.
    for _ in 0..30 {
        scan(&mut cast.owner, &fresh).must(200);
    }
}

/// Lets all do their work at the same instant.
fn at_once<T: Send + 'static>(work: Vec<Box<dyn FnOnce() -> T + Send>>) -> Vec<T> {
    let gate = Arc::new(Barrier::new(work.len()));
    let begin = |work: Box<dyn FnOnce() -> T + Send>| {
        let gate = gate.clone();
        std::thread::spawn(move || {
            gate.wait();
            work()
        })
    };
    let threads: Vec<_> = work.into_iter().map(begin).collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

#[test]
fn race_ten_owners_scan_one_code_and_one_of_them_may_answer() {
    for on in On::BOTH {
        let mut cast = Cast::new(on);
        let neighbour = (on == On::Postgres).then(|| cast.house.neighbour());
        let owners: Vec<Member> = (0..10).map(|n| owner(&cast.house, &format!("Owner {n}"))).collect();
        for round in 0..5 {
            let address = cast.ask(&["posts"])["address"].as_str().unwrap().to_owned();
            let work = owners.iter().cloned().enumerate().map(|(at, mut owner)| {
                if let (1, Some(neighbour)) = (at % 2, &neighbour) {
                    owner.client.address = Some(neighbour.address);
                }
                let address = address.clone();
                Box::new(move || scan(&mut owner, &address)) as Box<dyn FnOnce() -> Reply + Send>
            });
            let replies = at_once(work.collect());
            assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1, "{on:?} round {round}");
            for reply in replies.iter().filter(|reply| reply.status != 200) {
                assert_eq!(denied(reply), ["centers.granting.taken_by_another"]);
            }
        }
        assert_eq!(cast.house.verify().broken, []);
    }
}

#[test]
fn race_authorising_against_withdrawing_ends_in_one_of_the_two() {
    for on in On::BOTH {
        let mut cast = Cast::new(on);
        for round in 0..10 {
            let account = cast.house.account(&cast.owner, &format!("mei.{round}"), "GB");
            let asked = cast.ask(&["posts"]);
            let scanned = scan(&mut cast.owner, asked["address"].as_str().unwrap()).must(200).json();
            let (mut owner, mut admin, id) = (cast.owner.clone(), cast.admin.clone(), asked["id"].as_str().unwrap().to_owned());
            let path = format!("/api/v1/centres/{}/requests/{id}", admin.org);
            let withdrawal = format!("{path}/withdraw");
            let replies = at_once(vec![
                Box::new(move || authorise(&mut owner, &scanned, account, &["posts"])) as Box<dyn FnOnce() -> Reply + Send>,
                Box::new(move || admin.client.post(&withdrawal, json!({}))),
            ]);
            assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1, "{on:?}: {}", replies[0].body);
            let standing = cast.admin.client.get(&path).must(200).json()["standing"].clone();
            assert_eq!(standing, if replies[0].status == 200 { "in_force" } else { "withdrawn" });
        }
    }
}

#[test]
fn a_standard_member_sees_what_is_assigned_to_them_and_nothing_tells_them_of_the_rest() {
    for on in On::BOTH {
        let mut cast = Cast::new(on);
        cast.grant(&["posts", "live"]);
        let list = format!("/api/v1/centres/{}/accounts", cast.admin.org);
        let (one, none) = (format!("{list}/{}", cast.account), format!("{list}/{}", AccountId::new(7)));
        assert_eq!(cast.member.client.get(&list).must(200).json()["items"], json!([]));
        assert_eq!(cast.member.client.get(&format!("{list}?q=mei")).must(200).json()["items"], json!([]));
        let (hidden, absent) = (cast.member.client.get(&one).must(404), cast.member.client.get(&none).must(404));
        assert_eq!(hidden.body, absent.body, "what is hidden and what is not there read alike");
        let use_of = |account: &str| format!("{account}/uses");
        let (hidden, absent) = (
            cast.member.client.post(&use_of(&one), json!({"scope": "posts"})).must(404),
            cast.member.client.post(&use_of(&none), json!({"scope": "posts"})).must(404),
        );
        assert_eq!(hidden.body, absent.body);
        let notices = format!("/api/v1/orgs/{}/notifications", cast.admin.org);
        let seen = cast.member.client.get(&notices);
        assert!(!seen.body.contains("mei"), "{}", seen.body);
        let assigned = cast.assign(&["posts"]).must(200).json();
        assert_eq!(assigned["possible"], 1, "{assigned}");
        let seen = cast.member.client.get(&one).must(200).json();
        assert_eq!(seen["own"]["permissions"][0], json!({"permission": "profile", "from": "centre"}));
        cast.member.client.post(&use_of(&one), json!({"scope": "posts"})).must(200);
        assert_eq!(cast.member.client.post(&use_of(&one), json!({"scope": "live"})).codes(), ["centers.granting.scope_not_held"]);
        let grants = format!("/api/v1/creators/{}/grants", cast.owner.org);
        let held = cast.owner.client.get(&grants).must(200).json();
        assert_eq!(held["items"][0]["last_use"]["scope"], "posts", "the owner sees who used it last");
        // The owner ends it with one act, and it has ended for the member with the next request.
        let grant = held["items"][0]["id"].as_str().unwrap().to_owned();
        cast.owner.client.post(&format!("{grants}/{grant}/end"), json!({})).must(200);
        cast.member.client.get(&one).must(404);
        cast.admin.client.get(&one).must(404);
    }
}

#[test]
fn a_centre_cannot_give_more_than_it_holds_and_the_preview_says_the_same_as_the_act() {
    let mut cast = Cast::new(On::Sqlite);
    cast.grant(&["posts"]);
    let preview = format!("/api/v1/centres/{}/assignments/preview", cast.admin.org);
    let stranger = cast.house.person("Nobody");
    let body = json!({"accounts": [cast.account], "members": [cast.member.user, stranger], "scopes": ["posts"]});
    let seen = cast.admin.client.post(&preview, body.clone()).must(200).json();
    assert_eq!(seen["possible"], 1);
    assert_eq!(seen["items"][1]["denials"][0]["code"], "centers.granting.not_a_member");
    let list = format!("/api/v1/centres/{}/accounts", cast.admin.org);
    assert_eq!(cast.member.client.get(&list).must(200).json()["items"], json!([]), "a preview does nothing");
    let done = cast.admin.client.post(&format!("/api/v1/centres/{}/assignments", cast.admin.org), body).must(200).json();
    assert_eq!(done, seen);
    assert_eq!(cast.assign(&["live"]).must(200).json()["items"][0]["denials"][0]["code"], "centers.granting.beyond_grant");
}

#[test]
fn who_leaves_a_centre_keeps_nothing_and_an_account_that_changes_hands_is_free() {
    let mut cast = Cast::new(On::Sqlite);
    cast.grant(&["posts"]);
    cast.assign(&["posts"]).must(200);
    let (centre, account, user) = (cast.admin.org, cast.account, cast.member.user);
    cast.house.perform(access::RemoveMember { org: centre, user });
    let given = cast.house.store.read_blocking(move |tx| centers::index::grants::assignment(tx, centre, account, user)).unwrap();
    assert_eq!(given, None);
    let asked = cast.ask(&["live"]);
    let admin = cast.admin.user;
    let other = cast.house.colleague(centre, Role::CentreAdmin);
    cast.house.perform(access::RemoveMember { org: centre, user: admin });
    assert_eq!(denied(&scan(&mut cast.owner, asked["address"].as_str().unwrap())), ["centers.granting.withdrawn"]);
    assert_ne!(other.user, admin);
}

#[test]
fn an_own_link_adds_to_what_the_centre_gave_and_is_untouched_by_it() {
    let mut cast = Cast::new(On::Sqlite);
    // The same person owns the account and works in the centre.
    let (centre, user) = (cast.admin.org, cast.owner.user);
    let links = format!("/api/v1/creators/{}/own_links", cast.owner.org);
    cast.owner.client.post(&links, json!({"account": cast.account, "scopes": ["live"]})).must(200);
    cast.grant(&["posts"]);
    let roads = |cast: &Cast| {
        let account = cast.account;
        cast.house.store.read_blocking(move |tx| centers::index::grants::scopes_of(tx, centre, account, user)).unwrap()
    };
    // G3, first case: not a member, so the link is all there is.
    assert_eq!(serde_json::to_value(roads(&cast).all()).unwrap(), json!(["live"]));
    cast.house.perform(access::add_member::AddMember { org: centre, user, role: Role::CentreMember });
    cast.member.user = user;
    cast.assign(&["posts"]).must(200);
    // Second case: a member with access through the centre has both.
    assert_eq!(serde_json::to_value(roads(&cast).all()).unwrap(), json!(["posts", "live"]));
    let path = format!("/api/v1/centres/{centre}/accounts/{}", cast.account);
    let seen = cast.house.member(centre, user).client.get(&path).must(200).json();
    let from = |permission: &str| {
        let all = seen["own"]["permissions"].as_array().unwrap();
        all.iter().find(|it| it["permission"] == permission).unwrap()["from"].clone()
    };
    assert_eq!([from("profile"), from("ad_posts"), from("live_videos")], ["both", "centre", "own_link"]);
    cast.admin.client.post(&format!("{path}/end"), json!({})).must(200);
    assert_eq!(serde_json::to_value(roads(&cast).all()).unwrap(), json!(["live"]), "the link stays");
}

#[test]
fn the_eight_hundredth_account_of_a_centre_fits_and_the_next_one_does_not() {
    let mut cast = Cast::new(On::Sqlite);
    let centre = cast.admin.org;
    let (owner, grants) = (cast.owner.org, 799);
    // Filled as the log would fill it; the verbs' own road takes minutes.
    cast.house
        .store
        .write_blocking(move |tx| {
            for n in 0..grants {
                let sql = "INSERT INTO grants (id, centre, account, owner, scopes, standing, granted_by, since, changed_at, ended_by, reason, seq)
                           VALUES ($1, $2, $3, $4, 1, 'in_force', $5, 1, 1, '', '', 1)";
                let (id, account): (kernel::GrantId, AccountId) = (store::fresh(), AccountId::new(n));
                tx.put(sql, store::args![id, centre, account, owner, kernel::UserId::new(1)])?;
            }
            Ok(())
        })
        .unwrap();
    let second = cast.house.account(&cast.owner, "mei.two", "GB");
    let asked = [cast.ask(&["posts"]), cast.ask(&["posts"])];
    let scanned: Vec<Json> = asked.iter().map(|asked| scan(&mut cast.owner, asked["address"].as_str().unwrap()).must(200).json()).collect();
    let work = scanned.into_iter().zip([cast.account, second]).map(|(request, account)| {
        let mut owner = cast.owner.clone();
        Box::new(move || authorise(&mut owner, &request, account, &["posts"])) as Box<dyn FnOnce() -> Reply + Send>
    });
    let replies = at_once(work.collect());
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    let lost = replies.iter().find(|reply| reply.status != 200).unwrap();
    assert_eq!(denied(lost), ["centers.granting.accounts_full"]);
}
