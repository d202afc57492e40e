//! What each trunk usually shows: the origins of a sample of its calls, so that a cluster's origin can be compared.
//!
//! A border controller that writes its own address into every call makes all callers look like one origin. What gives
//! an endpoint away is not that its calls share an origin but that the trunk's other calls don't.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::batch::{KeyedState, Origin};

/// Calls of a trunk that are remembered,
const MOST_GLIMPSES: usize = 512;
/// no closer together than this.
const SPACING: i64 = 500_000_000;
/// Calls up to which a B-number is seldom called.
const SELDOM: usize = 2;
/// Trunks that are watched; of further ones nothing is known.
const MOST_TRUNKS: usize = 1_024;
/// Places for trunks looked at last.
const LATELY: usize = 256;
/// An origin is compared where so many called numbers would have to show it, were it usual.
const LEAST_EXPECTED: f32 = 10.0;
/// It is foreign where at most this part of them does.
const FOREIGN: f32 = 0.1;

/// A fact of a call's origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// User name and address of the SDP origin.
    Sdp(u32),
    /// Source address.
    Source(u32),
    /// Agent.
    Agent(u32),
}

#[derive(Clone, Copy)]
struct Glimpse {
    b: u32,
    sdp: u32,
    source: u32,
    agent: u32,
}

struct Trunk {
    glimpses: Vec<Glimpse>,
    next: usize,
    last: i64,
}

/// Samples of every trunk's calls.
pub struct Habits {
    trunks: HashMap<u32, Trunk, KeyedState>,
    /// Trunks looked at last, each in the place of its hash, and when: most calls come too soon after another.
    lately: Box<[(u32, i64); LATELY]>,
}

impl Default for Habits {
    fn default() -> Self {
        Self { trunks: HashMap::default(), lately: Box::new([(0, i64::MIN); LATELY]) }
    }
}

impl Habits {
    /// Takes a look at a call to the B-number with record `b`.
    #[inline]
    pub fn note(&mut self, origin: Origin, b: u32, at: i64) {
        let lately = &mut self.lately[origin.trunk as usize % LATELY];
        if lately.0 == origin.trunk && at < lately.1.saturating_add(SPACING) {
            return;
        }
        *lately = (origin.trunk, at);
        self.keep(origin, b, at);
    }

    fn keep(&mut self, origin: Origin, b: u32, at: i64) {
        let room = self.trunks.len() < MOST_TRUNKS;
        let trunk = match self.trunks.entry(origin.trunk) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) if room => new.insert(Trunk::new()),
            Entry::Vacant(_) => return,
        };
        if at >= trunk.last.saturating_add(SPACING) {
            trunk.last = at;
            trunk.keep(Glimpse { b, sdp: origin.sdp, source: origin.source, agent: origin.agent });
        }
    }

    /// Whether calls to other B-numbers show that a trait is not one that the trunk usually has.
    ///
    /// `share` is the part that calls with the trait have of the trunk's calls to the B-number `b`. B-numbers are
    /// counted and not calls, and only those that are seldom called: an endpoint that attacks others as well stays
    /// foreign.
    #[must_use]
    pub fn is_foreign(&self, trunk: u32, of: Trait, share: f32, b: u32) -> bool {
        let Some(trunk) = self.trunks.get(&trunk) else { return false };
        let others = trunk.glimpses.iter().filter(|glimpse| glimpse.b != b);
        let expected = share * seldom(others.clone().map(|glimpse| glimpse.b)) as f32;
        if expected < LEAST_EXPECTED {
            return false;
        }
        let showing = others.filter(|glimpse| glimpse.shows(of)).map(|glimpse| glimpse.b);
        seldom(showing) as f32 <= FOREIGN * expected
    }
}

impl Glimpse {
    fn shows(&self, of: Trait) -> bool {
        match of {
            Trait::Sdp(value) => self.sdp == value,
            Trait::Source(value) => self.source == value,
            Trait::Agent(value) => self.agent == value,
        }
    }
}

impl Trunk {
    fn new() -> Self {
        Self { glimpses: Vec::new(), next: 0, last: i64::MIN }
    }

    fn keep(&mut self, glimpse: Glimpse) {
        if self.glimpses.len() < MOST_GLIMPSES {
            self.glimpses.push(glimpse);
        } else {
            self.glimpses[self.next] = glimpse;
            self.next = (self.next + 1) % MOST_GLIMPSES;
        }
    }
}

/// Numbers that are there `SELDOM` times or less.
fn seldom(numbers: impl Iterator<Item = u32>) -> usize {
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    numbers.chunk_by(|one, other| one == other).filter(|calls| calls.len() <= SELDOM).count()
}

#[cfg(test)]
mod tests {
    use super::{Habits, Trait};
    use crate::batch::Origin;

    const SECOND: i64 = 1_000_000_000;

    /// A trunk with a call a second to ever new B-numbers, from media gateways in turn.
    fn trunk(gateways: u32) -> Habits {
        let mut habits = Habits::default();
        for n in 0..600_u32 {
            let origin = Origin { trunk: 1, source: 7, sdp: 100 + n % gateways, agent: 3 };
            habits.note(origin, n, i64::from(n) * SECOND);
        }
        habits
    }

    #[test]
    fn the_border_controllers_own_address_is_usual() {
        assert!(!trunk(1).is_foreign(1, Trait::Sdp(100), 1.0, 9_999));
        assert!(!trunk(1).is_foreign(1, Trait::Source(7), 1.0, 9_999));
    }

    #[test]
    fn so_is_each_of_many_gateways_by_its_share() {
        assert!((100..140).all(|sdp| !trunk(40).is_foreign(1, Trait::Sdp(sdp), 1.0 / 40.0, 9_999)));
    }

    #[test]
    fn an_endpoint_that_nobody_else_calls_through_is_foreign() {
        assert!(trunk(6).is_foreign(1, Trait::Sdp(50), 1.0, 9_999));
        assert!(trunk(6).is_foreign(1, Trait::Agent(50), 0.1, 9_999));
    }

    #[test]
    fn and_stays_so_while_it_attacks_many_numbers_at_once() {
        let mut habits = trunk(6);
        for n in 0..200 {
            let origin = Origin { trunk: 1, source: 7, sdp: 50, agent: 3 };
            habits.note(origin, 5_000 + n % 40, (600 + i64::from(n)) * SECOND);
        }
        assert!(habits.is_foreign(1, Trait::Sdp(50), 1.0, 5_000));
    }

    #[test]
    fn nothing_is_foreign_where_the_trunk_is_not_known_well_enough() {
        assert!(!Habits::default().is_foreign(1, Trait::Sdp(50), 1.0, 9_999));
        assert!(!trunk(6).is_foreign(2, Trait::Sdp(50), 1.0, 9_999));
        assert!(!trunk(6).is_foreign(1, Trait::Sdp(50), 0.01, 9_999));
    }
}
