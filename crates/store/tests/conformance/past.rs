//! An index in memory hears the whole log, each event once and in order, whatever was read together.

use crate::{
    notes::{self, Event, log, note, write},
    on_both,
    place::Place,
};
use kernel::Actor;
use std::sync::atomic::Ordering;
use store::{Refusal, Said, Store, keys, perform};

/// What of an event an index can know: its place, and its text unless its person has been erased.
type Heard = (i64, String);

fn hear(said: &Said<'_>, heard: &mut Vec<Heard>) -> Result<(), Refusal> {
    if let Some(event) = said.event::<Event>().transpose()? {
        heard.push((said.seq, format!("{} {} {event:?}", said.at, said.context)));
    }
    Ok(())
}

fn in_the_log(store: &Store) -> Vec<Heard> {
    let mut heard = Vec::new();
    log(store).iter().for_each(|event| hear(&Said::of(event), &mut heard).unwrap());
    heard
}

/// Writes notes that echo four times each, every third one about one of a few people.
fn notes(store: &Store, from: usize, count: usize) {
    let write = move |number: usize| notes::Write {
        text: "echo 4".into(),
        person: number.is_multiple_of(3).then(|| format!("usr_{}", number % 90)),
        ..note(format!("{from} {number}"))
    };
    store.write_blocking(move |tx| (0..count).try_for_each(|number| perform(tx, &Actor::SYSTEM, &write(number)))).unwrap();
}

fn the_past_is_told_whole_and_in_order_and_the_present_follows_it(place: &Place) {
    let store = place.open();
    notes(&store, 1, 1_700);
    assert_eq!(store.write_blocking(|tx| keys::destroy(tx, "usr_30")), Ok(true));
    let mut follower = store.follower(vec!["notes"], 0);
    let (mut told, mut steps) = (Vec::new(), Vec::new());
    let more = store.clone();
    follower
        .past(hear, |page: Vec<Heard>, reached| {
            // What is written meanwhile belongs to the present.
            if steps.is_empty() {
                notes(&more, 2, 3);
            }
            assert!(page.last().is_none_or(|last| last.0 <= reached));
            told.extend(page);
            steps.push(reached);
        })
        .unwrap();
    assert!(steps.len() > 2 && steps.is_sorted(), "{steps:?}");
    let now = in_the_log(&store);
    let end = *steps.last().unwrap();
    assert_eq!(told, now[..told.len()], "the past up to {end}");
    assert!(now[told.len()..].iter().all(|(seq, _)| *seq > end) && now.len() > told.len());
    assert!(!told.iter().any(|(_, text)| text.contains("usr_30\"")) && told.iter().any(|(_, text)| text.contains("usr_33\"")));
    let mut reached = end;
    while reached < now.last().unwrap().0 {
        let news = follower.wait().unwrap().unwrap();
        news.events.iter().for_each(|event| hear(&Said::of(event), &mut told).unwrap());
        reached = news.reached;
    }
    assert_eq!(told, now);
}

fn an_event_that_cannot_be_understood_stops_the_past_where_it_is(place: &Place) {
    let store = place.open();
    for number in 0..5 {
        write(&store, note(number)).unwrap();
    }
    let mut follower = store.follower(vec!["notes"], 0);
    let stubborn = |said: &Said<'_>, heard: &mut Vec<Heard>| match said.seq {
        4 => Err(Refusal::Fault("on purpose".into())),
        _ => hear(said, heard),
    };
    let told = follower.past(stubborn, |_: Vec<Heard>, _| panic!("half a page was told"));
    assert_eq!(told, Err(Refusal::Fault("on purpose".into())));
    let mut heard = Vec::new();
    follower.past(hear, |page, _| heard.extend(page)).unwrap();
    assert_eq!(heard, in_the_log(&store), "asked again, it goes on where it was");
}

fn whoever_has_their_answer_finds_it_in_the_feed(place: &Place) {
    let store = place.open();
    let mut follower = store.follower(vec!["notes"], 0);
    assert!(follower.at_once(0).is_none(), "nothing has happened");
    let mut known = 0;
    for number in 0..40 {
        write(&store, note(number)).unwrap();
        let news = follower.at_once(known).unwrap();
        assert_eq!((news.after, news.events.first().unwrap().seq), (known, known + 1));
        known = news.reached;
        assert_eq!((known, follower.told().load(Ordering::Acquire)), (log(&store).last().unwrap().seq, known));
    }
    // What it lacks is never left out: it has nothing to tell until somebody else has told that.
    write(&store, note(40)).unwrap();
    assert!(follower.at_once(known - 3).is_none());
    write(&store, note(41)).unwrap();
    assert!(follower.at_once(known).is_none(), "the note before it is lost here");
    known = log(&store).last().unwrap().seq;
    write(&store, note(42)).unwrap();
    assert_eq!(follower.at_once(known).unwrap().after, known);
}

on_both![
    the_past_is_told_whole_and_in_order_and_the_present_follows_it,
    an_event_that_cannot_be_understood_stops_the_past_where_it_is,
    whoever_has_their_answer_finds_it_in_the_feed,
];
