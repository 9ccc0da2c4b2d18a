//! Deadlines and the outbox.

use crate::{
    notes::{self, log, note, write},
    on_both,
    place::{Place, START, wait},
};
use kernel::{Actor, Instant, Span};
use store::{Store, args, deadline, outbox, perform};

fn closed(store: &Store) -> Vec<String> {
    log(store).into_iter().filter(|event| event.kind == "closed").map(|event| event.subject).collect()
}

fn due(id: impl ToString, due: Instant) -> notes::Write {
    notes::Write { due: Some(due), ..note(id) }
}

fn deadlines_fire_once_in_due_order_and_not_a_millisecond_early(place: &Place) {
    let store = place.open();
    for (id, hours) in [("third", 3), ("first", 1), ("second", 2)] {
        write(&store, due(id, START + Span::hours(hours))).unwrap();
    }
    place.clock.set(START + Span::hours(1) - Span(1));
    assert_eq!(wait(store.tick()), Ok((0, Some(START + Span::hours(1)))));
    place.clock.set(START + Span::hours(1));
    assert_eq!(wait(store.tick()), Ok((1, Some(START + Span::hours(2)))));
    assert_eq!(closed(&store), ["first"]);
    place.clock.set(START + Span::days(9));
    assert_eq!(wait(store.tick()), Ok((2, None)), "late is only late");
    assert_eq!(wait(store.tick()), Ok((0, None)));
    assert_eq!(closed(&store), ["first", "second", "third"]);
}

fn deadlines_survive_a_restart_and_two_tickers(place: &Place) {
    let store = place.open();
    for n in 0..50 {
        write(&store, due(n, START + Span(n))).unwrap();
    }
    drop(store);
    place.clock.set(START + Span::hours(1));
    let stores = [place.open(), place.open()];
    std::thread::scope(|scope| {
        stores.each_ref().map(|store| scope.spawn(|| wait(store.tick()).unwrap())).map(|ticker| ticker.join().unwrap())
    });
    assert_eq!(closed(&stores[0]), (0..50).map(|n| n.to_string()).collect::<Vec<_>>());
}

fn ten_thousand_at_one_instant_fire_once_each(place: &Place) {
    let store = place.open();
    store
        .write_blocking(|tx| {
            (0..10_000).try_for_each(|n| {
                tx.run("INSERT INTO notes (id, text, at, seq) VALUES ($1, '', 0, 0)", args![n.to_string()])?;
                deadline::set(tx, "notes", "close", &n.to_string(), START + Span(1))
            })
        })
        .unwrap();
    place.clock.set(START + Span(1));
    let mut handled = 0;
    while let (now, Some(_)) = wait(store.tick()).unwrap() {
        handled += now;
    }
    assert_eq!(handled, 10_000);
    let mut all = closed(&store);
    all.sort_unstable();
    all.dedup();
    assert_eq!((all.len(), log(&store).len()), (10_000, 10_000));
}

fn a_second_deadline_replaces_the_first_and_an_answer_clears_it(place: &Place) {
    let store = place.open();
    write(&store, due("moved", START + Span::hours(1))).unwrap();
    write(&store, due("answered", START + Span::hours(1))).unwrap();
    store.write_blocking(|tx| deadline::set(tx, "notes", "close", "moved", START + Span::hours(2))).unwrap();
    store.write_blocking(|tx| perform(tx, &Actor::SYSTEM, &notes::Close { id: "answered".into() })).unwrap();
    place.clock.set(START + Span::hours(1));
    assert_eq!(wait(store.tick()), Ok((0, Some(START + Span::hours(2)))));
    place.clock.set(START + Span::hours(2));
    assert_eq!(wait(store.tick()), Ok((1, None)));
    assert_eq!(closed(&store), ["answered", "moved"]);
}

fn a_deadline_whose_ask_is_refused_half_way_leaves_nothing_and_one_that_fails_is_tried_again(place: &Place) {
    let store = place.open();
    // `silent loud` is closed and echoed, and the echo's echo is denied: nothing of it may stay.
    write(&store, due("silent loud", START + Span(1))).unwrap();
    write(&store, due("panic", START + Span(2))).unwrap();
    write(&store, due("sound", START + Span(3))).unwrap();
    place.clock.set(START + Span::hours(1));
    assert_eq!(wait(store.tick()), Ok((3, None)));
    assert_eq!(closed(&store), ["sound"]);
    assert_eq!(log(&store).len(), 4);
    let retry = START + Span::hours(1) + Span::minutes(1);
    assert_eq!(wait(store.tick()), Ok((0, Some(retry))), "the failing one alone waits a minute");
    notes::is_sound(&store);
}

fn take(store: &Store, limit: i64) -> Vec<(String, i64)> {
    let taken = store.write_blocking(move |tx| outbox::take(tx, "mail", limit, Span::minutes(1))).unwrap();
    taken.into_iter().map(|message| (message.id, message.tries)).collect()
}

fn a_message_is_taken_by_one_sender_at_a_time_until_its_lease_is_over(place: &Place) {
    let stores = [place.open(), place.open()];
    for n in 0..3 {
        write(&stores[0], note(n)).unwrap();
        place.clock.advance(Span(1));
    }
    assert_eq!(take(&stores[0], 2), [("note 0".into(), 0), ("note 1".into(), 0)]);
    assert_eq!(take(&stores[1], 9), [("note 2".into(), 0)]);
    assert_eq!(take(&stores[1], 9), []);
    stores[0].write_blocking(|tx| outbox::sent(tx, "note 0", "250 ok")).unwrap();
    stores[0].write_blocking(|tx| outbox::failed(tx, "note 1", "450 later", Some(START + Span::hours(1)))).unwrap();
    place.clock.set(START + Span(2) + Span::minutes(1));
    assert_eq!(take(&stores[0], 9), [], "its lease lasts one millisecond longer");
    place.clock.advance(Span(1));
    assert_eq!(take(&stores[0], 9), [("note 2".into(), 1)], "whoever took it may have died");
    place.clock.set(START + Span::hours(1));
    assert_eq!(take(&stores[1], 9), [("note 2".into(), 2), ("note 1".into(), 1)]);
}

fn a_message_is_one_message_however_often_it_is_posted_and_dead_until_sent_again(place: &Place) {
    let store = place.open();
    write(&store, note(1)).unwrap();
    store.write_blocking(|tx| outbox::post(tx, "note 1", "mail", "someone else", "again")).unwrap();
    assert_eq!(take(&store, 9).len(), 1);
    store.write_blocking(|tx| outbox::failed(tx, "note 1", "550 no", None)).unwrap();
    place.clock.advance(Span::days(1));
    assert_eq!(take(&store, 9), []);
    let found = store.read_blocking(|tx| outbox::find(tx, "note 1")).unwrap().unwrap();
    assert_eq!((found.state.as_str(), found.said.as_str(), found.target.as_str()), ("dead", "550 no", "someone"));
    store.write_blocking(|tx| outbox::again(tx, "note 1")).unwrap();
    assert_eq!(take(&store, 9), [("note 1".into(), 0)]);
    store.write_blocking(|tx| outbox::sent(tx, "note 1", "250")).unwrap();
    // Another sender, whose lease was over, gives up on it: it has arrived all the same.
    store.write_blocking(|tx| outbox::failed(tx, "note 1", "timeout", Some(START))).unwrap();
    assert_eq!(store.read_blocking(|tx| outbox::find(tx, "note 1")).unwrap().unwrap().state, "sent");
    assert_eq!(take(&store, 9), []);
}

on_both![
    deadlines_fire_once_in_due_order_and_not_a_millisecond_early,
    deadlines_survive_a_restart_and_two_tickers,
    ten_thousand_at_one_instant_fire_once_each,
    a_second_deadline_replaces_the_first_and_an_answer_clears_it,
    a_deadline_whose_ask_is_refused_half_way_leaves_nothing_and_one_that_fails_is_tried_again,
    a_message_is_taken_by_one_sender_at_a_time_until_its_lease_is_over,
    a_message_is_one_message_however_often_it_is_posted_and_dead_until_sent_again,
];
