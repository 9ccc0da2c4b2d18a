//! Searching as people type, on a real store.

use crate::{
    index,
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
fn a_cursor_that_no_page_gave_is_refused_by_name() {
    let house = House::sqlite();
    house.register("cook", "Cook");
    for (query, cursor) in [("", "zzz"), ("", "many acc_1"), ("", ""), ("cook", "zzz")] {
        let asked = house.store.read_blocking(move |tx| index::search(tx, query, None, 7, Some(cursor)));
        let Err(kernel::Refusal::Malformed(problems)) = asked else { panic!("{query:?} {cursor:?}: {asked:?}") };
        assert_eq!((problems[0].field.as_str(), problems[0].code.as_str()), ("cursor", "accounts.list.bad_cursor"), "{query:?} {cursor:?}");
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
