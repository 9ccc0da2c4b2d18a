//! The first answer under a key.

use crate::{
    notes::{log, note},
    on_both,
    place::{Place, START, holds},
};
use kernel::{Actor, Refusal, Span};
use std::sync::{Arc, Barrier};
use store::{
    Store,
    idempotency::{KEPT_FOR, Kept, once, purge},
    perform,
};

/// Writes a note under a key; the answer says which event it became.
fn ask(store: &Store, who: &'static str, key: &'static str, request: &'static str) -> Result<Kept, Refusal> {
    store.write_blocking(move |tx| {
        once(tx, who, key, request, |tx| {
            let id = tx.as_of();
            perform(tx, &Actor::SYSTEM, &note(format!("{who} {key} {id}")))?;
            Ok((201, format!(r#"{{"seq":{}, "secret":"shown once"}}"#, tx.as_of())))
        })
    })
}

fn a_repeat_gets_the_first_answer_byte_for_byte_and_nothing_happens_again(place: &Place) {
    let store = place.open();
    let first = ask(&store, "usr_1", "k", "r").unwrap();
    assert_eq!((first.status, first.replayed), (201, false));
    let again = ask(&store, "usr_1", "k", "r").unwrap();
    assert_eq!(again, Kept { replayed: true, ..first.clone() });
    drop(store);
    let store = place.open();
    assert_eq!(ask(&store, "usr_1", "k", "r"), Ok(again), "also after a restart");
    assert_eq!(log(&store).len(), 1);
    if !place.is_postgres() {
        assert!(!holds(&place.dir, "shown once"), "an answer may hold a secret");
    }
}

fn fifty_repeats_at_once_in_two_stores_have_one_effect(place: &Place) {
    let (stores, start) = ([place.open(), place.open()], Arc::new(Barrier::new(50)));
    let asking: Vec<_> = (0..50)
        .map(|n| {
            let (store, start) = (stores[n % 2].clone(), start.clone());
            std::thread::spawn(move || {
                start.wait();
                ask(&store, "usr_1", "k", "r").unwrap()
            })
        })
        .collect();
    let answers: Vec<_> = asking.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(answers.iter().all(|kept| kept.answer == answers[0].answer));
    assert_eq!(answers.iter().filter(|kept| !kept.replayed).count(), 1);
    assert_eq!(log(&stores[0]).len(), 1);
}

fn a_key_means_one_request_of_one_principal(place: &Place) {
    let store = place.open();
    let first = ask(&store, "usr_1", "k", "r").unwrap();
    assert_eq!(ask(&store, "usr_1", "k", "another body or route"), Err(Refusal::KeyReused));
    let other = ask(&store, "usr_2", "k", "r").unwrap();
    assert!(!other.replayed && other.answer != first.answer);
    assert!(!ask(&store, "anonymous", "k", "r").unwrap().replayed);
    assert!(!ask(&store, "anonymous", "k", "r").unwrap().replayed, "strangers share a name, so nothing is kept under it");
}

fn a_refusal_is_not_kept(place: &Place) {
    let store = place.open();
    let refused = store.write_blocking(|tx| once(tx, "usr_1", "k", "r", |_| Err(Refusal::NotFound)));
    assert_eq!(refused, Err(Refusal::NotFound));
    assert!(!ask(&store, "usr_1", "k", "r").unwrap().replayed);
}

fn an_answer_is_kept_for_a_day_less_a_millisecond(place: &Place) {
    let store = place.open();
    ask(&store, "usr_1", "k", "r").unwrap();
    place.clock.set(START + KEPT_FOR - Span(1));
    assert_eq!(store.write_blocking(purge), Ok(0));
    assert!(ask(&store, "usr_1", "k", "r").unwrap().replayed);
    place.clock.set(START + KEPT_FOR);
    assert!(!ask(&store, "usr_1", "k", "other").unwrap().replayed, "forgotten, though nobody has purged");
    assert_eq!(store.write_blocking(purge), Ok(0), "the new one is young");
    place.clock.advance(KEPT_FOR);
    assert_eq!(store.write_blocking(purge), Ok(1));
}

on_both![
    a_repeat_gets_the_first_answer_byte_for_byte_and_nothing_happens_again,
    fifty_repeats_at_once_in_two_stores_have_one_effect,
    a_key_means_one_request_of_one_principal,
    a_refusal_is_not_kept,
    an_answer_is_kept_for_a_day_less_a_millisecond,
];
