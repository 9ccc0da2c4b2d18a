//! The same worlds for a foreign engine: OpenFGA gets our question as a model of its own (`openfga/model.fga`), the relations as tuples, and
//! the index's verdicts as what it must say. `cargo xtask test` runs `fga model test` over the files; here it is shown that they
//! are many and not all alike.

use crate::{
    naive::Log,
    worlds::{ACCOUNTS, ADS, CENTRES, USERS, World, account, ad_account, centre, user},
};
use decisions::{AdRole, Answer, Denied, Index, Question, Scope, State};
use serde_json::{Value as Json, json};
use std::path::PathBuf;

const WORLDS: u64 = 93;

fn tuple(user: impl Into<String>, relation: &str, object: impl Into<String>) -> Json {
    json!({"user": user.into(), "relation": relation, "object": object.into()})
}

/// Everything that a world says about using accounts, as tuples.
fn tuples(log: &Log<'_>) -> Vec<Json> {
    let mut all = Vec::new();
    let everyone = "user:*";
    let mut say = |holds: bool, user: &str, relation: &str, object: &str| {
        if holds {
            all.push(tuple(user, relation, object));
        }
    };
    for c in 0..CENTRES {
        let object = format!("centre:{c}");
        say(log.org_state(centre(c)) == State::Normal, everyone, "normal", &object);
        for u in 0..USERS {
            say(log.is_member(centre(c), user(u)), &format!("user:{u}"), "member", &object);
            say(log.is_locked_out(user(u)), &format!("user:{u}"), "locked_out", &object);
        }
    }
    for a in 0..ACCOUNTS {
        let object = format!("account:{a}");
        say(log.account_state(account(a)) == State::Normal, everyone, "usable", &object);
        say(log.is_political(account(a)), everyone, "political", &object);
        for (u, scope) in (0..USERS).flat_map(|u| Scope::ALL.map(|scope| (u, scope))) {
            let linked = log.own(account(a), user(u)).is_some_and(|scopes| scopes.contains(scope));
            say(linked, &format!("user:{u}"), &format!("own_{}", scope.code()), &object);
        }
        for c in 0..CENTRES {
            let object = format!("hold:{c}-{a}");
            say(true, &format!("account:{a}"), "account", &object);
            say(true, &format!("centre:{c}"), "centre", &object);
            for scope in Scope::ALL {
                let granted = log.granted(centre(c), account(a)).is_some_and(|scopes| scopes.contains(scope));
                say(granted, everyone, &format!("{}_granted", scope.code()), &object);
                for u in 0..USERS {
                    let given = log.assigned(centre(c), account(a), user(u)).is_some_and(|scopes| scopes.contains(scope));
                    say(given, &format!("user:{u}"), &format!("{}_assigned", scope.code()), &object);
                }
            }
        }
    }
    for (d, c) in (0..ADS).flat_map(|d| (0..CENTRES).map(move |c| (d, c))) {
        let object = format!("place:{d}-{c}");
        let Some((owner, open)) = log.ad_account(ad_account(d)) else { continue };
        let owner_number = (0..CENTRES).find(|n| centre(*n) == owner).unwrap();
        let is_own = owner == centre(c);
        // Whoever has a role in a place of an analysts' share runs nothing there.
        let most = if is_own { Some(AdRole::Admin) } else { log.share(ad_account(d), centre(c)) };
        say(true, &format!("centre:{c}"), "centre", &object);
        say(true, &format!("centre:{owner_number}"), "owner", &object);
        say(open, everyone, "open", &object);
        say(is_own, everyone, "own", &object);
        say(!is_own && most.is_some_and(AdRole::runs_ads), everyone, "shared", &object);
        say(log.are_partners(owner, centre(c)), everyone, "partners", &object);
        for u in 0..USERS {
            let runs = log.ad_role(ad_account(d), centre(c), user(u)).is_some_and(AdRole::runs_ads);
            say(runs, &format!("user:{u}"), "runner", &object);
            for (n, group) in log.groups().into_iter().enumerate() {
                let runs = log.group_role(group, ad_account(d), centre(c), user(u)).is_some_and(AdRole::runs_ads);
                let group = format!("group:{n}-{d}-{c}");
                say(u == 0, &group, "group", &object);
                say(runs, &format!("user:{u}"), "runner", &group);
            }
        }
        for a in 0..ACCOUNTS {
            let attempt = format!("attempt:{c}-{a}-{d}");
            say(true, &format!("account:{a}"), "account", &attempt);
            say(true, &format!("hold:{c}-{a}"), "hold", &attempt);
            say(true, &object, "place", &attempt);
            say(true, &format!("centre:{c}"), "centre", &attempt);
            say(log.is_withheld(centre(c), account(a), ad_account(d)), everyone, "withheld", &attempt);
        }
    }
    all
}

/// A world as one file for `fga model test`; how many questions are in it, to how many the answer is yes, and to how many it is no for
/// nothing but what is withheld.
fn exported(seed: u64) -> (Json, [usize; 3]) {
    let (mut world, mut index) = (World::new(seed + 9_000), Index::new());
    (0..60).for_each(|_| world.step());
    (0..12).for_each(|_| world.give());
    (0..6).for_each(|_| world.keep_out());
    world.log.iter().for_each(|(seq, at, fact)| index.tell(fact, *seq, *at));
    let (mut checks, mut counts) = (Vec::new(), [0; 3]);
    let mut answer = Answer::default();
    let all = (0..CENTRES).flat_map(|c| (0..ACCOUNTS).flat_map(move |a| (0..ADS).flat_map(move |d| (0..USERS).map(move |u| (c, a, d, u)))));
    for (c, a, d, u) in all {
        let mut assertions = serde_json::Map::new();
        for scope in Scope::ALL {
            let question =
                Question::Use { user: user(u), centre: centre(c), account: account(a), scope, ad_account: ad_account(d), post: None };
            index.check(&question, world.now, None, &mut answer);
            assertions.insert(scope.code().into(), answer.allowed.into());
            let kept_out = answer.reasons().all(|denied| matches!(denied, Denied::Withheld | Denied::NotLinkedByPerson)) && !answer.allowed;
            for (count, is) in counts.iter_mut().zip([true, answer.allowed, kept_out]) {
                *count += usize::from(is);
            }
        }
        checks.push(json!({"user": format!("user:{u}"), "object": format!("attempt:{c}-{a}-{d}"), "assertions": assertions}));
    }
    let tuples = tuples(&Log(&world.log));
    let file = json!({"name": format!("world {seed}"), "model_file": "model.fga", "tuples": tuples, "tests": [{"name": "every question", "check": checks}]});
    (file, counts)
}

#[test]
fn worlds_are_written_down_for_a_foreign_engine() {
    let folder = std::env::var("COUNTERSIGN_OPENFGA").map(PathBuf::from);
    let mut counts = [0; 3];
    for seed in 0..WORLDS {
        let (file, of_it) = exported(seed);
        counts = std::array::from_fn(|n| counts[n] + of_it[n]);
        if let Ok(folder) = &folder {
            std::fs::write(folder.join(format!("world-{seed:03}.fga.yaml")), file.to_string()).unwrap();
        }
    }
    if let Ok(folder) = &folder {
        std::fs::write(folder.join("model.fga"), include_str!("openfga/model.fga")).unwrap();
    }
    let [asked, allowed, kept_out] = counts;
    assert!(asked >= 10_000 && allowed >= 400 && kept_out >= 40, "{counts:?}");
}
