//! What a person's events hold can be read by the house, and by nobody once their key is destroyed.

use crate::{
    notes::{self, Event, log, note, write},
    on_both,
    place::{Place, holds},
};
use store::{Store, keys};

fn secret(id: &str, text: &str) -> notes::Write {
    notes::Write { person: Some("usr_ada".into()), text: text.into(), ..note(id) }
}

fn bodies(store: &Store) -> Vec<Option<String>> {
    let text = |event: &store::Recorded| match event.event::<Event>()?.unwrap() {
        Event::Written { text, .. } => Some(text),
        other => panic!("{other:?}"),
    };
    log(store).iter().map(text).collect()
}

fn a_persons_events_are_sealed_and_erasing_the_person_keeps_the_chain(place: &Place) {
    let store = place.open();
    write(&store, secret("a", "born on a Tuesday")).unwrap();
    write(&store, note("b")).unwrap();
    assert_eq!(bodies(&store), [Some("born on a Tuesday".into()), Some("a note".into())]);
    let plain = store.read_blocking(|tx| tx.count("SELECT COUNT(*) FROM events WHERE body LIKE $1", store::args!["%Tuesday%"]));
    assert_eq!(plain, Ok(0));
    assert_eq!(store.write_blocking(|tx| keys::destroy(tx, "usr_ada")), Ok(true));
    assert_eq!(bodies(&store), [None, Some("a note".into())]);
    notes::is_sound(&store);
    write(&store, secret("c", "came back")).unwrap();
    assert_eq!(bodies(&store), [None, Some("a note".into()), Some("came back".into())], "under a key of its own");
    notes::is_sound(&store);
}

on_both![a_persons_events_are_sealed_and_erasing_the_person_keeps_the_chain];

#[test]
fn a_sealed_text_is_not_in_the_files() {
    let place = Place::sqlite();
    let store = place.open();
    // The table of notes keeps its text in plain; the log must not.
    write(&store, secret("a", "born on a Tuesday")).unwrap();
    store.write_blocking(|tx| tx.run("UPDATE notes SET text = 'another text entirely here, which is longer'", &[])).unwrap();
    drop(store);
    place.meddle("DROP TABLE notes; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
    assert!(!holds(&place.dir, "Tuesday"));
}

#[test]
fn half_a_key_is_refused_and_another_houses_key_opens_nothing() {
    let place = Place::sqlite();
    write(&place.open(), secret("a", "born on a Tuesday")).unwrap();
    let path = place.dir.join("keys").join("wrapping.key");
    std::fs::write(&path, [7; 32]).unwrap();
    let store = place.open();
    assert!(store.read_blocking(|tx| store::log::after(tx, 0, 9)).is_err());
    drop(store);
    for name in ["wrapping.key", "mac.key"] {
        let path = place.dir.join("keys").join(name);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..9]).unwrap();
        assert!(store::Keys::open(&place.dir.join("keys")).is_err(), "{name}");
        std::fs::write(&path, whole).unwrap();
    }
}
