//! Where the calls of an alert come from: by what they can be grouped, and what is known of a group.
//!
//! Any one fact may be missing, rewritten on the way or shared by honest callers, so no fixed key finds the origin.
//! Instead every grouping that a call offers is a candidate: by SDP origin, by source address and agent, by source
//! address, by neighbourhood of numbers, by numbers that can't exist, by trunk. `crowd` keeps the groups.

use crate::batch::{Origin, identity};
use crate::callers::Acquaintance;
use crate::calls::{Call, CallId, NEVER};
use crate::event::Attestation;
use crate::features::Row;
use crate::judge::Points;
use crate::numbers::Number;
use crate::ranges::Range;

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

/// What is known of a group of calls and its place among the others; the input of the score.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// How wide its mark is, 0 (numbers alike) to 9 (all calls); see [`Mark`].
    pub grouping: u8,
    /// Distinct A-numbers.
    pub callers: u32,
    /// Those of them that are E.164 numbers.
    pub numbers: u32,
    /// Whether they are fewer than the rule's threshold, or further apart than it allows.
    pub few: bool,
    /// Calls.
    pub calls: u32,
    /// Nanoseconds from first to last call.
    pub span: i64,
    /// Calls that show the same trunk, source address, SDP origin, agent, asserted identity as the first.
    pub same: [u32; 5],
    /// What the first call shows of these; 0 is nothing.
    pub shows: [u32; 5],
    /// Distinct trunks,
    pub trunks: u32,
    /// source addresses
    pub sources: u32,
    /// and SDP origins.
    pub sdp_origins: u32,
    /// What all calls share is not what the trunk's other calls show: one endpoint, and not the trunk's own.
    pub foreign: bool,
    /// How far the trunk's other calls are from showing what these share, 0 to 1; missing where it can't be told.
    pub strangeness: f32,
    /// Part of all called numbers that are reached over the trunk these calls share, 0 to 1.
    pub trunk_share: f32,
    /// How unlikely so many of the alert's callers are on this trunk by chance, in nats.
    pub trunk_surprise: f32,
    /// How much rarer the calls' trunks are than those of all calls, in nats a call.
    pub trunk_rarity: f32,
    /// How unlikely so many of the trunk's callers show the endpoint that these share, in nats.
    pub endpoint_surprise: f32,
    /// From whom the group was picked, where new callers, impossible numbers or the like were: who picks callers for
    /// being new must not wonder that they are.
    pub picked: Picked,
    /// How odd the trunks are for these callers' ranges: nats a call,
    pub range_oddness: f32,
    /// and in all.
    pub range_surprise: f32,
    /// Mean share of the alert's other callers whose number is of the same range;
    pub same_range: f32,
    /// what would be usual;
    pub same_range_usual: f32,
    /// and how much rarer the ranges are among all callers than those of all calls, in nats a call.
    pub range_rarity: f32,
    /// Callers whose number lies within 10 of that of the caller before or after them.
    pub sequential: u32,
    /// How far these numbers go one way, 0 to 1: dialled up or down, and not merely close together.
    pub one_way: f32,
    /// Callers whose number shares all but the last four digits with another caller's.
    pub neighbours: u32,
    /// Decimal digits of the distance between the lowest and the highest of these; missing where there are none.
    pub neighbour_span: f32,
    /// How much the callers' numbers look like the extensions of one company, 0 to 1: many of them in a few blocks of a
    /// thousand.
    pub exchange: f32,
    /// Callers whose number no numbering plan holds.
    pub invalid: u32,
    /// Of these, as many as the plan's age would explain in a crowd of this size.
    pub stale: f32,
    /// Callers that withhold their number; they are one A-number.
    pub anonymous: u32,
    /// Callers that never called before this alert,
    pub new: u32,
    /// that usually call over another trunk,
    pub elsewhere: u32,
    /// and whose number is of the home country.
    pub national: u32,
    /// Calls of which something is said of attestation.
    pub told: u32,
    /// Calls with attestation A.
    pub attested: u32,
    /// Calls with attestation C, with none, or with one that failed.
    pub unattested: u32,
    /// Calls whose caller the network asserts,
    pub asserted: u32,
    /// and those of them whose A-number is another.
    pub mismatched: u32,
    /// Calls that were answered.
    pub answered: u32,
    /// Calls that ended without an answer.
    pub unanswered: u32,
    /// Calls that their callers gave up at once.
    pub gave_up: u32,
    /// Calls answered and over within ten seconds.
    pub short: u32,
    /// Distinct SDP origins beyond the first per further caller, 0 to 1: many endpoints, many callers.
    pub spread: f32,
    /// Share of the alert's callers that are in this group.
    pub share_of_crowd: f32,
    /// Share of the alert's callers that are in none of its suspect groups nor in this one, where it is one that honest
    /// callers of the same trunk fall into as well; else 0.
    pub beside: f32,
    /// Deviation of the gaps between callers, in mean gaps; about 1 by chance. Missing for few callers.
    pub gap_deviation: f32,
    /// How evenly the callers are spaced in time, 0 (as chance has it) to 1 (like clockwork).
    pub evenness: f32,
    /// What other calls of the same trunk usually show.
    pub usual: Usual,
}

/// How many show what a group may have been picked for, of all from whom it was picked.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Picked {
    /// Distinct A-numbers, and those of them that are E.164 numbers.
    pub callers: u32,
    /// See `callers`.
    pub numbers: u32,
    /// See [`Facts::new`].
    pub new: u32,
    /// See [`Facts::elsewhere`].
    pub elsewhere: u32,
    /// See [`Facts::invalid`].
    pub invalid: u32,
}

/// Places of the origin's parts in [`Facts::same`] and [`Facts::shows`].
pub const TRUNK: usize = 0;
/// See [`TRUNK`].
pub const SOURCE: usize = 1;
/// See [`TRUNK`].
pub const SDP: usize = 2;
/// See [`TRUNK`].
pub const AGENT: usize = 3;

impl Facts {
    /// Whether all calls show one and the same trunk, source address, SDP origin or agent.
    #[must_use]
    pub fn is_shared(&self, place: usize) -> bool {
        self.shows[place] != 0 && self.same[place] == self.calls
    }
}

/// Shares of a trunk's other calls, 0 to 1; missing where too few are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usual {
    /// Their callers never called before.
    pub new: f32,
    /// Their callers usually call over another trunk.
    pub elsewhere: f32,
    /// Their callers' numbers are of the home country.
    pub national: f32,
    /// No plan holds their callers' numbers.
    pub impossible: f32,
    /// Their callers withhold their numbers.
    pub anonymous: f32,
    /// They have attestation A,
    pub attested: f32,
    /// or C, none, or one that failed.
    pub unattested: f32,
}

impl Default for Usual {
    fn default() -> Self {
        let [new, elsewhere, national, impossible, anonymous, attested, unattested] = [f32::NAN; 7];
        Self { new, elsewhere, national, impossible, anonymous, attested, unattested }
    }
}

/// What the score knows of the B-number besides its calls one by one. Shares are 0 to 1, what is not known is missing.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings {
    /// The B-number.
    pub b: Number,
    /// Calls to it in its metrics window of which it is known whether they were answered.
    pub history: u32,
    /// Share of them that was answered.
    pub answered_share: f32,
    /// Answered calls of all in the metrics window, per cent.
    pub asr: f32,
    /// Mean seconds from answer to release.
    pub aloc: f32,
    /// Share of ended calls that talked less than ten seconds.
    pub short_call_ratio: f32,
    /// Calls per second in the metrics window.
    pub call_rate: f32,
    /// Calls of the metrics window that the alert does not name.
    pub calls_before: u32,
    /// Distinct A-numbers in the window now.
    pub distinct_callers: u32,
    /// Distinct A-numbers with a call in progress per call in progress, at the alert's busiest instant.
    pub overlap_ratio: f32,
    /// Callers that its busy windows usually hold; 0 where none was ever busy.
    pub usual_callers: f32,
    /// Bursts of true callers that it had; earlier ones fade.
    pub bursts: f32,
    /// Calls to it an hour, since the engine's first.
    pub calls_per_hour: f32,
    /// 1 where it has called somebody before, else 0.
    pub calls_out: f32,
    /// Hours since the engine's first call, up to a day: how much what is not known of the number means.
    pub watched_hours: f32,
}

impl Surroundings {
    /// Of a B-number of which nothing is known.
    #[must_use]
    pub fn unknown(b: Number) -> Self {
        Self {
            b,
            history: 0,
            answered_share: 0.0,
            asr: f32::NAN,
            aloc: f32::NAN,
            short_call_ratio: f32::NAN,
            call_rate: 0.0,
            calls_before: 0,
            distinct_callers: 0,
            overlap_ratio: f32::NAN,
            usual_callers: f32::NAN,
            bursts: f32::NAN,
            calls_per_hour: f32::NAN,
            calls_out: f32::NAN,
            watched_hours: f32::NAN,
        }
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
