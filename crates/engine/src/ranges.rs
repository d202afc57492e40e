//! Which trunks the numbers of a range usually come over.
//!
//! A range belongs to a network, and its calls mostly arrive over that network's trunk, ported numbers aside. Numbers
//! that one hand makes up or steals arrive over the hand's own trunk, whatever their ranges. What is known of a
//! hundred thousand numbers stands on what is known of the million around them, and that on what the trunk carries of
//! all calls.

mod snapshot;

use std::collections::HashMap;

use crate::batch::KeyedState;
use crate::numbers::Number;

/// Numbers of a wide range, and of a narrow one.
const WIDE: u64 = 1_000_000;
const NARROW: u64 = 100_000;
/// Calls for which the wider stands while the narrower is learnt.
const PRIOR: f32 = 2.0;
/// Calls before anything is told.
const LEAST_KNOWN: u32 = 200;
/// Ranges and trunks that are told apart; nothing is learnt of further ones.
const MOST: usize = 1 << 17;

/// Calls by range and trunk.
#[derive(Default)]
pub struct Ranges {
    cells: HashMap<(u64, u32), u32, KeyedState>,
    ranges: HashMap<u64, u32, KeyedState>,
    trunks: HashMap<u32, u32, KeyedState>,
    calls: u32,
}

impl Ranges {
    /// Takes note of a call.
    pub fn note(&mut self, a: Number, trunk: u32) {
        let Some(value) = a.e164_value().filter(|_| trunk != 0 && self.cells.len() < MOST) else { return };
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

    fn number(range: u64, n: u64) -> Number {
        Number::from_e164_value(919_800_000_000 + range * 1_000_000 + n * 7_919 % 1_000_000)
            .expect("a number")
    }

    #[test]
    fn numbers_over_their_networks_trunk_are_not_odd_and_others_are() {
        let mut ranges = Ranges::default();
        for n in 0..4_000 {
            let network = n % 4;
            ranges.note(number(network, n), network as u32 + 1);
        }
        assert!(ranges.oddness(number(2, 9_999), 3).unwrap() < -1.0);
        assert!(ranges.oddness(number(2, 9_999), 1).unwrap() > 3.0);
        assert!(ranges.oddness(number(7, 1), 1).unwrap().abs() < 1e-3, "nobody knows this range");
        assert_eq!(ranges.oddness(number(2, 1), 0), None);
    }

    #[test]
    fn where_all_calls_come_over_one_trunk_nothing_is_odd() {
        let mut ranges = Ranges::default();
        (0..1_000).for_each(|n| ranges.note(number(n % 9, n), 1));
        assert!(ranges.oddness(number(3, 5), 1).unwrap().abs() < 0.01);
        assert_eq!(Ranges::default().oddness(number(3, 5), 1), None);
    }
}
