//! Runs the stories: each line is one thing that somebody does over HTTP, or one thing that somebody sees.

mod centres;
mod dialect;
mod spark;

use crate::{
    client::Reply,
    house::{House, Member, On},
};
use kernel::{AccountId, Span};
use serde_json::json;
use std::{collections::BTreeMap, path::PathBuf};

mod rights;

struct Told<'a> {
    house: House,
    operator: Member,
    people: BTreeMap<String, Member>,
    accounts: BTreeMap<String, AccountId>,
    owners: BTreeMap<String, String>,
    /// The last link of an account, and of an account with a shop.
    links: BTreeMap<String, (String, String)>,
    between: BTreeMap<(String, String), String>,
    named: centres::Named,
    rights: rights::Rights,
    spark: spark::Advertised,
    dialect: dialect::Dialect,
    line: &'a str,
}

fn networks(country: &str) -> &'static str {
    match country {
        "GB" => "81.2.69.142",
        "FR" => "90.80.70.1",
        "US" => "8.8.8.8",
        other => panic!("no address is known to lie in {other}"),
    }
}

impl<'a> Told<'a> {
    fn new(on: On) -> Told<'a> {
        let house = House::open(on);
        let operator = house.operator();
        Told {
            house,
            operator,
            people: BTreeMap::new(),
            accounts: BTreeMap::new(),
            owners: BTreeMap::new(),
            links: BTreeMap::new(),
            between: BTreeMap::new(),
            named: centres::Named::default(),
            rights: rights::Rights::default(),
            spark: spark::Advertised::default(),
            dialect: dialect::Dialect::default(),
            line: "",
        }
    }

    fn person(&mut self, name: &str) -> &mut Member {
        let line = self.line;
        self.people.get_mut(name).unwrap_or_else(|| panic!("nobody is called {name}: {line}"))
    }

    fn tell(&mut self, line: &'a str) {
        self.line = line;
        let (act, expected) = line.split_once(" → ").unwrap_or((line, ""));
        let mut expected: Vec<String> = expected.split(", ").filter(|code| !code.is_empty()).map(str::to_owned).collect();
        expected.sort();
        if let Some(reply) = self.step(act) {
            if expected == ["not_found"] {
                assert_eq!(reply.status, 404, "{line}\n{}", reply.body);
            } else if expected.is_empty() {
                assert!(matches!(reply.status, 200 | 201), "{line}\n{} {}", reply.status, reply.body);
            } else {
                assert_eq!(reply.status, 409, "{line}\n{}", reply.body);
                assert_eq!(reply.codes(), expected, "{line}");
            }
        }
    }

    fn step(&mut self, act: &str) -> Option<Reply> {
        if let Some(done) = dialect::step(self, act).or_else(|| centres::step(self, act)).or_else(|| spark::step(self, act)) {
            return done;
        }
        let words: Vec<&str> = act.split(' ').collect();
        match words[..] {
            ["shop", name, region, merchant] => {
                let merchant = access::Merchant::from_code(merchant).unwrap();
                let shop = self.house.shop(name, region, merchant);
                self.people.insert(name.into(), shop);
                None
            }
            ["creator", name, region] => {
                let creator = self.house.creator(name, region);
                self.people.insert(name.into(), creator);
                None
            }
            ["account", handle, "of", owner, "in", region] => {
                let account = self.house.account(&self.people[owner], handle, region);
                self.accounts.insert(handle.into(), account);
                self.owners.insert(handle.into(), owner.into());
                None
            }
            ["violation", "on", handle] => {
                let path = format!("/api/v1/orgs/{}/accounts/{}/violations", self.operator.org, self.accounts[handle]);
                Some(self.operator.client.post(&path, json!({"reason": "counterfeit goods"})))
            }
            ["violation", "closed", "on", handle] => {
                let account = self.accounts[handle];
                let open = self.house.store.read_blocking(move |tx| accounts::index::violations(tx, account)).unwrap();
                let violation = open.iter().find(|violation| violation.closed_at.is_none()).unwrap().id;
                let path = format!("/api/v1/orgs/{}/accounts/{account}/violations/{violation}/close", self.operator.org);
                Some(self.operator.client.post(&path, json!({"reason": "removed"})))
            }
            [number, unit, "pass"] => {
                let span: Span = format!("{number} {unit}").parse().unwrap();
                self.house.pass(span);
                None
            }
            _ => self.rights(&words).unwrap_or_else(|| self.sentence(act)),
        }
    }

    fn sentence(&mut self, act: &str) -> Option<Reply> {
        if let Some((handle, stage)) = act.split_once(" is called ") {
            let account = self.accounts[handle];
            let found = self.house.store.read_blocking(move |tx| accounts::index::account(tx, account)).unwrap().unwrap();
            assert_eq!(found.nickname, stage, "{act}");
            return None;
        }
        if let Some((old, new)) = act.split_once(" is renamed ") {
            let shop = self.person(old);
            let path = format!("/api/v1/orgs/{}/name", shop.org);
            let reply =
                shop.client.send("PUT", &path, &[("Content-Type", "application/json")], json!({"name": new}).to_string().as_bytes());
            if reply.status == 200 {
                let shop = self.people.remove(old).unwrap();
                self.people.insert(new.into(), shop);
            }
            return Some(reply);
        }
        if let Some((handle, stage)) = act.split_once(" is ") {
            let (link, shop) = self.links[handle].clone();
            let shop = self.person(&shop);
            let seen = shop.client.get(&format!("/api/v1/shops/{}/links/{link}", shop.org)).must(200).json();
            assert_eq!(seen["stage"], stage, "{act}");
            return None;
        }
        if let Some((name, rest)) = act.split_once(" invites ") {
            let (handle, kind) = rest.split_once(" as ").unwrap();
            let account = self.accounts[handle];
            let reply = self.person(name).invite(account, kind);
            if reply.status == 201 {
                let link = reply.json()["id"].as_str().unwrap().to_owned();
                self.links.insert(handle.into(), (link.clone(), name.into()));
                self.between.insert((name.into(), handle.into()), link);
            }
            return Some(reply);
        }
        let reason = json!({"reason": "because"});
        let owner: [(&str, &str); 4] =
            [(" accepts ", "accept"), (" declines ", "decline"), (" asks to leave with ", "unlink"), (" keeps ", "unlink/withdraw")];
        for (phrase, verb) in owner {
            if let Some((name, rest)) = act.split_once(phrase) {
                let (rest, network) =
                    rest.split_once(" on a network in ").map_or((rest, None), |(rest, country)| (rest, Some(networks(country))));
                let (handle, shop) = rest.split_once(" from ").map_or((rest, None), |(handle, shop)| (handle, Some(shop.to_owned())));
                let link = shop.map_or_else(|| self.links[handle].0.clone(), |shop| self.between[&(shop, handle.to_owned())].clone());
                let member = self.person(name);
                member.client.from = network.map(str::to_owned);
                return Some(member.act(&link, verb, reason));
            }
        }
        for (phrase, verb) in [(" withdraws ", "withdraw"), (" refuses to let ", "unlink/refuse"), (" lets ", "unlink/approve")] {
            if let Some((name, rest)) = act.split_once(phrase) {
                let handle = rest.trim_end_matches(" go");
                let link = self.between[&(name.to_owned(), handle.to_owned())].clone();
                return Some(self.person(name).answer(&link, verb, reason));
            }
        }
        panic!("nobody understands: {act}");
    }
}

fn run(on: On) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../stories");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "story"))
        .collect();
    files.sort();
    let mut stories = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut told: Option<Told<'_>> = None;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if line.starts_with('#') {
                stories += 1;
                told = Some(Told::new(on));
            } else {
                told.as_mut().expect("a story begins with its name").tell(line);
            }
        }
    }
    assert!(stories >= 10, "the stories are gone");
}

#[test]
fn stories_on_sqlite() {
    run(On::Sqlite);
}

#[test]
fn stories_on_postgresql() {
    run(On::Postgres);
}
