//! The writer: one thread that gives each waiting piece of work a savepoint and commits many at once, with one fsync.
//!
//! Many processes may write to one PostgreSQL; the head's row lock makes their batches take turns. Work within a batch sees
//! what came before it in the same batch, so a limit holds however many ask at once.

use crate::{
    Database, Driver, House, Tx, args,
    log::{Head, Recorded, head},
    reader::Readers,
};
use kernel::Refusal;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tokio::sync::{broadcast, oneshot};

/// How many pieces of work may share one commit. More would only make the first one wait.
const BATCH: usize = 256;

type Answer<T> = Result<T, Refusal>;

/// A piece of work with its type forgotten: done inside the transaction, answered after the commit.
trait Work: Send {
    /// Whether to keep what it wrote.
    fn work(&mut self, tx: &mut Tx<'_>) -> bool;
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

#[derive(Clone)]
pub(crate) struct Writer {
    queue: crossbeam_channel::Sender<Box<dyn Work>>,
    pub feed: broadcast::Sender<Arc<Recorded>>,
    passed_on: Arc<AtomicI64>,
}

impl Writer {
    pub fn start(house: Arc<House>, mut db: Box<dyn Driver>) -> Writer {
        let (queue, waiting) = crossbeam_channel::bounded::<Box<dyn Work>>(4096);
        let (feed, _) = broadcast::channel(4096);
        let passed_on = Arc::new(AtomicI64::new(head(db.as_mut()).map_or(0, |head| head.seq)));
        let writer = Writer { queue, feed: feed.clone(), passed_on: passed_on.clone() };
        let own = matches!(house.database, Database::Sqlite(_));
        std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || {
                while let Ok(first) = waiting.recv() {
                    if db.is_broken()
                        && let Ok(fresh) = house.connect(true)
                    {
                        db = fresh;
                    }
                    for event in batch(&house, db.as_mut(), first, &waiting) {
                        // On PostgreSQL several processes write: the follower passes everything on, in the log's order.
                        if own {
                            passed_on.store(event.seq, Ordering::SeqCst);
                            let _ = feed.send(event);
                        }
                    }
                }
            })
            .map_or_else(|_| std::process::abort(), drop);
        writer
    }

    fn queue<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Answer<T> + Send + 'static,
    ) -> Result<oneshot::Receiver<Answer<T>>, Refusal> {
        let (tell, told) = oneshot::channel();
        let piece = Box::new(Piece { work: Some(work), answer: None, tell });
        self.queue.send(piece).map_err(|_| Refusal::Fault("the writer has stopped".into()))?;
        Ok(told)
    }

    pub async fn submit<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx<'_>) -> Answer<T> + Send + 'static) -> Answer<T> {
        self.queue(work)?.await.unwrap_or_else(|_| Err(Refusal::Fault("the writer has stopped".into())))
    }

    pub fn submit_blocking<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx<'_>) -> Answer<T> + Send + 'static) -> Answer<T> {
        self.queue(work)?.blocking_recv().unwrap_or_else(|_| Err(Refusal::Fault("the writer has stopped".into())))
    }

    /// Reads the log from where the feed stands, so that followers see also what other processes wrote.
    pub async fn catch_up(&self, readers: &Readers) -> Result<(), Refusal> {
        let from = self.passed_on.load(Ordering::SeqCst);
        let events = readers.submit(move |tx| crate::log::after(tx, from, 1_000)).await?;
        for event in events {
            self.passed_on.store(event.seq, Ordering::SeqCst);
            let _ = self.feed.send(Arc::new(event));
        }
        Ok(())
    }
}

/// One transaction: the first piece, whatever else is waiting by the time it is done, one commit, all answers.
fn batch(
    house: &House,
    db: &mut dyn Driver,
    first: Box<dyn Work>,
    waiting: &crossbeam_channel::Receiver<Box<dyn Work>>,
) -> Vec<Arc<Recorded>> {
    let mut done: Vec<Box<dyn Work>> = Vec::new();
    let mut happened = Vec::new();
    let mut next = Some(first);
    let result = (|| {
        db.begin_write()?;
        let start = head(db)?;
        let mut end = start.clone();
        while let Some(mut piece) = next.take() {
            let outcome = one(house, db, end.clone(), piece.as_mut());
            done.push(piece);
            if let Some((head, mut events)) = outcome? {
                end = head;
                happened.append(&mut events);
            }
            next = if done.len() < BATCH { waiting.try_recv().ok() } else { None };
        }
        if end != start {
            db.execute("UPDATE head SET seq = $1, hash = $2, at = $3 WHERE id = 1", args![end.seq, &end.hash, end.at])?;
        }
        commit(house, db)
    })();
    if result.is_err() {
        house.packs.forget_kept();
        let _ = db.batch("ROLLBACK");
        happened.clear();
        done.extend(next);
    }
    for piece in done {
        piece.answer(&result);
    }
    happened
}

/// A failed commit on SQLite means that the disk refused: whether the work is there cannot be known from here, so the
/// process ends and the next start finds out.
fn commit(house: &House, db: &mut dyn Driver) -> Result<(), Refusal> {
    let committed = db.execute("COMMIT", &[]);
    if let (Err(refusal), Database::Sqlite(_)) = (&committed, &house.database) {
        tracing::error!(?refusal, "a commit failed; the process ends so that the next start finds what is on disk");
        std::process::abort();
    }
    committed.map(drop)
}

type Kept = Option<(Head, Vec<Arc<Recorded>>)>;

fn one(house: &House, db: &mut dyn Driver, head: Head, piece: &mut dyn Work) -> Result<Kept, Refusal> {
    db.execute("SAVEPOINT piece", &[])?;
    let mut tx = Tx::new(db, house, head);
    let keep = piece.work(&mut tx);
    let (head, events) = (tx.head, tx.recorded);
    if keep {
        db.execute("RELEASE SAVEPOINT piece", &[])?;
        Ok(Some((head, events)))
    } else {
        if !events.is_empty() {
            house.packs.forget_kept();
        }
        db.execute("ROLLBACK TO SAVEPOINT piece", &[])?;
        db.execute("RELEASE SAVEPOINT piece", &[])?;
        Ok(None)
    }
}
