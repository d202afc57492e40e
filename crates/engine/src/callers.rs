//! Callers seen before: which numbers have called, and over which trunk they usually do.
//!
//! A hotline's callers have mostly called somebody before, as often as a trunk's callers have; numbers made up by one
//! hand have not, and stolen ones come over another trunk than their owners'. The same table counts how often a number is
//! called: a hotline is, a subscriber's line seldom. A number takes eight bytes, in buckets of one cache line. The place
//! of a number does not depend on the process, so that what is learnt can be kept.

mod snapshot;

use std::collections::HashMap;

use crate::batch::KeyedState;
use crate::index::prefetch;
use crate::numbers::Number;

/// Callers of one bucket.
const WAYS: usize = 8;
/// Trunks that are told apart; what comes over further ones is known, but not from where.
const MOST_TRUNKS: usize = 4_095;
/// The first second that a caller can have been seen at: 2020-01-01 UTC.
const FIRST_SECOND: i64 = 1_577_836_800;
/// Bits of an entry: from the lowest, the second it was first seen, how sure its trunk is, its trunk, its tag.
const SEEN_BITS: u32 = 30;
const SURE_BITS: u32 = 2;
const TRUNK_BITS: u32 = 12;
const TAG_SHIFT: u32 = SEEN_BITS + SURE_BITS + TRUNK_BITS;
/// Calls to a number from which on it is not forgotten easily, and up to which they are counted.
const OFTEN: u64 = 4;
const MOST_CALLS: u64 = (1 << TRUNK_BITS) - 1;
const MOST_SURE: u64 = (1 << SURE_BITS) - 1;

/// What is known of a caller on a trunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Acquaintance {
    /// Nothing can be: it withholds its number, or has none.
    #[default]
    Nobody,
    /// It never called before.
    New,
    /// It has called before, over this trunk or one that is not known.
    Usual,
    /// It has called before, and usually over another trunk.
    Elsewhere,
}

#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Bucket([u64; WAYS]);

/// Numbers that have called.
pub struct Callers {
    buckets: Box<[Bucket]>,
    /// Small numbers of trunks, by the hash of their name, in the order in which they were first seen.
    trunks: HashMap<u32, u16, KeyedState>,
}

impl Callers {
    /// Room for about so many callers; of more, those seen once are forgotten first.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let buckets = (most / WAYS).max(1).next_power_of_two();
        Self { buckets: vec![Bucket::default(); buckets].into_boxed_slice(), trunks: HashMap::default() }
    }

    /// Asks for the memory in which the two numbers of a call are looked up.
    #[inline]
    pub fn prefetch(&self, a: Number, b: Number) {
        prefetch(&raw const self.buckets[self.place(a).0]);
        prefetch(&raw const self.buckets[self.place_of_called(b).0]);
    }

    /// Takes note of a call.
    #[inline]
    pub fn note(&mut self, a: Number, trunk: u32, at: i64) {
        if !a.is_e164() {
            return;
        }
        let trunk = self.trunk(trunk);
        let (place, tag) = self.place(a);
        let bucket = &mut self.buckets[place].0;
        match bucket.iter_mut().find(|entry| tag_of(**entry) == tag && **entry != 0) {
            Some(entry) => *entry = again(*entry, trunk),
            None => insert(bucket, tag << TAG_SHIFT | trunk << (SEEN_BITS + SURE_BITS) | second(at)),
        }
    }

    /// Forgets a caller that was never seen before `since`: who calls in a crowd for the first time is not known by
    /// that, or an attack's numbers would be old acquaintances at the next.
    pub fn forget_new(&mut self, a: Number, since: i64) {
        let (place, tag) = self.place(a);
        let is_new =
            |entry: &&mut u64| tag_of(**entry) == tag && **entry != 0 && seen_of(**entry) >= second(since);
        if let Some(entry) = self.buckets[place].0.iter_mut().find(is_new) {
            *entry = 0;
        }
    }

    /// Takes note of a call to a number.
    #[inline]
    pub fn note_called(&mut self, b: Number, at: i64) {
        let (place, tag) = self.place_of_called(b);
        let bucket = &mut self.buckets[place].0;
        match bucket.iter_mut().find(|entry| tag_of(**entry) == tag && **entry != 0) {
            Some(entry) => {
                let calls = trunk_of(*entry);
                let sure = if calls >= OFTEN { MOST_SURE } else { sure_of(*entry) };
                *entry = with(*entry, (calls + 1).min(MOST_CALLS), sure);
            }
            None => insert(bucket, tag << TAG_SHIFT | 1 << (SEEN_BITS + SURE_BITS) | second(at)),
        }
    }

    /// How often a number has been called, up to 4,095 times.
    #[must_use]
    pub fn calls_to(&self, b: Number) -> u32 {
        let (place, tag) = self.place_of_called(b);
        let known = self.buckets[place].0.iter().find(|entry| tag_of(**entry) == tag && **entry != 0);
        known.map_or(0, |entry| trunk_of(*entry) as u32)
    }

    /// What was known of a caller on a trunk before `since`.
    #[must_use]
    pub fn acquaintance(&self, a: Number, trunk: u32, since: i64) -> Acquaintance {
        if !a.is_e164() {
            return Acquaintance::Nobody;
        }
        let (place, tag) = self.place(a);
        let known = self.buckets[place].0.iter().find(|entry| tag_of(**entry) == tag && **entry != 0);
        let Some(&entry) = known.filter(|entry| seen_of(**entry) < second(since)) else {
            return Acquaintance::New;
        };
        let here = self.trunks.get(&trunk).map_or(0, |trunk| u64::from(*trunk));
        match trunk_of(entry) {
            0 => Acquaintance::Usual,
            usual if here == 0 || usual == here => Acquaintance::Usual,
            _ => Acquaintance::Elsewhere,
        }
    }

    /// Bucket and tag of a number.
    #[inline]
    fn place(&self, a: Number) -> (usize, u64) {
        let mixed = mix(a.to_bits());
        (mixed as usize & (self.buckets.len() - 1), mixed >> TAG_SHIFT)
    }

    #[inline]
    fn place_of_called(&self, b: Number) -> (usize, u64) {
        let mixed = mix(!b.to_bits());
        (mixed as usize & (self.buckets.len() - 1), mixed >> TAG_SHIFT)
    }

    fn trunk(&mut self, hash: u32) -> u64 {
        if hash == 0 {
            return 0;
        }
        let next = self.trunks.len() + 1;
        if next <= MOST_TRUNKS {
            u64::from(*self.trunks.entry(hash).or_insert(next as u16))
        } else {
            self.trunks.get(&hash).map_or(0, |trunk| u64::from(*trunk))
        }
    }
}

/// Puts an entry in the place of the one that is known least.
fn insert(bucket: &mut [u64; WAYS], new: u64) {
    if let Some(entry) = bucket.iter_mut().min_by_key(|entry| (sure_of(**entry), seen_of(**entry))) {
        *entry = new;
    }
}

/// An entry with another trunk (or number of calls) and sureness.
fn with(entry: u64, trunk: u64, sure: u64) -> u64 {
    let kept = entry & !((((1 << TRUNK_BITS) - 1) << (SEEN_BITS + SURE_BITS)) | MOST_SURE << SEEN_BITS);
    kept | trunk << (SEEN_BITS + SURE_BITS) | sure << SEEN_BITS
}

/// An entry after another call of its caller: a trunk gives way when it has been outnumbered.
fn again(entry: u64, trunk: u64) -> u64 {
    let sure = sure_of(entry);
    match trunk_of(entry) {
        usual if usual == trunk => with(entry, usual, (sure + 1).min(MOST_SURE)),
        usual if sure > 0 => with(entry, usual, sure - 1),
        _ => with(entry, trunk, 0),
    }
}

/// Seconds since the first one, at least 1.
fn second(at: i64) -> u64 {
    ((at / 1_000_000_000) - FIRST_SECOND).clamp(1, (1 << SEEN_BITS) - 1) as u64
}

fn tag_of(entry: u64) -> u64 {
    entry >> TAG_SHIFT
}

fn trunk_of(entry: u64) -> u64 {
    entry >> (SEEN_BITS + SURE_BITS) & ((1 << TRUNK_BITS) - 1)
}

fn sure_of(entry: u64) -> u64 {
    entry >> SEEN_BITS & MOST_SURE
}

fn seen_of(entry: u64) -> u64 {
    entry & ((1 << SEEN_BITS) - 1)
}

/// Spreads a number over all bits, the same in every process.
#[inline]
#[must_use]
pub fn mix(bits: u64) -> u64 {
    let mut mixed = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ mixed >> 32
}

#[cfg(test)]
mod tests {
    use super::{Acquaintance, Callers};
    use crate::numbers::Number;

    const SECOND: i64 = 1_000_000_000;
    const T0: i64 = 1_768_000_000 * SECOND;

    fn subscriber(n: u64) -> Number {
        Number::from_e164_value(919_810_000_000 + n * 37).expect("a number")
    }

    #[test]
    fn a_caller_is_new_until_it_has_called_before_the_burst() {
        let mut callers = Callers::new(1_024);
        callers.note(subscriber(1), 7, T0);
        assert_eq!(callers.acquaintance(subscriber(1), 7, T0 + SECOND), Acquaintance::Usual);
        assert_eq!(callers.acquaintance(subscriber(1), 7, T0), Acquaintance::New);
        assert_eq!(callers.acquaintance(subscriber(2), 7, T0 + SECOND), Acquaintance::New);
    }

    #[test]
    fn one_call_over_another_trunk_does_not_change_the_usual_one() {
        let mut callers = Callers::new(1_024);
        callers.note(subscriber(1), 7, T0);
        callers.note(subscriber(1), 7, T0);
        callers.note(subscriber(1), 8, T0 + SECOND);
        assert_eq!(callers.acquaintance(subscriber(1), 8, T0 + 9 * SECOND), Acquaintance::Elsewhere);
        for _ in 0..3 {
            callers.note(subscriber(1), 8, T0 + SECOND);
        }
        assert_eq!(callers.acquaintance(subscriber(1), 8, T0 + 9 * SECOND), Acquaintance::Usual);
    }

    #[test]
    fn who_only_called_in_a_crowd_stays_new_and_who_called_before_stays_known() {
        let mut callers = Callers::new(1_024);
        callers.note(subscriber(1), 7, T0);
        let crowd = T0 + 100 * SECOND;
        for n in 1..3 {
            callers.note(subscriber(n), 7, crowd);
            callers.forget_new(subscriber(n), crowd);
        }
        assert_eq!(callers.acquaintance(subscriber(1), 7, crowd + 99 * SECOND), Acquaintance::Usual);
        assert_eq!(callers.acquaintance(subscriber(2), 7, crowd + 99 * SECOND), Acquaintance::New);
    }

    #[test]
    fn calls_to_a_number_are_counted_apart_from_those_it_makes() {
        let mut callers = Callers::new(1_024);
        (0..7).for_each(|_| callers.note_called(subscriber(1), T0));
        assert_eq!((callers.calls_to(subscriber(1)), callers.calls_to(subscriber(2))), (7, 0));
        assert_eq!(callers.acquaintance(subscriber(1), 7, T0 + SECOND), Acquaintance::New);
        (0..9_000).for_each(|_| callers.note_called(subscriber(1), T0));
        assert_eq!(callers.calls_to(subscriber(1)), 4_095);
    }

    #[test]
    fn where_no_trunk_is_told_a_known_caller_is_usual() {
        let mut callers = Callers::new(1_024);
        callers.note(subscriber(1), 0, T0);
        assert_eq!(callers.acquaintance(subscriber(1), 0, T0 + SECOND), Acquaintance::Usual);
        assert_eq!(callers.acquaintance(crate::numbers::ANONYMOUS, 0, T0), Acquaintance::Nobody);
    }

    #[test]
    fn who_calls_often_outlasts_a_flood_of_numbers_seen_once() {
        let mut callers = Callers::new(4_096);
        for n in 0..200 {
            (0..3).for_each(|_| callers.note(subscriber(n), 7, T0));
        }
        (10_000..100_000).for_each(|n| callers.note(subscriber(n), 9, T0 + SECOND));
        let kept = (0..200)
            .filter(|&n| callers.acquaintance(subscriber(n), 7, T0 + 2 * SECOND) == Acquaintance::Usual);
        assert!(kept.count() > 190);
    }
}
