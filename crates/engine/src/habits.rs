//! What calls usually show: samples of every trunk's calls and of all calls, so that a cluster can be compared.
//!
//! A border controller that writes its own address into every call makes all callers look like one origin; a network
//! that signs nothing makes all of them look unattested. What gives one hand away is not what its calls show but that
//! the trunk's other calls don't. B-numbers are counted and not calls, and only such as are seldom called: a burst, or
//! an origin that attacks many numbers at once, does not make itself usual. `sample` is how one is kept.

mod sample;
mod snapshot;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::batch::{KeyedState, Origin};
use crate::numbers::Number;

use sample::{Glimpse, MOST_OF_ALL, SPACING_OF_ALL, SPACING_OF_TRUNK};
pub use sample::{Sample, Shown, Trait};

/// Trunks that are watched; of further ones nothing is known.
const MOST_TRUNKS: usize = 1_024;
/// Places for trunks looked at last.
const LATELY: usize = 256;
/// Samples of every trunk's calls, and of all.
pub struct Habits {
    all: Sample,
    trunks: HashMap<u32, Sample, KeyedState>,
    /// Trunks looked at last, each in the place of its hash, and when: most calls come too soon after another.
    lately: Box<[(u32, i64); LATELY]>,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            all: Sample::new(MOST_OF_ALL, SPACING_OF_ALL),
            trunks: HashMap::default(),
            lately: Box::new([(0, i64::MIN); LATELY]),
        }
    }
}

impl Habits {
    /// Whether a look at a call of this trunk may be due; `note` knows.
    #[inline]
    #[must_use]
    pub fn is_due(&self, trunk: u32, at: i64) -> bool {
        let lately = &self.lately[trunk as usize % LATELY];
        self.all.is_due(at) || lately.0 != trunk || at >= lately.1.saturating_add(SPACING_OF_TRUNK)
    }

    /// Takes a look at a call to a B-number; whether it is one of the sample of all calls.
    pub fn note(&mut self, origin: Origin, a: Number, b: Number, at: i64, shown: Shown) -> bool {
        let glimpse = Glimpse { a, b, origin, shown, told: true };
        let due = self.all.is_due(at);
        if due {
            self.all.keep(glimpse, at);
        }
        let room = self.trunks.len() < MOST_TRUNKS;
        let lately = &mut self.lately[origin.trunk as usize % LATELY];
        *lately = (origin.trunk, at);
        let trunk = match self.trunks.entry(origin.trunk) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) if room => new.insert(Sample::of_trunk()),
            Entry::Vacant(_) => return due,
        };
        if trunk.is_due(at) {
            trunk.keep(glimpse, at);
        }
        lately.1 = trunk.last;
        due
    }

    /// The sample of one trunk's calls; of those that name no trunk, 0 is the trunk.
    #[must_use]
    pub fn of_trunk(&self, trunk: u32) -> Option<&Sample> {
        self.trunks.get(&trunk)
    }

    /// The sample of all calls.
    #[must_use]
    pub fn of_all(&self) -> &Sample {
        &self.all
    }
}

#[cfg(test)]
mod tests {
    use super::{Habits, Shown, Trait};
    use crate::batch::Origin;
    use crate::numbers::Number;

    const SECOND: i64 = 1_000_000_000;

    fn number(n: u32) -> Number {
        Number::from_e164_value(919_820_000_000 + u64::from(n)).expect("a number")
    }

    /// A trunk with a call a second to ever new B-numbers, from media gateways in turn.
    fn trunk(gateways: u32) -> Habits {
        let mut habits = Habits::default();
        for n in 0..600_u32 {
            let origin = Origin { trunk: 1, source: 7, sdp: 100 + n % gateways, agent: 3, asserted: 0 };
            let shown = Shown { new: n % 4 == 0, ..Shown::default() };
            habits.note(origin, number(100_000 + n), number(n), i64::from(n) * SECOND, shown);
        }
        habits
    }

    fn strangeness(habits: &Habits, of: Trait, share: f32) -> Option<f32> {
        habits.of_trunk(1)?.strangeness(of, share, number(9_999))
    }

    #[test]
    fn the_border_controllers_own_address_is_usual() {
        assert_eq!(strangeness(&trunk(1), Trait::Sdp(100), 1.0), Some(0.0));
        assert_eq!(strangeness(&trunk(1), Trait::Source(7), 1.0), Some(0.0));
    }

    #[test]
    fn so_is_each_of_many_gateways_by_its_share() {
        let habits = trunk(40);
        assert!((100..140).all(|sdp| strangeness(&habits, Trait::Sdp(sdp), 1.0 / 40.0).unwrap() < 0.2));
    }

    #[test]
    fn an_endpoint_that_nobody_else_calls_through_is_strange() {
        assert_eq!(strangeness(&trunk(6), Trait::Sdp(50), 1.0), Some(1.0));
        assert_eq!(strangeness(&trunk(6), Trait::Agent(50), 0.1), Some(1.0));
    }

    #[test]
    fn and_stays_so_while_it_attacks_many_numbers_at_once() {
        let mut habits = trunk(6);
        for n in 0..200 {
            let origin = Origin { trunk: 1, source: 7, sdp: 50, agent: 3, asserted: 0 };
            habits.note(
                origin,
                number(200_000 + n),
                number(5_000 + n % 40),
                (600 + i64::from(n)) * SECOND,
                Shown::default(),
            );
        }
        assert_eq!(strangeness(&habits, Trait::Sdp(50), 1.0), Some(1.0));
    }

    #[test]
    fn nothing_is_strange_where_the_trunk_is_not_known_well_enough() {
        assert_eq!(strangeness(&Habits::default(), Trait::Sdp(50), 1.0), None);
        assert!(trunk(6).of_trunk(2).is_none());
        assert_eq!(strangeness(&trunk(6), Trait::Sdp(50), 0.01), None);
    }

    #[test]
    fn shares_are_those_of_the_newest_calls_to_others() {
        let habits = trunk(1);
        assert_eq!(habits.of_all().share(Trait::New, number(9_999)), Some(0.25));
        assert_eq!(habits.of_all().share(Trait::Trunk(1), number(9_999)), Some(1.0));
        let mut few = Habits::default();
        few.note(Origin { trunk: 1, ..Origin::default() }, number(2), number(1), 0, Shown::default());
        assert_eq!(few.of_all().share(Trait::New, number(9_999)), None);
    }

    #[test]
    fn counts_are_those_of_what_is_in_the_sample() {
        let mut habits = Habits::default();
        for n in 0..5_000_u32 {
            let origin = Origin { trunk: 1, source: n % 3 + 1, ..Origin::default() };
            habits.note(
                origin,
                number(100_000 + n % 70),
                number(n * n % 1_700),
                i64::from(n) * SECOND,
                Shown::default(),
            );
        }
        let sample = habits.of_trunk(1).unwrap();
        let seldom: Vec<_> = sample
            .glimpses
            .iter()
            .filter(|glimpse| sample.met[&glimpse.b].1 <= super::sample::SELDOM)
            .collect();
        assert_eq!(sample.counted as usize, seldom.len());
        for source in 1..=3 {
            let naive = seldom.iter().filter(|glimpse| glimpse.origin.source == source).count();
            assert_eq!(sample.counts.get(&Trait::Source(source)).copied().unwrap_or(0) as usize, naive);
        }
        assert_eq!(sample.told as usize, seldom.iter().filter(|glimpse| glimpse.told).count());
        for caller in 0..70 {
            let told = sample.glimpses.iter().filter(|g| g.told && g.a == number(100_000 + caller)).count();
            assert!(told <= usize::from(super::sample::MOST_OF_CALLER));
        }
    }

    #[test]
    fn a_machine_that_dials_all_day_is_not_what_callers_are_like() {
        let mut habits = Habits::default();
        for n in 0..400_u32 {
            let origin = Origin { trunk: 1, ..Origin::default() };
            let machine = n % 4 != 0;
            let a = if machine { number(9) } else { number(100_000 + n) };
            let shown = Shown { new: !machine, ..Shown::default() };
            habits.note(origin, a, number(n), i64::from(n) * SECOND, shown);
        }
        assert!(habits.of_all().share(Trait::New, number(9_999)).unwrap() > 0.95);
        assert_eq!(habits.of_all().share(Trait::Trunk(1), number(9_999)), Some(1.0));
    }
}
