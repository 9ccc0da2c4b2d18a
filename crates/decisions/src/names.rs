//! Names for things: a 128-bit id, or a pair of them, becomes a small number, by which everything else about a thing is found. A name
//! is never given back, so a small number always means the same thing.
//!
//! A question names five things that have nothing to do with each other, and memory lets whoever asks wait for each. So what a question
//! looks at stands in the hash table itself, in the line of memory that the hash names, and what it needs is hashed from ids alone: whoever
//! asks [`touch`](Table::touch)es all lines first, which begins all those waits at once, and there is no second wait.

/// A row of a table: what questions look at, besides its key and its number.
pub(crate) trait Row {
    /// What it is found by.
    type Key: Copy + Eq;
    /// What stands where no row is: its number is [`NONE`].
    fn nothing() -> Self;
    /// Its own key.
    fn key(&self) -> Self::Key;
    /// Its own number.
    fn number(&self) -> u32;
}

/// Rows where the hashes of their keys put them, so many to a line of memory as fit.
pub(crate) struct Table<R, const WIDE: usize> {
    lines: Vec<Line<R, WIDE>>,
    /// The hash of every row, by its number.
    hashes: Vec<u32>,
}

#[repr(align(64))]
struct Line<R, const WIDE: usize>([R; WIDE]);

/// No number.
pub(crate) const NONE: u32 = u32::MAX;

/// The ids are made by the house, so nobody can choose them to collide.
fn mix(mut bits: u64) -> u32 {
    bits ^= bits >> 32;
    bits = bits.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (bits >> 32) as u32
}

/// The hash of an id.
pub(crate) fn hash(id: u128) -> u32 {
    mix((id as u64) ^ ((id >> 64) as u64).rotate_left(23))
}

/// The hash of a thing that is named by two others: from their hashes, so that nobody waits until those are found.
pub(crate) fn hash_of_both(one: u32, other: u64) -> u32 {
    mix(u64::from(one).wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ other)
}

fn nothing<R: Row, const WIDE: usize>(lines: usize) -> Vec<Line<R, WIDE>> {
    (0..lines).map(|_| Line(std::array::from_fn(|_| R::nothing()))).collect()
}

impl<R: Row, const WIDE: usize> Default for Table<R, WIDE> {
    fn default() -> Self {
        const { assert!(size_of::<Line<R, WIDE>>() == 64, "as many rows as fill a line of memory") };
        Table { lines: nothing(1), hashes: Vec::new() }
    }
}

impl<R: Row, const WIDE: usize> Table<R, WIDE> {
    #[inline]
    fn place(&self, hash: u32) -> usize {
        hash as usize & (self.lines.len() - 1)
    }
    /// Reads the line in which the row most likely stands.
    #[inline]
    pub fn touch(&self, hash: u32) -> u32 {
        self.lines[self.place(hash)].0[0].number()
    }
    /// The row of a key that is known.
    #[inline]
    pub fn find(&self, hash: u32, key: R::Key) -> Option<&R> {
        let line = &self.lines[self.place(hash)].0;
        // Which of the line's rows it is cannot be foretold; that it is one of them can.
        let at = line.iter().enumerate().fold(0, |found, (at, row)| if row.key() == key { at } else { found });
        let row = &line[at];
        if row.key() == key && row.number() != NONE { Some(row) } else { self.search(hash, key) }
    }
    #[cold]
    fn search(&self, hash: u32, key: R::Key) -> Option<&R> {
        let mut place = self.place(hash);
        loop {
            for row in &self.lines[place].0 {
                if row.number() == NONE {
                    return None;
                }
                if row.key() == key {
                    return Some(row);
                }
            }
            place = self.place(place as u32 + 1);
        }
    }
    /// The number of a key; one that is new gets the row that is made for its number.
    pub fn name(&mut self, hash: u32, key: R::Key, row: impl FnOnce(u32) -> R) -> (u32, bool) {
        if let Some(known) = self.find(hash, key) {
            return (known.number(), false);
        }
        // The fewer rows to a line, the sooner a line overflows.
        if (self.hashes.len() + 1) * 8 > self.lines.len() * WIDE * (2 + WIDE) {
            self.grow();
        }
        let number = self.hashes.len() as u32;
        self.hashes.push(hash);
        self.put(hash, row(number));
        (number, true)
    }
    fn grow(&mut self) {
        let size = self.lines.len() * 2;
        for line in std::mem::replace(&mut self.lines, nothing(size)) {
            for row in line.0.into_iter().filter(|row| row.number() != NONE) {
                self.put(self.hashes[row.number() as usize], row);
            }
        }
    }
    fn put(&mut self, hash: u32, row: R) {
        let mut place = self.place(hash);
        loop {
            if let Some(free) = self.lines[place].0.iter_mut().find(|row| row.number() == NONE) {
                *free = row;
                return;
            }
            place = self.place(place as u32 + 1);
        }
    }
    /// The hash of the key of the row with this number.
    #[inline]
    pub fn hash(&self, number: u32) -> u32 {
        self.hashes[number as usize]
    }
    /// Where the row with this number stands.
    #[inline]
    fn locate(&self, number: u32) -> (usize, usize) {
        let mut place = self.place(self.hash(number));
        loop {
            if let Some(at) = self.lines[place].0.iter().position(|row| row.number() == number) {
                return (place, at);
            }
            place = self.place(place as u32 + 1);
        }
    }
    pub fn bytes(&self) -> usize {
        self.lines.capacity() * size_of::<Line<R, WIDE>>() + self.hashes.capacity() * size_of::<u32>()
    }
}

impl<R: Row, const WIDE: usize> std::ops::Index<u32> for Table<R, WIDE> {
    type Output = R;
    #[inline]
    fn index(&self, number: u32) -> &R {
        let (place, at) = self.locate(number);
        &self.lines[place].0[at]
    }
}
impl<R: Row, const WIDE: usize> std::ops::IndexMut<u32> for Table<R, WIDE> {
    #[inline]
    fn index_mut(&mut self, number: u32) -> &mut R {
        let (place, at) = self.locate(number);
        &mut self.lines[place].0[at]
    }
}

/// Nothing but a key: for things of which everything else stands in tables of their own.
pub(crate) struct Bare {
    id: u128,
    number: u32,
}

impl Bare {
    pub fn new(id: u128, number: u32) -> Bare {
        Bare { id, number }
    }
}

impl Row for Bare {
    type Key = u128;
    fn nothing() -> Bare {
        Bare::new(0, NONE)
    }
    fn key(&self) -> u128 {
        self.id
    }
    fn number(&self) -> u32 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &mut Table<Bare, 2>, key: u128, hash: u32) -> (u32, bool) {
        names.name(hash, key, |number| Bare::new(key, number))
    }
    fn known(names: &Table<Bare, 2>, key: u128, hash: u32) -> Option<u32> {
        names.find(hash, key).map(Row::number)
    }

    #[test]
    fn a_key_keeps_its_number_however_many_come_after_it() {
        let mut names = Table::default();
        let key = |n: u32| u128::from(n).wrapping_mul(0x1234_5678_9ABC_DEF0_1234_5678_9ABC_DEF1);
        for n in 0..10_000 {
            assert_eq!(known(&names, key(n), hash(key(n))), None);
            assert_eq!(named(&mut names, key(n), hash(key(n))), (n, true));
            assert_eq!(named(&mut names, key(n), hash(key(n))), (n, false));
        }
        for n in 0..10_000 {
            assert_eq!(known(&names, key(n), hash(key(n))), Some(n));
            assert_eq!((names[n].key(), names.hash(n)), (key(n), hash(key(n))));
        }
    }

    #[test]
    fn keys_that_share_a_hash_or_a_line_are_told_apart() {
        let mut names = Table::default();
        // All the same, all in one line, and zero; an empty place holds the key zero.
        let hash = |n: u128| [7, (n as u32) << 16 | 7, 0][n as usize % 3];
        for n in 0..300 {
            assert_eq!(known(&names, n, hash(n)), None);
            assert_eq!(named(&mut names, n, hash(n)), (n as u32, true));
        }
        for n in 0..300 {
            assert_eq!(known(&names, n, hash(n)), Some(n as u32));
            assert_eq!(known(&names, n + 300, hash(n)), None);
            assert_eq!(names[n as u32].key(), n);
        }
    }

    #[test]
    fn ids_in_a_row_spread_so_that_nearly_every_row_stands_in_the_line_of_its_hash() {
        let mut names = Table::<Bare, 2>::default();
        let both = |n: u128| hash_of_both(hash(n % 1_000), u64::from(hash(n / 1_000)));
        for n in 0..200_000 {
            named(&mut names, n, both(n));
        }
        let elsewhere = (0..200_000).filter(|n| names.locate(*n).0 != names.place(names.hash(*n))).count();
        assert!(elsewhere < 20_000, "{elsewhere}");
    }
}
