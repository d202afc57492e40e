//! Groups the calls of one window by where they came from, and says what each group shares.
//!
//! Any one fact may be missing, rewritten on the way or shared by honest callers, so no fixed key finds the origin.
//! Instead every grouping that the calls offer is a candidate: by SDP origin, by source address and agent, by source
//! address, by neighbourhood of numbers, by numbers that can't exist, by trunk. The candidate that
//! looks most like one origin is taken out first, then the best of what is left, and so on; what offers nothing
//! stays together as the rest.

use std::collections::HashMap;

use crate::batch::{KeyedState, Origin};
use crate::event::Attestation;
use crate::numbers::{Number, Validity};
use crate::scorecard::{self, Points};

/// Distinct A-numbers that a group must hold to be a candidate.
const LEAST_CALLERS: usize = 3;
/// Clusters taken out of one window; what is left is the rest.
const MOST_CLUSTERS: usize = 8;
/// Two numbers this close are sequential.
const SEQUENTIAL: u64 = 10;
/// Two numbers that differ below this are neighbours: all but the last four digits are the same.
const NEIGHBOURHOOD: u64 = 10_000;

/// One call of a window, as far as its origin is concerned.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// The calling number.
    pub a: Number,
    /// What numbering plans say of it.
    pub validity: Validity,
    /// Instant of its begin.
    pub at: i64,
    /// Where it came from.
    pub origin: Origin,
    /// What STIR says.
    pub attestation: Attestation,
    /// Whether it was answered.
    pub answered: bool,
}

/// What is known of a cluster and its surroundings; the input of the score.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Distinct A-numbers.
    pub callers: u32,
    /// Whether they are fewer than the rule's threshold.
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
    /// Callers whose number lies within 10 of another caller's.
    pub sequential: u32,
    /// Callers whose number shares all but the last four digits with another caller's.
    pub neighbours: u32,
    /// Callers whose number no numbering plan holds.
    pub invalid: u32,
    /// Callers that withhold their number; they are one A-number.
    pub anonymous: u32,
    /// Calls with attestation A.
    pub attested: u32,
    /// Calls with attestation C, with none, or with one that failed.
    pub unattested: u32,
    /// Calls that were answered.
    pub answered: u32,
    /// Distinct SDP origins beyond the first per further caller, 0 to 1: many endpoints, many callers.
    pub spread: f32,
    /// Calls to the B-number in its metrics window.
    pub history: u32,
    /// Share of them that was answered, 0 to 1.
    pub answered_share: f32,
}

/// What the score knows of the B-number besides the window.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings {
    /// Distinct A-numbers that the rule asks for.
    pub threshold: u32,
    /// Calls to the B-number in its metrics window.
    pub history: u32,
    /// Share of them that was answered, 0 to 1.
    pub answered_share: f32,
}

/// By what a cluster was grouped, and the value of it: a later call that matches belongs to it.
///
/// The order is from the narrowest to the widest: of two marks on the same calls, the narrower lets fewer others in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// One SDP origin.
    Sdp(u32),
    /// One source address and agent.
    Endpoint(u32, u32),
    /// One source address.
    Source(u32),
    /// Numbers that share all but the last four digits.
    Neighbourhood(u64),
    /// Numbers that no numbering plan holds.
    Impossible,
    /// One trunk.
    Trunk(u32),
    /// Nothing in particular.
    Rest,
}

/// Calls of one window with one supposed origin.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// By what it was grouped.
    pub mark: Mark,
    /// What its calls share.
    pub facts: Facts,
    /// Places of its calls among the members given.
    pub members: Vec<usize>,
    /// Probability that one origin rotates its numbers.
    pub probability: f64,
    /// What the probability is made of.
    pub points: Points,
}

impl Mark {
    /// Whether a call of this origin would be grouped here. Nothing tells that a call belongs to the rest.
    #[must_use]
    pub fn matches(&self, call: &Member) -> bool {
        marks(call).contains(&Some(*self))
    }
}

/// The mark of the numbers beside this one.
#[must_use]
pub fn neighbourhood(a: Number) -> Option<Mark> {
    a.e164_value().map(|value| Mark::Neighbourhood(value / NEIGHBOURHOOD))
}

fn marks(call: &Member) -> [Option<Mark>; 6] {
    let Origin { trunk, source, sdp, agent } = call.origin;
    let impossible = matches!(call.validity, Validity::Invalid | Validity::Unallocated);
    [
        (sdp != 0).then_some(Mark::Sdp(sdp)),
        (source != 0 && agent != 0).then_some(Mark::Endpoint(source, agent)),
        (source != 0).then_some(Mark::Source(source)),
        neighbourhood(call.a),
        impossible.then_some(Mark::Impossible),
        (trunk != 0).then_some(Mark::Trunk(trunk)),
    ]
}

/// Splits the calls of one window into clusters, the most suspect first.
///
/// Every candidate is weighed once, and again only where calls were taken out of it.
#[must_use]
pub fn clusters(calls: &[Member], around: &Surroundings) -> Vec<Cluster> {
    let mut left: Vec<usize> = (0..calls.len()).collect();
    let mut taken = vec![false; calls.len()];
    let mut candidates = candidates(calls, around);
    let mut found = Vec::new();
    while !left.is_empty() && found.len() < MOST_CLUSTERS {
        let rest = build(Mark::Rest, calls, left.clone(), around);
        let best = candidates.iter().reduce(better).map_or(&rest, |best| better(best, &rest)).clone();
        for &place in &best.members {
            taken[place] = true;
        }
        left.retain(|&place| !taken[place]);
        candidates = candidates.into_iter().filter_map(|one| without(one, &taken, calls, around)).collect();
        order(&mut candidates);
        found.push(best);
    }
    if !left.is_empty() {
        found.push(build(Mark::Rest, calls, left, around));
    }
    found.sort_by(|x, y| y.probability.total_cmp(&x.probability).then(x.members.cmp(&y.members)));
    found
}

/// The more suspect of two; of two alike, the larger, so that an origin isn't cut into pieces.
fn better<'a>(one: &'a Cluster, other: &'a Cluster) -> &'a Cluster {
    let by_probability = other.probability.total_cmp(&one.probability);
    let close = (one.probability - other.probability).abs() < 0.02;
    let larger = other.members.len().cmp(&one.members.len());
    let order = if close { larger.then(by_probability) } else { by_probability };
    if order.is_gt() { other } else { one }
}

fn candidates(calls: &[Member], around: &Surroundings) -> Vec<Cluster> {
    let mut groups: HashMap<Mark, Vec<usize>, KeyedState> = HashMap::default();
    for (place, call) in calls.iter().enumerate() {
        for mark in marks(call).into_iter().flatten() {
            groups.entry(mark).or_default().push(place);
        }
    }
    let mut candidates: Vec<Cluster> =
        groups.into_iter().filter_map(|(mark, members)| candidate(mark, members, calls, around)).collect();
    order(&mut candidates);
    candidates
}

fn candidate(mark: Mark, members: Vec<usize>, calls: &[Member], around: &Surroundings) -> Option<Cluster> {
    if members.len() < LEAST_CALLERS {
        return None;
    }
    let cluster = build(mark, calls, members, around);
    (cluster.facts.callers as usize >= LEAST_CALLERS).then_some(cluster)
}

/// A candidate without the calls that were taken, while enough is left of it.
fn without(one: Cluster, taken: &[bool], calls: &[Member], around: &Surroundings) -> Option<Cluster> {
    if !one.members.iter().any(|&place| taken[place]) {
        return Some(one);
    }
    let members = one.members.into_iter().filter(|&place| !taken[place]).collect();
    candidate(one.mark, members, calls, around)
}

/// In a fixed order, and one of those that hold the same calls: the first kind of mark says the most.
fn order(candidates: &mut Vec<Cluster>) {
    candidates.sort_by(|x, y| (&x.members, x.mark).cmp(&(&y.members, y.mark)));
    candidates.dedup_by(|x, y| x.members == y.members);
}

fn distinct(calls: &[Member], members: &[usize]) -> Vec<Number> {
    let mut numbers: Vec<Number> = members.iter().map(|&place| calls[place].a).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn build(mark: Mark, calls: &[Member], members: Vec<usize>, around: &Surroundings) -> Cluster {
    let mut facts = gather(calls, &members);
    facts.few = facts.callers < around.threshold;
    facts.history = around.history;
    facts.answered_share = around.answered_share;
    let (probability, points) = scorecard::score(&facts);
    Cluster { mark, facts, members, probability, points }
}

fn gather(calls: &[Member], members: &[usize]) -> Facts {
    let numbers = distinct(calls, members);
    let each = || members.iter().map(|&place| &calls[place]);
    let count = |holds: &dyn Fn(&Member) -> bool| each().filter(|call| holds(call)).count() as u32;
    let same = |text: fn(&Origin) -> u32| {
        let first = each().next().map_or(0, |call| text(&call.origin));
        first != 0 && each().all(|call| text(&call.origin) == first)
    };
    let (sequential, neighbours) = closeness(&numbers);
    Facts {
        callers: numbers.len() as u32,
        few: false,
        calls: members.len() as u32,
        span: each().map(|c| c.at).max().unwrap_or(0) - each().map(|c| c.at).min().unwrap_or(0),
        same_sdp: same(|o| o.sdp),
        same_source: same(|o| o.source),
        same_agent: same(|o| o.agent),
        same_trunk: same(|o| o.trunk),
        sequential,
        neighbours,
        invalid: impossible_callers(calls, members),
        anonymous: u32::from(numbers.iter().any(Number::is_anonymous)),
        attested: count(&|call| call.attestation == Attestation::A),
        unattested: count(&|call| {
            matches!(call.attestation, Attestation::C | Attestation::None | Attestation::Failed)
        }),
        answered: count(&|call| call.answered),
        spread: spread(calls, members, numbers.len()),
        history: 0,
        answered_share: 0.0,
    }
}

fn impossible_callers(calls: &[Member], members: &[usize]) -> u32 {
    let mut impossible: Vec<Number> = members
        .iter()
        .map(|&place| &calls[place])
        .filter(|call| matches!(call.validity, Validity::Invalid | Validity::Unallocated))
        .map(|call| call.a)
        .collect();
    impossible.sort_unstable();
    impossible.dedup();
    impossible.len() as u32
}

fn spread(calls: &[Member], members: &[usize], callers: usize) -> f32 {
    let mut origins: Vec<u32> =
        members.iter().map(|&place| calls[place].origin.sdp).filter(|&s| s != 0).collect();
    origins.sort_unstable();
    origins.dedup();
    if callers < 2 || origins.len() < 2 {
        return 0.0;
    }
    ((origins.len() - 1) as f32 / (callers - 1) as f32).min(1.0)
}

/// How many of these sorted numbers lie within 10 of another, and within the same block of ten thousand.
fn closeness(numbers: &[Number]) -> (u32, u32) {
    let values: Vec<u64> = numbers.iter().filter_map(Number::e164_value).collect();
    let (mut sequential, mut neighbours) = (0, 0);
    for (place, &value) in values.iter().enumerate() {
        let beside = [place.checked_sub(1).map(|p| values[p]), values.get(place + 1).copied()];
        let near = |close: &dyn Fn(u64) -> bool| beside.iter().flatten().any(|&other| close(other));
        sequential += u32::from(near(&|other| value.abs_diff(other) <= SEQUENTIAL));
        neighbours += u32::from(near(&|other| value / NEIGHBOURHOOD == other / NEIGHBOURHOOD));
    }
    (sequential, neighbours)
}

#[cfg(test)]
mod tests {
    use super::{Mark, Member, Surroundings, clusters};
    use crate::batch::Origin;
    use crate::event::Attestation;
    use crate::numbers::{Number, Validity};

    fn call(value: u64, origin: Origin) -> Member {
        Member {
            a: Number::from_e164_value(value).expect("a number"),
            validity: Validity::Valid,
            at: 0,
            origin,
            attestation: Attestation::Unknown,
            answered: false,
        }
    }

    #[test]
    fn an_attack_inside_a_hotlines_burst_is_a_cluster_of_its_own() {
        let mut calls: Vec<Member> = (0..30)
            .map(|i| {
                let origin = Origin { trunk: 1, source: 7, sdp: 100 + i as u32, agent: 0 };
                Member { answered: i % 2 == 0, ..call(919_800_000_000 + i * 77_777, origin) }
            })
            .collect();
        for i in 0..6 {
            calls.push(call(914_440_001_230 + i, Origin { trunk: 1, source: 7, sdp: 9, agent: 5 }));
        }
        let found = clusters(&calls, &Surroundings { threshold: 5, history: 200, answered_share: 0.6 });
        assert_eq!(found[0].members, vec![30, 31, 32, 33, 34, 35]);
        assert!(found[0].probability > 0.9, "{:?}", found[0]);
        assert!(found[1..].iter().all(|cluster| cluster.probability < 0.3), "{found:?}");
        assert_eq!(found.iter().map(|c| c.members.len()).sum::<usize>(), 36);
    }

    #[test]
    fn calls_that_share_everything_are_marked_by_what_a_stranger_does_not_share() {
        let origin = Origin { trunk: 1, source: 7, sdp: 9, agent: 5 };
        let calls: Vec<Member> = (0..8).map(|i| call(914_440_001_230 + i, origin)).collect();
        let found = clusters(&calls, &Surroundings { threshold: 5, ..Surroundings::default() });
        assert_eq!(found[0].mark, Mark::Sdp(9));
        let stranger = call(919_812_345_678, Origin { trunk: 1, source: 8, sdp: 10, agent: 6 });
        assert!(!found.iter().any(|cluster| cluster.mark.matches(&stranger)));
        assert!(!Mark::Rest.matches(&stranger));
    }

    #[test]
    fn sequential_numbers_stand_out_on_a_trunk_where_nothing_else_is_known() {
        let origin = Origin { trunk: 3, ..Origin::default() };
        let mut calls: Vec<Member> = (0..12).map(|i| call(447_400_000_000 + i * 1_234_567, origin)).collect();
        calls.extend((0..5).map(|i| call(447_911_123_450 + i, origin)));
        let found = clusters(&calls, &Surroundings { threshold: 5, ..Surroundings::default() });
        assert!(matches!(found[0].mark, Mark::Neighbourhood(_)));
        assert_eq!(found[0].members, vec![12, 13, 14, 15, 16]);
        assert!(found[0].probability >= 0.7, "{:?}", found[0]);
    }
}
