//! The log as it stands, for indexes that live in memory: read and understood by several threads at once, page by page, and told
//! in the log's order. What is needed is read, nothing else, and a body becomes its typed event straight from its text. Why
//! there is no snapshot of an index beside it: docs/decisions/0023.

use crate::{Follower, Recorded, Refusal, Row, Tx, args, keys, log};
use kernel::{Event, Instant};
use serde_json::Value as Json;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, mpsc},
};

/// How many positions of the log one thread looks through at once.
const PAGE: i64 = 4_000;
/// How many pages are on their way: two threads have something to do while a third page is taken.
const AHEAD: usize = 4;
/// How many persons' keys one question names.
const PERSONS: usize = 50;

/// An event as an index hears it: its place, and its body as it stands in the log or as it was just recorded.
pub struct Said<'a> {
    /// Its position.
    pub seq: i64,
    /// When it happened.
    pub at: Instant,
    /// The context that owns it.
    pub context: &'a str,
    body: Body<'a>,
}

enum Body<'a> {
    Json(&'a Json),
    Text(&'a str),
}

impl<'a> Said<'a> {
    /// One that was read whole.
    pub fn of(event: &'a Recorded) -> Said<'a> {
        Said { seq: event.seq, at: event.at, context: &event.context, body: Body::Json(&event.body) }
    }

    /// The typed event, when it is one of `E`'s context and its person has not been erased.
    pub fn event<E: Event>(&self) -> Option<Result<E, Refusal>> {
        if self.context != E::CONTEXT {
            return None;
        }
        let event = match self.body {
            Body::Json(Json::Null) => return None,
            Body::Json(body) => E::deserialize(body),
            Body::Text(text) => serde_json::from_str(text),
        };
        Some(event.map_err(|bad| Refusal::Fault(format!("event {} of {} cannot be read: {bad}", self.seq, self.context))))
    }
}

/// What one page made of its events, and the position up to which they are in it.
struct Page<T> {
    understood: T,
    reached: i64,
}

impl Follower {
    /// Everything from this place to the log's end as it is now. `understand` sees the events of a page, in order, on any
    /// thread; `take` gets what it made of each page, in the log's order, with the position that is reached with it. After
    /// a refusal it can be asked again and goes on where it was.
    pub fn past<T: Default + Send + 'static>(
        &mut self,
        understand: impl Fn(&Said<'_>, &mut T) -> Result<(), Refusal> + Send + Sync + 'static,
        mut take: impl FnMut(T, i64),
    ) -> Result<(), Refusal> {
        let end = self.readers.submit_blocking(|tx| Ok(tx.as_of()))?;
        let understand = Arc::new(understand);
        let mut begins = (self.position..end).step_by(PAGE as usize);
        let mut on_their_way = VecDeque::new();
        loop {
            while on_their_way.len() < AHEAD
                && let Some(from) = begins.next()
            {
                let (tell, told) = mpsc::sync_channel(1);
                let (contexts, understand, to) = (self.contexts.clone(), understand.clone(), end.min(from + PAGE));
                let work = move |tx: &mut Tx<'_>| {
                    let mut understood = T::default();
                    between(tx, &contexts, from, to, &mut |said| understand(said, &mut understood))?;
                    Ok(Page { understood, reached: to })
                };
                // Whoever waited may have gone.
                self.readers.look_up(|| {}, work, move |page| drop(tell.send(page)))?;
                on_their_way.push_back(told);
            }
            let Some(next) = on_their_way.pop_front() else { return Ok(()) };
            let Page { understood, reached } = next.recv().unwrap_or_else(|_| Err(Refusal::Fault("a reader has stopped".into())))?;
            take(understood, reached);
            self.position = reached;
        }
    }
}

/// Every event of these contexts after `from`, up to `to`, oldest first.
fn between(
    tx: &mut Tx<'_>,
    contexts: &[&'static str],
    from: i64,
    to: i64,
    hear: &mut dyn FnMut(&Said<'_>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let places = log::places(contexts, 3);
    let sql = format!("SELECT seq, at, context, body FROM events WHERE seq > $1 AND seq <= $2 AND context IN ({places}) ORDER BY seq");
    let rows = tx.all(&sql, &log::with_contexts(args![from, to], contexts))?;
    let keys = wrapped_keys(tx, &rows)?;
    for row in &rows {
        let text = row.text(3)?;
        let opened;
        let body = match keys::person_of(text) {
            None => text,
            Some(person) => {
                let wrapped = keys.get(person).map(String::as_str);
                opened = keys::open_with(tx, text, wrapped)?;
                // Nothing is said about somebody who has been erased.
                let Some(plain) = &opened else { continue };
                plain
            }
        };
        hear(&Said { seq: row.int(0)?, at: row.at(1)?, context: row.text(2)?, body: Body::Text(body) })?;
    }
    Ok(())
}

/// The keys of everybody whose data these rows hold: many to a question.
fn wrapped_keys(tx: &mut Tx<'_>, rows: &[Row]) -> Result<HashMap<String, String>, Refusal> {
    let persons = rows.iter().filter_map(|row| row.text(3).ok().and_then(keys::person_of)).collect::<Vec<_>>();
    let places = log::places(&[""; PERSONS], 1);
    let sql = format!("SELECT person, wrapped FROM person_keys WHERE person IN ({places})");
    let mut keys = HashMap::new();
    for some in persons.chunks(PERSONS) {
        // Always the same statement: where there are fewer, the last one is named again.
        let last = some.last().copied().unwrap_or_default();
        let asked = some.iter().copied().chain(std::iter::repeat(last)).take(PERSONS).map(Into::into).collect::<Vec<_>>();
        for row in tx.all(&sql, &asked)? {
            keys.insert(row.text(0)?.to_owned(), row.text(1)?.to_owned());
        }
    }
    Ok(keys)
}
