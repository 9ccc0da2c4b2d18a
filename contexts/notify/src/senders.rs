//! What leaves the house: mail and webhooks. At least once: a message is on disk with the event that caused it, is leased
//! while it is being sent, and is tried again under the same id when nobody wrote down that it arrived.

use crate::{index, mail, state, webhooks};
use futures_util::future::BoxFuture;
use kernel::{Refusal, Span};
use std::{sync::Arc, time::Duration};
use store::{Scope, Store, Tx, outbox};
use tokio::{
    sync::{broadcast::error::RecvError, watch},
    task::JoinSet,
};
use web::App;

/// Forgets what arrived longer ago than the packs keep it; answers how many. There may be more: the ticker asks until none is left.
pub fn forget(tx: &mut Tx<'_>) -> Result<u64, Refusal> {
    let deliveries = tx.policy::<state::Webhooks>(Scope::PLATFORM)?.keep.value;
    let mails = tx.policy::<state::Mail>(Scope::PLATFORM)?.keep.value;
    let now = tx.now;
    Ok(outbox::prune(tx, index::WEBHOOK, now - deliveries)? + outbox::prune(tx, index::MAIL, now - mails)?)
}

/// How many messages of one channel are on their way at the same time.
const AT_ONCE: usize = 64;

/// How long a sender looks away when nothing happens. What is posted with an event wakes it at once.
const LOOK_AWAY: Duration = Duration::from_secs(5);

/// How much longer than the time-out a message stays leased, for writing down what became of it.
const GRACE: Span = Span::seconds(30);

/// The senders of an installation, for the server to spawn. They end when `stop` becomes true; what they were sending then
/// is written down first. Mail is sent only where a [`mail::MailConfig`] was put among the app's extras.
pub fn senders(app: &App, stop: &watch::Receiver<bool>) -> Vec<BoxFuture<'static, ()>> {
    let webhooks = Arc::new(webhooks::Webhooks::new(app.store().clone()));
    let mut all: Vec<BoxFuture<'static, ()>> = vec![Box::pin(run(app.store().clone(), webhooks, stop.clone()))];
    if let Some(config) = app.extra::<mail::MailConfig>() {
        match mail::Mails::new(app.clone(), config) {
            Ok(mails) => all.push(Box::pin(run(app.store().clone(), Arc::new(mails), stop.clone()))),
            Err(refusal) => tracing::error!(?refusal, "mail is configured in a way that cannot work; nothing is sent"),
        }
    }
    all
}

/// One channel of the outbox, and how its messages leave.
pub trait Channel: Send + Sync + 'static {
    /// A message with all that sending it needs.
    type Parcel: Send + 'static;
    /// The outbox's name of the channel.
    const NAME: &'static str;
    /// Takes up to `limit` due messages and loads what they need. Those that cannot be sent any more are given up here.
    fn take(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Self::Parcel>, Refusal>;
    /// Sends one and writes down what became of it.
    fn send(self: Arc<Self>, parcel: Self::Parcel) -> BoxFuture<'static, Result<(), Refusal>>;
}

async fn take<C: Channel>(store: &Store, limit: usize) -> Result<Vec<C::Parcel>, Refusal> {
    // Looking is cheap and needs no turn of the writer's.
    let (now, limit) = (store.now(), i64::try_from(limit).unwrap_or(1));
    let due = store.read(|tx| outbox::next_due(tx, C::NAME)).await?;
    if due.is_none_or(|due| due > now) {
        return Ok(Vec::new());
    }
    store.write(move |tx| C::take(tx, limit)).await
}

/// Sends everything that is due now, and what becomes due through it, to the end. Answers how many messages were tried.
pub async fn round<C: Channel>(store: &Store, channel: &Arc<C>) -> Result<usize, Refusal> {
    let mut tried = 0;
    loop {
        let parcels = take::<C>(store, AT_ONCE).await?;
        if parcels.is_empty() {
            return Ok(tried);
        }
        tried += parcels.len();
        let mut under_way: JoinSet<_> = parcels.into_iter().map(|parcel| channel.clone().send(parcel)).collect();
        while let Some(done) = under_way.join_next().await {
            done.map_err(|bad| Refusal::Fault(format!("a sender ended: {bad}")))??;
        }
    }
}

async fn run<C: Channel>(store: Store, channel: Arc<C>, mut stop: watch::Receiver<bool>) {
    let mut feed = store.follow();
    let mut under_way = JoinSet::new();
    while !*stop.borrow() {
        let free = AT_ONCE - under_way.len();
        let taken = if free > 0 { take::<C>(&store, free).await } else { Ok(Vec::new()) };
        match taken {
            Ok(parcels) => parcels.into_iter().for_each(|parcel| drop(under_way.spawn(channel.clone().send(parcel)))),
            Err(refusal) => tracing::error!(channel = C::NAME, ?refusal, "the outbox cannot be read; it is tried again"),
        }
        tokio::select! {
            _ = stop.changed() => {}
            Some(done) = under_way.join_next(), if !under_way.is_empty() => written_down(C::NAME, done),
            () = woken(&mut feed) => {}
        }
    }
    while let Some(done) = under_way.join_next().await {
        written_down(C::NAME, done);
    }
}

fn written_down(channel: &str, done: Result<Result<(), Refusal>, tokio::task::JoinError>) {
    match done {
        Ok(Ok(())) => {}
        Ok(Err(refusal)) => tracing::error!(channel, ?refusal, "what became of a message could not be written down; it is sent again"),
        Err(bad) => tracing::error!(channel, %bad, "a message's sending ended early; it is sent again"),
    }
}

/// Something happened, or it is time to look for what is due again.
async fn woken(feed: &mut tokio::sync::broadcast::Receiver<Arc<store::Recorded>>) {
    match tokio::time::timeout(LOOK_AWAY, feed.recv()).await {
        // Many events come together; one look answers them all.
        Ok(Ok(_) | Err(RecvError::Lagged(_))) => while feed.try_recv().is_ok() {},
        // The store is gone or nothing happened.
        Ok(Err(RecvError::Closed)) | Err(_) => {}
    }
}

pub(crate) fn duration(span: Span) -> Duration {
    Duration::from_millis(u64::try_from(span.0).unwrap_or(0))
}

pub(crate) fn lease(time_out: Span) -> Span {
    Span(time_out.0.saturating_add(GRACE.0))
}
