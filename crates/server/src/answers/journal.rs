//! The decision log: which questions were asked, by whom, and what was answered for which reasons. How many of each kind are kept
//! is the packs' to say. Keeping them must not slow an answer down, so they are written together, a moment later.

use super::shapes::{Answered, Asked};
use decisions::{Answer, Kind};
use kernel::{Cited, Instant, Policy, Refusal, Span};
use serde::{Deserialize, Serialize};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use store::{Store, Tx, args};
use tokio::sync::{mpsc, watch};
use web::Visit;

/// The values that this log reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keeping {
    /// One of how many answers to "may this member use this account" is kept; 1 for all, 0 for none.
    #[serde(rename = "use")]
    pub using: Cited<i64>,
    /// The same for invitations.
    pub invite: Cited<i64>,
    /// The same for accepting invitations.
    pub link: Cited<i64>,
    /// The same for asking to leave.
    pub unlink: Cited<i64>,
    /// The same for selling.
    pub sell: Cited<i64>,
    /// How long they are kept.
    pub keep: Cited<Span>,
}

impl Policy for Keeping {
    const SECTION: &'static str = "decisions.log";
}

impl Keeping {
    /// One of how many is kept.
    pub fn of(&self, kind: Kind) -> &Cited<i64> {
        match kind {
            Kind::Use => &self.using,
            Kind::Invite => &self.invite,
            Kind::Link => &self.link,
            Kind::Unlink => &self.unlink,
            Kind::Sell => &self.sell,
        }
    }
}

/// One answer, as it was given.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Entry {
    /// When it was asked.
    pub asked_at: Instant,
    /// Which kind of question.
    pub kind: &'static str,
    /// Who asked.
    pub asker: String,
    /// The question, as JSON.
    pub question: String,
    /// The verdict.
    pub allowed: bool,
    /// The answer, as JSON.
    pub answer: String,
    /// The log's position.
    pub revision: i64,
}

/// Where answers are noted.
pub struct Journal {
    entries: mpsc::Sender<Entry>,
    asked: [AtomicI64; Kind::ALL.len()],
}

/// How many entries may wait to be written. What comes when there are more is not kept, and that is said.
const WAITING: usize = 10_000;
/// How many are written together.
const TOGETHER: usize = 500;
/// How long the first one waits for others.
const MOMENT: Duration = Duration::from_millis(500);

impl Journal {
    /// A journal, and what is to be written of it.
    pub fn new() -> (Journal, mpsc::Receiver<Entry>) {
        let (entries, waiting) = mpsc::channel(WAITING);
        (Journal { entries, asked: Default::default() }, waiting)
    }

    /// For the answers that one visit is given, all as of the same moment.
    pub fn open<'j>(&'j self, visit: &'j Visit, at: Instant) -> Option<Noting<'j>> {
        let keeping = visit.app().store().packs().resolve(store::Scope::PLATFORM, at).values::<Keeping>().ok()?;
        Some(Noting { journal: self, visit, keeping })
    }
}

/// What notes the answers of one visit.
pub struct Noting<'j> {
    journal: &'j Journal,
    visit: &'j Visit,
    keeping: Arc<Keeping>,
}

impl Noting<'_> {
    /// Notes an answer, if it is one of those that are kept.
    pub fn note(&self, asked: &Asked, kind: Kind, answer: &Answer<'_>) {
        let (one_in, visit) = (self.keeping.of(kind).value, self.visit);
        let number = self.journal.asked[kind as usize].fetch_add(1, Ordering::Relaxed);
        if one_in <= 0 || number % one_in != 0 {
            return;
        }
        let text = |what: &dyn Fn() -> serde_json::Result<String>| what().unwrap_or_default();
        let entry = Entry {
            asked_at: visit.now(),
            kind: kind.code(),
            asker: visit.actor().principal(),
            question: text(&|| serde_json::to_string(asked)),
            allowed: answer.allowed,
            answer: text(&|| serde_json::to_string(&Answered::of(answer, None))),
            revision: answer.revision,
        };
        if self.journal.entries.try_send(entry).is_err() {
            tracing::warn!("decisions: more answers are to be logged than can be written; some are not kept");
        }
    }
}

/// Writes what is noted until told to stop, and then the rest.
pub async fn write(store: Store, mut waiting: mpsc::Receiver<Entry>, mut stop: watch::Receiver<bool>) {
    loop {
        let mut entries = Vec::new();
        let stopped = tokio::select! {
            biased;
            received = waiting.recv_many(&mut entries, TOGETHER) => received == 0,
            _ = stop.wait_for(|stopped| *stopped) => true,
        };
        if !stopped {
            // More may come in the same moment.
            let more = async { while entries.len() < TOGETHER && waiting.recv_many(&mut entries, TOGETHER).await > 0 {} };
            let _ = tokio::time::timeout(MOMENT, more).await;
        } else {
            while let Ok(entry) = waiting.try_recv() {
                entries.push(entry);
            }
        }
        if !entries.is_empty()
            && let Err(refusal) = store.write(move |tx| entries.iter().try_for_each(|entry| keep(tx, entry))).await
        {
            tracing::warn!(?refusal, "decisions: answers could not be logged");
        }
        if stopped {
            return;
        }
    }
}

fn keep(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Refusal> {
    let sql =
        "INSERT INTO decision_log (id, asked_at, kind, asker, question, allowed, answer, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let id = store::fresh::<kernel::id::Cause>();
    let Entry { asked_at, kind, asker, question, allowed, answer, revision } = entry;
    tx.put(sql, args![id, *asked_at, *kind, asker, question, *allowed, answer, *revision])
}

/// Forgets what has been kept long enough.
pub fn forget(tx: &mut Tx<'_>) -> Result<u64, Refusal> {
    let keep = tx.policy::<Keeping>(store::Scope::PLATFORM)?.keep.value;
    tx.run("DELETE FROM decision_log WHERE asked_at < $1", args![tx.now - keep])
}

/// What was kept, newest first, after `before`; of one kind where one is named.
pub fn entries(tx: &mut Tx<'_>, kind: Option<Kind>, before: Option<(Instant, String)>, limit: i64) -> Result<Vec<Kept>, Refusal> {
    let (at, id) = before.unwrap_or((Instant(i64::MAX), "~".into()));
    let columns = "SELECT id, asked_at, kind, asker, question, allowed, answer, revision FROM decision_log";
    let order = "ORDER BY asked_at DESC, id DESC";
    let rows = match kind {
        Some(kind) => {
            let sql = format!("{columns} WHERE kind = $1 AND (asked_at < $2 OR (asked_at = $2 AND id < $3)) {order} LIMIT $4");
            tx.all(&sql, args![kind.code(), at, id, limit])?
        }
        None => {
            tx.all(&format!("{columns} WHERE (asked_at < $1 OR (asked_at = $1 AND id < $2)) {order} LIMIT $3"), args![at, id, limit])?
        }
    };
    let kept = |row: &store::Row| {
        let text = |column: usize| row.text(column).map(str::to_owned);
        Ok(Kept {
            id: text(0)?,
            asked_at: row.at(1)?,
            kind: text(2)?,
            asker: text(3)?,
            question: row.json(4)?,
            allowed: row.flag(5)?,
            answer: row.json(6)?,
            revision: row.int(7)?,
        })
    };
    rows.iter().map(kept).collect()
}

/// An answer as it was kept.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = KeptAnswer)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Instant,
    /// Which kind of question.
    pub kind: String,
    /// Who asked.
    pub asker: String,
    /// The question.
    #[schema(value_type = Object)]
    pub question: serde_json::Value,
    /// The verdict.
    pub allowed: bool,
    /// The answer with its reasons, as it was given.
    #[schema(value_type = Object)]
    pub answer: serde_json::Value,
    /// The log's position that was known.
    pub revision: i64,
}
