//! Names for things: a 128-bit id, or a pair of them, becomes a small number, which every other table is indexed by. A name is never
//! given back, so a small number always means the same thing.
//!
//! A question names five things that have nothing to do with each other, and each costs a wait for memory. So whoever asks
//! takes the guesses of all of them first, which begins all those waits at once, and only then looks whether the guesses
//! are right: the key stands in the row, in the very line of memory that the answer needs anyway.

/// A row of a table, which knows its own key.
pub(crate) trait Row {
    /// What it is found by.
    type Key: Copy + Eq;
    /// Its own.
    fn key(&self) -> Self::Key;
}

/// Rows in the order in which their keys came. A hash table says where to look: a bucket is one line of memory with eight hashes
/// and eight numbers, so that a look touches one line, growing looks at no row, and a guess is seldom wrong.
pub(crate) struct Table<R> {
    rows: Vec<R>,
    buckets: Vec<Bucket>,
}

#[repr(align(64))]
#[derive(Clone)]
struct Bucket {
    hashes: [u32; WIDE],
    numbers: [u32; WIDE],
}

const WIDE: usize = 8;
/// No number; in a bucket: nothing is here, nor behind it.
pub(crate) const NONE: u32 = u32::MAX;
const EMPTY: Bucket = Bucket { hashes: [0; WIDE], numbers: [NONE; WIDE] };

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

impl<R> Default for Table<R> {
    fn default() -> Self {
        Table { rows: Vec::new(), buckets: vec![EMPTY] }
    }
}

impl<R: Row> Table<R> {
    /// The number that this hash most likely stands for. It takes no branch, so nothing is foretold wrongly here.
    #[inline]
    pub fn guess(&self, hash: u32) -> u32 {
        let Bucket { hashes, numbers } = &self.buckets[hash as usize & (self.buckets.len() - 1)];
        // Where two fit, or none, the guess is wrong, and that is found out.
        hashes.iter().zip(numbers).fold(0, |guess, (known, number)| guess | u32::from(*known == hash).wrapping_neg() & number)
    }
    /// The row of this key, whose number was guessed.
    #[inline]
    pub fn settle(&self, guess: u32, hash: u32, key: R::Key) -> Option<(u32, &R)> {
        match self.rows.get(guess as usize) {
            Some(row) if row.key() == key => Some((guess, row)),
            _ => self.search(hash, key),
        }
    }
    /// The number of a key that is known.
    pub fn get(&self, hash: u32, key: R::Key) -> Option<u32> {
        self.settle(self.guess(hash), hash, key).map(|(number, _)| number)
    }
    #[cold]
    fn search(&self, hash: u32, key: R::Key) -> Option<(u32, &R)> {
        let mask = self.buckets.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let bucket = &self.buckets[at];
            for (known, number) in bucket.hashes.iter().zip(bucket.numbers) {
                if number == NONE {
                    return None;
                }
                let row = &self.rows[number as usize];
                if *known == hash && row.key() == key {
                    return Some((number, row));
                }
            }
            at = (at + 1) & mask;
        }
    }
    /// The number of a key; one that is new gets the row.
    pub fn name(&mut self, hash: u32, key: R::Key, row: impl FnOnce() -> R) -> (u32, bool) {
        if let Some(known) = self.get(hash, key) {
            return (known, false);
        }
        // Five eighths full is where a bucket begins to overflow now and then.
        if (self.rows.len() + 1) * 8 > self.buckets.len() * WIDE * 5 {
            self.grow();
        }
        let number = self.rows.len() as u32;
        self.rows.push(row());
        put(&mut self.buckets, hash, number);
        (number, true)
    }
    fn grow(&mut self) {
        let size = self.buckets.len() * 2;
        let old = std::mem::replace(&mut self.buckets, vec![EMPTY; size]);
        for bucket in &old {
            for (hash, number) in bucket.hashes.iter().zip(bucket.numbers).filter(|(_, number)| *number != NONE) {
                put(&mut self.buckets, *hash, number);
            }
        }
    }
    pub fn rows(&self) -> &[R] {
        &self.rows
    }
    pub fn bytes(&self) -> usize {
        self.rows.capacity() * size_of::<R>() + self.buckets.capacity() * size_of::<Bucket>()
    }
}

fn put(buckets: &mut [Bucket], hash: u32, number: u32) {
    let mask = buckets.len() - 1;
    let mut at = hash as usize & mask;
    loop {
        let bucket = &mut buckets[at];
        if let Some(free) = bucket.numbers.iter().position(|number| *number == NONE) {
            (bucket.hashes[free], bucket.numbers[free]) = (hash, number);
            return;
        }
        at = (at + 1) & mask;
    }
}

impl<R> std::ops::Index<u32> for Table<R> {
    type Output = R;
    #[inline]
    fn index(&self, number: u32) -> &R {
        &self.rows[number as usize]
    }
}
impl<R> std::ops::IndexMut<u32> for Table<R> {
    #[inline]
    fn index_mut(&mut self, number: u32) -> &mut R {
        &mut self.rows[number as usize]
    }
}

/// Nothing but a key: for things of which everything else stands in tables of their own.
pub(crate) struct Bare<K>(pub K);

impl<K: Copy + Eq> Row for Bare<K> {
    type Key = K;
    fn key(&self) -> K {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &mut Table<Bare<u128>>, key: u128, hash: u32) -> (u32, bool) {
        names.name(hash, key, || Bare(key))
    }

    #[test]
    fn a_key_keeps_its_number_however_many_come_after_it() {
        let mut names = Table::<Bare<u128>>::default();
        let key = |n: u32| u128::from(n).wrapping_mul(0x1234_5678_9ABC_DEF0_1234_5678_9ABC_DEF1);
        for n in 0..10_000 {
            assert_eq!(names.get(hash(key(n)), key(n)), None);
            assert_eq!(named(&mut names, key(n), hash(key(n))), (n, true));
            assert_eq!(named(&mut names, key(n), hash(key(n))), (n, false));
        }
        for n in 0..10_000 {
            assert_eq!((names.get(hash(key(n)), key(n)), names[n].key()), (Some(n), key(n)));
        }
    }

    #[test]
    fn keys_that_share_a_hash_or_a_bucket_are_told_apart() {
        let mut names = Table::<Bare<u128>>::default();
        // All the same, all in one bucket, and zero, which is what an empty place holds.
        let hash = |n: u128| [7, (n as u32) << 16 | 7, 0][n as usize % 3];
        for n in 0..300 {
            assert_eq!(names.get(hash(n), n), None);
            assert_eq!(named(&mut names, n, hash(n)), (n as u32, true));
        }
        for n in 0..300 {
            assert_eq!(names.get(hash(n), n), Some(n as u32));
            assert_eq!(names.get(hash(n), n + 300), None);
        }
    }

    #[test]
    fn ids_in_a_row_spread_so_that_nearly_every_guess_is_right() {
        let mut names = Table::<Bare<u128>>::default();
        let both = |n: u128| hash_of_both(hash(n % 1_000), u64::from(hash(n / 1_000)));
        for n in 0..200_000 {
            named(&mut names, n, both(n));
        }
        let wrong = (0..200_000).filter(|n| names.guess(both(*n)) != *n as u32).count();
        assert!(wrong < 10_000, "{wrong}");
    }
}
