//! Writing: in turn, together, and nothing by halves.

use crate::{
    notes::{self, PARTS, log, note, write},
    on_both,
    place::{Place, START, wait},
};
use kernel::{Actor, Refusal, Span};
use std::{
    collections::BTreeSet,
    pin::Pin,
    sync::{Arc, Barrier, mpsc},
    task::Poll,
};
use store::{Store, Tx, args, perform};

/// Runs `work` on `threads` threads that begin together.
pub fn together<T: Send + 'static>(threads: usize, work: impl Fn(usize) -> T + Send + Sync + 'static) -> Vec<T> {
    let (start, work) = (Arc::new(Barrier::new(threads)), Arc::new(work));
    let spawn = |n| {
        let (start, work) = (start.clone(), work.clone());
        std::thread::spawn(move || {
            start.wait();
            work(n)
        })
    };
    let running: Vec<_> = (0..threads).map(spawn).collect();
    running.into_iter().map(|thread| thread.join().unwrap()).collect()
}

pub type Piece = Box<dyn Fn(&mut Tx<'_>) -> Result<(), Refusal> + Send>;
pub type Answer = Pin<Box<dyn Future<Output = Result<(), Refusal>>>>;

/// Hands a piece over without waiting for its answer. Only the answer holds the store, and not beyond itself.
fn hand_over(store: &Store, piece: Piece) -> Answer {
    let store = store.clone();
    let mut answer: Answer = Box::pin(async move { store.write(piece).await });
    assert!(wait(std::future::poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx).is_pending()))));
    answer
}

/// Hands pieces over in this order while the writer is held, so that they share one commit; then lets it go on.
pub fn handed_over(store: &Store, pieces: Vec<Piece>) -> Vec<Answer> {
    let (go, wait_for) = mpsc::channel::<()>();
    let (at_work, begun) = mpsc::channel::<()>();
    let held = hand_over(
        store,
        Box::new(move |_| {
            at_work.send(()).unwrap();
            let _ = wait_for.recv();
            Ok(())
        }),
    );
    begun.recv().unwrap();
    let answers = pieces.into_iter().map(|piece| hand_over(store, piece)).collect();
    drop(held);
    go.send(()).unwrap();
    answers
}

pub async fn futures(answers: Vec<Answer>) -> Vec<Result<(), Refusal>> {
    let mut all = Vec::new();
    for answer in answers {
        all.push(answer.await);
    }
    all
}

fn events_have_positions_without_a_gap_in_the_order_of_their_commits(place: &Place) {
    let store = place.open();
    let positions = together(8, {
        let store = store.clone();
        move |thread| {
            (0..40)
                .map(|n| {
                    let ask = note(format!("{thread} {n}"));
                    store.write_blocking(move |tx| perform(tx, &Actor::SYSTEM, &ask).map(|()| tx.as_of())).unwrap()
                })
                .collect::<Vec<_>>()
        }
    });
    assert!(positions.iter().all(|mine| mine.windows(2).all(|pair| pair[0] < pair[1])));
    let all: BTreeSet<i64> = positions.into_iter().flatten().collect();
    assert!(all.into_iter().eq(1..=320));
    notes::is_sound(&store);
}

fn two_stores_on_one_database_write_one_log(place: &Place) {
    let stores = [place.open(), place.open()];
    let mut heard = stores.each_ref().map(Store::follow);
    let writing = stores.clone();
    together(16, move |thread| {
        for n in 0..20 {
            write(&writing[thread % 2], note(format!("{thread} {n}"))).unwrap();
        }
    });
    notes::is_sound(&stores[0]);
    assert_eq!(log(&stores[1]).len(), 320);
    for (store, heard) in stores.iter().zip(&mut heard) {
        wait(store.catch_up()).unwrap();
        let seen: Vec<i64> = std::iter::from_fn(|| heard.try_recv().ok()).map(|event| event.seq).collect();
        assert!(seen.into_iter().eq(1..=320), "followers hear every event once, in order, whoever wrote it");
    }
}

fn a_limit_holds_however_many_ask_at_once_in_two_stores(place: &Place) {
    let stores = [place.open(), place.open()];
    let asking = stores.clone();
    let done = together(20, move |thread| write(&asking[thread % 2], notes::Write { most: Some(4), ..note(thread) }));
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 4);
    assert!(done.iter().all(|done| matches!(done, Ok(()) | Err(Refusal::Denied { .. }))), "{done:?}");
    assert_eq!(log(&stores[0]).len(), 4);
}

fn a_refused_piece_leaves_nothing_and_a_later_one_sees_the_earlier(place: &Place) {
    let store = place.open();
    let pieces: Vec<Piece> = vec![
        Box::new(|tx| perform(tx, &Actor::SYSTEM, &note("first"))),
        Box::new(|tx| {
            perform(tx, &Actor::SYSTEM, &note("second"))?;
            Err(Refusal::NotFound)
        }),
        Box::new(|_| panic!("on purpose")),
        Box::new(|tx| {
            perform(tx, &Actor::SYSTEM, &note("panics"))?;
            panic!("on purpose, after an event")
        }),
        Box::new(|tx| {
            assert_eq!(tx.count("SELECT COUNT(*) FROM notes", &[])?, 1, "the first is there, the second is not");
            assert_eq!(tx.as_of(), 1);
            perform(tx, &Actor::SYSTEM, &note("third"))
        }),
        Box::new(|tx| perform(tx, &Actor::SYSTEM, &note("first"))),
    ];
    let answers = wait(futures(handed_over(&store, pieces)));
    assert_eq!(answers[0], Ok(()));
    assert_eq!(answers[1], Err(Refusal::NotFound));
    assert!(matches!(answers[2], Err(Refusal::Fault(_))) && matches!(answers[3], Err(Refusal::Fault(_))));
    assert_eq!(answers[4], Ok(()));
    assert!(matches!(answers[5], Err(Refusal::Denied { .. })));
    let written: Vec<_> = log(&store).into_iter().map(|event| event.subject).collect();
    assert_eq!(written, ["first", "third"]);
    notes::is_sound(&store);
}

fn a_statement_that_fails_costs_its_own_piece_even_when_the_piece_does_not_care(place: &Place) {
    let store = place.open();
    let careless = store.write_blocking(|tx| {
        perform(tx, &Actor::SYSTEM, &note("careless"))?;
        let _ = tx.run("INSERT INTO notes (id, text, at, seq) VALUES ($1, NULL, 0, 0)", args!["bad"]);
        // On SQLite this would have been done, on PostgreSQL not: it is refused on both.
        assert!(tx.all("SELECT id FROM notes", &[]).is_err());
        Ok(())
    });
    assert!(matches!(careless, Err(Refusal::Fault(_))), "{careless:?}");
    // The same for a statement that is only sent along, with sound pieces before and after it in the same commit.
    let bad = "INSERT INTO notes (id, text, at, seq) VALUES ('bad', NULL, 0, 0)";
    let pieces: Vec<Piece> = vec![
        Box::new(|tx| perform(tx, &Actor::SYSTEM, &note("before"))),
        Box::new(move |tx| {
            perform(tx, &Actor::SYSTEM, &note("careless"))?;
            let _ = tx.put(bad, &[]);
            Ok(())
        }),
        Box::new(move |tx| {
            let undone = tx.attempt(|tx| tx.put(bad, &[]));
            assert!(matches!(undone, Err(Refusal::Fault(_))), "{undone:?}");
            perform(tx, &Actor::SYSTEM, &note("after"))
        }),
    ];
    let answers = wait(futures(handed_over(&store, pieces)));
    assert!(matches!(answers[..], [Ok(()), Err(Refusal::Fault(_)), Ok(())]), "{answers:?}");
    assert_eq!(log(&store).into_iter().map(|event| event.subject).collect::<Vec<_>>(), ["before", "after"]);
    assert_eq!(write(&store, note("next")), Ok(()));
}

fn questions_sent_ahead_are_answered_as_if_they_were_asked_when_they_are(place: &Place) {
    const COUNT: &str = "SELECT COUNT(*) FROM notes";
    let store = place.open();
    store
        .write_blocking(|tx| {
            perform(tx, &Actor::SYSTEM, &note(1))?;
            let twice = |tx: &mut Tx<'_>| drop((tx.count(COUNT, &[]), tx.count(COUNT, &[])));
            // Not asked again at all, asked again, and asked again after a change of either kind.
            tx.ahead(twice);
            tx.ahead(|tx| tx.ahead(twice));
            assert_eq!((tx.count(COUNT, &[])?, tx.count(COUNT, &[])?), (1, 1));
            tx.ahead(twice);
            tx.put("UPDATE notes SET text = 'other'", &[])?;
            perform(tx, &Actor::SYSTEM, &note(2))?;
            assert_eq!(tx.count(COUNT, &[])?, 2);
            tx.ahead(twice);
            assert_eq!(tx.all("DELETE FROM notes WHERE id = $1 RETURNING id", args!["1"])?.len(), 1);
            assert_eq!(tx.count(COUNT, &[])?, 1);
            // Changes are not rehearsed, and a panic in a rehearsal ends it.
            tx.ahead(|tx| drop((tx.run("DELETE FROM notes", &[]), tx.put("DELETE FROM notes", &[]))));
            assert_eq!(tx.count(COUNT, &[])?, 1);
            let refused = tx.attempt(|tx| {
                tx.ahead(|_| panic!("on purpose"));
                Err::<(), _>(Refusal::NotFound)
            });
            assert!(refused.is_err());
            perform(tx, &Actor::SYSTEM, &note(3))
        })
        .unwrap();
    // What fails ahead costs its own piece and no other.
    let pieces: Vec<Piece> = vec![
        Box::new(|tx| perform(tx, &Actor::SYSTEM, &note("before"))),
        Box::new(|tx| {
            tx.ahead(|tx| drop(tx.all("SELECT 1 / (seq - seq) FROM notes", &[])));
            let _ = tx.all("SELECT nothing FROM notes", &[]);
            Ok(())
        }),
        Box::new(|tx| perform(tx, &Actor::SYSTEM, &note("after"))),
    ];
    let answers = wait(futures(handed_over(&store, pieces)));
    assert!(matches!(answers[..], [Ok(()), Err(Refusal::Fault(_)), Ok(())]), "{answers:?}");
    assert_eq!(store.read_blocking(|tx| tx.count(COUNT, &[])), Ok(4));
}

fn a_question_is_asked_once_until_its_table_changes_or_a_change_is_undone(place: &Place) {
    let store = place.open();
    write(&store, note(1)).unwrap();
    store
        .write_blocking(|tx| {
            fn said(tx: &mut Tx<'_>) -> Result<String, Refusal> {
                let row = tx.one("SELECT text FROM notes WHERE id = $1", args!["1"])?;
                row.map_or(Ok(String::new()), |row| row.text(0).map(str::to_owned))
            }
            let before = said(tx)?;
            let asked = tx.questions();
            assert_eq!((said(tx)?, tx.questions()), (before.clone(), asked));
            tx.put("INSERT INTO tally (kind, count, last) VALUES ('x', 1, 1)", args![])?;
            assert_eq!((said(tx)?, tx.questions()), (before, asked), "another table has changed");
            tx.put("UPDATE notes SET text = 'new' WHERE id = $1", args!["1"])?;
            assert_eq!((said(tx)?, tx.questions()), ("new".into(), asked + 1));
            let undone = tx.attempt(|tx| {
                tx.run("DELETE FROM notes WHERE id = $1", args!["1"])?;
                assert_eq!(said(tx)?, "");
                Err::<(), _>(Refusal::NotFound)
            });
            assert_eq!((undone, said(tx)?), (Err(Refusal::NotFound), "new".into()));
            tx.ahead(|tx| drop(said(tx)));
            assert_eq!(said(tx)?, "new");
            Ok(())
        })
        .unwrap();
}

fn an_attempt_is_undone_alone_and_the_rest_goes_on(place: &Place) {
    let store = place.open();
    store
        .write_blocking(|tx| {
            perform(tx, &Actor::SYSTEM, &note(1))?;
            let refused = tx.attempt(|tx| {
                perform(tx, &Actor::SYSTEM, &note(2))?;
                Err::<(), _>(Refusal::NotFound)
            });
            assert_eq!(refused, Err(Refusal::NotFound));
            let failed = tx.attempt(|tx| tx.run("INSERT INTO notes (id) VALUES ($1)", args!["bad"]));
            assert!(matches!(failed, Err(Refusal::Fault(_))));
            let panicked = tx.attempt(|tx| {
                perform(tx, &Actor::SYSTEM, &note(3))?;
                assert_eq!(tx.as_of(), 99, "on purpose");
                Ok(())
            });
            assert!(matches!(panicked, Err(Refusal::Fault(_))));
            tx.attempt(|tx| perform(tx, &Actor::SYSTEM, &note(4)))?;
            perform(tx, &Actor::SYSTEM, &note(5))
        })
        .unwrap();
    assert_eq!(log(&store).into_iter().map(|event| event.subject).collect::<Vec<_>>(), ["1", "4", "5"]);
    notes::is_sound(&store);
}

fn time_in_the_log_never_runs_backwards(place: &Place) {
    let store = place.open();
    write(&store, note("now")).unwrap();
    place.clock.set(START - Span::days(3));
    write(&store, note("three days ago, says the clock")).unwrap();
    assert_eq!(store.read_blocking(|tx| Ok(tx.now)), Ok(START), "readers live in the same time");
    place.clock.set(START + Span(1));
    write(&store, note("later")).unwrap();
    assert_eq!(log(&store).iter().map(|event| event.at).collect::<Vec<_>>(), [START, START, START + Span(1)]);
}

fn reactions_happen_in_the_same_transaction_or_nothing_does(place: &Place) {
    let store = place.open();
    write(&store, notes::Write { text: "echo 2".into(), ..note("heard") }).unwrap();
    let events = log(&store);
    assert_eq!(events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["written", "echoed", "echoed"]);
    assert!(events.iter().all(|event| event.cause == events[0].cause), "one cause");
    let refused = write(&store, notes::Write { text: "echo 2".into(), ..note("silent") });
    assert!(matches!(refused, Err(Refusal::Denied { capability: "notes.echo", .. })), "{refused:?}");
    assert_eq!(log(&store).len(), 3, "the note went with its refused echo");
}

fn events_cause_events_four_deep_and_no_deeper(place: &Place) {
    let store = place.open();
    write(&store, notes::Write { text: "echo 4".into(), ..note("deep") }).unwrap();
    assert_eq!(log(&store).len(), 5);
    let refused = write(&store, notes::Write { text: "echo 5".into(), ..note("too deep") });
    assert!(matches!(refused, Err(Refusal::Fault(_))), "{refused:?}");
    assert_eq!(log(&store).len(), 5);
}

fn an_event_names_the_pack_that_decided_it_and_its_content_is_kept(place: &Place) {
    let store = place.open();
    // The first event under the pack is undone, and the pack's content with it.
    let undone = store.write_blocking(|tx| {
        perform(tx, &Actor::SYSTEM, &note("undone"))?;
        Err::<(), _>(Refusal::NotFound)
    });
    assert_eq!(undone, Err(Refusal::NotFound));
    let kept = |store: &Store| store.read_blocking(|tx| tx.count("SELECT COUNT(*) FROM packs", &[])).unwrap();
    assert_eq!(kept(&store), 0);
    store
        .write_blocking(|tx| {
            tx.attempt(|tx| {
                perform(tx, &Actor::SYSTEM, &note("undone too"))?;
                Err::<(), _>(Refusal::NotFound)
            })
            .unwrap_err();
            perform(tx, &Actor::SYSTEM, &note("kept"))?;
            perform(tx, &Actor::SYSTEM, &notes::Close { id: "kept".into() })
        })
        .unwrap();
    assert_eq!(kept(&store), 1);
    let events = log(&store);
    let hash = events[0].pack.clone();
    let body =
        store.read_blocking(move |tx| Ok(tx.one("SELECT body FROM packs WHERE hash = $1", args![hash])?.unwrap().text(0)?.to_owned()));
    assert_eq!(store::clock::sha256(body.unwrap().as_bytes()), events[0].pack);
    assert_eq!(events[1].pack, "", "closing asks no pack, so it names none");
}

fn a_reader_sees_one_snapshot_and_cannot_write(place: &Place) {
    let store = place.open();
    write(&store, note(1)).unwrap();
    let writer = store.clone();
    store
        .read_blocking(move |tx| {
            let before = (tx.as_of(), tx.count("SELECT COUNT(*) FROM notes", &[])?);
            write(&writer, note(2))?;
            assert_eq!((tx.as_of(), tx.count("SELECT COUNT(*) FROM notes", &[])?), before);
            Ok(())
        })
        .unwrap();
    let wrote = store.read_blocking(|tx| tx.run("DELETE FROM notes", &[]));
    assert!(matches!(wrote, Err(Refusal::Fault(_))), "{wrote:?}");
    let panicked = store.read_blocking(|tx| if tx.as_of() == 2 { panic!("on purpose") } else { Ok(()) });
    assert!(matches!(panicked, Err(Refusal::Fault(_))));
    // Every reader still answers, and on a fresh snapshot.
    for _ in 0..8 {
        assert_eq!(store.read_blocking(|tx| tx.count("SELECT COUNT(*) FROM notes", &[])), Ok(2));
    }
}

fn what_was_handed_over_is_done_before_the_store_closes(place: &Place) {
    let store = place.open();
    let pieces = (0..20).map(|n| -> Piece { Box::new(move |tx| perform(tx, &Actor::SYSTEM, &note(n))) }).collect();
    // Nobody waits for the answers.
    drop(handed_over(&store, pieces));
    drop(store);
    assert_eq!(log(&place.open()).len(), 20);
}

fn migrations_go_forward_only_and_two_programs_do_them_once(place: &Place) {
    let opened = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(|| Store::open(place.config()).map(drop))).collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(opened.iter().all(Result::is_ok), "{opened:?}");
    let older = Store::open(place.config_of(&PARTS[..1]));
    assert!(matches!(older, Err(Refusal::Fault(why)) if why.contains("901") && why.contains("newer")));
}

fn a_log_whose_end_was_cut_off_is_not_opened(place: &Place) {
    let store = place.open();
    (0..3).for_each(|n| write(&store, note(n)).unwrap());
    drop(store);
    place.meddle("DELETE FROM events WHERE seq = 3");
    assert!(place.refuses().contains("verify"));
}

fn a_clock_that_is_far_behind_the_log_is_refused(place: &Place) {
    write(&place.open(), note(1)).unwrap();
    place.clock.set(START - Span::minutes(5));
    drop(place.open());
    place.clock.set(START - Span::minutes(5) - Span(1));
    assert!(place.refuses().contains("clock"));
}

on_both![
    events_have_positions_without_a_gap_in_the_order_of_their_commits,
    two_stores_on_one_database_write_one_log,
    a_limit_holds_however_many_ask_at_once_in_two_stores,
    a_refused_piece_leaves_nothing_and_a_later_one_sees_the_earlier,
    a_statement_that_fails_costs_its_own_piece_even_when_the_piece_does_not_care,
    questions_sent_ahead_are_answered_as_if_they_were_asked_when_they_are,
    a_question_is_asked_once_until_its_table_changes_or_a_change_is_undone,
    an_attempt_is_undone_alone_and_the_rest_goes_on,
    time_in_the_log_never_runs_backwards,
    reactions_happen_in_the_same_transaction_or_nothing_does,
    events_cause_events_four_deep_and_no_deeper,
    an_event_names_the_pack_that_decided_it_and_its_content_is_kept,
    a_reader_sees_one_snapshot_and_cannot_write,
    what_was_handed_over_is_done_before_the_store_closes,
    migrations_go_forward_only_and_two_programs_do_them_once,
    a_log_whose_end_was_cut_off_is_not_opened,
    a_clock_that_is_far_behind_the_log_is_refused,
];

#[test]
fn a_postgresql_that_could_lose_acknowledged_work_is_refused() {
    let place = Place::postgres();
    let store::Database::Postgres(url) = place.database() else { panic!("{:?}", place.database()) };
    let name = url.rsplit_once('/').unwrap().1;
    place.meddle(&format!("ALTER DATABASE {name} SET synchronous_commit = off"));
    assert!(place.refuses().contains("synchronous_commit=off"));
}

#[test]
fn after_the_server_has_closed_its_connections_the_next_ask_is_answered() {
    let place = Place::postgres();
    let store = place.open();
    write(&store, note(1)).unwrap();
    place.meddle("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    assert_eq!(write(&store, note(2)), Ok(()));
    for _ in 0..4 {
        assert_eq!(log(&store).len(), 2);
    }
    let lost = store.write_blocking(|tx| {
        perform(tx, &Actor::SYSTEM, &note(3))?;
        tx.run("SELECT pg_terminate_backend(pg_backend_pid())", &[]).map(drop)
    });
    assert!(matches!(lost, Err(Refusal::Fault(_))), "{lost:?}");
    assert_eq!(write(&store, note(4)), Ok(()));
    assert_eq!(log(&store).into_iter().map(|event| event.subject).collect::<Vec<_>>(), ["1", "2", "4"]);
    notes::is_sound(&store);
}

#[test]
fn sqlite_runs_with_a_write_ahead_log_that_is_synchronous() {
    let place = Place::sqlite();
    let store = place.open();
    let pragma = |sql: &'static str| store.read_blocking(move |tx| Ok(format!("{:?}", tx.all(sql, &[])?)));
    assert!(pragma("PRAGMA journal_mode").unwrap().contains("wal"));
    assert!(pragma("PRAGMA synchronous").unwrap().contains('2'), "FULL");
}
