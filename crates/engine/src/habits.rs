//! What calls usually show: samples of every trunk's calls and of all calls, so that a cluster can be compared.
//!
//! A border controller that writes its own address into every call makes all callers look like one origin; a network
//! that signs nothing makes all of them look unattested. What gives one hand away is not what its calls show but that
//! the trunk's other calls don't. B-numbers are counted and not calls, and only such as are seldom called: a burst, or
//! an origin that attacks many numbers at once, does not make itself usual.

mod snapshot;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::batch::{KeyedState, Origin};
use crate::numbers::Number;

/// Calls of a trunk that are remembered, and of all trunks together,
const MOST_OF_TRUNK: usize = 512;
const MOST_OF_ALL: usize = 2_048;
/// no closer together than this.
const SPACING_OF_TRUNK: i64 = 500_000_000;
const SPACING_OF_ALL: i64 = 50_000_000;
/// Calls in a sample up to which a B-number is seldom called.
const SELDOM: u8 = 2;
/// Calls of one caller in a sample that say something of callers: one that dials all day is not what callers are like.
const MOST_OF_CALLER: u8 = 2;
/// Trunks that are watched; of further ones nothing is known.
const MOST_TRUNKS: usize = 1_024;
/// Places for trunks looked at last.
const LATELY: usize = 256;
/// A trait is compared where so many called numbers would have to show it, were it usual,
const LEAST_EXPECTED: f32 = 10.0;
/// and shares of a sample are told of at least so many called numbers.
const LEAST_KNOWN: u32 = 30;

/// A trait that a call shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trait {
    /// User name and address of the SDP origin.
    Sdp(u32),
    /// Source address.
    Source(u32),
    /// Agent.
    Agent(u32),
    /// Trunk.
    Trunk(u32),
    /// The caller never called before.
    New,
    /// The caller usually calls over another trunk.
    Elsewhere,
    /// The caller's number is of the home country.
    National,
    /// No numbering plan holds the caller's number.
    Impossible,
    /// The caller withholds its number.
    Anonymous,
    /// Attestation A.
    Attested,
    /// Attestation C, none, or one that failed.
    Unattested,
}

/// What a call shows besides its origin.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    /// See [`Trait::New`].
    pub new: bool,
    /// See [`Trait::Elsewhere`].
    pub elsewhere: bool,
    /// See [`Trait::National`].
    pub national: bool,
    /// See [`Trait::Impossible`].
    pub impossible: bool,
    /// See [`Trait::Anonymous`].
    pub anonymous: bool,
    /// See [`Trait::Attested`].
    pub attested: bool,
    /// See [`Trait::Unattested`].
    pub unattested: bool,
}

#[derive(Clone, Copy)]
struct Glimpse {
    a: Number,
    b: Number,
    origin: Origin,
    shown: Shown,
    /// Whether it counts for its caller.
    told: bool,
}

impl Trait {
    /// Whether it says something of the caller, and not of the way that the call took.
    fn is_callers(self) -> bool {
        matches!(self, Self::New | Self::Elsewhere | Self::National | Self::Impossible | Self::Anonymous)
    }
}

impl Glimpse {
    fn traits(&self) -> impl Iterator<Item = Trait> + use<> {
        let Self { origin, shown, told, .. } = *self;
        [
            (origin.sdp != 0).then_some(Trait::Sdp(origin.sdp)),
            (origin.source != 0).then_some(Trait::Source(origin.source)),
            (origin.agent != 0).then_some(Trait::Agent(origin.agent)),
            (origin.trunk != 0).then_some(Trait::Trunk(origin.trunk)),
            shown.new.then_some(Trait::New),
            shown.elsewhere.then_some(Trait::Elsewhere),
            shown.national.then_some(Trait::National),
            shown.impossible.then_some(Trait::Impossible),
            shown.anonymous.then_some(Trait::Anonymous),
            shown.attested.then_some(Trait::Attested),
            shown.unattested.then_some(Trait::Unattested),
        ]
        .into_iter()
        .flatten()
        .filter(move |shown| told || !shown.is_callers())
    }
}

/// Calls to B-numbers that are seldom called, each B-number once.
pub struct Sample {
    most: usize,
    spacing: i64,
    last: i64,
    glimpses: Vec<Glimpse>,
    next: usize,
    /// Of each B-number in the sample, where it is and how many of its calls were met.
    met: HashMap<Number, (u32, u8), KeyedState>,
    counts: HashMap<Trait, u32, KeyedState>,
    counted: u32,
    /// Those of them that count for their callers, and how many calls of each caller do.
    told: u32,
    callers: HashMap<Number, u8, KeyedState>,
    /// Sum of c · ln c over the counts c of the trunks, and the sum of c: kept up call by call, so that the order in
    /// which trunks lie in a table never matters.
    trunk_logs: f64,
    with_trunk: u32,
}

impl Sample {
    fn of_trunk() -> Self {
        Self::new(MOST_OF_TRUNK, SPACING_OF_TRUNK)
    }

    fn new(most: usize, spacing: i64) -> Self {
        Self {
            most,
            spacing,
            last: i64::MIN,
            glimpses: Vec::new(),
            next: 0,
            met: HashMap::default(),
            counts: HashMap::default(),
            counted: 0,
            told: 0,
            callers: HashMap::default(),
            trunk_logs: 0.0,
            with_trunk: 0,
        }
    }

    #[inline]
    fn is_due(&self, at: i64) -> bool {
        at >= self.last.saturating_add(self.spacing)
    }

    fn keep(&mut self, mut glimpse: Glimpse, at: i64) {
        self.last = at;
        if let Some((place, met)) = self.met.get_mut(&glimpse.b) {
            *met = met.saturating_add(1);
            if *met == SELDOM + 1 {
                let often = self.glimpses[*place as usize];
                self.count(&often, false);
            }
            return;
        }
        let full = self.glimpses.len() == self.most;
        if full {
            self.forget(self.next);
        }
        // Who withholds the number is not one caller.
        glimpse.told = !glimpse.a.is_e164() || self.tell(glimpse.a);
        let place = if !full {
            self.glimpses.push(glimpse);
            self.glimpses.len() - 1
        } else {
            self.glimpses[self.next] = glimpse;
            self.next = (self.next + 1) % self.most;
            (self.next + self.most - 1) % self.most
        };
        self.met.insert(glimpse.b, (place as u32, 1));
        self.count(&glimpse, true);
    }

    /// Counts a call for its caller, unless enough do.
    fn tell(&mut self, caller: Number) -> bool {
        let calls = self.callers.entry(caller).or_insert(0);
        *calls = (*calls + 1).min(MOST_OF_CALLER + 1);
        let told = *calls <= MOST_OF_CALLER;
        *calls = (*calls).min(MOST_OF_CALLER);
        told
    }

    fn forget(&mut self, place: usize) {
        let old = self.glimpses[place];
        if old.told
            && let Entry::Occupied(mut calls) = self.callers.entry(old.a)
        {
            *calls.get_mut() -= 1;
            if *calls.get() == 0 {
                calls.remove();
            }
        }
        if self.met.remove(&old.b).is_some_and(|(_, met)| met <= SELDOM) {
            self.count(&old, false);
        }
    }

    fn count(&mut self, glimpse: &Glimpse, add: bool) {
        self.counted = if add { self.counted + 1 } else { self.counted - 1 };
        if glimpse.told {
            self.told = if add { self.told + 1 } else { self.told - 1 };
        }
        for shown in glimpse.traits() {
            if let Trait::Trunk(_) = shown {
                self.count_trunk(shown, add);
            }
            match self.counts.entry(shown) {
                Entry::Vacant(new) => {
                    new.insert(1);
                }
                Entry::Occupied(mut known) if add => *known.get_mut() += 1,
                Entry::Occupied(known) if *known.get() == 1 => {
                    known.remove();
                }
                Entry::Occupied(mut known) => *known.get_mut() -= 1,
            }
        }
    }

    fn count_trunk(&mut self, trunk: Trait, add: bool) {
        let logs = |count: u32| f64::from(count) * f64::from(count.max(1)).ln();
        let count = self.counts.get(&trunk).copied().unwrap_or(0);
        let after = if add { count + 1 } else { count - 1 };
        self.trunk_logs += logs(after) - logs(count);
        self.with_trunk = if add { self.with_trunk + 1 } else { self.with_trunk - 1 };
    }

    /// Mean rarity of the calls that name a trunk, where enough are known.
    #[must_use]
    pub fn trunk_entropy(&self) -> Option<f32> {
        let all = f64::from(self.with_trunk);
        (self.with_trunk >= LEAST_KNOWN).then(|| (all.ln() - self.trunk_logs / all) as f32)
    }

    /// Minus the logarithm of a trunk's share of the calls that name one, where enough are known; one that was never
    /// met counts as met once.
    #[must_use]
    pub fn trunk_rarity(&self, trunk: u32) -> Option<f32> {
        let count = self.counts.get(&Trait::Trunk(trunk)).copied().unwrap_or(0).max(1);
        let known = trunk != 0 && self.with_trunk >= LEAST_KNOWN;
        known.then(|| (self.with_trunk as f32 / count as f32).ln())
    }

    /// Called numbers counted, and those of them that show a trait; `b` left out.
    fn showing(&self, of: Trait, b: Number) -> (u32, u32) {
        let counted = if of.is_callers() { self.told } else { self.counted };
        let own = self.met.get(&b).filter(|(_, met)| *met <= SELDOM);
        let own = own.map(|(place, _)| self.glimpses[*place as usize]);
        let counts = self.counts.get(&of).copied().unwrap_or(0);
        match own.filter(|own| own.told || !of.is_callers()) {
            Some(own) => (counted - 1, counts - u32::from(own.traits().any(|shown| shown == of))),
            None => (counted, counts),
        }
    }

    /// The part of called numbers other than `b` that show a trait, 0 to 1, where enough are known.
    #[must_use]
    pub fn share(&self, of: Trait, b: Number) -> Option<f32> {
        let (counted, showing) = self.showing(of, b);
        (counted >= LEAST_KNOWN).then(|| showing as f32 / counted as f32)
    }

    /// How far calls to B-numbers other than `b` are from showing a trait as often as would be expected, were it usual:
    /// 0 (as often) to 1 (never). `share` is the part that calls with the trait have of the trunk's calls to `b`.
    /// Nothing where too few would be expected to.
    #[must_use]
    pub fn strangeness(&self, of: Trait, share: f32, b: Number) -> Option<f32> {
        let (counted, showing) = self.showing(of, b);
        let expected = share * counted as f32;
        (expected >= LEAST_EXPECTED).then(|| (1.0 - showing as f32 / expected).max(0.0))
    }
}

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
        let seldom: Vec<_> =
            sample.glimpses.iter().filter(|glimpse| sample.met[&glimpse.b].1 <= super::SELDOM).collect();
        assert_eq!(sample.counted as usize, seldom.len());
        for source in 1..=3 {
            let naive = seldom.iter().filter(|glimpse| glimpse.origin.source == source).count();
            assert_eq!(sample.counts.get(&Trait::Source(source)).copied().unwrap_or(0) as usize, naive);
        }
        assert_eq!(sample.told as usize, seldom.iter().filter(|glimpse| glimpse.told).count());
        for caller in 0..70 {
            let told = sample.glimpses.iter().filter(|g| g.told && g.a == number(100_000 + caller)).count();
            assert!(told <= usize::from(super::MOST_OF_CALLER));
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
