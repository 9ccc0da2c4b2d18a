//! Side by side: what waits at the same time is asked together, and each is told what it would be told alone.

use crate::{
    notes::{note, write},
    on_both,
    place::{Place, wait},
    writing::{Piece, futures, handed_over, together},
};
use kernel::Refusal;
use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, mpsc},
    task::Poll,
    time::Duration,
};
use store::{Store, Tx, Value, args};

/// Questions and changes in the shapes that the house writes, with values from so few that they keep meeting.
const QUESTIONS: &[&str] = &[
    "SELECT id, text, at FROM notes WHERE id = $1",
    "SELECT COUNT(*) FROM notes WHERE text = $2",
    "SELECT id FROM notes WHERE text = $2 AND at = $3 ORDER BY id",
    "SELECT id, at FROM notes WHERE at > $3 ORDER BY id DESC LIMIT 2",
    "SELECT (SELECT COUNT(*) FROM notes WHERE text = $2), (SELECT MAX(at) FROM notes WHERE id = $1 AND closed IS NULL)",
    "SELECT text, COUNT(*) FROM notes WHERE text = $2 GROUP BY text UNION ALL SELECT 'at', at FROM notes WHERE id = $1",
    "SELECT n.id FROM notes n JOIN tally t ON t.kind = n.text WHERE n.text = $2 ORDER BY n.id",
    "SELECT count FROM tally WHERE kind = $2",
];
const CHANGES: &[&str] = &[
    "INSERT INTO notes (id, text, at, seq) VALUES ($1, $2, $3, 0) ON CONFLICT (id) DO NOTHING",
    "INSERT INTO notes (id, text, at, seq) VALUES ($1, $2, $3, 0) ON CONFLICT (id) DO UPDATE SET text = excluded.text, at = excluded.at",
    "INSERT INTO tally (kind, count, last) VALUES ($2, $3, 0) ON CONFLICT (kind) DO UPDATE SET count = tally.count + 1",
    "UPDATE notes SET at = at + 1 WHERE id = $1",
    "UPDATE notes SET closed = $3 WHERE id = $1 AND text = $2",
    "UPDATE notes SET text = 'b' WHERE text = $2 AND at = $3",
    "UPDATE notes SET at = $3 WHERE text = $2",
    "DELETE FROM notes WHERE id = $1",
    "DELETE FROM notes WHERE text = $2 AND at = $3",
];

/// Asks and changes by chance, and writes down what it was told.
fn chance(seed: u64, heard: Arc<Mutex<Vec<String>>>) -> Piece {
    Box::new(move |tx| {
        heard.lock().unwrap().clear();
        let mut state = seed;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for _ in 0..6 {
            let (id, text, at) = (format!("n{}", next(4)), ["a", "b", "c"][next(3)], next(3) as i64);
            let sql = if next(3) == 0 { CHANGES[next(CHANGES.len())] } else { QUESTIONS[next(QUESTIONS.len())] };
            // Only the values that the text names, under their own numbers.
            let (mut sql, mut values) = (sql.to_owned(), Vec::new());
            for (place, value) in [("$1", Value::from(&id)), ("$2", text.into()), ("$3", at.into())] {
                if sql.contains(place) {
                    values.push(value);
                    sql = sql.replace(place, &format!("${}", values.len()));
                }
            }
            if sql.starts_with("SELECT") {
                let rows = tx.all(&sql, &values)?;
                heard.lock().unwrap().push(format!("{sql} {values:?} {rows:?}"));
            } else {
                tx.put(&sql, &values)?;
            }
        }
        Ok(())
    })
}

fn pieces_in_one_commit_are_told_what_they_would_be_told_one_by_one(place: &Place) {
    const ROUNDS: u64 = 40;
    const PIECES: u64 = 24;
    let alone = Place::sqlite();
    let (together, apart) = (place.open(), alone.open());
    for round in 0..ROUNDS {
        let hear = || (0..PIECES).map(|_| Arc::default()).collect::<Vec<Arc<Mutex<Vec<String>>>>>();
        let (heard, expected) = (hear(), hear());
        let seed = |n: usize| round * PIECES + n as u64;
        let pieces = heard.iter().enumerate().map(|(n, heard)| chance(seed(n), heard.clone())).collect();
        assert!(wait(futures(handed_over(&together, pieces))).iter().all(Result::is_ok));
        for (n, heard) in expected.iter().enumerate() {
            wait(apart.write(chance(seed(n), heard.clone()))).unwrap();
        }
        for (heard, expected) in heard.iter().zip(&expected) {
            assert_eq!(*heard.lock().unwrap(), *expected.lock().unwrap(), "round {round}");
        }
    }
}

type Look = Box<dyn FnOnce(&mut Tx<'_>) -> Result<i64, Refusal> + Send>;
type Seen = Pin<Box<dyn Future<Output = Result<i64, Refusal>>>>;

fn look(store: &Store, look: Look) -> Seen {
    let store = store.clone();
    let mut seen: Seen = Box::pin(async move { store.read(look).await });
    assert!(wait(poll_fn(|cx| Poll::Ready(seen.as_mut().poll(cx).is_pending()))));
    seen
}

/// Hands looks over while both readers are held, so that they share snapshots; then lets the readers go on.
fn looked(store: &Store, looks: Vec<Look>) -> Vec<Result<i64, Refusal>> {
    let hold = || {
        let (go, wait_for) = mpsc::channel::<()>();
        let (at_work, begun) = mpsc::channel::<()>();
        let hold = move |_: &mut Tx<'_>| {
            at_work.send(()).unwrap();
            wait_for.recv().unwrap();
            Ok(0)
        };
        let held = look(store, Box::new(hold));
        begun.recv().unwrap();
        (go, held)
    };
    let held = [hold(), hold()];
    let seen: Vec<Seen> = looks.into_iter().map(|one| look(store, one)).collect();
    for (go, held) in held {
        go.send(()).unwrap();
        wait(held).unwrap();
    }
    seen.into_iter().map(wait).collect()
}

fn readers_who_wait_together_are_each_told_their_own(place: &Place) {
    let store = place.open();
    for n in 0..24 {
        write(&store, note(n)).unwrap();
    }
    let position = |n: usize| -> Look {
        Box::new(move |tx| {
            // Some words are everybody's, some nobody else's, and some depend on what was told before.
            let seq = tx.count("SELECT seq FROM notes WHERE id = $1", args![n.to_string()])?;
            let same = tx.count(&format!("SELECT seq AS seq_{n} FROM notes WHERE seq = $1"), args![seq])?;
            let before = tx.count("SELECT COUNT(*) FROM notes WHERE seq < $1", args![same])?;
            assert_eq!(tx.count("SELECT COUNT(*) FROM notes", &[])?, 24);
            Ok(before)
        })
    };
    let looks = (0..24).map(|n| -> Look {
        match n {
            5 => Box::new(|tx| tx.count("SELECT nothing FROM notes", &[])),
            // PostgreSQL refuses these, in one statement for both; SQLite answers NULL.
            6 | 9 => Box::new(move |tx| {
                tx.count("SELECT 1 / (seq - seq) FROM notes WHERE id = $1", args![n.to_string()]).and(Err(Refusal::NotFound))
            }),
            7 => Box::new(|_| panic!("on purpose")),
            8 => Box::new(|tx| tx.run("DELETE FROM notes", &[]).map(|_| 0)),
            n => position(n),
        }
    });
    for (n, told) in looked(&store, looks.collect()).into_iter().enumerate() {
        match n {
            6 | 9 => assert!(told.is_err(), "{told:?}"),
            5 | 7 | 8 => assert!(matches!(told, Err(Refusal::Fault(_))), "{n}: {told:?}"),
            n => assert_eq!(told, Ok(n as i64)),
        }
    }
    assert_eq!(store.read_blocking(|tx| tx.count("SELECT COUNT(*) FROM notes", &[])), Ok(24));
}

fn large_answers_that_lie_there_hold_nobody_up(place: &Place) {
    let store = place.open();
    let large = "x".repeat(100_000);
    store
        .write_blocking(move |tx| {
            let sql = "INSERT INTO notes (id, text, at, seq) VALUES ($1, $2, 0, 0)";
            (0..8).try_for_each(|n| tx.put(sql, args![n.to_string(), &large]))
        })
        .unwrap();
    // Each in words of its own: an answer for everybody who asks the same is one answer.
    let texts = |n: usize| format!("SELECT text AS text_{n} FROM notes WHERE at = $1");
    let all = move |tx: &mut Tx<'_>| -> Result<i64, Refusal> {
        let mut length = 0;
        for n in (0..4).rev() {
            for row in tx.all(&texts(n), args![0])? {
                length += row.text(0)?.len();
            }
        }
        Ok(length as i64)
    };
    let ahead = store.read_blocking(move |tx| {
        tx.ahead(|tx| (0..4).for_each(|n| drop(tx.all(&texts(n), args![0]))));
        // Something else is asked while they all lie there, and the last of them is wanted first.
        assert_eq!(tx.count("SELECT COUNT(*) FROM notes", &[])?, 8);
        all(tx)
    });
    assert_eq!(ahead, Ok(3_200_000));
    let looks = (0..8).map(|_| -> Look { Box::new(all) }).collect();
    assert!(looked(&store, looks).into_iter().all(|seen| seen == Ok(3_200_000)));
}

on_both![
    pieces_in_one_commit_are_told_what_they_would_be_told_one_by_one,
    readers_who_wait_together_are_each_told_their_own,
    large_answers_that_lie_there_hold_nobody_up,
];

#[test]
fn two_stores_that_write_at_once_hear_each_other_without_being_told_to_look() {
    let place = Place::postgres();
    let stores = [place.open(), place.open()];
    let heard = stores.each_ref().map(Store::follow);
    let writing = stores.clone();
    together(16, move |thread| (0..20).for_each(|n| write(&writing[thread % 2], note(format!("{thread} {n}"))).unwrap()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for mut heard in heard {
        for seq in 1..=320 {
            let next = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(60), heard.recv()).await });
            assert_eq!(next.expect("an event that was committed is heard").unwrap().seq, seq);
        }
    }
}
