//! A transparent score of one origin cluster: points per fact, summed and turned into a probability.
//!
//! It stands in until a trained model takes its place. The weights are judgements in the spirit of the published
//! signs of one origin behind many numbers (numbering-plan faults, sequential numbers, a shared endpoint, low
//! attestation, unanswered calls), set on simulated traffic and not fitted to any operator's.

use crate::origin::Facts;

/// Name under which answers show this score.
pub const METHOD: &str = "scorecard";

/// What a probability is made of: (fact, points), the heaviest first.
pub type Points = Vec<(&'static str, f32)>;

/// Probability that one origin rotates its A-numbers, and the points behind it.
#[must_use]
pub fn score(facts: &Facts) -> (f64, Points) {
    let callers = facts.callers.max(1) as f32;
    let calls = facts.calls.max(1) as f32;
    let of_callers = |count: u32| count as f32 / callers;
    let of_calls = |count: u32| count as f32 / calls;
    let mut points: Points = vec![("base", -2.6)];
    let mut give = |fact: &'static str, value: f32| {
        if value.abs() >= 0.005 {
            points.push((fact, value));
        }
    };
    if facts.callers > 1 {
        give("shared_sdp_origin", if facts.same_sdp { 1.3 } else { 0.0 });
        give("shared_source", if facts.same_source { 0.5 } else { 0.0 });
        give("shared_agent", if facts.same_agent { 0.4 } else { 0.0 });
        give("shared_trunk", if facts.same_trunk { 0.3 } else { 0.0 });
        give("sequential_numbers", 3.7 * of_callers(facts.sequential));
        give("neighbouring_numbers", 1.8 * of_callers(facts.neighbours.saturating_sub(facts.sequential)));
    }
    give("few_callers", if facts.few { -1.5 } else { 0.0 });
    give("impossible_numbers", 3.2 * of_callers(facts.invalid));
    give("withheld_numbers", 0.6 * of_callers(facts.anonymous));
    give("not_attested", 0.9 * of_calls(facts.unattested));
    give("fully_attested", -2.5 * of_calls(facts.attested));
    give("answered", -2.4 * of_calls(facts.answered));
    if facts.history >= 10 {
        give("answer_seizure_ratio", 1.2 * (0.35 - facts.answered_share).clamp(-0.5, 0.35) / 0.35);
    }
    give("distinct_origins", -1.6 * facts.spread);
    let sum: f32 = points.iter().map(|point| point.1).sum();
    points.sort_by(|x, y| y.1.abs().total_cmp(&x.1.abs()));
    (1.0 / (1.0 + f64::from(-sum).exp()), points)
}

#[cfg(test)]
mod tests {
    use super::score;
    use crate::origin::Facts;

    #[test]
    fn sequential_numbers_from_one_endpoint_are_masking() {
        let facts = Facts {
            callers: 6,
            calls: 6,
            same_sdp: true,
            same_source: true,
            same_agent: true,
            same_trunk: true,
            sequential: 6,
            ..Facts::default()
        };
        assert!(score(&facts).0 > 0.9);
    }

    #[test]
    fn many_answered_callers_on_one_trunk_are_not() {
        let facts = Facts {
            callers: 40,
            calls: 40,
            same_trunk: true,
            answered: 20,
            spread: 1.0,
            history: 200,
            answered_share: 0.7,
            ..Facts::default()
        };
        assert!(score(&facts).0 < 0.1);
    }

    #[test]
    fn the_first_call_to_a_number_scores_low() {
        let facts = Facts { callers: 1, calls: 1, ..Facts::default() };
        assert!(score(&facts).0 < 0.2);
    }
}
