//! Right also when they race: all clients wait at a barrier and ask at the same instant, on both databases and, on PostgreSQL,
//! through two processes' worth of house.

use crate::house::{House, Member, On};
use access::Merchant;
use kernel::{AccountId, Span};
use serde_json::json;
use std::sync::{Arc, Barrier};

/// Lets every member do its work at the same instant; answers the status and the reasons of each.
fn at_once<T: Send + 'static>(work: Vec<Box<dyn FnOnce() -> T + Send>>) -> Vec<T> {
    let gate = Arc::new(Barrier::new(work.len()));
    let threads: Vec<_> = work
        .into_iter()
        .map(|work| {
            let gate = gate.clone();
            std::thread::spawn(move || {
                gate.wait();
                work()
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

/// The doors through which a race is run.
fn doors(on: On) -> (House, Option<House>) {
    let house = House::open(on);
    let neighbour = (on == On::Postgres).then(|| house.neighbour());
    (house, neighbour)
}

fn through(member: &Member, at: usize, neighbour: Option<&House>) -> Member {
    let mut member = member.clone();
    if let (1, Some(neighbour)) = (at % 2, neighbour) {
        member.client.address = Some(neighbour.address);
    }
    member
}

/// Accepts of many open invitations at once; how many were accepted, and why the others were not.
fn accept_at_once(pairs: Vec<(Member, String)>, neighbour: Option<&House>) -> (usize, Vec<Vec<String>>) {
    let work = pairs.into_iter().enumerate().map(|(at, (owner, link))| {
        let mut owner = through(&owner, at, neighbour);
        Box::new(move || owner.accept(&link)) as Box<dyn FnOnce() -> crate::client::Reply + Send>
    });
    let replies = at_once(work.collect());
    let won = replies.iter().filter(|reply| reply.status == 200).count();
    let lost = replies.iter().filter(|reply| reply.status != 200).map(|reply| {
        assert_eq!(reply.status, 409, "{}", reply.body);
        reply.codes()
    });
    (won, lost.collect())
}

fn invited(shop: &mut Member, owner: &Member, account: AccountId, role: &str) -> (Member, String) {
    let link = shop.invite(account, role).must(201).json()["id"].as_str().unwrap().to_owned();
    (owner.clone(), link)
}

#[test]
fn race_fifty_shops_for_one_account_has_one_winner() {
    for on in On::BOTH {
        let (house, neighbour) = doors(on);
        let owner = house.creator("Mei", "GB");
        let mut shops: Vec<Member> = (0..50).map(|n| house.shop(&format!("Shop {n}"), "GB", Merchant::Invited)).collect();
        for round in 0..4 {
            let account = house.account(&owner, &format!("mei.{round}"), "GB");
            let pairs = shops
                .iter_mut()
                .enumerate()
                .map(|(at, shop)| invited(&mut through(shop, at, neighbour.as_ref()), &owner, account, "marketing"))
                .collect();
            let (won, lost) = accept_at_once(pairs, neighbour.as_ref());
            assert_eq!(won, 1, "{on:?} round {round}");
            for codes in lost {
                assert!(codes.contains(&"linking.rules.linked_elsewhere".to_owned()), "{codes:?}");
            }
            let holders = house
                .store
                .read_blocking(move |tx| {
                    tx.count("SELECT COUNT(*) FROM links WHERE account = $1 AND standing = 'in_force'", store::args![account])
                })
                .unwrap();
            assert_eq!(holders, 1);
        }
        assert_eq!(house.verify().broken, []);
    }
}

#[test]
fn race_for_the_last_marketing_place_never_makes_a_fifth() {
    for on in On::BOTH {
        let (house, neighbour) = doors(on);
        let mut shop = house.shop("Tea", "GB", Merchant::Invited);
        let owner = house.creator("Mei", "GB");
        let accounts: Vec<_> = (0..20).map(|n| house.account(&owner, &format!("mei.{n}"), "GB")).collect();
        let pairs = accounts.iter().map(|account| invited(&mut shop, &owner, *account, "marketing")).collect();
        let (won, lost) = accept_at_once(pairs, neighbour.as_ref());
        assert_eq!(won, 4, "{on:?}");
        assert!(lost.iter().all(|codes| *codes == ["linking.rules.marketing_places_taken"]), "{lost:?}");
    }
}

#[test]
fn race_for_the_official_place_has_one_winner() {
    for on in On::BOTH {
        let (house, neighbour) = doors(on);
        let mut shop = house.shop("Tea", "GB", Merchant::Open);
        let owner = house.creator("Mei", "GB");
        let pairs = (0..10).map(|n| invited(&mut shop, &owner, house.account(&owner, &format!("mei.{n}"), "GB"), "official")).collect();
        let (won, lost) = accept_at_once(pairs, neighbour.as_ref());
        assert_eq!(won, 1, "{on:?}");
        assert!(lost.iter().all(|codes| *codes == ["linking.rules.official_place_taken"]), "{lost:?}");
    }
}

/// Links and unlinks `times` marketing accounts of one shop, a day apart.
fn spend(house: &House, shop: &mut Member, owner: &mut Member, times: usize, role: &str) {
    for n in 0..times {
        let account = house.account(owner, &format!("{role}.{n}"), "GB");
        let link = house.link(shop, owner, account, role);
        house.pass(Span::hours(24));
        owner.act(&link, "unlink", json!({"reason": "moving on"})).must(200);
        shop.answer(&link, "unlink/approve", json!({})).must(200);
    }
}

#[test]
fn race_for_the_tenth_link_in_180_days_never_makes_an_eleventh() {
    for on in On::BOTH {
        let (house, neighbour) = doors(on);
        let (mut shop, mut owner) = (house.shop("Tea", "GB", Merchant::Invited), house.creator("Mei", "GB"));
        let first = house.clock_now();
        spend(&house, &mut shop, &mut owner, 8, "marketing");
        let pairs = (0..4).map(|n| invited(&mut shop, &owner, house.account(&owner, &format!("late.{n}"), "GB"), "marketing")).collect();
        let (won, lost) = accept_at_once(pairs, neighbour.as_ref());
        assert_eq!(won, 2, "{on:?}: eight are spent, two are left");
        assert!(lost.iter().all(|codes| *codes == ["linking.rules.links_spent"]), "{lost:?}");
        // The oldest link leaves the window at exactly 180 days, and not a millisecond before.
        let account = house.account(&owner, "the.eleventh", "GB");
        house.clock.set(first + Span::days(180) - Span(1));
        assert_eq!(shop.invite(account, "marketing").must(409).codes(), ["linking.rules.links_spent"]);
        house.clock.set(first + Span::days(180));
        shop.invite(account, "marketing").must(201);
    }
}

#[test]
fn race_for_the_third_official_unlink_never_makes_a_fourth() {
    for on in On::BOTH {
        let (house, neighbour) = doors(on);
        let (mut shop, mut owner) = (house.shop("Tea", "GB", Merchant::Open), house.creator("Mei", "GB"));
        spend(&house, &mut shop, &mut owner, 2, "official");
        let account = house.account(&owner, "third", "GB");
        let link = house.link(&mut shop, &mut owner, account, "official");
        house.pass(Span::hours(24));
        owner.act(&link, "unlink", json!({"reason": "again"})).must(200);
        let work = (0..20).map(|at| {
            let (mut shop, link) = (through(&shop, at, neighbour.as_ref()), link.clone());
            Box::new(move || shop.answer(&link, "unlink/approve", json!({})).status) as Box<dyn FnOnce() -> u16 + Send>
        });
        let statuses = at_once(work.collect());
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{on:?} {statuses:?}");
        house.pass(Span::hours(24));
        let account = house.account(&owner, "fourth", "GB");
        let link = house.link(&mut shop, &mut owner, account, "official");
        house.pass(Span::hours(24));
        assert_eq!(owner.act(&link, "unlink", json!({"reason": "no"})).must(409).codes(), ["linking.rules.unlinks_spent"]);
    }
}

#[test]
fn race_of_an_accept_with_everything_that_could_stop_it_equals_some_order() {
    for on in On::BOTH {
        let (house, neighbour) = doors(on);
        let (mut shop, owner) = (house.shop("Tea", "GB", Merchant::Invited), house.creator("Mei", "GB"));
        for round in 0..8 {
            let account = house.account(&owner, &format!("mei.{round}"), "GB");
            let (owner, link) = invited(&mut shop, &owner, account, "marketing");
            let (mut accepting, mut declining, mut withdrawing) =
                (through(&owner, 0, neighbour.as_ref()), through(&owner, 1, neighbour.as_ref()), shop.clone());
            let (a, d, w) = (link.clone(), link.clone(), link.clone());
            let work: Vec<Box<dyn FnOnce() -> u16 + Send>> = vec![
                Box::new(move || accepting.accept(&a).status),
                Box::new(move || declining.act(&d, "decline", json!({})).status),
                Box::new(move || withdrawing.answer(&w, "withdraw", json!({})).status),
            ];
            let statuses = at_once(work);
            assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{on:?} {statuses:?}");
            if statuses[0] == 200 {
                house.pass(Span::hours(24));
                let mut owner = owner.clone();
                owner.act(&link, "unlink", json!({"reason": "next round"})).must(200);
                shop.answer(&link, "unlink/approve", json!({})).must(200);
            }
        }
    }
}

#[test]
fn race_of_one_key_has_one_effect_and_one_answer() {
    for on in On::BOTH {
        let (house, neighbour) = doors(on);
        let (shop, owner) = (house.shop("Tea", "GB", Merchant::Invited), house.creator("Mei", "GB"));
        let account = house.account(&owner, "mei", "GB");
        let work = (0..50).map(|at| {
            let mut shop = through(&shop, at, neighbour.as_ref());
            let path = format!("/api/v1/shops/{}/links", shop.org);
            Box::new(move || shop.client.post_once("one", &path, json!({"account": account, "role": "marketing"})))
                as Box<dyn FnOnce() -> crate::client::Reply + Send>
        });
        let replies = at_once(work.collect());
        assert!(replies.iter().all(|reply| reply.status == 201), "{on:?} {:?}", replies.iter().map(|r| r.status).collect::<Vec<_>>());
        assert!(replies.iter().all(|reply| reply.body == replies[0].body));
        let mut again = shop.clone();
        let path = format!("/api/v1/shops/{}/links", shop.org);
        again.client.post_once("one", &path, json!({"account": account, "role": "official"})).must(422);
        house.pass(Span(Span::hours(24).0 - 1));
        assert_eq!(again.client.post_once("one", &path, json!({"account": account, "role": "marketing"})).must(201).body, replies[0].body);
    }
}

#[test]
fn race_the_last_two_admins_places_of_a_centre_go_to_two_of_thirty() {
    for on in On::BOTH {
        let (house, neighbour) = doors(on);
        let centre = house.org(kernel::OrgKind::Centre, "North", "GB", Merchant::Open);
        let org = centre.org;
        let joins = |role: kernel::Role| {
            let user = house.person(role.code());
            house.perform(access::AddMember { org, user, role });
            user
        };
        for _ in 0..17 {
            joins(kernel::Role::CentreAdmin);
        }
        let members: Vec<_> = (0..30).map(|_| joins(kernel::Role::CentreMember)).collect();
        let stores: Vec<_> = std::iter::once(&house).chain(&neighbour).map(|house| house.store.clone()).collect();
        let work = members.into_iter().enumerate().map(|(at, user)| {
            let store = stores[at % stores.len()].clone();
            let ask = access::ChangeRole { org, user, role: kernel::Role::CentreAdmin };
            let work = move || store.write_blocking(move |tx| store::perform(tx, &kernel::Actor::SYSTEM, &ask));
            Box::new(work) as Box<dyn FnOnce() -> Result<(), kernel::Refusal> + Send>
        });
        let done = at_once(work.collect());
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 2, "{on:?}");
        for refused in done.into_iter().filter_map(Result::err) {
            let kernel::Refusal::Denied { denials, .. } = refused else { panic!("{refused:?}") };
            assert!(denials.iter().all(|denial| denial.code.ends_with("admins_full")), "{denials:?}");
        }
        let admins = house.store.read_blocking(move |tx| access::index::count_role(tx, org, kernel::Role::CentreAdmin)).unwrap();
        assert_eq!(admins, 20);
        assert_eq!(house.verify().broken, []);
    }
}

#[test]
fn race_two_centres_that_ask_each_other_at_once_have_one_question_between_them() {
    for on in On::BOTH {
        let (house, neighbour) = doors(on);
        for round in 0..10 {
            let one = house.org(kernel::OrgKind::Centre, &format!("North {round}"), "GB", Merchant::Open);
            let other = house.org(kernel::OrgKind::Centre, &format!("South {round}"), "GB", Merchant::Open);
            let work = (0..10).map(|at| {
                let (asker, asked) = if at % 2 == 0 { (&one, &other) } else { (&other, &one) };
                let (mut asker, partner) = (through(asker, at / 2, neighbour.as_ref()), asked.org);
                let path = format!("/api/v1/centres/{}/partners", asker.org);
                Box::new(move || asker.client.post(&path, json!({"partner": partner}))) as Box<dyn FnOnce() -> crate::client::Reply + Send>
            });
            let replies = at_once(work.collect());
            assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1, "{on:?}");
            assert!(replies.iter().all(|reply| reply.status == 201 || reply.codes() == ["centers.assets.already_asked"]), "{on:?}");
        }
    }
}

/// Two hundred shops that each hold an invitation of one account: its owner accepts them all, their shops withdraw them and their
/// 48 hours end, all at the same instant. Whatever the order, one link stands at the most and everyone hears why.
#[test]
fn race_two_hundred_shops_accepts_withdrawals_and_the_clock_leave_one_link_at_the_most() {
    for on in On::BOTH {
        let (house, neighbour) = doors(on);
        let owner = house.creator("Mei", "GB");
        let account = house.account(&owner, "mei", "GB");
        let shops: Vec<Member> = (0..200).map(|n| house.shop(&format!("Shop {n}"), "GB", Merchant::Invited)).collect();
        let invite = |(at, shop): (usize, &Member)| {
            let mut shop = through(shop, at, neighbour.as_ref());
            Box::new(move || shop.invite(account, "marketing")) as Box<dyn FnOnce() -> crate::client::Reply + Send>
        };
        let links: Vec<String> = at_once(shops.iter().enumerate().map(invite).collect())
            .into_iter()
            .map(|reply| reply.must(201).json()["id"].as_str().unwrap().to_owned())
            .collect();
        let mut work: Vec<Box<dyn FnOnce() -> (&'static str, crate::client::Reply) + Send>> = Vec::new();
        for (at, (shop, link)) in shops.iter().zip(&links).enumerate() {
            let (mut owner, accepted) = (through(&owner, at, neighbour.as_ref()), link.clone());
            work.push(Box::new(move || ("accept", owner.accept(&accepted))));
            if at % 2 == 0 {
                let (mut shop, withdrawn) = (through(shop, at / 2, neighbour.as_ref()), link.clone());
                work.push(Box::new(move || ("withdraw", shop.answer(&withdrawn, "withdraw", json!({})))));
            }
        }
        let clock = house.clock.clone();
        let looker = owner.clone();
        work.push(Box::new(move || {
            clock.advance(Span(Span::hours(48).0 - 1));
            clock.advance(Span(1));
            let mut looker = looker;
            let path = format!("/api/v1/creators/{}/links", looker.org);
            ("look", looker.client.get(&path))
        }));
        let replies = at_once(work);
        let won = replies.iter().filter(|(did, reply)| *did == "accept" && reply.status == 200).count();
        assert!(won <= 1, "{on:?}: {won} were accepted");
        for (did, reply) in &replies {
            assert!(matches!(reply.status, 200 | 409), "{on:?} {did} {} {}", reply.status, reply.body);
            assert!(reply.status == 200 || !reply.codes().is_empty(), "{did} {}", reply.body);
        }
        house.tick();
        let count = |sql: &'static str| house.store.read_blocking(move |tx| tx.count(sql, store::args![account])).unwrap();
        assert_eq!(count("SELECT COUNT(*) FROM links WHERE account = $1 AND standing = 'in_force'"), i64::try_from(won).unwrap());
        assert_eq!(
            count("SELECT COUNT(*) FROM links WHERE account = $1 AND standing = 'asked'"),
            0,
            "{on:?}: an invitation outlived its 48 hours"
        );
        assert_eq!(house.verify().broken, []);
    }
}
