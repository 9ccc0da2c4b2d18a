//! Following the log: everything that happened after a position, each event once and in order, whichever process wrote it. For
//! indexes that live in memory.

use crate::{Recorded, Refusal, log, reader::Readers};
use std::sync::{Arc, atomic::AtomicI64};
use tokio::sync::broadcast::{
    Receiver,
    error::{RecvError, TryRecvError},
};

/// How many events are read from the log at once.
const PAGE: usize = 4_000;

/// A place in the log, and what comes after it. It does not keep the store open: when the store is closed, it ends.
pub struct Follower {
    feed: Receiver<Arc<Recorded>>,
    told: Arc<AtomicI64>,
    pub(crate) readers: Readers,
    pub(crate) contexts: Vec<&'static str>,
    /// Everything up to here has been given out.
    pub(crate) position: i64,
    /// Whether there may be more in the log than the feed will say.
    behind: bool,
}

/// What has happened since the last time.
pub struct News {
    /// The events of the contexts that are followed, perhaps with others.
    pub events: Vec<Arc<Recorded>>,
    /// They come after this position.
    pub after: i64,
    /// Everything up to here is in them.
    pub reached: i64,
}

impl Follower {
    pub(crate) fn new(
        feed: Receiver<Arc<Recorded>>,
        told: Arc<AtomicI64>,
        readers: Readers,
        contexts: Vec<&'static str>,
        after: i64,
    ) -> Follower {
        Follower { feed, told, readers, contexts, position: after, behind: true }
    }

    /// The position that the feed has told of, to be looked at as often as one likes.
    pub fn told(&self) -> Arc<AtomicI64> {
        self.told.clone()
    }

    /// The news that come directly after `known`, without waiting; none when there are none, or when they have to be read from the log.
    /// For whoever shares an index with a follower that waits, and names what that has seen meanwhile.
    pub fn at_once(&mut self, known: i64) -> Option<News> {
        self.position = known;
        loop {
            match self.feed.try_recv() {
                Ok(event) if event.seq == self.position + 1 => return Some(self.tell(event)),
                // What comes after a gap is lost here, until the other one has told what lies in it.
                Ok(_) | Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return None,
            }
        }
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
                Ok(event) if event.seq == self.position + 1 => return Some(Ok(self.tell(event))),
                Ok(_) | Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// One event, and what has come with it.
    fn tell(&mut self, first: Arc<Recorded>) -> News {
        let mut news = News { after: first.seq - 1, reached: first.seq, events: vec![first] };
        while news.events.len() < PAGE {
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
            let events: Vec<_> = log::after_of(tx, &contexts, from, PAGE as i64)?.into_iter().map(Arc::new).collect();
            let full = events.len() == PAGE;
            let reached = events.last().filter(|_| full).map_or(end, |last| last.seq);
            Ok((News { events, after: from, reached: reached.max(from) }, full))
        })?;
        self.behind = full;
        Ok(news)
    }
}
