//! Small sorted lists.

use crate::fact::Scopes;

/// One line of a sorted list: what it is about (30 bits, below two bits of kind), the scopes, and the log's position that said so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub key: u32,
    high: u32,
    low: u32,
}

/// Which holders a right can name, as the two upper bits of an entry's key.
pub(crate) const GRANT: u32 = 0;
pub(crate) const ASSIGNED: u32 = 1 << 30;
pub(crate) const OWN: u32 = 2 << 30;
const KIND: u32 = 3 << 30;
/// In the bits beside the position.
const GONE: u32 = 1 << 31;

impl Entry {
    /// About nothing.
    pub const NOTHING: Entry = Entry { key: u32::MAX, high: GONE, low: 0 };

    pub fn new(key: u32, bits: u8, seq: i64) -> Entry {
        Entry { key, high: u32::from(bits) << 24 | (seq >> 32) as u32 & 0xFF_FFFF, low: seq as u32 }
    }
    /// No longer anything.
    pub fn gone(key: u32) -> Entry {
        Entry { key, high: GONE, low: 0 }
    }
    pub fn is_gone(self) -> bool {
        self.high & GONE != 0
    }
    pub fn scopes(self) -> Scopes {
        Scopes::from_bits(self.bits())
    }
    pub fn bits(self) -> u8 {
        (self.high >> 24) as u8
    }
    pub fn seq(self) -> i64 {
        i64::from(self.high & 0xFF_FFFF) << 32 | i64::from(self.low)
    }
}

/// Which kind of holder a key names.
pub(crate) fn kind(key: u32) -> u32 {
    key & KIND
}
/// The number of the holder that a key names.
pub(crate) fn holder(key: u32) -> u32 {
    key & !KIND
}

/// The line about a key. A list of few is looked through without a branch that could be foretold wrongly.
pub(crate) fn find(entries: &[Entry], key: u32) -> Option<Entry> {
    if entries.len() <= FEW {
        let at = entries.iter().enumerate().fold(FEW, |found, (at, entry)| if entry.key == key { at } else { found });
        return entries.get(at).copied();
    }
    entries.binary_search_by_key(&key, |entry| entry.key).ok().map(|at| entries[at])
}

/// As many roles on ad accounts as nearly everybody gets along with.
pub(crate) const FEW: usize = 4;

pub(crate) fn set(entries: &mut Vec<Entry>, entry: Entry) {
    match entries.binary_search_by_key(&entry.key, |entry| entry.key) {
        Ok(at) => entries[at] = entry,
        Err(at) => insert(entries, at, entry),
    }
}

pub(crate) fn unset(entries: &mut Vec<Entry>, key: u32) -> bool {
    let found = entries.binary_search_by_key(&key, |entry| entry.key);
    if let Ok(at) = found {
        entries.remove(at);
    }
    found.is_ok()
}

pub(crate) fn has(numbers: &[u32], number: u32) -> bool {
    numbers.binary_search(&number).is_ok()
}

pub(crate) fn add(numbers: &mut Vec<u32>, number: u32) {
    if let Err(at) = numbers.binary_search(&number) {
        insert(numbers, at, number);
    }
}

pub(crate) fn remove(numbers: &mut Vec<u32>, number: u32) {
    if let Ok(at) = numbers.binary_search(&number) {
        numbers.remove(at);
    }
}

/// Lists are many and short: they grow by a half, not to the double.
pub(crate) fn insert<T>(list: &mut Vec<T>, at: usize, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact((list.len() / 2).max(1));
    }
    list.insert(at, item);
}
