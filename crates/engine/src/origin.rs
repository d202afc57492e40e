//! Where the calls of an alert come from: by what they can be grouped, and what is known of a group.
//!
//! Any one fact may be missing, rewritten on the way or shared by honest callers, so no fixed key finds the origin.
//! Instead every grouping that a call offers is a candidate: by SDP origin, by source address and agent, by source
//! address, by neighbourhood of numbers, by numbers that can't exist, by trunk. `crowd` keeps the groups.

use crate::batch::Origin;
use crate::calls::{Call, CallId, NEVER};
use crate::event::Attestation;
use crate::numbers::{Number, Validity};
use crate::scorecard::Points;

/// Two numbers that differ below this are neighbours: all but the last four digits are the same.
const NEIGHBOURHOOD: u64 = 10_000;

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
    /// Its caller gave it up at once.
    pub gave_up: bool,
}

impl Member {
    /// A call, where it came from and what the plans say of its A-number.
    #[must_use]
    pub fn of(id: CallId, call: &Call, origin: Origin, validity: Validity) -> Self {
        Self {
            id: call.id,
            call: id,
            a: call.a,
            impossible: matches!(validity, Validity::Invalid | Validity::Unallocated),
            at: call.begin,
            origin,
            attestation: call.attestation,
            outcome: Outcome { answered: call.answer != NEVER, gave_up: false },
        }
    }
}

/// What is known of a group of calls and its surroundings; the input of the score.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Distinct A-numbers.
    pub callers: u32,
    /// Whether they are fewer than the rule's threshold, or further apart than it allows.
    pub few: bool,
    /// Calls.
    pub calls: u32,
    /// Nanoseconds from first to last call.
    pub span: i64,
    /// All calls have one SDP origin (user name and address).
    pub same_sdp: bool,
    /// All calls have one source address.
    pub same_source: bool,
    /// All calls have one agent.
    pub same_agent: bool,
    /// All calls have one trunk.
    pub same_trunk: bool,
    /// What all calls share is not what the trunk's other calls show: one endpoint, and not the trunk's own.
    pub foreign: bool,
    /// Callers whose number lies within 10 of that of the caller before or after them.
    pub sequential: u32,
    /// How far these numbers go one way, 0 to 1: dialled up or down, and not merely close together.
    pub one_way: f32,
    /// Callers whose number shares all but the last four digits with another caller's.
    pub neighbours: u32,
    /// These lie within a thousand numbers, as those of a company's exchange do.
    pub one_exchange: bool,
    /// Callers whose number no numbering plan holds.
    pub invalid: u32,
    /// Of these, as many as the plan's age would explain in a crowd of this size.
    pub stale: f32,
    /// Callers that withhold their number; they are one A-number.
    pub anonymous: u32,
    /// Calls with attestation A.
    pub attested: u32,
    /// Calls with attestation C, with none, or with one that failed.
    pub unattested: u32,
    /// Calls that were answered.
    pub answered: u32,
    /// Calls that their callers gave up at once.
    pub gave_up: u32,
    /// Distinct SDP origins beyond the first per further caller, 0 to 1: many endpoints, many callers.
    pub spread: f32,
    /// Share of the alert's callers that are in none of its suspect groups nor in this one, where it is one that honest
    /// callers of the same trunk fall into as well; else 0.
    pub beside: f32,
    /// How evenly the callers are spaced in time, 0 (as chance has it) to 1 (like clockwork).
    pub evenness: f32,
    /// Calls to the B-number in its metrics window of which it is known whether they were answered.
    pub history: u32,
    /// Share of them that was answered, 0 to 1.
    pub answered_share: f32,
}

/// What the score knows of the B-number besides its calls one by one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings {
    /// Record of the B-number.
    pub b: u32,
    /// Calls to the B-number in its metrics window of which it is known whether they were answered.
    pub history: u32,
    /// Share of them that was answered, 0 to 1.
    pub answered_share: f32,
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
    /// What its calls share.
    pub facts: Facts,
    /// One of its calls.
    pub call: CallId,
    /// Probability that one origin rotates its numbers.
    pub probability: f64,
    /// What the probability is made of.
    pub points: Points,
}

impl Mark {
    /// Whether honest callers of the trunk fall into this group as a matter of course, unless its origin is foreign.
    #[must_use]
    pub fn is_of_trunk(&self) -> bool {
        matches!(self, Self::Sdp(_) | Self::Endpoint(..) | Self::Source(_) | Self::Trunk(_))
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
    let Origin { trunk, source, sdp, agent } = call.origin;
    [
        neighbourhood(call.a),
        (call.impossible && trunk != 0).then_some(Mark::ImpossibleOn(trunk)),
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
