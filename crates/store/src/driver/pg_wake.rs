//! Being told by PostgreSQL that the log has grown: the writer of any process says so when it commits, and whoever listens reads
//! the log at once instead of looking again after a while.

use crate::Refusal;
use std::{future::poll_fn, time::Duration};
use tokio::sync::mpsc;
use tokio_postgres::{AsyncMessage, NoTls};

/// What is said, with the log's position behind it.
pub(crate) const CHANNEL: &str = "countersign_log";

/// How long to wait before a lost connection is tried anew.
const AGAIN: Duration = Duration::from_secs(1);

/// Calls `told` with every position that is said, until `over` says that nobody wants to know. It runs on a thread of its own.
pub(crate) fn listen(url: &str, told: impl Fn(&tokio::runtime::Runtime, i64), over: impl Fn() -> bool) -> Result<(), Refusal> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|bad| Refusal::Fault(format!("postgresql: {bad}")))?;
    while !over() {
        if let Err(bad) = hear(&runtime, url, &told, &over) {
            tracing::warn!(%bad, "the database could not be listened to; the clock looks at the log meanwhile");
            std::thread::park_timeout(AGAIN);
        }
    }
    Ok(())
}

fn hear(
    runtime: &tokio::runtime::Runtime,
    url: &str,
    told: &impl Fn(&tokio::runtime::Runtime, i64),
    over: &impl Fn() -> bool,
) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = runtime.block_on(tokio_postgres::connect(url, NoTls))?;
    let (say, mut said) = mpsc::unbounded_channel();
    let pass = async move {
        while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
            match message {
                Ok(AsyncMessage::Notification(news)) => drop(say.send(news.payload().parse::<i64>().unwrap_or(i64::MAX))),
                Ok(_) => {}
                Err(_) => return,
            }
        }
    };
    let passing = runtime.spawn(pass);
    runtime.block_on(client.batch_execute(&format!("LISTEN {CHANNEL}")))?;
    // What was written before the listening began.
    told(runtime, i64::MAX);
    while !over() && !passing.is_finished() {
        let news = runtime.block_on(async { tokio::time::timeout(AGAIN, said.recv()).await });
        match news {
            Ok(Some(seq)) => {
                // One look serves all that has been said meanwhile.
                let mut seq = seq;
                while let Ok(later) = said.try_recv() {
                    seq = seq.max(later);
                }
                told(runtime, seq);
            }
            Ok(None) => break,
            Err(_) => {}
        }
    }
    passing.abort();
    Ok(())
}
