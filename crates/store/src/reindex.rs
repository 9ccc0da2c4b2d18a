//! Making the disposable tables again from the log.

use crate::{Store, Tx, args, clock::sha256, log};
use kernel::Refusal;

/// How many events are read at a time.
const PAGE: i64 = 1_000;

/// Empties every context's disposable tables and replays the log through their `apply`, each event at its own moment, in one
/// transaction: whoever reads meanwhile sees the old tables, and a crash leaves them as they were. Nothing is sent a second
/// time. `progress` is told now and then how many events are done. Answers how many there were.
///
/// Deadlines are made again too. One that had fired without an event comes back, fires, and is denied again.
pub fn reindex(store: &Store, progress: impl FnMut(i64)) -> Result<i64, Refusal> {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let work = move |tx: &mut Tx<'_>| {
            replay(tx, |done| {
                // Whoever asked may no longer be interested.
                let _ = tell.send(done);
            })
        };
        let replaying = scope.spawn(|| store.write_blocking(work));
        told.into_iter().for_each(progress);
        replaying.join().unwrap_or_else(|_| Err(Refusal::Fault("the replay panicked".into())))
    })
}

fn replay(tx: &mut Tx<'_>, mut progress: impl FnMut(i64)) -> Result<i64, Refusal> {
    let (end, now) = (tx.head.clone(), tx.now);
    // Backwards, so that no row goes before those that refer to it.
    for table in tables(tx).into_iter().rev() {
        tx.put(&format!("DELETE FROM {table}"), &[])?;
    }
    tx.put("DELETE FROM deadlines", &[])?;
    tx.replaying = true;
    let mut done = 0;
    loop {
        let events = log::after(tx, done, PAGE)?;
        for event in &events {
            (tx.now, tx.head.seq, done) = (event.at, event.seq, event.seq);
            tx.parts().iter().try_for_each(|part| (part.apply)(tx, event))?;
        }
        progress(done);
        if (events.len() as i64) < PAGE {
            break;
        }
    }
    if done != end.seq {
        return Err(Refusal::Fault(format!("the log ends at event {done}, its head says {}; run `countersign verify`", end.seq)));
    }
    (tx.head, tx.now, tx.replaying) = (end, now, false);
    Ok(done)
}

/// The disposable tables, in the contexts' order.
fn tables(tx: &Tx<'_>) -> Vec<&'static str> {
    tx.parts().iter().flat_map(|part| part.tables.iter().copied()).collect()
}

/// A hash of everything in the disposable tables, whatever order their rows lie in: the same on both databases, and the same
/// before and after [`reindex`].
pub fn state_hash(tx: &mut Tx<'_>) -> Result<String, Refusal> {
    let mut all = String::new();
    for table in tables(tx) {
        let rows = tx.all(&format!("SELECT * FROM {table}"), args![])?;
        let mut rows: Vec<String> = rows.iter().map(|row| sha256(format!("{row:?}").as_bytes())).collect();
        rows.sort_unstable();
        all.push_str(&format!("{table} {} {}\n", rows.len(), sha256(rows.concat().as_bytes())));
    }
    Ok(sha256(all.as_bytes()))
}
