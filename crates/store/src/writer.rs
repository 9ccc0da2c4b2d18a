//! The writer: one thread that does all waiting pieces of work in one transaction, with one fsync for them all.
//!
//! Many processes may write to one PostgreSQL; the head's row lock makes their batches take turns. Work within a batch sees
//! what came before it in the same batch, so a limit holds however many ask at once. A piece that is refused has usually
//! written nothing, so there is nothing to undo. Where it has, or a statement fails, the batch is undone as a whole and its
//! pieces are done again, each in a transaction of its own: that costs time, never anybody else's work.

use crate::{
    Connection, Database, Driver, House, Row, Statements, Tx,
    driver::{NotCommitted, Question},
    foreseen::{Foreseen, Informed},
    log::{Head, Recorded},
    reader::Readers,
    side_by_side::{self, Changes, Stacks},
};
use kernel::{Instant, Refusal};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    thread::JoinHandle,
};
use tokio::sync::{broadcast, oneshot};

/// How many pieces of work may share one commit. More would only make the first one wait.
const BATCH: usize = 256;

type Answer<T> = Result<T, Refusal>;

/// A piece of work with its type forgotten: done inside the transaction, answered after the commit.
trait Work: Send {
    /// Does it as if: what it asks is learned, nothing is kept.
    fn rehearse(&self, tx: &mut Tx<'_>);
    /// Whether it is content. It may be done again when what it wrote was undone for another's sake.
    fn work(&mut self, tx: &mut Tx<'_>) -> bool;
    fn answer(self: Box<Self>, committed: &Result<(), Refusal>);
}

struct Piece<T, F> {
    work: F,
    answer: Option<Answer<T>>,
    tell: oneshot::Sender<Answer<T>>,
}

impl<T: Send, F: Fn(&mut Tx<'_>) -> Answer<T> + Send> Work for Piece<T, F> {
    fn rehearse(&self, tx: &mut Tx<'_>) {
        // Whatever comes of it: what it asks differently when it is done in earnest is asked then.
        let _ = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)));
    }
    fn work(&mut self, tx: &mut Tx<'_>) -> bool {
        let answer = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)));
        let answer = answer.unwrap_or_else(|_| Err(Refusal::Fault("a piece of work panicked".into())));
        // Work that swallowed a statement's failure is not done, however content it is with itself.
        let answer = if tx.failed && answer.is_ok() { Err(Refusal::Fault("a statement failed unnoticed".into())) } else { answer };
        let keep = answer.is_ok();
        self.answer = Some(answer);
        keep
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
    passed_on: Mutex<Passed>,
    /// How far the feed has come, for whoever only wants to know whether there is news.
    pub position: Arc<AtomicI64>,
    /// Where the log ends with what this process is committing; the writer passes that on itself.
    committing: AtomicI64,
}

/// How far the feed has come.
struct Passed {
    from: i64,
    position: i64,
    /// The last position of each context that something has happened in since `from`.
    last: Vec<(String, i64)>,
}

impl Passed {
    fn note(&mut self, event: &Recorded) {
        self.position = event.seq;
        match self.last.iter_mut().find(|(context, _)| *context == event.context) {
            Some((_, last)) => *last = event.seq,
            None => self.last.push((event.context.clone(), event.seq)),
        }
    }
    fn last_of(&self, context: &str) -> i64 {
        self.last.iter().find(|(known, _)| known == context).map_or(self.from, |(_, last)| *last)
    }
}

impl Feed {
    fn position(&self) -> i64 {
        self.passed().position
    }
    fn passed(&self) -> MutexGuard<'_, Passed> {
        self.passed_on.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub fn is_unmoved(&self, context: &str, since: i64, until: i64) -> bool {
        let passed = self.passed();
        passed.position >= until && passed.last_of(context) <= since
    }
    /// Passes on what follows directly. What comes after a gap waits until the gap has been read from the log.
    fn pass(&self, events: impl IntoIterator<Item = Arc<Recorded>>) {
        let mut passed = self.passed();
        for event in events {
            if event.seq == passed.position + 1 {
                passed.note(&event);
                let _ = self.sender.send(event);
            }
        }
        self.position.store(passed.position, Ordering::Release);
    }
}

impl Feed {
    async fn catch_up(&self, readers: &Readers) -> Result<(), Refusal> {
        const PAGE: i64 = 1_000;
        loop {
            let from = self.position();
            let missed = move |tx: &mut Tx<'_>| if tx.as_of() > from { crate::log::after(tx, from, PAGE) } else { Ok(Vec::new()) };
            let events = readers.submit(missed).await?;
            let all = (events.len() as i64) < PAGE;
            self.pass(events.into_iter().map(Arc::new));
            if all {
                return Ok(());
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
    pub fn start(house: Arc<House>, mut db: Connection) -> Result<Writer, Refusal> {
        let (queue, waiting) = crossbeam_channel::bounded::<Box<dyn Work>>(QUEUE);
        let start = db.begin_read()?.seq;
        db.end_read()?;
        let feed = Arc::new(Feed {
            sender: broadcast::channel(4096).0,
            passed_on: Mutex::new(Passed { from: start, position: start, last: Vec::new() }),
            position: Arc::new(AtomicI64::new(start)),
            committing: AtomicI64::new(0),
        });
        let mut own = Own { house: house.clone(), feed: feed.clone(), db, stacks: Stacks::default(), foreseen: Foreseen::default() };
        let work = move || {
            while let Ok(first) = waiting.recv() {
                batch(&mut own, first, &waiting);
                own.house.checkpoint(false);
            }
            own.house.checkpoint(true);
        };
        let thread = std::thread::Builder::new().name("writer".into()).spawn(work).map_err(|e| Refusal::Fault(e.to_string()))?;
        Ok(Writer { house, queue, feed, _thread: Arc::new(Thread(Some(thread))) })
    }

    /// Hands work over without waiting: the answer comes after the commit.
    pub fn queue<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Answer<T> + Send + 'static,
    ) -> Result<oneshot::Receiver<Answer<T>>, Refusal> {
        let (tell, told) = oneshot::channel();
        let piece = Box::new(Piece { work, answer: None, tell });
        // An async worker must not wait for a place in the queue: when there is none, the asker is told to come back.
        self.queue.try_send(piece).map_err(|full| busy(&self.house, full.is_full()))?;
        Ok(told)
    }

    pub async fn submit<T: Send + 'static>(&self, work: impl Fn(&mut Tx<'_>) -> Answer<T> + Send + 'static) -> Answer<T> {
        self.queue(work)?.await.unwrap_or_else(|_| Err(stopped()))
    }

    pub fn submit_blocking<T: Send + 'static>(&self, work: impl Fn(&mut Tx<'_>) -> Answer<T> + Send + 'static) -> Answer<T> {
        let (tell, told) = oneshot::channel();
        self.queue.send(Box::new(Piece { work, answer: None, tell })).map_err(|_| stopped())?;
        told.blocking_recv().unwrap_or_else(|_| Err(stopped()))
    }

    /// On PostgreSQL: passes on what other processes write as soon as the database says that they have. The thread ends with the
    /// last handle of the writer.
    pub fn listen(&self, readers: &Readers) -> Result<(), Refusal> {
        let Database::Postgres(url) = self.house.database.clone() else { return Ok(()) };
        let (feed, readers) = (Arc::downgrade(&self.feed), readers.clone());
        let work = move || {
            let told = |runtime: &tokio::runtime::Runtime, seq: i64| {
                // What this process writes itself, its own writer passes on; should it not learn how a commit ended, the ticker does.
                let is_news = |feed: &Arc<Feed>| feed.position() < seq && feed.committing.load(Ordering::Acquire) != seq;
                let Some(feed) = feed.upgrade().filter(is_news) else { return };
                if let Err(refusal) = runtime.block_on(feed.catch_up(&readers)) {
                    tracing::warn!(?refusal, "the log could not be followed");
                }
            };
            crate::driver::pg_wake::listen(&url, told, || feed.strong_count() == 0)
        };
        std::thread::Builder::new().name("listener".into()).spawn(work).map(drop).map_err(|e| Refusal::Fault(e.to_string()))
    }

    /// Reads the log from where the feed stands, so that followers see also what other processes wrote.
    pub async fn catch_up(&self, readers: &Readers) -> Result<(), Refusal> {
        self.feed.catch_up(readers).await
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
fn batch(own: &mut Own, first: Box<dyn Work>, waiting: &crossbeam_channel::Receiver<Box<dyn Work>>) {
    let mut pieces = vec![first];
    let more = |done: usize| waiting.try_iter().take(BATCH.saturating_sub(done)).collect();
    match together(own, &mut pieces, more) {
        Err(Spoilt::Undone(_)) if pieces.len() > 1 => pieces.into_iter().for_each(|piece| alone(own, piece)),
        ended => told(&own.feed, pieces, ended),
    }
}

/// A piece in a transaction of its own.
fn alone(own: &mut Own, piece: Box<dyn Work>) {
    let mut pieces = vec![piece];
    let ended = together(own, &mut pieces, |_| Vec::new());
    told(&own.feed, pieces, ended);
}

/// Passes on what has happened and tells everyone how it ended, in this order: whoever has their answer finds it in the feed.
fn told(feed: &Feed, pieces: Vec<Box<dyn Work>>, ended: Result<Vec<Arc<Recorded>>, Spoilt>) {
    let committed = ended.map(|happened| feed.pass(happened)).map_err(|(Spoilt::Undone(refusal) | Spoilt::Lost(refusal))| refusal);
    for piece in pieces {
        piece.answer(&committed);
    }
}

/// Why nothing of a batch was kept.
enum Spoilt {
    /// A piece or a statement failed, and the database has undone everything.
    Undone(Refusal),
    /// The connection was lost, or nobody knows how a commit has ended.
    Lost(Refusal),
}

/// What the writer's thread has to itself.
struct Own {
    house: Arc<House>,
    feed: Arc<Feed>,
    db: Connection,
    stacks: Stacks,
    foreseen: Foreseen,
}

/// Does pieces in one transaction and commits it. `more` answers those that have come meanwhile, told how many are done.
fn together(
    own: &mut Own,
    pieces: &mut Vec<Box<dyn Work>>,
    mut more: impl FnMut(usize) -> Vec<Box<dyn Work>>,
) -> Result<Vec<Arc<Recorded>>, Spoilt> {
    let done = (|| {
        let start = begin(&own.house, &mut own.db).map_err(Spoilt::Lost)?;
        let (mut end, mut happened, mut at) = (start.clone(), Vec::new(), 0);
        pieces.extend(more(1));
        while at < pieces.len() {
            happened.append(&mut round(own, &mut end, pieces, at).map_err(Spoilt::Undone)?);
            at = pieces.len();
            pieces.extend(more(at));
        }
        // Only what follows directly on what was passed on is passed on by the writer.
        let follows = own.feed.position() == start.seq;
        own.feed.committing.store(if follows { end.seq } else { 0 }, Ordering::Release);
        commit(&own.house, own.db.as_mut(), (end != start).then_some(&end))?;
        own.house.vouch(&end);
        Ok(happened)
    })();
    done.map_err(|spoilt| {
        own.house.packs.forget_kept();
        match (own.db.rollback(), spoilt) {
            (Ok(()), spoilt) => spoilt,
            (Err(_), Spoilt::Undone(refusal) | Spoilt::Lost(refusal)) => {
                if let Ok(fresh) = own.house.connect(true) {
                    own.db = fresh;
                }
                Spoilt::Lost(refusal)
            }
        }
    })
}

/// Does the pieces from `at` on, one after the other, and answers their events. Where each question costs a round trip, they are
/// rehearsed before, so that they find their answers there; an answer that one piece has made untrue the next asks for anew. Then
/// all have the moment of the rehearsal, so that they ask in the same words.
fn round(own: &mut Own, end: &mut Head, pieces: &mut Vec<Box<dyn Work>>, at: usize) -> Result<Vec<Arc<Recorded>>, Refusal> {
    let count = pieces.len() - at;
    let pays = own.db.has_round_trips() && count > 1 && own.stacks.reserve(count).is_ok();
    let rehearsed = pays.then(|| rehearse(own, end, pieces, at));
    let Own { house, db, foreseen, .. } = own;
    let mut happened = Vec::new();
    for piece in pieces.iter_mut().skip(at) {
        let now = rehearsed.unwrap_or_else(|| house.clock.now());
        let mut informed = Informed { db: db.as_mut(), foreseen };
        let db: &mut dyn Statements = if pays { &mut informed } else { informed.db };
        happened.append(&mut one(Tx::at(now, db, house, end.clone()), end, piece.as_mut())?);
    }
    Ok(happened)
}

/// Rehearses the pieces from `at` on, side by side, and learns the answers to what they ask; answers the moment at which it did.
fn rehearse(own: &mut Own, end: &Head, pieces: &mut Vec<Box<dyn Work>>, at: usize) -> Instant {
    let Own { house, db, stacks, foreseen, .. } = own;
    let now = house.clock.now();
    let rehearsal = |piece: Box<dyn Work>| -> side_by_side::Piece<Box<dyn Work>> {
        let (house, head) = (house.clone(), end.clone());
        Box::new(move |db| {
            piece.rehearse(&mut Tx::at(now, db, &house, head));
            piece
        })
    };
    let rehearsals = pieces.drain(at..).map(rehearsal).collect();
    foreseen.clear();
    let learn = |(sql, args): &Question, rows: &[Row]| foreseen.keep(sql, args, rows);
    pieces.extend(side_by_side::run(db.as_mut(), stacks, Changes::Rehearsed, rehearsals, learn));
    now
}

/// Does one piece and answers its events; its refusal, where that came after it had written something.
fn one(mut tx: Tx<'_>, end: &mut Head, piece: &mut dyn Work) -> Result<Vec<Arc<Recorded>>, Refusal> {
    if piece.work(&mut tx) {
        *end = tx.head;
        return Ok(tx.recorded);
    }
    if tx.wrote || tx.failed {
        return Err(Refusal::Fault("a piece of the batch was undone".into()));
    }
    Ok(Vec::new())
}

/// Begins the transaction. An idle connection may have been closed by the server: nothing was done yet, so a new one takes
/// over.
fn begin(house: &House, db: &mut Connection) -> Result<Head, Refusal> {
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
fn commit(house: &House, db: &mut dyn Driver, end: Option<&Head>) -> Result<(), Spoilt> {
    match db.commit(end) {
        Ok(()) => Ok(()),
        Err(NotCommitted::Undone(refusal)) => Err(Spoilt::Undone(refusal)),
        Err(NotCommitted::Unknown(refusal)) if matches!(house.database, Database::Sqlite(_)) => {
            tracing::error!(?refusal, "a commit failed; the process ends so that the next start finds what is on disk");
            std::process::abort();
        }
        Err(NotCommitted::Unknown(refusal)) => {
            tracing::error!(?refusal, "the connection was lost at a commit; who asks again under the same key learns how it ended");
            Err(Spoilt::Lost(refusal))
        }
    }
}
