//! The readers: a few threads, each with a connection of its own.

use crate::{
    Connection, House, Statements, Tx,
    log::Head,
    side_by_side::{Changes, Piece, Stacks, run},
    writer::busy,
};
use kernel::Refusal;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};
use tokio::sync::oneshot;

/// What a look sees: where its questions go, and the log's end there.
type Seen<'a> = Result<(&'a mut dyn Statements, Head), Refusal>;

/// Something that somebody wants to know.
struct Look {
    /// Called just before the snapshot is taken.
    begins: Box<dyn FnOnce() + Send>,
    work: Box<Work>,
}

type Work = dyn FnOnce(&House, Seen<'_>) + Send;

/// How many more looks may share a snapshot where each question costs a round trip.
const TOGETHER: usize = 16;

#[derive(Clone)]
pub(crate) struct Readers {
    house: Arc<House>,
    queue: crossbeam_channel::Sender<Look>,
}

impl Readers {
    pub fn start(house: &Arc<House>, count: usize) -> Result<Readers, Refusal> {
        let (queue, waiting) = crossbeam_channel::bounded::<Look>(4096);
        let count = count.max(1);
        for _ in 0..count {
            let (house, waiting) = (house.clone(), waiting.clone());
            let mut db = house.connect(false)?;
            let read = move || {
                let mut stacks = Stacks::default();
                while let Ok(first) = waiting.recv() {
                    // Its share of what waits; the other readers take theirs.
                    let share = if db.has_round_trips() { (waiting.len() / count).min(TOGETHER) } else { 0 };
                    let looks: Vec<Look> = std::iter::once(first).chain(waiting.try_iter().take(share)).collect();
                    snapshot(&house, &mut db, &mut stacks, looks);
                }
            };
            std::thread::Builder::new().name("reader".into()).spawn(read).map_err(|e| Refusal::Fault(e.to_string()))?;
        }
        Ok(Readers { house: house.clone(), queue })
    }

    fn look<T: Send + 'static>(
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> (Look, oneshot::Receiver<Result<T, Refusal>>) {
        let (tell, told) = oneshot::channel();
        let work = move |house: &House, seen: Seen<'_>| {
            // Whoever asked may have gone.
            if !tell.is_closed() {
                let _ = tell.send(looked(house, seen, work));
            }
        };
        (Look { begins: Box::new(|| ()), work: Box::new(work) }, told)
    }

    /// An async worker must not wait for a place in the queue: when there is none, the asker is told to come back.
    pub async fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (look, told) = Self::look(work);
        self.queue.try_send(look).map_err(|full| busy(&self.house, full.is_full()))?;
        told.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Does `work` on one snapshot and hands over what it answers. `begins` is called just before the snapshot is taken.
    pub fn look_up<T: 'static>(
        &self,
        begins: impl FnOnce() + Send + 'static,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
        ended: impl FnOnce(Result<T, Refusal>) + Send + 'static,
    ) -> Result<(), Refusal> {
        let work = move |house: &House, seen: Seen<'_>| ended(looked(house, seen, work));
        let look = Look { begins: Box::new(begins), work: Box::new(work) };
        self.queue.try_send(look).map_err(|full| busy(&self.house, full.is_full()))
    }

    pub fn submit_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (look, told) = Self::look(work);
        self.queue.send(look).map_err(|_| stopped())?;
        told.blocking_recv().unwrap_or_else(|_| Err(stopped()))
    }
}

fn stopped() -> Refusal {
    Refusal::Fault("the readers have stopped".into())
}

/// Does `work` with what it sees. Work that panics costs no more than its own answer.
fn looked<T>(house: &House, seen: Seen<'_>, work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
    let (db, head) = seen?;
    let answer = catch_unwind(AssertUnwindSafe(|| work(&mut Tx::new(db, house, head))));
    answer.unwrap_or_else(|_| Err(Refusal::Fault("a reader panicked".into())))
}

/// Lets everyone look at one snapshot. An idle connection may have been closed by the server: nothing was done yet, so a new
/// one takes over.
fn snapshot(house: &Arc<House>, db: &mut Connection, stacks: &mut Stacks, looks: Vec<Look>) {
    let (begins, mut works): (Vec<_>, Vec<_>) = looks.into_iter().map(|look| (look.begins, look.work)).unzip();
    begins.into_iter().for_each(|begins| begins());
    let head = db.begin_read().or_else(|_| {
        *db = house.connect(false)?;
        db.begin_read()
    });
    match head {
        Err(refusal) => works.into_iter().for_each(|work| work(house, Err(refusal.clone()))),
        Ok(head) => {
            // Who looks alone needs no stack; who gets none looks alone.
            let alone = works.len() == 1 || stacks.reserve(works.len()).is_err();
            works.drain(..if alone { works.len() } else { 0 }).for_each(|work| work(house, Ok((db.as_mut(), head.clone()))));
            let pieces = works.into_iter().map(|work| -> Piece<()> {
                let (house, head) = (house.clone(), head.clone());
                Box::new(move |db| work(&house, Ok((db, head))))
            });
            run(db.as_mut(), stacks, Changes::Refused, pieces.collect(), |_, _| ());
            if db.end_read().is_err()
                && let Ok(fresh) = house.connect(false)
            {
                *db = fresh;
            }
        }
    }
}
