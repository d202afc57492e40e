//! One sample of calls to numbers that are seldom called, and what share of them shows a trait.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::batch::{KeyedState, Origin};
use crate::numbers::Number;

/// Calls of a trunk that are remembered, and of all trunks together,
const MOST_OF_TRUNK: usize = 512;
pub(super) const MOST_OF_ALL: usize = 2_048;
/// no closer together than this.
pub(super) const SPACING_OF_TRUNK: i64 = 500_000_000;
pub(super) const SPACING_OF_ALL: i64 = 50_000_000;
/// Calls in a sample up to which a B-number is seldom called.
pub(super) const SELDOM: u8 = 2;
/// Calls of one caller in a sample that say something of callers: one that dials all day is not what callers are like.
pub(super) const MOST_OF_CALLER: u8 = 2;
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
pub(super) struct Glimpse {
    pub(super) a: Number,
    pub(super) b: Number,
    pub(super) origin: Origin,
    pub(super) shown: Shown,
    /// Whether it counts for its caller.
    pub(super) told: bool,
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
    pub(super) most: usize,
    spacing: i64,
    pub(super) last: i64,
    pub(super) glimpses: Vec<Glimpse>,
    pub(super) next: usize,
    /// Of each B-number in the sample, where it is and how many of its calls were met.
    pub(super) met: HashMap<Number, (u32, u8), KeyedState>,
    pub(super) counts: HashMap<Trait, u32, KeyedState>,
    pub(super) counted: u32,
    /// Those of them that count for their callers, and how many calls of each caller do.
    pub(super) told: u32,
    callers: HashMap<Number, u8, KeyedState>,
    /// Sum of c · ln c over the counts c of the trunks, and the sum of c: kept up call by call, so that the order in
    /// which trunks lie in a table never matters.
    pub(super) trunk_logs: f64,
    with_trunk: u32,
}

impl Sample {
    pub(super) fn of_trunk() -> Self {
        Self::new(MOST_OF_TRUNK, SPACING_OF_TRUNK)
    }

    pub(super) fn new(most: usize, spacing: i64) -> Self {
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
    pub(super) fn is_due(&self, at: i64) -> bool {
        at >= self.last.saturating_add(self.spacing)
    }

    pub(super) fn keep(&mut self, mut glimpse: Glimpse, at: i64) {
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
    pub(super) fn tell(&mut self, caller: Number) -> bool {
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

    pub(super) fn count(&mut self, glimpse: &Glimpse, add: bool) {
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
