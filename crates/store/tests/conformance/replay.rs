//! The disposable tables can be made again from the log.

use crate::{
    notes::{self, log, note, write},
    on_both,
    place::{Place, START},
};
use kernel::{Actor, Span};
use store::{
    Store, perform,
    reindex::{reindex, state_hash},
};

fn lively(place: &Place) -> Store {
    let store = place.open();
    for n in 0..30 {
        let echo = if n % 3 == 0 { "echo 3" } else { "quiet" };
        let person = (n % 5 == 0).then(|| "usr_ada".to_owned());
        let due = (n % 2 == 0).then_some(START + Span::days(n));
        write(&store, notes::Write { text: echo.into(), person, due, ..note(n) }).unwrap();
        place.clock.advance(Span::hours(1));
        if n % 4 == 0 {
            store.write_blocking(move |tx| perform(tx, &Actor::SYSTEM, &notes::Close { id: n.to_string() })).unwrap();
        }
    }
    store
}

/// Everything that a replay must leave as it was.
fn state(store: &Store) -> (String, String, Vec<store::Recorded>) {
    let rest = store.read_blocking(|tx| {
        let deadlines = tx.all("SELECT context, kind, subject, due FROM deadlines ORDER BY 1, 2, 3", &[])?;
        let outbox = tx.all("SELECT id, seq, made FROM outbox ORDER BY id", &[])?;
        let head = tx.all("SELECT seq, hash, at FROM head", &[])?;
        Ok((state_hash(tx)?, format!("{deadlines:?} {outbox:?} {head:?}")))
    });
    let (hash, rest) = rest.unwrap();
    (hash, rest, log(store))
}

fn tables_are_afterwards_what_they_were(place: &Place) {
    let store = lively(place);
    let before = state(&store);
    place.clock.advance(Span::days(7));
    let mut told = Vec::new();
    let events = reindex(&store, |done| told.push(done)).unwrap();
    assert_eq!(events, before.2.len() as i64);
    assert_eq!(told.last(), Some(&events));
    assert_eq!(state(&store), before);
    write(&store, note("life goes on")).unwrap();
    notes::is_sound(&store);
}

fn damage_is_seen_and_mended(place: &Place) {
    let store = lively(place);
    let before = state(&store);
    place.meddle("UPDATE notes SET text = 'damaged' WHERE id = '7'; DELETE FROM tally; DELETE FROM deadlines;");
    assert_ne!(state(&store).0, before.0);
    reindex(&store, |_| ()).unwrap();
    assert_eq!(state(&store), before);
}

fn a_replay_that_fails_leaves_everything_as_it_was(place: &Place) {
    let store = lively(place);
    let before = state(&store);
    place.meddle("UPDATE events SET body = '{\"kind\":\"unheard of\"}' WHERE seq = 20");
    assert!(reindex(&store, |_| ()).is_err());
    let hash = store.read_blocking(state_hash).unwrap();
    assert_eq!(hash, before.0);
    write(&store, note("life goes on")).unwrap();
}

on_both![tables_are_afterwards_what_they_were, damage_is_seen_and_mended, a_replay_that_fails_leaves_everything_as_it_was];
