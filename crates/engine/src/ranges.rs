//! Ranges of numbers: which of them call, and over which trunks they usually come.
//!
//! A range belongs to a network, and its calls mostly arrive over that network's trunk, ported numbers aside. Numbers
//! that one hand makes up or steals arrive over the hand's own trunk, whatever their ranges; and made-up ones are of
//! ranges that hardly anybody calls from, or all of one. What is known of a hundred thousand numbers stands on what is
//! known of the million around them, and that on what the trunk carries of all calls.

mod snapshot;

use std::collections::{HashMap, VecDeque};

use crate::batch::KeyedState;
use crate::numbers::Number;

/// Numbers of a wide range, and of a narrow one.
const WIDE: u64 = 1_000_000;
const NARROW: u64 = 100_000;
/// Numbers of ranges within each other, on which a wide one's share of all callers stands.
const AROUND: [u64; 3] = [100 * WIDE, 10 * WIDE, WIDE];
/// Ranges of the next size in one.
const PARTS: f32 = 10.0;
/// Calls for which the wider stands while the narrower is learnt.
const PRIOR: f32 = 2.0;
/// Calls before anything is told.
const LEAST_KNOWN: u32 = 200;
/// Ranges and trunks that are told apart; nothing is learnt of further ones.
const MOST: usize = 1 << 17;
/// A call is learnt from so much later, lest an attack make its own ways usual before it is judged,
const DELAY: i64 = 60_000_000_000;
/// or when so many others wait.
const MOST_WAITING: usize = 4_096;

/// A number's range among those of all calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Which it is: a million numbers.
    pub of: u64,
    /// Its share of all calls.
    pub share: f32,
    /// How much rarer it is than the range of a call in the mean, in nats.
    pub rarity: f32,
}

/// Calls by range and trunk.
#[derive(Default)]
pub struct Ranges {
    waiting: VecDeque<(i64, u64, u32)>,
    /// Calls by range and trunk, by range, and by trunk; only such as name a trunk.
    cells: HashMap<(u64, u32), u32, KeyedState>,
    ranges: HashMap<u64, u32, KeyedState>,
    trunks: HashMap<u32, u32, KeyedState>,
    calls: u32,
    /// All calls, by the ranges of each size.
    around: [HashMap<u64, u32, KeyedState>; 3],
    all: u32,
    /// Mean of minus the logarithm of a call's range's share.
    rarity: f32,
}

impl Ranges {
    /// Takes note of a call.
    pub fn note(&mut self, a: Number, trunk: u32, at: i64) {
        while let Some(&(noted, value, trunk)) = self.waiting.front()
            && (noted <= at.saturating_sub(DELAY) || self.waiting.len() >= MOST_WAITING)
        {
            self.waiting.pop_front();
            self.learn(value, trunk);
        }
        if let Some(value) = a.e164_value() {
            self.waiting.push_back((at, value, trunk));
        }
    }

    fn learn(&mut self, value: u64, trunk: u32) {
        if self.cells.len() >= MOST || self.around[2].len() >= MOST {
            return;
        }
        let rarity = -self.share(value).ln();
        self.all = self.all.saturating_add(1);
        self.rarity += (rarity - self.rarity) / self.all as f32;
        for (ranges, size) in self.around.iter_mut().zip(AROUND) {
            *ranges.entry(value / size).or_insert(0) += 1;
        }
        if trunk == 0 {
            return;
        }
        self.calls = self.calls.saturating_add(1);
        *self.trunks.entry(trunk).or_insert(0) += 1;
        for range in [wide(value), narrow(value)] {
            *self.ranges.entry(range).or_insert(0) += 1;
            *self.cells.entry((range, trunk)).or_insert(0) += 1;
        }
    }

    /// By how many nats a call of this number is likelier over the trunk if its range says nothing than if it does:
    /// over 0 where numbers of the range usually come another way. Nothing where too little is known.
    #[must_use]
    pub fn oddness(&self, a: Number, trunk: u32) -> Option<f32> {
        let value = a.e164_value().filter(|_| trunk != 0 && self.calls >= LEAST_KNOWN)?;
        let count = |count: Option<&u32>| count.copied().unwrap_or(0) as f32;
        let overall = (count(self.trunks.get(&trunk)) + 0.5) / (self.calls as f32 + 1.0);
        let mut share = overall;
        for range in [wide(value), narrow(value)] {
            let (here, all) = (count(self.cells.get(&(range, trunk))), count(self.ranges.get(&range)));
            share = (here + PRIOR * share) / (all + PRIOR);
        }
        Some((overall / share).ln())
    }

    /// Which range a number is of, and how usual that is. Nothing where too little is known.
    #[must_use]
    pub fn range(&self, a: Number) -> Option<Range> {
        let value = a.e164_value().filter(|_| self.all >= LEAST_KNOWN)?;
        let share = self.share(value);
        Some(Range { of: value / WIDE, share, rarity: -share.ln() - self.rarity })
    }

    /// Of all calls, those of a number's range. A range that was not seen has a part of what those around it have.
    fn share(&self, value: u64) -> f32 {
        let mut share = 1.0;
        let mut wider = self.all as f32;
        for (ranges, size) in self.around.iter().zip(AROUND) {
            let calls = ranges.get(&(value / size)).copied().unwrap_or(0) as f32;
            share *= (calls + PRIOR / PARTS) / (wider + PRIOR);
            wider = calls;
        }
        share
    }
}

fn wide(value: u64) -> u64 {
    value / WIDE * 2
}

fn narrow(value: u64) -> u64 {
    value / NARROW * 2 + 1
}

#[cfg(test)]
mod tests {
    use super::Ranges;
    use crate::numbers::Number;

    const SECOND: i64 = 1_000_000_000;

    fn number(range: u64, n: u64) -> Number {
        Number::from_e164_value(919_800_000_000 + range * 1_000_000 + n * 7_919 % 1_000_000)
            .expect("a number")
    }

    #[test]
    fn numbers_over_their_networks_trunk_are_not_odd_and_others_are() {
        let mut ranges = Ranges::default();
        for n in 0..4_000 {
            let network = n % 4;
            ranges.note(number(network, n), network as u32 + 1, n as i64 * SECOND);
        }
        assert!(ranges.oddness(number(2, 9_999), 3).unwrap() < -1.0);
        assert!(ranges.oddness(number(2, 9_999), 1).unwrap() > 3.0);
        assert!(ranges.oddness(number(7, 1), 1).unwrap().abs() < 1e-3, "nobody knows this range");
        assert_eq!(ranges.oddness(number(2, 1), 0), None);
    }

    #[test]
    fn where_all_calls_come_over_one_trunk_nothing_is_odd() {
        let mut ranges = Ranges::default();
        (0..1_000).for_each(|n| ranges.note(number(n % 9, n), 1, n as i64 * SECOND));
        assert!(ranges.oddness(number(3, 5), 1).unwrap().abs() < 0.01);
        assert_eq!(Ranges::default().oddness(number(3, 5), 1), None);
    }

    #[test]
    fn an_attack_does_not_make_its_own_way_usual() {
        let mut ranges = Ranges::default();
        (0..1_000).for_each(|n| ranges.note(number(n % 4, n), (n % 4) as u32 + 1, n as i64 * SECOND));
        let before = ranges.oddness(number(2, 5_000), 1);
        (0..50).for_each(|n| ranges.note(number(2, 5_000 + n), 1, 1_000 * SECOND + n as i64));
        assert_eq!(ranges.oddness(number(2, 5_000), 1), before);
    }

    #[test]
    fn a_range_that_nobody_calls_from_is_rare_even_without_trunks() {
        let mut ranges = Ranges::default();
        (0..1_000).for_each(|n| ranges.note(number(n % 9, n), 0, n as i64 * SECOND));
        let usual = ranges.range(number(3, 77)).expect("enough is known");
        assert!((usual.share - 1.0 / 9.0).abs() < 0.02 && usual.rarity.abs() < 0.3, "{usual:?}");
        let nearby = ranges.range(number(55, 1)).expect("enough is known");
        let far = ranges.range(Number::from_e164_value(447_700_900_123).unwrap()).expect("enough is known");
        assert!(nearby.rarity > 4.0 && far.rarity > nearby.rarity + 2.0, "{nearby:?} {far:?}");
        assert_eq!(Ranges::default().range(number(3, 77)), None);
    }
}
