//! Searching as people type, on a real store.

use crate::{
    index::{self, Filter},
    testing::{CREATOR, House, OPERATOR, START},
};
use kernel::{Region, Span};

fn found(house: &House, query: &'static str) -> Vec<String> {
    let page = house.see(move |tx| index::search(tx, query, None, 10, None));
    page.accounts.into_iter().map(|account| account.handle).collect()
}

#[test]
fn accounts_are_found_by_start_word_character_and_with_a_typo() {
    for house in House::all() {
        house.register("luna.kitchen", "Luna 小美厨房");
        house.register("lunar_travel", "Moon Walks");
        house.register("sara.tries", "تجارب سارة");
        for (query, expected) in [
            ("lun", vec!["luna.kitchen", "lunar_travel"]),
            ("@Luna.K", vec!["luna.kitchen"]),
            ("kitch", vec!["luna.kitchen"]),
            ("walks", vec!["lunar_travel"]),
            ("厨房", vec!["luna.kitchen"]),
            ("小丽厨房", vec!["luna.kitchen"]),
            ("سارة", vec!["sara.tries"]),
            ("kithcen", vec!["luna.kitchen"]),
            ("kitcen", vec!["luna.kitchen"]),
            ("xlunar_tr", vec!["lunar_travel"]),
            ("ＬＵＮＡＲ", vec!["lunar_travel", "luna.kitchen"]),
            ("zzzz", vec![]),
        ] {
            assert_eq!(found(&house, query), expected, "{query}");
        }
    }
}

#[test]
fn a_renamed_account_is_found_by_its_new_names_only() {
    let house = House::sqlite();
    let account = house.register("luna.kitchen", "Luna");
    let rename = |handle: &str| crate::rename::Rename { owner: CREATOR, account, handle: handle.into(), nickname: "Luna".into() };
    house.perform(rename("selene")).unwrap();
    assert_eq!(found(&house, "selen"), ["selene"]);
    assert!(found(&house, "kitchen").is_empty());
    assert!(house.perform(rename("artemis")).is_err(), "a handle waits");
    house.clock.set(START + Span::days(30));
    house.perform(rename("artemis")).unwrap();
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    for house in House::all() {
        for number in 0..25 {
            house.register(&format!("cook{number:02}"), "Cook");
        }
        for query in ["cook", ""] {
            let mut seen = Vec::new();
            let mut cursor: Option<String> = None;
            loop {
                let from = cursor.clone();
                let page = house.see(move |tx| index::search(tx, query, Some(Region::new(b"GB")), 7, from.as_deref()));
                seen.extend(page.accounts.into_iter().map(|account| account.handle));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen.len(), 25, "{query:?}");
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 25, "{query:?}: an account was shown twice");
        }
        let elsewhere = house.see(|tx| index::search(tx, "cook", Some(Region::new(b"MX")), 7, None));
        assert!(elsewhere.accounts.is_empty());
    }
}

#[test]
fn a_handle_belongs_to_one_account_however_it_is_written() {
    let house = House::sqlite();
    house.register("Luna", "Luna");
    let again = crate::register::Register {
        account: store::fresh(),
        owner: CREATOR,
        handle: "lUNA".into(),
        nickname: "Other".into(),
        region: Region::new(b"GB"),
        birth: jiff::civil::date(2000, 1, 1),
        categories: Vec::new(),
    };
    assert!(matches!(house.perform(again), Err(kernel::Refusal::Denied { .. })));
}

#[test]
fn another_creators_account_is_not_there() {
    let house = House::sqlite();
    let account = house.register("luna", "Luna");
    assert!(house.see(move |tx| index::own_account(tx, OPERATOR, account)).is_none());
    let rename = crate::rename::Rename { owner: OPERATOR, account, handle: "mine".into(), nickname: "Mine".into() };
    assert_eq!(house.perform(rename), Err(kernel::Refusal::NotFound));
}

/// Not for every day: `cargo test --release -p accounts million -- --ignored --nocapture` prints what a search costs.
#[test]
#[ignore = "takes minutes and a gigabyte; it measures and promises nothing"]
#[expect(clippy::disallowed_methods, reason = "a measurement needs a stopwatch")]
fn searching_a_million_accounts() {
    const ACCOUNTS: usize = 1_000_000;
    let house = House::sqlite();
    let syllables =
        ["lu", "na", "mi", "ra", "co", "ok", "sa", "to", "be", "ki", "dan", "fit", "joy", "max", "zen", "art", "li", "wei", "han", "kim"];
    let chinese = ["小", "美", "厨", "房", "旅", "行", "阿", "强", "好", "物", "日", "记", "妈", "妈", "健", "身", "教", "练", "喵", "星"];
    let regions = ["GB", "US", "MX", "ID", "TH", "VN", "MY", "PH", "SG"];
    let mut state = 7_u64;
    let mut dice = move |sides: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % sides
    };
    let name = |dice: &mut dyn FnMut(usize) -> usize, number: usize| {
        let word = |dice: &mut dyn FnMut(usize) -> usize| (0..2 + dice(2)).map(|_| syllables[dice(20)]).collect::<String>();
        let handle = format!("{}{}{number}", word(dice), ["", ".", "_"][dice(3)]);
        let nickname =
            if dice(3) == 0 { (0..3 + dice(3)).map(|_| chinese[dice(20)]).collect() } else { format!("{} {}", word(dice), word(dice)) };
        (handle, nickname)
    };
    let filling = std::time::Instant::now();
    let mut number = 0;
    while number < ACCOUNTS {
        let batch: Vec<_> = (number..(number + 10_000).min(ACCOUNTS))
            .map(|number| {
                let (handle, nickname) = name(&mut dice, number);
                (handle, nickname, regions[dice(9)], dice(50_000_000) as i64)
            })
            .collect();
        number += batch.len();
        house
            .store
            .write_blocking(move |tx| {
                batch.iter().try_for_each(|(handle, nickname, region, followers)| index::fill(tx, handle, nickname, region, *followers))
            })
            .unwrap();
    }
    println!("filled {ACCOUNTS} in {:?}", filling.elapsed());
    let queries: Vec<String> = (0..2_000)
        .map(|at| {
            let (handle, nickname) = name(&mut dice, at * 499);
            let letters: Vec<char> = if at % 2 == 0 { handle } else { nickname }.chars().collect();
            let mut query: Vec<char> = letters[..(2 + dice(7)).min(letters.len())].to_vec();
            if at % 4 >= 2 && query.len() > 4 {
                query.swap(2, 3);
            }
            query.into_iter().collect()
        })
        .collect();
    let region = Some(Region::new(b"GB"));
    let time = |what: &str, work: &dyn Fn(usize)| {
        let mut took: Vec<_> = (0..queries.len())
            .map(|at| {
                let start = std::time::Instant::now();
                work(at);
                start.elapsed()
            })
            .collect();
        took.sort();
        println!("{what}: p50 {:?}, p99 {:?}, worst {:?}", took[took.len() / 2], took[took.len() * 99 / 100], took[took.len() - 1]);
    };
    for round in ["first", "second"] {
        time(&format!("{round} search"), &|at| {
            drop(house.see({
                let q = queries[at].clone();
                move |tx| index::search(tx, &q, None, 20, None)
            }))
        });
        time(&format!("{round} search in a region"), &|at| {
            drop(house.see({
                let q = queries[at].clone();
                move |tx| index::search(tx, &q, region, 20, None)
            }))
        });
        time(&format!("{round} list page"), &|at| {
            let cursor = format!("{} acc_f", at * 20_000);
            drop(house.see(move |tx| index::list(tx, &Filter { region, state: None }, 50, Some(&cursor))))
        });
        time(&format!("{round} one account by handle"), &|at| {
            drop(house.see({
                let q = queries[at].clone();
                move |tx| index::by_handle(tx, &q)
            }))
        });
    }
}
