//! The writer: one thread that gives each waiting piece of work a savepoint and commits many at once, with one fsync.
//!
//! Many processes may write to one PostgreSQL; the head's row lock makes their batches take turns. Work within a batch sees
//! what came before it in the same batch, so a limit holds however many ask at once.

use crate::{
    Database, Driver, House, Tx,
    driver::NotCommitted,
    log::{Head, Recorded, head},
    reader::Readers,
};
use kernel::Refusal;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};
use tokio::sync::{broadcast, oneshot};

/// How many pieces of work may share one commit. More would only make the first one wait.
const BATCH: usize = 256;

type Answer<T> = Result<T, Refusal>;

/// A piece of work with its type forgotten: done inside the transaction, answered after the commit.
trait Work: Send {
    /// Whether to keep what it wrote.
    fn work(&mut self, tx: &mut Tx<'_>) -> bool;
    /// It was content with itself, but what it sent along has failed.
    fn fail(&mut self, refusal: Refusal);
    fn answer(self: Box<Self>, committed: &Result<(), Refusal>);
}

struct Piece<T, F> {
    work: Option<F>,
    answer: Option<Answer<T>>,
    tell: oneshot::Sender<Answer<T>>,
}

impl<T: Send, F: FnOnce(&mut Tx<'_>) -> Answer<T> + Send> Work for Piece<T, F> {
    fn work(&mut self, tx: &mut Tx<'_>) -> bool {
        let Some(work) = self.work.take() else { return false };
        let answer = catch_unwind(AssertUnwindSafe(|| work(tx)));
        let answer = answer.unwrap_or_else(|_| Err(Refusal::Fault("a piece of work panicked".into())));
        // Work that swallowed a statement's failure is not done, however content it is with itself.
        let answer = if tx.failed && answer.is_ok() { Err(Refusal::Fault("a statement failed unnoticed".into())) } else { answer };
        let keep = answer.is_ok();
        self.answer = Some(answer);
        keep
    }
    fn fail(&mut self, refusal: Refusal) {
        self.answer = Some(Err(refusal));
    }
    fn answer(self: Box<Self>, committed: &Result<(), Refusal>) {
        let answer = match (self.answer, committed) {
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Err(refusal)) => Err(refusal.clone()),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(Refusal::Fault("a piece of work was not done".into())),
        };
        // Nobody waits any more when a client has gone; what was committed stays committed.
        let _ = self.tell.send(answer);
    }
}

/// What has happened, for whoever follows: each event once, in the log's order, whichever process wrote it.
pub(crate) struct Feed {
    pub sender: broadcast::Sender<Arc<Recorded>>,
    passed_on: Mutex<i64>,
}

impl Feed {
    fn position(&self) -> i64 {
        *self.passed_on.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Passes on what follows directly. What comes after a gap waits until the gap has been read from the log.
    fn pass(&self, events: impl IntoIterator<Item = Arc<Recorded>>) {
        let mut passed_on = self.passed_on.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            if event.seq == *passed_on + 1 {
                *passed_on = event.seq;
                let _ = self.sender.send(event);
            }
        }
    }
}

#[derive(Clone)]
pub(crate) struct Writer {
    house: Arc<House>,
    queue: crossbeam_channel::Sender<Box<dyn Work>>,
    pub feed: Arc<Feed>,
    // The last to be dropped, after the queue's end: it waits until everything that was handed over is done.
    _thread: Arc<Thread>,
}

/// The writer's thread, waited for when the last handle goes.
struct Thread(Option<JoinHandle<()>>);

impl Drop for Thread {
    fn drop(&mut self) {
        // A piece of work may hold the last handle; the thread cannot wait for itself.
        if let Some(thread) = self.0.take().filter(|thread| thread.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

impl Writer {
    pub fn start(house: Arc<House>, mut db: Box<dyn Driver>) -> Result<Writer, Refusal> {
        let (queue, waiting) = crossbeam_channel::bounded::<Box<dyn Work>>(QUEUE);
        let start = head(db.as_mut())?.seq;
        let feed = Arc::new(Feed { sender: broadcast::channel(4096).0, passed_on: Mutex::new(start) });
        let (own, follow) = (house.clone(), feed.clone());
        let work = move || {
            while let Ok(first) = waiting.recv() {
                let events = batch(&own, &mut db, first, &waiting);
                follow.pass(events);
                own.checkpoint(false);
            }
            own.checkpoint(true);
        };
        let thread = std::thread::Builder::new().name("writer".into()).spawn(work).map_err(|e| Refusal::Fault(e.to_string()))?;
        Ok(Writer { house, queue, feed, _thread: Arc::new(Thread(Some(thread))) })
    }

    /// Hands work over without waiting: the answer comes after the commit.
    pub fn queue<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Answer<T> + Send + 'static,
    ) -> Result<oneshot::Receiver<Answer<T>>, Refusal> {
        let (tell, told) = oneshot::channel();
        let piece = Box::new(Piece { work: Some(work), answer: None, tell });
        // An async worker must not wait for a place in the queue: when there is none, the asker is told to come back.
        self.queue.try_send(piece).map_err(|full| busy(&self.house, full.is_full()))?;
        Ok(told)
    }

    pub async fn submit<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx<'_>) -> Answer<T> + Send + 'static) -> Answer<T> {
        self.queue(work)?.await.unwrap_or_else(|_| Err(stopped()))
    }

    pub fn submit_blocking<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx<'_>) -> Answer<T> + Send + 'static) -> Answer<T> {
        let (tell, told) = oneshot::channel();
        self.queue.send(Box::new(Piece { work: Some(work), answer: None, tell })).map_err(|_| stopped())?;
        told.blocking_recv().unwrap_or_else(|_| Err(stopped()))
    }

    /// Reads the log from where the feed stands, so that followers see also what other processes wrote.
    pub async fn catch_up(&self, readers: &Readers) -> Result<(), Refusal> {
        const PAGE: i64 = 1_000;
        loop {
            let from = self.feed.position();
            let missed = move |tx: &mut Tx<'_>| if tx.as_of() > from { crate::log::after(tx, from, PAGE) } else { Ok(Vec::new()) };
            let events = readers.submit(missed).await?;
            let all = (events.len() as i64) < PAGE;
            self.feed.pass(events.into_iter().map(Arc::new));
            if all {
                return Ok(());
            }
        }
    }
}

/// How much work may wait. Who comes later is told to come back.
const QUEUE: usize = 4096;

fn stopped() -> Refusal {
    Refusal::Fault("the writer has stopped".into())
}

/// The answer to whoever finds the queue full.
pub(crate) fn busy(house: &House, full: bool) -> Refusal {
    if full { Refusal::TooMany { retry_at: house.clock.now() + kernel::Span::seconds(1) } } else { stopped() }
}

/// One transaction: the first piece, whatever else is waiting by the time it is done, one commit, all answers.
fn batch(
    house: &House,
    db: &mut Box<dyn Driver>,
    first: Box<dyn Work>,
    waiting: &crossbeam_channel::Receiver<Box<dyn Work>>,
) -> Vec<Arc<Recorded>> {
    let mut done: Vec<Box<dyn Work>> = Vec::new();
    let mut happened = Vec::new();
    let mut next = Some(first);
    let result = (|| {
        let start = begin(house, db)?;
        let mut end = start.clone();
        while let Some(mut piece) = next.take() {
            let outcome = one(house, db.as_mut(), &mut end, piece.as_mut());
            done.push(piece);
            happened.append(&mut outcome?);
            next = if done.len() < BATCH { waiting.try_recv().ok() } else { None };
        }
        commit(house, db.as_mut(), (end != start).then_some(&end))?;
        house.vouch(&end);
        Ok(())
    })();
    if result.is_err() {
        house.packs.forget_kept();
        if db.rollback().is_err()
            && let Ok(fresh) = house.connect(true)
        {
            *db = fresh;
        }
        happened.clear();
        done.extend(next);
    }
    for piece in done {
        piece.answer(&result);
    }
    happened
}

/// Begins the transaction. An idle connection may have been closed by the server: nothing was done yet, so a new one takes
/// over.
fn begin(house: &House, db: &mut Box<dyn Driver>) -> Result<Head, Refusal> {
    db.begin_write().or_else(|lost| {
        let _ = db.rollback();
        if matches!(house.database, Database::Sqlite(_)) && !db.is_broken() {
            return Err(lost);
        }
        *db = house.connect(true)?;
        db.begin_write()
    })
}

/// When SQLite cannot say whether a commit is on disk, the process ends and the next start finds out.
fn commit(house: &House, db: &mut dyn Driver, end: Option<&Head>) -> Result<(), Refusal> {
    match db.commit(end) {
        Ok(()) => Ok(()),
        Err(NotCommitted::Undone(refusal)) => Err(refusal),
        Err(NotCommitted::Unknown(refusal)) if matches!(house.database, Database::Sqlite(_)) => {
            tracing::error!(?refusal, "a commit failed; the process ends so that the next start finds what is on disk");
            std::process::abort();
        }
        Err(NotCommitted::Unknown(refusal)) => {
            tracing::error!(?refusal, "the connection was lost at a commit; who asks again under the same key learns how it ended");
            Err(refusal)
        }
    }
}

/// Does one piece and answers its events. The savepoint is fresh before and afterwards.
fn one(house: &House, db: &mut dyn Driver, end: &mut Head, piece: &mut dyn Work) -> Result<Vec<Arc<Recorded>>, Refusal> {
    let mut tx = Tx::new(db, house, end.clone());
    let kept = piece.work(&mut tx);
    let touched = tx.wrote || tx.failed;
    // What was only sent along has failed or not by the time the next savepoint stands.
    let kept = kept && (!touched || tx.db.next_savepoint().map_err(|refusal| piece.fail(refusal)).is_ok());
    if kept {
        *end = tx.head;
        return Ok(tx.recorded);
    }
    tx.undone();
    if touched {
        tx.db.undo_to("piece")?;
    }
    Ok(Vec::new())
}
