//! Checkpoints: when they are signed, and what becomes of them.

use crate::{
    notes::{note, write},
    on_both,
    place::{Place, START, wait},
};
use kernel::{Actor, Span};
use store::{
    Store,
    checkpoint::{FILE, export, parse, read},
    perform,
};

fn kept(place: &Place) -> Vec<i64> {
    let (sound, forged) = read(&place.dir.join(FILE), &place.keys().public()).unwrap();
    assert_eq!(forged, []);
    sound.into_iter().map(|checkpoint| checkpoint.seq).collect()
}

fn many(store: &Store, from: i64, count: i64) {
    let work = move |tx: &mut store::Tx<'_>| (from..from + count).try_for_each(|n| perform(tx, &Actor::SYSTEM, &note(n)));
    store.write_blocking(work).unwrap();
    // The next piece is begun after the checkpoint of the one before.
    store.write_blocking(|_| Ok(())).unwrap();
}

fn one_is_signed_every_thousand_events_every_ten_minutes_and_at_an_orderly_end(place: &Place) {
    let store = place.open();
    store.keep_checkpoints(&place.dir.join(FILE)).unwrap();
    many(&store, 1, 999);
    assert!(kept(place).is_empty());
    many(&store, 1000, 1);
    assert_eq!(kept(place), [1000]);
    many(&store, 1001, 5);
    place.clock.set(START + Span::minutes(10) - Span(1));
    wait(store.tick()).unwrap();
    assert_eq!(kept(place), [1000]);
    place.clock.set(START + Span::minutes(10));
    wait(store.tick()).unwrap();
    assert_eq!(kept(place), [1000, 1005]);
    place.clock.advance(Span::days(1));
    wait(store.tick()).unwrap();
    assert_eq!(kept(place), [1000, 1005], "nothing has happened");
    many(&store, 1006, 1);
    many(&store, 1007, 1);
    assert_eq!(kept(place), [1000, 1005, 1006]);
    drop(store);
    assert_eq!(kept(place), [1000, 1005, 1006, 1007]);
}

fn a_line_that_a_crash_cut_short_is_dropped_and_the_next_one_is_whole(place: &Place) {
    let store = place.open();
    store.keep_checkpoints(&place.dir.join(FILE)).unwrap();
    write(&store, note(1)).unwrap();
    drop(store);
    let whole = std::fs::read_to_string(place.dir.join(FILE)).unwrap();
    std::fs::write(place.dir.join(FILE), format!("{whole}{}", &whole[..40])).unwrap();
    assert_eq!(kept(place), [1]);
    let store = place.open();
    store.keep_checkpoints(&place.dir.join(FILE)).unwrap();
    write(&store, note(2)).unwrap();
    drop(store);
    assert_eq!(kept(place), [1, 2]);
}

fn an_export_is_checked_with_the_public_key_alone(place: &Place) {
    let store = place.open();
    store.keep_checkpoints(&place.dir.join(FILE)).unwrap();
    write(&store, note(1)).unwrap();
    let public = store.keys().public();
    drop(store);
    let text = export(&place.dir.join(FILE), &place.keys()).unwrap();
    let (sound, forged) = parse(&text, &public);
    assert_eq!((sound.len(), forged.len()), (1, 0));
    let other = store::Keys::open(&place.dir.join("another house")).unwrap();
    assert_eq!(parse(&text, &other.public()).1.len(), 1);
}

on_both![
    one_is_signed_every_thousand_events_every_ten_minutes_and_at_an_orderly_end,
    a_line_that_a_crash_cut_short_is_dropped_and_the_next_one_is_whole,
    an_export_is_checked_with_the_public_key_alone,
];
