//! Reading the whole log and naming what is wrong with it.
//!
//! The log is read in order with one event's look ahead. An event that does not follow from the one before it is a
//! suspect; what its neighbours say shows whether its text, its hash or its place was meddled with. Two suspects that fit
//! into each other's places were moved.

use crate::{
    Row, Tx, args,
    log::{Head, digest, head, link},
};
use kernel::Refusal;
use serde::Serialize;

/// What is wrong with a log, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Broken {
    /// The event is not what was written at this position: its fields, its digest or its hash were changed.
    Changed {
        /// Which.
        seq: i64,
    },
    /// The event is sound in itself but does not belong here: it was moved, or swapped with another.
    OutOfOrder {
        /// Which.
        seq: i64,
        /// Where it was written, when that can be told.
        from: Option<i64>,
    },
    /// An event was slipped in, and the later ones moved up.
    Inserted {
        /// Which.
        seq: i64,
    },
    /// The event is not there, though later ones are.
    Missing {
        /// The first one that is not there.
        seq: i64,
    },
    /// The log ends early.
    CutOff {
        /// The last event that is there.
        last: i64,
        /// The position that the head or a checkpoint vouches for.
        expected: i64,
    },
    /// Events stand behind the end that the head names.
    Appended {
        /// The first one.
        seq: i64,
    },
    /// A signed checkpoint vouches for another event at this position: the chain was made anew, here or earlier.
    Rewritten {
        /// Where.
        seq: i64,
    },
    /// A checkpoint's signature is not this house's.
    BadSignature {
        /// The position it claims.
        seq: i64,
    },
}

impl Broken {
    /// Where it is.
    pub const fn seq(&self) -> i64 {
        match self {
            Broken::CutOff { expected, .. } => *expected,
            Broken::Changed { seq }
            | Broken::OutOfOrder { seq, .. }
            | Broken::Inserted { seq }
            | Broken::Missing { seq }
            | Broken::Appended { seq }
            | Broken::Rewritten { seq }
            | Broken::BadSignature { seq } => *seq,
        }
    }
}

/// A position of the chain that was signed and kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// The position.
    pub seq: i64,
    /// The hash there.
    pub hash: String,
}

/// The result of reading the whole log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// How many events were read.
    pub events: i64,
    /// The last event's hash.
    pub hash: String,
    /// Every fault, in the log's order; at most the first hundred.
    pub broken: Vec<Broken>,
}

/// How many faults are named at the most.
const MOST: usize = 100;
const PAGE: usize = 2_000;

/// Reads the log from its beginning and checks every row, every link, the head, and every vouched position. `progress` is
/// told the position now and then.
pub fn verify(tx: &mut Tx<'_>, vouched: &[Vouched], mut progress: impl FnMut(i64)) -> Result<Verified, Refusal> {
    let mut vouched = vouched.to_vec();
    vouched.sort_by_key(|v| v.seq);
    let promised = vouched.last().map_or(0, |v| v.seq);
    let end = head(tx.db)?;
    let mut reading = Reading::new(vouched, end.clone());
    let mut ahead: Option<Event> = None;
    let mut read = 0;
    loop {
        let sql = "SELECT seq, at, context, kind, subject, actor, cause, pack, parties, body, digest, hash FROM events
                   WHERE seq > $1 ORDER BY seq LIMIT $2";
        let rows = tx.all(sql, args![read, PAGE as i64])?;
        for row in &rows {
            let event = Event::of(row)?;
            read = event.seq;
            if let Some(this) = ahead.replace(event) {
                reading.next(&this, ahead.as_ref());
            }
        }
        progress(read);
        if rows.len() < PAGE || reading.suspects.len() + reading.orphans.len() + reading.broken.len() >= MOST {
            break;
        }
    }
    if let Some(last) = ahead {
        reading.next(&last, None);
    }
    let full = reading.suspects.len() + reading.orphans.len() + reading.broken.len() >= MOST;
    let (last, hash, events, shift) = (reading.last, reading.hash.clone(), reading.events, reading.shift);
    let mut broken = reading.judged();
    if !full {
        // Whoever slipped an event in may or may not have moved the head along.
        let reaches = |seq: i64| last - shift >= seq || last >= seq;
        if let Some(expected) = [promised, end.seq].into_iter().max().filter(|seq| !reaches(*seq)) {
            broken.push(Broken::CutOff { last, expected });
        } else if end.seq < last - shift && end.seq < last {
            broken.push(Broken::Appended { seq: end.seq + 1 });
        } else if end.hash != hash && broken.is_empty() {
            broken.push(Broken::Rewritten { seq: last });
        }
    }
    broken.truncate(MOST);
    Ok(Verified { events, hash, broken })
}

/// A row, as far as the chain is concerned.
struct Event {
    seq: i64,
    digest: String,
    hash: String,
    /// Whether its fields give its digest.
    whole: bool,
}

impl Event {
    fn of(row: &Row) -> Result<Event, Refusal> {
        let at = row.int(1)?.to_string();
        let mut fields = [at.as_str(); 9];
        for (field, column) in fields[1..].iter_mut().zip(2..) {
            *field = row.text(column)?;
        }
        let kept = row.text(10)?;
        Ok(Event { seq: row.int(0)?, whole: digest(fields) == kept, digest: kept.to_owned(), hash: row.text(11)?.to_owned() })
    }
    /// Whether its hash is the one it would have at `seq` after `previous`.
    fn follows(&self, previous: &str, seq: i64) -> bool {
        link(previous, seq, &self.digest) == self.hash
    }
}

/// An event that does not follow from the one before it.
struct Suspect {
    seq: i64,
    /// Where it stands in the chain as it was written.
    place: i64,
    /// The hash before it.
    previous: String,
    digest: String,
    hash: String,
    /// Whether the next event follows from its hash: then its hash is the written one and its text is not.
    hash_is_written: bool,
}

struct Reading {
    end: Head,
    vouched: std::iter::Peekable<std::vec::IntoIter<Vouched>>,
    rewritten: bool,
    last: i64,
    hash: String,
    /// The hash before the last one.
    before: String,
    events: i64,
    /// How far the events from here on stand behind their written places, after one was slipped in or closed up.
    shift: i64,
    /// The event before this one is a suspect whose hash nobody confirms, so this one cannot be held against it.
    lost: bool,
    suspects: Vec<Suspect>,
    /// Events after a lost one: whose hash they follow is found out at the end.
    orphans: Vec<Suspect>,
    broken: Vec<Broken>,
}

impl Reading {
    fn new(vouched: Vec<Vouched>, end: Head) -> Self {
        Reading {
            end,
            vouched: vouched.into_iter().peekable(),
            rewritten: false,
            last: 0,
            hash: "0".repeat(64),
            before: "0".repeat(64),
            events: 0,
            shift: 0,
            lost: false,
            suspects: Vec::new(),
            orphans: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// One event, with the one that stands behind it.
    fn next(&mut self, event: &Event, behind: Option<&Event>) {
        let is_last = behind.is_none();
        let behind = behind.filter(|next| next.seq == event.seq + 1);
        let gap = event.seq != self.last + 1;
        if gap {
            self.broken.push(Broken::Missing { seq: self.last + 1 });
        }
        let place = event.seq - self.shift;
        let follows = event.follows(&self.hash, place);
        // The next event follows from the hash that was written; the last one's is in the head.
        let end = &self.end;
        let confirmed = |hash: &str, place: i64| match behind {
            Some(next) => next.follows(hash, place + 1),
            None => is_last && end.seq == place && end.hash == hash,
        };
        let mut carried = event.hash.clone();
        let mut lost = false;
        if !event.whole {
            // Its fields were changed; whether its hash was too, the next event tells.
            self.broken.push(Broken::Changed { seq: event.seq });
            let made = link(&self.hash, place, &event.digest);
            if !follows && confirmed(&made, place) {
                carried = made;
            }
        } else if !follows && !gap {
            let made = link(&self.hash, place, &event.digest);
            let suspect = |hash_is_written| Suspect {
                seq: event.seq,
                place,
                previous: self.hash.clone(),
                digest: event.digest.clone(),
                hash: event.hash.clone(),
                hash_is_written,
            };
            if self.lost {
                // Whatever it follows is among the suspects.
                let orphan = suspect(confirmed(&event.hash, place));
                lost = !orphan.hash_is_written;
                self.orphans.push(orphan);
            } else if self.events > 0 && event.follows(&self.before, place - 1) {
                // It belongs where the last one stands: that one was slipped in, with a hash that fits.
                self.broken.push(Broken::Inserted { seq: self.last });
                self.shift += 1;
            } else if confirmed(&made, place) {
                self.broken.push(Broken::Changed { seq: event.seq });
                carried = made;
            } else if confirmed(&event.hash, place) {
                let changed = suspect(true);
                self.suspects.push(changed);
            } else if behind.is_some_and(|next| next.follows(&self.hash, place))
                && !behind.is_some_and(|next| event.follows(&next.hash, place + 1))
            {
                // The next one belongs here: this one was slipped in.
                self.broken.push(Broken::Inserted { seq: event.seq });
                self.shift += 1;
                carried = self.hash.clone();
            } else if confirmed(&event.hash, place + 1) {
                // From here on everything stands one position early: one was taken out and the gap closed up.
                self.broken.push(Broken::Missing { seq: event.seq });
                self.shift -= 1;
            } else {
                let moved = suspect(false);
                self.suspects.push(moved);
                lost = true;
            }
        }
        let place = event.seq - self.shift;
        while let Some(v) = self.vouched.next_if(|v| v.seq <= place) {
            if v.seq == place && v.hash != carried && v.hash != event.hash && !self.rewritten {
                // What follows a rewritten event is rewritten too; naming the first is enough.
                self.rewritten = true;
                self.broken.push(Broken::Rewritten { seq: v.seq });
            }
        }
        self.before = std::mem::replace(&mut self.hash, carried);
        (self.last, self.lost, self.events) = (event.seq, lost, self.events + 1);
    }

    /// Suspects that fit into another suspect's place were moved; the others were changed.
    fn judged(mut self) -> Vec<Broken> {
        let mut all: Vec<&Suspect> = self.suspects.iter().chain(&self.orphans).collect();
        all.sort_by_key(|suspect| suspect.seq);
        let mut hashes: Vec<&str> = all.iter().flat_map(|s| [s.previous.as_str(), s.hash.as_str()]).collect();
        hashes.sort_unstable();
        hashes.dedup();
        for suspect in &all {
            let here = |s: &Suspect, place: i64, result: &str| hashes.iter().any(|previous| link(previous, place, &s.digest) == result);
            if !suspect.hash_is_written || self.orphans.iter().any(|orphan| orphan.seq == suspect.seq) {
                // An orphan that follows some other suspect's hash stands where it was written.
                if here(suspect, suspect.place, &suspect.hash) {
                    continue;
                }
            }
            let fits = |other: &&&Suspect| {
                other.seq != suspect.seq && (here(suspect, other.place, &suspect.hash) || here(suspect, other.place, &other.hash))
            };
            let from = all.iter().find(fits).map(|other| other.seq);
            self.broken.push(match from {
                None if suspect.hash_is_written => Broken::Changed { seq: suspect.seq },
                from => Broken::OutOfOrder { seq: suspect.seq, from },
            });
        }
        self.broken.sort_by_key(Broken::seq);
        self.broken
    }
}
