//! Serves: listens, lets the clock act, sends what must leave the house, and ends in order.

use crate::house::House;
use kernel::{Refusal, Span};
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, sync::watch};

/// How long the clock waits at the most before it looks again.
const LOOK: Span = Span::seconds(1);

/// Listens, and gives back the address: port 0 becomes a real one.
pub async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Refusal> {
    let listener = TcpListener::bind(address).await.map_err(|e| Refusal::Fault(format!("{address} cannot be listened on: {e}")))?;
    let real = listener.local_addr().map_err(|e| Refusal::Fault(e.to_string()))?;
    Ok((listener, real))
}

/// Serves until told to stop; then finishes what is under way.
pub async fn serve(house: House, listener: TcpListener, stop: watch::Receiver<bool>) -> Result<(), Refusal> {
    let clock = tokio::spawn(tick(house.app.store().clone(), stop.clone()));
    let journal = tokio::spawn(crate::answers::write_journal(house.app.store().clone(), house.answers, stop.clone()));
    let mut senders: tokio::task::JoinSet<()> = notify::senders(&house.app, &stop).into_iter().collect();
    web::serve(listener, house.router, stop).await?;
    let _ = clock.await;
    let _ = journal.await;
    while senders.join_next().await.is_some() {}
    Ok(())
}

/// The ticker: makes due asks, passes on what other processes wrote, and forgets what is past keeping.
async fn tick(store: store::Store, mut stop: watch::Receiver<bool>) {
    let mut forgotten = store.now();
    loop {
        if let Err(refusal) = store.catch_up().await {
            tracing::warn!(?refusal, "the log could not be followed");
        }
        let next = match store.tick().await {
            Ok((_, next)) => next,
            Err(refusal) => {
                tracing::warn!(?refusal, "the clock could not act");
                None
            }
        };
        if let Err(refusal) = forget(&store, &mut forgotten).await {
            tracing::warn!(?refusal, "old answers could not be forgotten");
        }
        let wait = next.map_or(LOOK, |next| Span((next - store.now()).0.clamp(1, LOOK.0)));
        let wait = Duration::from_millis(u64::try_from(wait.0).unwrap_or(1_000));
        if tokio::time::timeout(wait, stop.wait_for(|stopped| *stopped)).await.is_ok() {
            return;
        }
    }
}

/// Once an hour: answers under keys that are kept no longer, and mail and deliveries that arrived long ago.
async fn forget(store: &store::Store, forgotten: &mut kernel::Instant) -> Result<(), Refusal> {
    if store.now() - *forgotten < Span::hours(1) {
        return Ok(());
    }
    *forgotten = store.now();
    store.write(crate::answers::forget).await?;
    store.write(store::idempotency::purge).await?;
    // What one turn leaves, the next one takes; a turn is short, so that nobody waits behind it.
    while store.write(notify::forget).await? > 0 {}
    Ok(())
}

/// Stops when the process is asked to.
pub async fn until_asked_to_stop(tell: watch::Sender<bool>) {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let terminate = async {
        if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            signal.recv().await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
    let _ = tell.send(true);
}
