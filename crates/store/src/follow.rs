//! Following the log: everything that happened after a position, each event once and in order, whichever process wrote it. For
//! indexes that live in memory.

use crate::{Recorded, Refusal, log, reader::Readers};
use std::sync::Arc;
use tokio::sync::broadcast::{
    Receiver,
    error::{RecvError, TryRecvError},
};

/// How many events are read from the log at once.
const PAGE: i64 = 4_000;

/// A place in the log, and what comes after it. It does not keep the store open: when the store is closed, it ends.
pub struct Follower {
    feed: Receiver<Arc<Recorded>>,
    pub(crate) readers: Readers,
    pub(crate) contexts: Vec<&'static str>,
    /// Everything up to here has been given out.
    pub(crate) position: i64,
    /// Whether there may be more in the log than the feed will say.
    behind: bool,
}

/// What has happened since the last time.
pub struct News {
    /// The events of the contexts that are followed.
    pub events: Vec<Arc<Recorded>>,
    /// Everything up to here is in them.
    pub reached: i64,
}

impl Follower {
    pub(crate) fn new(feed: Receiver<Arc<Recorded>>, readers: Readers, contexts: Vec<&'static str>, after: i64) -> Follower {
        Follower { feed, readers, contexts, position: after, behind: true }
    }

    /// Waits for news, on a thread that may wait; none when the store has been closed. After a refusal it can be asked again.
    pub fn wait(&mut self) -> Option<Result<News, Refusal>> {
        loop {
            if self.behind {
                let news = self.read();
                // An empty page says only where the log ends.
                match &news {
                    Ok(found) if found.events.is_empty() && found.reached == self.position => {}
                    Ok(found) => {
                        self.position = found.reached;
                        return Some(news);
                    }
                    Err(_) => return Some(news),
                }
            }
            match self.feed.blocking_recv() {
                Ok(event) if event.seq <= self.position => {}
                Ok(event) if event.seq == self.position + 1 => return Some(Ok(self.told(event))),
                Ok(_) | Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// One event, and what has come with it.
    fn told(&mut self, first: Arc<Recorded>) -> News {
        let mut news = News { reached: first.seq, events: vec![first] };
        while news.events.len() < PAGE as usize {
            match self.feed.try_recv() {
                Ok(event) if event.seq == news.reached + 1 => {
                    news.reached = event.seq;
                    news.events.push(event);
                }
                Ok(event) if event.seq <= news.reached => {}
                Ok(_) | Err(TryRecvError::Lagged(_)) => {
                    self.behind = true;
                    break;
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        self.position = news.reached;
        news
    }

    /// The next page of the log. Where it is not full, the log's end has been reached and the feed says what comes after.
    fn read(&mut self) -> Result<News, Refusal> {
        let (from, contexts) = (self.position, self.contexts.clone());
        let (news, full) = self.readers.submit_blocking(move |tx| {
            let end = tx.as_of();
            let events: Vec<_> = log::after_of(tx, &contexts, from, PAGE)?.into_iter().map(Arc::new).collect();
            let full = events.len() as i64 == PAGE;
            let reached = events.last().filter(|_| full).map_or(end, |last| last.seq);
            Ok((News { events, reached: reached.max(from) }, full))
        })?;
        self.behind = full;
        Ok(news)
    }
}
