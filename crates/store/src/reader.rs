//! The readers: a few threads, each with a connection of its own.

use crate::{Driver, House, Tx, writer::busy};
use kernel::Refusal;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};
use tokio::sync::oneshot;

type Look = Box<dyn FnOnce(&House, &mut Box<dyn Driver>) + Send>;

#[derive(Clone)]
pub(crate) struct Readers {
    house: Arc<House>,
    queue: crossbeam_channel::Sender<Look>,
}

impl Readers {
    pub fn start(house: &Arc<House>, count: usize) -> Result<Readers, Refusal> {
        let (queue, waiting) = crossbeam_channel::bounded::<Look>(4096);
        for _ in 0..count.max(1) {
            let (house, waiting) = (house.clone(), waiting.clone());
            let mut db = house.connect(false)?;
            let read = move || {
                while let Ok(look) = waiting.recv() {
                    look(&house, &mut db);
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
        let look: Look = Box::new(move |house, db| {
            // Whoever asked may have gone.
            if !tell.is_closed() {
                let _ = tell.send(snapshot(house, db, work));
            }
        });
        (look, told)
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
        let look: Look = Box::new(move |house, db| {
            begins();
            ended(snapshot(house, db, work));
        });
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

/// Does `work` on one snapshot. An idle connection may have been closed by the server: nothing was done yet, so a new one
/// takes over. Work that panics costs no more than its own answer.
fn snapshot<T>(house: &House, db: &mut Box<dyn Driver>, work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
    let head = match db.begin_read() {
        Ok(head) => head,
        Err(_) => {
            *db = house.connect(false)?;
            db.begin_read()?
        }
    };
    let answer = catch_unwind(AssertUnwindSafe(|| work(&mut Tx::new(db.as_mut(), house, head))));
    if db.end_read().is_err()
        && let Ok(fresh) = house.connect(false)
    {
        *db = fresh;
    }
    answer.unwrap_or_else(|_| Err(Refusal::Fault("a reader panicked".into())))
}
