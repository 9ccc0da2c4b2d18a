//! Who holds what on which account: one table for grants, assignments and people's own links, found by account and holder. Where a right
//! stands is a hash of the two's ids, so a question can begin to wait for it before it has found either.

use crate::{lists::Entry, names::NONE};

#[derive(Clone, Copy)]
struct Right {
    account: u32,
    entry: Entry,
}

/// One line of memory.
#[derive(Clone)]
#[repr(align(64))]
struct Bucket([Right; WIDE]);

const WIDE: usize = 4;
const EMPTY: Bucket = Bucket([Right { account: NONE, entry: Entry::NOTHING }; WIDE]);

/// The table. What is taken away keeps its place until the table grows: most rights that end are given again. Hashes are those of the
/// account and the holder together, which whoever asks knows already; they are not kept.
pub(crate) struct Rights {
    buckets: Vec<Bucket>,
    used: usize,
}

impl Default for Rights {
    fn default() -> Self {
        Rights { buckets: vec![EMPTY], used: 0 }
    }
}

impl Rights {
    #[inline]
    fn place(&self, hash: u32) -> usize {
        hash as usize & (self.buckets.len() - 1)
    }
    /// Reads the line in which the right would stand.
    #[inline]
    pub fn touch(&self, hash: u32) -> u32 {
        self.buckets[self.place(hash)].0[0].account
    }
    /// What the holder holds on the account.
    #[inline]
    pub fn find(&self, hash: u32, account: u32, holder: u32) -> Option<Entry> {
        let mut at = self.place(hash);
        loop {
            let bucket = &self.buckets[at].0;
            let mut here = WIDE;
            for (place, right) in bucket.iter().enumerate() {
                here = if (right.account == account) & (right.entry.key == holder) { place } else { here };
            }
            if let Some(right) = bucket.get(here) {
                return Some(right.entry).filter(|entry| !entry.is_gone());
            }
            if bucket[WIDE - 1].account == NONE {
                return None;
            }
            at = self.place(at as u32 + 1);
        }
    }
    /// From now on it holds this. `hash_of` gives the hash of any account and holder.
    pub fn set(&mut self, account: u32, entry: Entry, hash_of: impl Fn(u32, u32) -> u32) {
        // Four fifths full is where every fourth bucket overflows.
        if (self.used + 1) * 5 > self.buckets.len() * WIDE * 4 {
            self.grow(&hash_of);
        }
        self.used += usize::from(self.put(hash_of(account, entry.key), account, entry));
    }
    /// From now on it holds nothing.
    pub fn unset(&mut self, hash: u32, account: u32, holder: u32) {
        if self.find(hash, account, holder).is_some() {
            self.put(hash, account, Entry::gone(holder));
        }
    }
    fn grow(&mut self, hash_of: impl Fn(u32, u32) -> u32) {
        let kept = |bucket: &Bucket| bucket.0.into_iter().filter(|right| right.account != NONE && !right.entry.is_gone());
        self.used = self.buckets.iter().map(|bucket| kept(bucket).count()).sum();
        let size = ((self.used + 1) * 8).div_ceil(WIDE * 5).next_power_of_two();
        let old = std::mem::replace(&mut self.buckets, vec![EMPTY; size]);
        for Right { account, entry } in old.iter().flat_map(kept) {
            self.put(hash_of(account, entry.key), account, entry);
        }
    }
    /// Puts a right into its place; whether it had none before.
    fn put(&mut self, hash: u32, account: u32, entry: Entry) -> bool {
        let mut at = self.place(hash);
        loop {
            for right in &mut self.buckets[at].0 {
                let new = right.account == NONE;
                if new || (right.account == account && right.entry.key == entry.key) {
                    *right = Right { account, entry };
                    return new;
                }
            }
            at = self.place(at as u32 + 1);
        }
    }
    pub fn bytes(&self) -> usize {
        self.buckets.capacity() * size_of::<Bucket>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::hash_of_both;
    use std::collections::BTreeMap;

    fn both(account: u32, holder: u32) -> u32 {
        hash_of_both(account, holder.into())
    }

    #[test]
    fn it_knows_what_a_plain_map_knows_whatever_is_given_and_taken() {
        let (mut rights, mut plain) = (Rights::default(), BTreeMap::new());
        let mut dice = 7u64;
        let mut roll = |below: u64| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((dice >> 33) % below) as u32
        };
        for seq in 1..200_000 {
            // A few hundred at first, so that nearly all are given again and again; later thousands, so that it grows.
            let wide = 10 + seq as u64 / 1_000;
            let (account, holder) = (roll(wide), roll(wide));
            if roll(3) == 0 {
                rights.unset(both(account, holder), account, holder);
                plain.remove(&(account, holder));
            } else {
                let entry = Entry::new(holder, roll(8) as u8, seq);
                rights.set(account, entry, both);
                plain.insert((account, holder), entry);
            }
            let (account, holder) = (roll(wide), roll(wide));
            assert_eq!(rights.find(both(account, holder), account, holder), plain.get(&(account, holder)).copied());
        }
        for account in 0..250 {
            for holder in 0..250 {
                assert_eq!(rights.find(both(account, holder), account, holder), plain.get(&(account, holder)).copied());
            }
        }
        assert!(plain.len() > 10_000, "{}", plain.len());
    }
}
