//! Checkpoints: positions of the chain, signed and kept outside the database.
//!
//! Whoever can write the database can make the chain anew from any event on, so that it is sound again. What such a person
//! cannot do is sign. Keep a copy of [`export`] where the server cannot write, and even the server's own keys do not help.

use crate::{
    Config, House, Keys, Store, Tx, keys,
    log::{self, Head},
    verify::{Broken, Verified, Vouched},
};
use kernel::{Instant, Refusal, Span};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

/// The file's name in the data directory.
pub const FILE: &str = "checkpoints.jsonl";

/// A checkpoint is due after so many events,
const EVERY: i64 = 1_000;
/// or after so long, when anything has happened.
const AT_THE_LATEST: Span = Span::minutes(10);

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The position.
    pub seq: i64,
    /// The hash there.
    pub hash: String,
    /// When it was signed.
    pub at: Instant,
    /// The house's signature over the three, in hexadecimal.
    pub signature: String,
}

fn text(seq: i64, hash: &str, at: Instant) -> String {
    format!("countersign checkpoint\n{seq}\n{hash}\n{at}")
}

impl Checkpoint {
    fn sign(keys: &Keys, head: &Head, at: Instant) -> Checkpoint {
        let signature = keys.sign(&text(head.seq, &head.hash, at));
        Checkpoint { seq: head.seq, hash: head.hash.clone(), at, signature }
    }
    /// Whether it was signed with the key whose public half is `public`.
    pub fn is_signed(&self, public: &str) -> bool {
        keys::signed(public, &text(self.seq, &self.hash, self.at), &self.signature)
    }
}

/// Where the house keeps its checkpoints, and how far they go.
#[derive(Default)]
pub(crate) struct Keeper(Mutex<Option<State>>);

struct State {
    file: File,
    kept: i64,
    since: Instant,
    /// The last commit's end.
    head: Option<Head>,
}

impl House {
    /// The log ends here now.
    pub(crate) fn vouch(&self, end: &Head) {
        let mut state = self.checkpoints.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = state.as_mut()
            && state.head.as_ref().is_none_or(|known| known.seq < end.seq)
        {
            state.head = Some(end.clone());
        }
    }

    /// Signs the log's end when a checkpoint is due, or anyway at an orderly end. Failing to is reported, not fatal: the next
    /// commit tries again.
    pub(crate) fn checkpoint(&self, closing: bool) {
        let mut state = self.checkpoints.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(state) = state.as_mut() else { return };
        let Some(head) = state.head.as_ref().filter(|head| head.seq > state.kept) else { return };
        let now = self.clock.now().max(head.at);
        if !closing && head.seq - state.kept < EVERY && now < state.since + AT_THE_LATEST {
            return;
        }
        let line = serde_json::to_string(&Checkpoint::sign(&self.keys, head, now)).unwrap_or_default();
        match state.file.write_all(format!("{line}\n").as_bytes()).and_then(|()| state.file.sync_data()) {
            Ok(()) => (state.kept, state.since) = (head.seq, now),
            Err(error) => tracing::error!(%error, "a checkpoint could not be written"),
        }
    }
}

impl Store {
    /// Verifies a log that may be too damaged for [`Store::open`]: nothing is opened for writing, migrated or mended.
    pub fn verify(config: Config, checkpoints: &Path, progress: impl FnMut(i64) + Send) -> Result<Verified, Refusal> {
        let look = move || {
            let house = House::of(config).0;
            let kept = read(checkpoints, &house.keys.public())?;
            let mut db = house.connect(false)?;
            let end = db.begin_read()?;
            verify(&mut Tx::new(db.as_mut(), &house, end), kept, progress)
        };
        let looked = std::thread::scope(|scope| scope.spawn(look).join());
        looked.unwrap_or_else(|_| Err(Refusal::Fault("verifying panicked".into())))
    }

    /// From now on keeps signed checkpoints in `path`, and refuses when the log has lost what an earlier one vouches for.
    pub fn keep_checkpoints(&self, path: &Path) -> Result<(), Refusal> {
        let (known, _) = read(path, &self.keys().public())?;
        let last = known.last().cloned();
        let (head, there) = self.read_blocking({
            let last = last.clone();
            move |tx| {
                let sql = "SELECT hash FROM events WHERE seq = $1";
                let there = last.map(|last| tx.one(sql, crate::args![last.seq])).transpose()?.flatten();
                Ok((tx.head.clone(), there.map(|row| row.text(0).map(str::to_owned)).transpose()?))
            }
        })?;
        if let Some(last) = &last
            && there.as_ref() != Some(&last.hash)
        {
            let found = if last.seq > head.seq { format!("the log ends at {}", head.seq) } else { "another event stands there".into() };
            return Err(Refusal::Fault(format!(
                "a signed checkpoint vouches for event {}, but {found}; run `countersign verify`",
                last.seq
            )));
        }
        let file = open(path).map_err(|error| Refusal::Fault(format!("{FILE} cannot be opened: {error}")))?;
        let now = self.now();
        let state = State { file, kept: last.map_or(0, |last| last.seq), since: now, head: Some(head) };
        *self.house.checkpoints.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
        Ok(())
    }
}

/// Opens the file for appending. A last line that a crash cut short is dropped: it was never vouched for.
fn open(path: &Path) -> std::io::Result<File> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(none) if none.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let file = fs::OpenOptions::new().append(true).create(true).open(path)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    if whole < text.len() {
        file.set_len(whole as u64)?;
    }
    file.sync_all()?;
    crate::blobs::sync_dir(path.parent().unwrap_or(Path::new(".")))?;
    Ok(file)
}

/// The checkpoints kept in `path` that were signed with `public`'s other half, and those that were not. No file, no
/// checkpoints.
pub fn read(path: &Path, public: &str) -> Result<(Vec<Checkpoint>, Vec<Broken>), Refusal> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(none) if none.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Refusal::Fault(format!("{FILE} cannot be read: {error}"))),
    };
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    Ok(parse(whole, public))
}

/// The checkpoints in a file's or an export's text.
pub fn parse(text: &str, public: &str) -> (Vec<Checkpoint>, Vec<Broken>) {
    let (mut sound, mut broken) = (Vec::new(), Vec::new());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match serde_json::from_str::<Checkpoint>(line) {
            Ok(checkpoint) if checkpoint.is_signed(public) => sound.push(checkpoint),
            Ok(forged) => broken.push(Broken::BadSignature { seq: forged.seq }),
            Err(_) => broken.push(Broken::BadSignature { seq: 0 }),
        }
    }
    (sound, broken)
}

/// Verifies the whole log against what [`read`] found. Read the checkpoints before the transaction begins: those signed after it
/// vouch for events that it cannot see. `progress` is told the position now and then.
pub fn verify(tx: &mut Tx<'_>, (known, forged): (Vec<Checkpoint>, Vec<Broken>), progress: impl FnMut(i64)) -> Result<Verified, Refusal> {
    let vouched: Vec<Vouched> = known.into_iter().map(|Checkpoint { seq, hash, .. }| Vouched { seq, hash }).collect();
    let mut verified = log::verify(tx, &vouched, progress)?;
    verified.broken.extend(forged);
    Ok(verified)
}

/// What is kept of the checkpoints for download, to be stored where the server cannot write. It can be checked with the
/// house's public key alone: each line signs `countersign checkpoint`, its position, hash and time, a line each.
pub fn export(path: &Path, keys: &Keys) -> Result<String, Refusal> {
    let (known, _) = read(path, &keys.public())?;
    let lines = known.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>().map_err(|bad| Refusal::Fault(bad.to_string()))?;
    Ok(lines.iter().map(|line| format!("{line}\n")).collect())
}
