//! The readers: a few threads, each with a connection of its own.

use crate::{Driver, House, Tx, log::head};
use kernel::Refusal;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};
use tokio::sync::oneshot;

type Look = Box<dyn FnOnce(&House, &mut dyn Driver) + Send>;

#[derive(Clone)]
pub(crate) struct Readers {
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
                    if db.is_broken()
                        && let Ok(fresh) = house.connect(false)
                    {
                        db = fresh;
                    }
                    look(&house, db.as_mut());
                }
            };
            std::thread::Builder::new().name("reader".into()).spawn(read).map_err(|e| Refusal::Fault(e.to_string()))?;
        }
        Ok(Readers { queue })
    }

    fn queue<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, Refusal>>, Refusal> {
        let (tell, told) = oneshot::channel();
        let look: Look = Box::new(move |house, db| {
            let answer = catch_unwind(AssertUnwindSafe(|| snapshot(house, db, work)));
            let _ = tell.send(answer.unwrap_or_else(|_| Err(Refusal::Fault("a reader panicked".into()))));
        });
        self.queue.send(look).map_err(|_| Refusal::Fault("the readers have stopped".into()))?;
        Ok(told)
    }

    pub async fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.queue(work)?.await.unwrap_or_else(|_| Err(Refusal::Fault("the readers have stopped".into())))
    }

    pub fn submit_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.queue(work)?.blocking_recv().unwrap_or_else(|_| Err(Refusal::Fault("the readers have stopped".into())))
    }
}

fn snapshot<T>(house: &House, db: &mut dyn Driver, work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
    db.begin_read()?;
    let answer = head(db).and_then(|head| work(&mut Tx::new(db, house, head)));
    db.execute("ROLLBACK", &[])?;
    answer
}
