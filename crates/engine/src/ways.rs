//! The way in that stands for a trunk where events name none: a source address that many calls come from.
//!
//! A probe beside the switch knows addresses and no trunks. A carrier's machine sends many calls and is a way in as a
//! trunk is; a subscriber's own address is not.

mod snapshot;

use std::collections::HashMap;

use crate::batch::{KeyedState, Origin};

/// Sampled calls from which on an address is a way in.
const MANY: u16 = 16;
/// Addresses that are counted; with more, all counts are halved and what is left with none is forgotten.
const MOST: usize = 4_096;

/// Source addresses by how many calls came from them.
#[derive(Default)]
pub struct Ways {
    calls: HashMap<u32, u16, KeyedState>,
}

impl Ways {
    /// Takes note of a call.
    pub fn note(&mut self, origin: Origin) {
        if origin.trunk != 0 || origin.source == 0 {
            return;
        }
        if self.calls.len() >= MOST {
            self.calls.retain(|_, calls| {
                *calls /= 2;
                *calls > 0
            });
        }
        let calls = self.calls.entry(origin.source).or_insert(0);
        *calls = calls.saturating_add(1);
    }

    /// The origin with its way in as its trunk, where it names none.
    #[inline]
    #[must_use]
    pub fn resolved(&self, origin: Origin) -> Origin {
        if origin.trunk != 0 || self.calls.get(&origin.source).is_none_or(|calls| *calls < MANY) {
            return origin;
        }
        Origin { trunk: origin.source, ..origin }
    }
}

#[cfg(test)]
mod tests {
    use super::Ways;
    use crate::batch::Origin;

    fn from(source: u32) -> Origin {
        Origin { source, ..Origin::default() }
    }

    #[test]
    fn a_machine_that_sends_many_calls_is_a_way_in_and_a_subscribers_phone_is_not() {
        let mut ways = Ways::default();
        for n in 0..20_000 {
            ways.note(from(1 + n % 3));
            ways.note(from(1_000 + n));
        }
        assert_eq!(ways.resolved(from(2)).trunk, 2);
        assert_eq!(ways.resolved(from(7_000)).trunk, 0);
        assert!(ways.calls.len() <= super::MOST);
    }

    #[test]
    fn a_trunk_that_is_named_stays() {
        let mut ways = Ways::default();
        let named = Origin { trunk: 9, ..from(1) };
        (0..100).for_each(|_| ways.note(named));
        assert_eq!((ways.resolved(named).trunk, ways.resolved(from(1)).trunk), (9, 0));
    }
}
