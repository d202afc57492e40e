//! Finds a record by a 64-bit hash: open addressing over one array.
//!
//! It starts small. When a stream turns out to be one, an array for the most records there may be is made ready beside
//! it, and the index moves there: no insertion ever pays for a large resize. Hashes are keyed (see
//! [`crate::batch::hash`]): a sender can't choose Call-IDs that fall into one run of entries.

use crate::pages::{Haste, Ready, make_ready};
use crate::slab::STREAM;

const EMPTY: u64 = u64::MAX;

/// Maps a hash to the number of a record. Each entry is 8 bytes: 32 bits of the hash, 32 of the record.
pub struct Index {
    entries: Vec<u64>,
    mask: usize,
    len: usize,
    /// The array to move to, and whether it is ready.
    next: Option<(Vec<u64>, Ready)>,
    /// Entries of the array for the most records.
    whole: usize,
}

/// Entries of an index at first,
const SMALL: usize = 4 * STREAM;
/// and while the whole array is made ready. To move half as many takes half a millisecond.
const MIDDLE: usize = 8 * SMALL;
/// Places by which a move asks for memory ahead.
const AHEAD: usize = 32;
/// Entries of an array that every allocator has mapped anew: glibc's bound on that never rises above 32 MiB.
const FRESH: usize = 5 << 20;

fn entry(hash: u64, record: u32) -> u64 {
    (hash >> 32) << 32 | u64::from(record)
}

impl Index {
    /// Room for `most` records at a load of at most one half.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let whole = (most.max(8) * 2).next_power_of_two();
        assert!(whole <= 1 << 31, "an index holds at most 2^30 records");
        let size = whole.min(SMALL);
        Self { entries: zeroed(size), mask: size - 1, len: 0, next: None, whole }
    }

    /// Number of entries held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Asks the processor to fetch the entry's cache line.
    #[inline]
    pub fn prefetch(&self, hash: u64) {
        prefetch(&raw const self.entries[self.home(hash)]);
    }

    /// The record of the first entry with this hash, for which `same` holds.
    #[inline]
    pub fn find(&self, hash: u64, mut same: impl FnMut(u32) -> bool) -> Option<u32> {
        let mut at = self.home(hash);
        loop {
            let stored = !self.entries[at];
            if stored == EMPTY {
                return None;
            }
            if stored >> 32 == hash >> 32 && same(stored as u32) {
                return Some(stored as u32);
            }
            at = (at + 1) & self.mask;
        }
    }

    /// The first record this hash may belong to, by the index alone: a guess good enough to prefetch by.
    #[inline]
    #[must_use]
    pub fn guess(&self, hash: u64) -> Option<u32> {
        self.find(hash, |_| true)
    }

    /// Adds an entry; the caller has made sure that it isn't there and that there is room.
    #[inline]
    pub fn insert(&mut self, hash: u64, record: u32) {
        if self.len >= SMALL / 4 && self.entries.len() < self.whole {
            self.outgrow();
        }
        self.put(!entry(hash, record));
        self.len += 1;
    }

    fn put(&mut self, stored: u64) {
        let mut at = self.home(!stored);
        while self.entries[at] != 0 {
            at = (at + 1) & self.mask;
        }
        self.entries[at] = stored;
    }

    /// Orders the whole array, and moves there as soon as it is ready, or the array in use is half full.
    #[cold]
    fn outgrow(&mut self) {
        let (_, ready) = self.next.get_or_insert_with(|| {
            let whole = zeroed(self.whole);
            let ready = make_ready(whole.as_ptr().cast(), size_of_val(whole.as_slice()), Haste::Later);
            (whole, ready)
        });
        let half_full = self.len >= self.entries.len() / 2;
        if (ready.is_so() && self.len >= SMALL / 2) || (half_full && self.entries.len() >= MIDDLE) {
            if let Some((whole, _)) = self.next.take() {
                self.move_to(whole);
            }
        } else if half_full {
            self.move_to(zeroed(MIDDLE.min(self.whole)));
        }
    }

    fn move_to(&mut self, entries: Vec<u64>) {
        self.mask = entries.len() - 1;
        let old = std::mem::replace(&mut self.entries, entries);
        for (place, &stored) in old.iter().enumerate() {
            if let Some(&ahead) = old.get(place + AHEAD).filter(|&&ahead| ahead != 0) {
                self.prefetch(!ahead);
            }
            if stored != 0 {
                self.put(stored);
            }
        }
    }

    /// Removes the entry of this record; whether it was there.
    pub fn remove(&mut self, hash: u64, record: u32) -> bool {
        let wanted = entry(hash, record);
        let mut at = self.home(hash);
        loop {
            let stored = !self.entries[at];
            if stored == EMPTY {
                return false;
            }
            if stored == wanted {
                break;
            }
            at = (at + 1) & self.mask;
        }
        self.close_gap(at);
        self.len -= 1;
        true
    }

    /// Moves later entries of the run back, so that no look-up stops at the gap (Knuth 6.4, algorithm R).
    fn close_gap(&mut self, mut gap: usize) {
        let mut at = gap;
        loop {
            at = (at + 1) & self.mask;
            let stored = !self.entries[at];
            if stored == EMPTY {
                self.entries[gap] = !EMPTY;
                return;
            }
            let home = self.home(stored);
            if (at.wrapping_sub(home) & self.mask) >= (at.wrapping_sub(gap) & self.mask) {
                self.entries[gap] = self.entries[at];
                gap = at;
            }
        }
    }

    #[inline]
    fn home(&self, hash: u64) -> usize {
        (hash >> 32) as usize & self.mask
    }
}

/// Zero bytes mean empty, because the system gives fresh memory as zeros without touching it. Allocators do so from
/// some size on; below, they would write zeros into memory that was used before.
fn zeroed(size: usize) -> Vec<u64> {
    let mut entries = vec![0; if size > MIDDLE { size.max(FRESH) } else { size }];
    entries.truncate(size);
    entries
}

/// Asks the processor to fetch a cache line; a hint without effect on what the program computes.
#[inline]
pub fn prefetch<T>(place: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch reads nothing and can't fault, whatever the address.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(place.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = place;
}

#[cfg(test)]
mod tests {
    use super::Index;
    use std::collections::HashMap;

    #[test]
    fn agrees_with_a_map_under_insertions_and_removals() {
        agrees_with_a_map(500, 54);
    }

    #[test]
    fn agrees_with_a_map_after_it_has_moved() {
        agrees_with_a_map(200_000, 45);
    }

    fn agrees_with_a_map(most: usize, shift: u32) {
        let mut index = Index::new(most);
        let mut map: HashMap<u64, u32> = HashMap::new();
        let mut state = 7_u64;
        for step in 0..400_000_u32 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let hash = (state >> shift) << 32 | 0x55;
            if let Some(record) = map.remove(&hash) {
                assert!(index.remove(hash, record));
            } else if map.len() < most {
                index.insert(hash, step);
                map.insert(hash, step);
            }
            assert_eq!(index.len(), map.len());
            let probe = (state >> (shift - 14) & ((1 << (64 - shift)) - 1)) << 32 | 0x55;
            let found = index.find(probe, |record| map.get(&probe) == Some(&record));
            assert_eq!(found, map.get(&probe).copied());
        }
    }
}
