//! Where the calls of an alert come from: by what they can be grouped, and what is known of a group.
//!
//! Any one fact may be missing, rewritten on the way or shared by honest callers, so no fixed key finds the origin.
//! Instead every grouping that a call offers is a candidate: by SDP origin, by source address and agent, by source
//! address, by neighbourhood of numbers, by numbers that can't exist, by trunk. `crowd` keeps the groups;
//! `facts` are what it tells a judge of them.

mod facts;

use crate::batch::{Origin, identity};
use crate::callers::Acquaintance;
use crate::calls::{Call, CallId, NEVER};
use crate::event::Attestation;
use crate::features::Row;
use crate::judge::Points;
use crate::numbers::Number;
use crate::ranges::Range;

pub use facts::{AGENT, Facts, Picked, SDP, SOURCE, Surroundings, TRUNK, Usual};

/// Two numbers that differ below this are neighbours: all but the last four digits are the same.
const NEIGHBOURHOOD: u64 = 10_000;
/// A number is stray from so many nats of oddness on: its range comes over this trunk half as often as chance has it.
const STRAY: f32 = 0.7;
/// A talk shorter than this is short.
const SHORT: i64 = 10_000_000_000;

/// One call of an alert, as far as its origin is concerned.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Hash of the Call-ID.
    pub id: u64,
    /// The call's record.
    pub call: CallId,
    /// The calling number.
    pub a: Number,
    /// No numbering plan holds it.
    pub impossible: bool,
    /// It is of the home country.
    pub national: bool,
    /// What is known of the caller from before the alert.
    pub acquaintance: Acquaintance,
    /// Minus the logarithm of its trunk's share of all calls, where that is known.
    pub rarity: Option<f32>,
    /// How odd its trunk is for a number of its range, where that is known.
    pub oddness: Option<f32>,
    /// Its number's range, where it is known which are usual.
    pub range: Option<Range>,
    /// Share of the alert's other callers, at the call's begin, whose number is of the same range.
    pub alike: Option<f32>,
    /// Instant of its begin.
    pub at: i64,
    /// Where it came from.
    pub origin: Origin,
    /// What STIR says.
    pub attestation: Attestation,
    /// What became of it so far.
    pub outcome: Outcome,
}

/// What became of a call so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// It was answered.
    pub answered: bool,
    /// It ended without an answer.
    pub unanswered: bool,
    /// Its caller gave it up at once.
    pub gave_up: bool,
    /// It was answered and over within ten seconds.
    pub short: bool,
}

impl Outcome {
    /// As the call's record tells it.
    #[must_use]
    pub fn of(call: &Call) -> Self {
        let (answered, ended) = (call.answer != NEVER, call.end != NEVER);
        Self {
            answered,
            unanswered: ended && !answered,
            gave_up: call.gave_up(),
            short: answered && ended && call.end.saturating_sub(call.answer) < SHORT,
        }
    }
}

impl Member {
    /// Whether numbers like this one usually come over another trunk.
    #[must_use]
    pub fn is_stray(&self) -> bool {
        self.acquaintance == Acquaintance::Elsewhere || self.oddness.is_some_and(|oddness| oddness >= STRAY)
    }

    /// Whether the network asserts another identity than the one shown.
    #[must_use]
    pub fn is_mismatched(&self) -> bool {
        self.origin.asserted != 0 && self.origin.asserted != identity(self.a)
    }
}

/// By what calls are grouped, and the value of it: a later call that matches belongs to the group.
///
/// The order is from the narrowest to the widest: of two marks on the same calls, the narrower lets fewer others in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// Numbers that share all but the last four digits.
    Neighbourhood(u64),
    /// Numbers on one trunk that no numbering plan holds.
    ImpossibleOn(u32),
    /// Numbers that usually come over another trunk than this.
    StrayOn(u32),
    /// Callers on one trunk that never called before; 0 is no trunk.
    NewOn(u32),
    /// One SDP origin.
    Sdp(u32),
    /// One source address and agent.
    Endpoint(u32, u32),
    /// One source address.
    Source(u32),
    /// Numbers that no numbering plan holds.
    Impossible,
    /// One trunk.
    Trunk(u32),
    /// Nothing in particular.
    Rest,
}

/// Calls with one supposed origin.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// By what it was grouped.
    pub mark: Mark,
    /// What its calls share now.
    pub facts: Facts,
    /// What the judge was given as it was judged last; missing where it never was.
    pub row: Row,
    /// One of its calls.
    pub call: CallId,
    /// Probability that one origin rotates its numbers, as it was judged; 0 where it never was.
    pub probability: f64,
    /// What the probability is made of.
    pub points: Points,
}

impl Mark {
    /// How wide it is, 0 to 9.
    #[must_use]
    pub fn width(&self) -> u8 {
        match self {
            Self::Neighbourhood(_) => 0,
            Self::ImpossibleOn(_) => 1,
            Self::StrayOn(_) => 2,
            Self::NewOn(_) => 3,
            Self::Sdp(_) => 4,
            Self::Endpoint(..) => 5,
            Self::Source(_) => 6,
            Self::Impossible => 7,
            Self::Trunk(_) => 8,
            Self::Rest => 9,
        }
    }

    /// The group from which this one is picked by what its callers are: those of the trunk, or all. Nothing where
    /// it is not picked so.
    #[must_use]
    pub fn picked_from(&self) -> Option<Self> {
        match *self {
            Self::ImpossibleOn(trunk) | Self::StrayOn(trunk) | Self::NewOn(trunk) if trunk != 0 => {
                Some(Self::Trunk(trunk))
            }
            Self::ImpossibleOn(_) | Self::StrayOn(_) | Self::NewOn(_) | Self::Impossible => Some(Self::Rest),
            _ => None,
        }
    }

    /// Whether honest callers of the trunk fall into this group as a matter of course, unless its origin is foreign.
    #[must_use]
    pub fn is_of_trunk(&self) -> bool {
        !matches!(self, Self::Neighbourhood(_) | Self::ImpossibleOn(_) | Self::Impossible | Self::Rest)
    }

    /// Whether a call of this origin would be grouped here. Nothing tells that a call belongs to the rest.
    #[must_use]
    pub fn matches(&self, call: &Member) -> bool {
        *self != Self::Rest && marks(call).any(|mark| mark == *self)
    }
}

/// The mark of the numbers beside this one.
#[must_use]
pub fn neighbourhood(a: Number) -> Option<Mark> {
    block(a).map(Mark::Neighbourhood)
}

/// All but the last four digits of a number.
#[must_use]
pub fn block(a: Number) -> Option<u64> {
    a.e164_value().map(|value| value / NEIGHBOURHOOD)
}

/// Every group that a call belongs to.
pub fn marks(call: &Member) -> impl Iterator<Item = Mark> + use<> {
    let Origin { trunk, source, sdp, agent, .. } = call.origin;
    [
        neighbourhood(call.a),
        (call.impossible && trunk != 0).then_some(Mark::ImpossibleOn(trunk)),
        (trunk != 0 && call.is_stray()).then_some(Mark::StrayOn(trunk)),
        (call.acquaintance == Acquaintance::New).then_some(Mark::NewOn(trunk)),
        (sdp != 0).then_some(Mark::Sdp(sdp)),
        (source != 0 && agent != 0).then_some(Mark::Endpoint(source, agent)),
        (source != 0).then_some(Mark::Source(source)),
        call.impossible.then_some(Mark::Impossible),
        (trunk != 0).then_some(Mark::Trunk(trunk)),
        Some(Mark::Rest),
    ]
    .into_iter()
    .flatten()
}
