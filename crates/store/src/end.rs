//! Where the log ends, asked by many at once. Whoever asks learns of an end that was looked up after they asked, so everything that
//! was committed before is below it, whichever process committed it; but one look serves all who were waiting when it began.

use crate::{Refusal, reader::Readers};
use kernel::Instant;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The log's end at a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    /// The last event's position.
    pub seq: i64,
    /// The moment of the look. It never runs backwards, whatever the machine's clock does.
    pub now: Instant,
}

type Told = watch::Receiver<Option<Result<End, Refusal>>>;

/// The look that has not begun yet, for others to join.
#[derive(Clone, Default)]
pub(crate) struct Ends(Arc<Mutex<Option<Told>>>);

impl Ends {
    pub async fn look(&self, readers: &Readers) -> Result<End, Refusal> {
        let mut told = self.join(readers)?;
        let ended = told.wait_for(Option::is_some).await.ok().and_then(|end| end.clone());
        ended.unwrap_or_else(|| Err(Refusal::Fault("the log's end was not looked up".into())))
    }

    fn join(&self, readers: &Readers) -> Result<Told, Refusal> {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = &*next {
            return Ok(told.clone());
        }
        let (tell, told) = watch::channel(None);
        let waiting = self.0.clone();
        // Whoever comes after this moment waits for the next look: this one's snapshot may be too old for them.
        let begins = move || drop(waiting.lock().unwrap_or_else(PoisonError::into_inner).take());
        let ended = move |end| drop(tell.send(Some(end)));
        readers.look_up(begins, |tx| Ok(End { seq: tx.as_of(), now: tx.now }), ended)?;
        *next = Some(told.clone());
        Ok(told)
    }
}
