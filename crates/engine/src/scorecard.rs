//! A transparent score of one group of calls: points per fact, summed and turned into a probability.
//!
//! It stands in until a trained model takes its place. The weights are judgements and not fitted to any operator's
//! traffic. Two thoughts carry them. What honest callers of one trunk share by no doing of theirs (its address, its
//! border controller's origin and agent, no attestation, nobody who answers, ranges that a detour brings) must not be
//! enough all together. What only one hand behind many numbers does (dial them in a row, use such as cannot exist, bring
//! an endpoint of its own) must be enough even where nothing else is known.

use crate::judge::Points;
use crate::origin::{AGENT, Facts, SDP, SOURCE, Surroundings, TRUNK};

/// Name under which answers show this score.
pub const METHOD: &str = "scorecard";

/// Probability that one origin rotates its A-numbers.
#[must_use]
pub fn probability(facts: &Facts, around: &Surroundings) -> f64 {
    let mut sum = 0.0;
    weigh(facts, around, |_, points| sum += points);
    logistic(sum)
}

/// The points behind the probability.
#[must_use]
pub fn points(facts: &Facts, around: &Surroundings) -> Points {
    let mut points = Points::new();
    weigh(facts, around, |fact, value| points.push((fact, value)));
    points
}

fn weigh(facts: &Facts, around: &Surroundings, mut give: impl FnMut(&'static str, f32)) {
    let callers = facts.callers.max(1) as f32;
    let calls = facts.calls.max(1) as f32;
    let of_callers = |count: f32| (count / callers).clamp(0.0, 1.0);
    // Of a group that is partly so, the rest are other callers: it must be nearly all of it.
    let nearly_all = |count: f32| of_callers(count) * of_callers(count);
    let of_calls = |count: u32| (count as f32 / calls).min(1.0);
    let when = |holds: bool, points: f32| if holds { points } else { 0.0 };
    give("base", -3.0);
    if facts.callers > 1 {
        give("shared_sdp_origin", when(facts.is_shared(SDP), 0.5));
        give("shared_source", when(facts.is_shared(SOURCE), 0.3));
        give("shared_agent", when(facts.is_shared(AGENT), 0.2));
        give("shared_trunk", when(facts.is_shared(TRUNK), 0.3));
        give("foreign_endpoint", when(facts.foreign, 3.4));
        // Against the calls of all trunks that are not named, whatever comes over a seldom one looks foreign.
        give("trunk_not_named", when(facts.foreign && facts.shows[TRUNK] == 0, -1.0));
        // A company brings an endpoint of its own and numbers that are close together: neither says more than the other.
        give("one_exchange", when(facts.foreign, -2.5 * facts.exchange));
        let apart = facts.neighbours.saturating_sub(facts.sequential);
        give("neighbouring_numbers", 0.5 * of_callers(apart as f32) * (1.0 - facts.exchange));
        give("sequential_numbers", 4.5 * of_callers(facts.sequential as f32) * facts.one_way);
    }
    if !facts.range_surprise.is_nan() {
        give("ranges_of_other_trunks", 0.1 * facts.range_surprise.clamp(0.0, 10.0));
    }
    give("others_beside", -1.5 * facts.beside);
    give("few_callers", when(facts.few, -1.5));
    give("impossible_numbers", 4.5 * nearly_all(facts.invalid as f32 - facts.stale));
    give("withheld_numbers", 0.6 * of_callers(facts.anonymous as f32));
    give("not_attested", 0.6 * of_calls(facts.unattested));
    give("fully_attested", -2.5 * of_calls(facts.attested));
    give("answered", -1.2 * of_calls(facts.answered));
    give("given_up_at_once", 2.5 * of_calls(facts.gave_up));
    give("evenly_spaced", 1.3 * facts.evenness);
    if around.history >= 10 {
        give("answer_seizure_ratio", 0.4 * (0.35 - around.answered_share).clamp(-0.5, 0.35) / 0.35);
    }
    give("distinct_origins", -0.8 * facts.spread);
}

fn logistic(sum: f32) -> f64 {
    1.0 / (1.0 + f64::from(-sum).exp())
}

#[cfg(test)]
mod tests {
    use super::points;
    use crate::numbers::ANONYMOUS;
    use crate::origin::{Facts, Surroundings};

    fn around() -> Surroundings {
        Surroundings::unknown(ANONYMOUS)
    }

    fn probability(facts: &Facts) -> f64 {
        super::probability(facts, &around())
    }

    /// Twenty callers who share all that a trunk gives its callers.
    fn of_one_trunk() -> Facts {
        Facts {
            callers: 20,
            calls: 20,
            same: [20, 20, 20, 20, 0],
            shows: [1, 1, 1, 1, 0],
            ..Facts::default()
        }
    }

    #[test]
    fn what_honest_callers_share_is_not_enough_all_together() {
        let busy = Facts { unattested: 20, neighbours: 20, range_surprise: 90.0, ..of_one_trunk() };
        assert!(super::probability(&busy, &Surroundings { history: 200, ..around() }) < 0.7);
    }

    #[test]
    fn numbers_in_a_row_are_enough_alone() {
        assert!(
            probability(&Facts { callers: 5, calls: 5, sequential: 5, one_way: 1.0, ..Facts::default() })
                > 0.7
        );
    }

    #[test]
    fn so_are_impossible_numbers_and_an_endpoint_of_its_own() {
        assert!(probability(&Facts { callers: 5, calls: 5, invalid: 5, ..Facts::default() }) > 0.7);
        assert!(probability(&Facts { foreign: true, ..of_one_trunk() }) > 0.7);
    }

    #[test]
    fn a_companys_exchange_is_an_endpoint_of_its_own() {
        let exchange = Facts { foreign: true, neighbours: 20, exchange: 1.0, ..of_one_trunk() };
        assert!(probability(&exchange) < 0.5);
    }

    #[test]
    fn so_is_a_universitys_whose_extensions_are_of_several_blocks() {
        let campus = Facts { foreign: true, neighbours: 3, exchange: 0.75, ..of_one_trunk() };
        assert!(probability(&campus) < 0.7);
        assert!(probability(&Facts { unattested: 20, ..campus }) < 0.7);
        assert!(probability(&Facts { foreign: true, neighbours: 20, exchange: 0.2, ..of_one_trunk() }) > 0.7);
    }

    #[test]
    fn an_endpoint_is_less_foreign_where_no_trunk_is_named() {
        let unnamed =
            Facts { foreign: true, same: [0, 20, 20, 20, 0], shows: [0, 1, 1, 1, 0], ..of_one_trunk() };
        assert!(probability(&unnamed) < 0.7);
        assert!(probability(&Facts { range_surprise: 8.0, ..unnamed }) > 0.7);
    }

    #[test]
    fn numbers_whose_ranges_usually_come_another_way_add_to_what_else_is_odd() {
        let spaced = Facts { evenness: 1.0, unattested: 20, ..of_one_trunk() };
        assert!(probability(&spaced) < 0.7);
        assert!(probability(&Facts { range_surprise: 10.0, ..spaced }) > 0.7);
    }

    #[test]
    fn the_first_call_to_a_number_scores_low() {
        assert!(probability(&Facts { callers: 1, calls: 1, few: true, ..Facts::default() }) < 0.1);
    }

    #[test]
    fn the_points_add_up_to_the_probability() {
        let facts = Facts { unattested: 7, gave_up: 5, ..of_one_trunk() };
        let (told, points) = (probability(&facts), points(&facts, &around()));
        let sum: f32 = points.iter().map(|point| point.1).sum();
        assert!((told - 1.0 / (1.0 + f64::from(-sum).exp())).abs() < 1e-6);
    }
}
