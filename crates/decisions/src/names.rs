//! Names for things: a 128-bit id, or a pair of small numbers, becomes a small number, which every other table is indexed by.
//! A name is never given back, so a small number always means the same thing.

/// Small numbers in the order in which their keys came. Open addressing with linear probing; a slot holds 32 bits of the key's
/// hash, so that growing looks at no key and a probe seldom looks at a wrong one.
pub(crate) struct Names<K> {
    keys: Vec<K>,
    slots: Vec<u64>,
}

impl<K> Default for Names<K> {
    fn default() -> Self {
        Names { keys: Vec::new(), slots: Vec::new() }
    }
}

/// A key that can be found by its bits.
pub(crate) trait Key: Copy + Eq {
    fn hash(self) -> u32;
}

/// The ids are made by the house, so nobody can choose them to collide.
fn mix(mut bits: u64) -> u32 {
    bits ^= bits >> 32;
    bits = bits.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (bits >> 32) as u32
}

impl Key for u64 {
    fn hash(self) -> u32 {
        mix(self)
    }
}
impl Key for u128 {
    fn hash(self) -> u32 {
        mix((self as u64) ^ ((self >> 64) as u64).rotate_left(23))
    }
}

const EMPTY: u64 = 0;
const FIRST: usize = 16;

impl<K: Key> Names<K> {
    /// The number of a key that is known.
    pub fn get(&self, key: K) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let (mask, hash) = (self.slots.len() - 1, key.hash());
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == EMPTY {
                return None;
            }
            let number = slot as u32 - 1;
            if (slot >> 32) as u32 == hash && self.keys[number as usize] == key {
                return Some(number);
            }
            at = (at + 1) & mask;
        }
    }
    /// The number of a key, and whether it is new.
    pub fn name(&mut self, key: K) -> (u32, bool) {
        if let Some(known) = self.get(key) {
            return (known, false);
        }
        // Three quarters full is where a probe begins to take two cache lines.
        if (self.keys.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let number = self.keys.len() as u32;
        self.keys.push(key);
        self.put(u64::from(key.hash()) << 32 | u64::from(number + 1));
        (number, true)
    }
    /// The key of a number.
    pub fn key(&self, number: u32) -> K {
        self.keys[number as usize]
    }
    fn put(&mut self, slot: u64) {
        let mask = self.slots.len() - 1;
        let mut at = (slot >> 32) as usize & mask;
        while self.slots[at] != EMPTY {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }
    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(FIRST);
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; size]);
        for slot in old.into_iter().filter(|slot| *slot != EMPTY) {
            self.put(slot);
        }
    }
    pub fn bytes(&self) -> usize {
        self.keys.capacity() * size_of::<K>() + self.slots.capacity() * size_of::<u64>()
    }
}

/// Two small numbers as one key.
pub(crate) const fn pair(one: u32, other: u32) -> u64 {
    (one as u64) << 32 | other as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_keeps_its_number_however_many_come_after_it() {
        let mut names = Names::<u128>::default();
        let key = |n: u32| u128::from(n).wrapping_mul(0x1234_5678_9ABC_DEF0_1234_5678_9ABC_DEF1);
        for n in 0..10_000 {
            assert_eq!(names.get(key(n)), None);
            assert_eq!(names.name(key(n)), (n, true));
            assert_eq!(names.name(key(n)), (n, false));
        }
        for n in 0..10_000 {
            assert_eq!((names.get(key(n)), names.key(n)), (Some(n), key(n)));
        }
    }

    #[test]
    fn keys_in_a_row_do_not_pile_up() {
        let mut names = Names::<u64>::default();
        for n in 0..1_000_000 {
            names.name(pair(n % 1_000, n / 1_000));
        }
        let mask = names.slots.len() - 1;
        let far = |(at, slot): (usize, &u64)| at.wrapping_sub((slot >> 32) as usize) & mask;
        let longest = names.slots.iter().enumerate().filter(|(_, slot)| **slot != EMPTY).map(far).max();
        assert!(longest < Some(200), "{longest:?}");
    }
}
