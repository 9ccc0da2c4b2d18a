//! The index in this process: a thread follows the log and tells it every fact. Whoever asks takes along what has been committed
//! meanwhile, so that a write is seen by the next question, however long the thread has to wait for a processor.

use super::values::Shelf;
use decisions::{Answer, Fact, Index, Question};
use kernel::{Instant, Refusal, Span};
use std::{
    sync::{
        Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use store::{Follower, News, Said, Store};
use tokio::sync::watch;
use web::Room;

/// How long an asker waits for news that are on their way.
const PATIENCE: Duration = Duration::from_secs(2);
/// When it is worth asking again.
const AGAIN: Span = Span::seconds(1);
/// How long the thread rests after the log could not be read.
const REST: Duration = Duration::from_millis(200);

/// How often the log is read anew at the start before it counts as unreadable.
const TRIES: usize = 50;

/// The index, and how far it has come.
pub struct Engine {
    index: RwLock<Index>,
    reached: watch::Sender<i64>,
    /// How far the feed has come, and the askers' place in it.
    told: Arc<AtomicI64>,
    askers: Mutex<Follower>,
    rooms: &'static [&'static Room],
    pub(super) shelf: Shelf,
}

impl Engine {
    /// An index that begins to follow the store's log at once. The thread ends with the store.
    pub fn start(store: &Store, rooms: &'static [&'static Room]) -> Result<Arc<Engine>, Refusal> {
        let [mut follower, askers] = [(); 2].map(|()| store.follower(contexts(rooms), 0));
        let engine = Arc::new(Engine {
            index: RwLock::new(Index::new()),
            reached: watch::channel(0).0,
            told: askers.told(),
            askers: Mutex::new(askers),
            rooms,
            shelf: Shelf::default(),
        });
        let own = engine.clone();
        let follow = move || {
            if own.remember(&mut follower) {
                while own.follow(&mut follower) {}
            }
        };
        std::thread::Builder::new().name("decisions".into()).spawn(follow).map_err(|bad| Refusal::Fault(bad.to_string()))?;
        Ok(engine)
    }

    /// Takes what stands in the log already; false when it cannot be read.
    fn remember(&self, follower: &mut Follower) -> bool {
        let (rooms, mut tries) = (self.rooms, 0);
        let mut understand = || {
            let understood = |facts: Facts, reached| self.know(facts, 0, reached);
            follower.past(move |said, facts| heard(rooms, said, facts), understood)
        };
        while let Err(refusal) = understand() {
            tries += 1;
            if tries == TRIES {
                tracing::error!(?refusal, "decisions: the log cannot be read; no question is answered");
                return false;
            }
            tracing::warn!(?refusal, "decisions: the log could not be read");
            std::thread::park_timeout(REST);
        }
        true
    }

    /// Takes the next news; false when there will be no more.
    fn follow(&self, follower: &mut Follower) -> bool {
        let news = match follower.wait() {
            None => return false,
            Some(Ok(news)) => news,
            Some(Err(refusal)) => {
                tracing::warn!(?refusal, "decisions: the log could not be followed");
                std::thread::park_timeout(REST);
                return true;
            }
        };
        if let Err((refusal, seq)) = self.take(&news) {
            // An index that leaves something out would answer wrongly; one that stops where it is says that it is behind.
            tracing::error!(?refusal, seq, "decisions: an event cannot be read; no question is answered from here on");
            return false;
        }
        // What askers have not taken because nobody asked, the feed need not keep for them.
        self.take_along();
        true
    }

    /// Understands news and tells them the index, unless it knows them or lacks what comes before them.
    fn take(&self, news: &News) -> Result<(), (Refusal, i64)> {
        let mut facts = Facts::new();
        let known = self.read().revision();
        if known >= news.reached {
            return Ok(());
        }
        for event in news.events.iter().filter(|event| event.seq > known) {
            heard(self.rooms, &Said::of(event), &mut facts).map_err(|refusal| (refusal, event.seq))?;
        }
        self.know(facts, news.after, news.reached);
        Ok(())
    }

    /// Tells the index facts that lie after one position and up to another, unless it lacks what comes before them; what it knows already
    /// it is not told again. An index in whose telling something broke is told nothing more: it says that it is behind.
    fn know(&self, mut facts: Facts, after: i64, up_to: i64) {
        if self.index.is_poisoned() {
            return;
        }
        let mut index = self.write();
        let known = index.revision();
        if after <= known && known < up_to {
            facts.retain(|(seq, _, _)| *seq > known);
            know(&mut index, &facts, up_to);
            drop(index);
            self.reached.send_if_modified(|reached| std::mem::replace(reached, up_to.max(*reached)) < up_to);
        }
    }

    /// Takes what the feed has told and the index does not know. Whoever finds somebody at it waits until it is done. What cannot be
    /// read is the thread's to say.
    fn take_along(&self) {
        let mut askers = self.askers.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let known = self.read().revision();
            let Some(news) = askers.at_once(known) else { return };
            if self.take(&news).is_err() || self.index.is_poisoned() {
                return;
            }
        }
    }

    /// Waits until everything up to `seq` is known, for a while.
    pub async fn knows(&self, seq: i64, now: Instant) -> Result<(), Refusal> {
        if *self.reached.borrow() >= seq || self.index().revision() >= seq {
            return Ok(());
        }
        let mut reached = self.reached.subscribe();
        let waited = tokio::time::timeout(PATIENCE, reached.wait_for(|known| *known >= seq)).await;
        if matches!(waited, Ok(Ok(_))) { Ok(()) } else { Err(Refusal::Behind { retry_at: now + AGAIN }) }
    }

    /// How far the index has come, and every later step.
    pub fn steps(&self) -> watch::Receiver<i64> {
        self.reached.subscribe()
    }

    /// The index for a moment, as new as the feed of this process. It is not held across a wait.
    pub fn index(&self) -> RwLockReadGuard<'_, Index> {
        let index = self.read();
        if index.revision() >= self.told.load(Ordering::Acquire) {
            return index;
        }
        drop(index);
        self.take_along();
        self.read()
    }

    fn read(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }
    fn write(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks one question as of `now` and does something with the answer.
    pub fn ask<T>(
        &self,
        store: &Store,
        index: &Index,
        question: &Question<'_>,
        now: Instant,
        with: impl FnOnce(&Answer<'_>) -> T,
    ) -> Result<T, Refusal> {
        let values = index.place(question).map(|place| self.shelf.values(store.packs(), place, now)).transpose()?;
        let mut answer = Answer::default();
        index.check(question, now, values.as_deref(), &mut answer);
        Ok(with(&answer))
    }
}

/// The contexts that have facts to tell.
fn contexts(rooms: &[&Room]) -> Vec<&'static str> {
    rooms.iter().filter(|room| room.facts.is_some()).map(|room| room.part.name).collect()
}

/// Tells an index what was understood of the log up to a position.
pub(super) fn know(index: &mut Index, facts: &Facts, reached: i64) {
    index.tell_all(facts);
    index.reached(reached);
}

/// Facts, each with the position of the event that stated it, and when that happened.
pub(super) type Facts = Vec<(i64, Instant, Fact)>;

pub(super) fn heard(rooms: &[&Room], said: &Said<'_>, facts: &mut Facts) -> Result<(), Refusal> {
    let Some(tell) = rooms.iter().find(|room| room.part.name == said.context).and_then(|room| room.facts) else { return Ok(()) };
    tell(said, &mut |fact| facts.push((said.seq, said.at, fact)))
}
