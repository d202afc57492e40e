//! Crowds as a fraud analyst knows them: who must be found, and above all who must not.

use super::{Crowd, Verdict};
use crate::batch::Origin;
use crate::callers::Acquaintance;
use crate::event::Attestation;
use crate::habits::{Habits, Shown};
use crate::judge::Judge;
use crate::levels::{HYSTERESIS, held};
use crate::numbers::Number;
use crate::origin::{Mark, Member, Outcome, Surroundings};

const SECOND: i64 = 1_000_000_000;
const T0: i64 = 1_768_000_000 * SECOND;
const SUSPECT: f64 = 0.7;
/// A carrier's trunk behind a border controller that writes its own origin into every call.
const CARRIER: Origin = Origin { trunk: 1, source: 7, sdp: 9, agent: 5, asserted: 0 };

struct Line {
    crowd: Crowd,
    habits: Habits,
    around: Surroundings,
    calls: Vec<Member>,
}

impl Line {
    fn new() -> Self {
        let around = Surroundings::unknown(called(77));
        Self {
            crowd: Crowd::new(Judge::Scorecard, 5 * SECOND, 5, SUSPECT),
            habits: Habits::default(),
            around,
            calls: Vec::new(),
        }
    }

    /// A line into a network whose trunks have carried calls to a thousand other numbers.
    fn warm(origin: impl Fn(u32) -> Origin) -> Self {
        let mut line = Self::new();
        for n in 0..1_000 {
            let at = T0 - (1_000 - i64::from(n)) * SECOND;
            line.habits.note(origin(n), called(500_000 + n), called(1_000 + n), at, Shown::default());
        }
        line
    }

    fn member(&self, at: f64, a: u64, origin: Origin) -> Member {
        Member {
            id: self.calls.len() as u64 + 1,
            call: 0,
            a: Number::from_e164_value(a).expect("a number"),
            impossible: false,
            national: true,
            acquaintance: Acquaintance::Usual,
            rarity: None,
            oddness: None,
            range: None,
            alike: None,
            at: T0 + (at * 1e9) as i64,
            origin,
            attestation: Attestation::Unknown,
            outcome: Outcome::default(),
        }
    }

    fn call(&mut self, at: f64, a: u64, origin: Origin) -> Verdict {
        let member = self.member(at, a, origin);
        self.add(&member)
    }

    /// As the engine does: the calls of a group that is found are taken out of the others.
    fn add(&mut self, member: &Member) -> Verdict {
        self.calls.push(*member);
        let verdict = self.crowd.add(member, &self.around, &self.habits, |_, _, _| {});
        if let Some(mark) = verdict.found {
            let its: Vec<Member> =
                self.calls.iter().filter(|call| self.crowd.holds(mark, call)).copied().collect();
            its.iter().for_each(|call| self.crowd.take_out(call, mark));
        }
        verdict
    }
}

fn called(n: u32) -> Number {
    Number::from_e164_value(912_200_000_000 + u64::from(n)).expect("a number")
}

/// A subscriber somewhere in the country.
fn subscriber(n: u64) -> u64 {
    919_800_000_000 + n * 7_777_777 % 99_999_999
}

/// Numbers as chance draws them.
fn chance(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

/// Seconds as chance spaces them, one or so for each caller.
fn by_chance(n: u64) -> f64 {
    [0.0, 0.1, 0.15, 1.3, 1.35, 2.9, 3.0, 3.05, 3.1, 4.9][n as usize % 10] + (n / 10 * 5) as f64
}

#[test]
fn numbers_dialled_in_a_row_are_found_where_nothing_else_is_known() {
    let mut line = Line::new();
    let verdicts: Vec<Verdict> =
        (0..6).map(|n| line.call(n as f64 * 0.7, 919_820_012_300 + n, Origin::default())).collect();
    assert!(verdicts[3].score < SUSPECT, "four callers");
    assert_eq!(verdicts[4].found, Some(Mark::Neighbourhood(91_982_001)));
    assert!(verdicts[5].score >= SUSPECT);
}

#[test]
fn so_are_numbers_that_no_plan_holds() {
    let mut line = Line::new();
    let mut last = Verdict::NOTHING;
    for n in 0..5 {
        let member = line.member(by_chance(n), 915_000_000_000 + n * 13_131_313, Origin::default());
        last = line.add(&Member { impossible: true, ..member });
    }
    assert_eq!(last.found, Some(Mark::Impossible));
}

#[test]
fn a_hotlines_callers_on_one_trunk_are_not_one_origin_though_they_share_all_and_nobody_answers() {
    let mut line = Line::warm(|_| CARRIER);
    for n in 0..400 {
        let member = line.member(by_chance(n), subscriber(n), CARRIER);
        line.around = Surroundings { history: n as u32, ..line.around };
        let verdict = line.add(&Member { attestation: Attestation::None, ..member });
        assert!(verdict.score < 0.5, "caller {n}: {verdict:?}");
    }
}

#[test]
fn nor_are_those_of_a_town_whose_numbers_are_alike() {
    let mut line = Line::warm(|_| CARRIER);
    for n in 0..400 {
        let member = line.member(by_chance(n), 912_223_450_000 + n * 6_367 % 10_000, CARRIER);
        let verdict = line.add(&Member { attestation: Attestation::None, ..member });
        assert!(verdict.score < SUSPECT, "caller {n}: {verdict:?}");
    }
}

#[test]
fn nor_is_the_staff_of_a_company_that_dials_into_a_conference() {
    let exchange = |_| Origin { trunk: 3, source: 8, sdp: 10, agent: 6, asserted: 0 };
    for range in [30, 100, 400] {
        let mut extension = chance(range);
        let mut line = Line::warm(exchange);
        for n in 0..60 {
            let verdict = line.call(by_chance(n) / 2.0, 912_223_456_000 + extension(range), exchange(0));
            assert!(verdict.score < SUSPECT, "call {n}, exchange of {range}: {verdict:?}");
        }
    }
}

#[test]
fn nor_are_the_students_of_a_university_whose_exchange_has_several_blocks() {
    let exchange = Origin { source: 88, sdp: 99, agent: 98, ..CARRIER };
    for seed in 0..20 {
        let mut dice = chance(seed);
        let mut line = Line::warm(|_| CARRIER);
        for n in 0..60 {
            let block = [912_223_456_000, 912_227_801_000, 912_226_013_000][dice(3) as usize];
            let verdict = line.call(by_chance(n), block + dice(1_000), exchange);
            assert!(verdict.score < SUSPECT, "call {n}, seed {seed}: {verdict:?}");
        }
    }
}

#[test]
fn an_endpoint_that_the_trunks_other_calls_do_not_show_is_found_whatever_its_numbers() {
    let mut line = Line::warm(|_| CARRIER);
    let own = Origin { sdp: 99, agent: 98, ..CARRIER };
    let last = (0..5).map(|n| line.call(by_chance(n), subscriber(n), own)).last();
    assert_eq!(last.and_then(|verdict| verdict.found), Some(Mark::Sdp(99)));
}

#[test]
fn each_of_a_carriers_media_gateways_is_usual() {
    let gateway = |n: u32| Origin { sdp: 100 + n % 6, ..CARRIER };
    let mut line = Line::warm(gateway);
    for n in 0..300_u64 {
        let verdict = line.call(by_chance(n), subscriber(n), gateway((n * n / 3) as u32));
        assert!(verdict.score < 0.5, "caller {n}: {verdict:?}");
    }
}

#[test]
fn an_endpoint_that_many_callers_share_is_nobodys_own_before_the_trunk_is_known() {
    let mut line = Line::new();
    for n in 0..60_u32 {
        let phone = Origin { sdp: 1_000 + n, agent: 0, ..CARRIER };
        let platform = Origin { sdp: 99, agent: 0, ..CARRIER };
        let origin = if n % 6 == 5 { platform } else { phone };
        let verdict = line.call(f64::from(n) * 0.1, subscriber(n.into()), origin);
        assert!(verdict.score < 0.5, "caller {n}: {verdict:?}");
    }
}

#[test]
fn a_slow_attack_is_found_in_a_burst_of_a_thousand_calls_a_second() {
    let mut line = Line::new();
    let mut scores = Vec::new();
    for n in 0..20_000_u64 {
        let at = n as f64 / 1_000.0;
        let phone = Origin { sdp: 1_000 + n as u32, ..CARRIER };
        assert!(line.call(at, 910_000_000_000 + n * 49_979_687 % 9_999_999_967, phone).score < SUSPECT);
        if n % 1_200 == 600 {
            scores.push(line.call(at, 919_820_012_300 + n / 1_200, CARRIER).score);
        }
    }
    assert_eq!(scores.len(), 17);
    assert!(scores[4..].iter().all(|score| *score >= SUSPECT), "{scores:?}");
}

#[test]
fn a_number_that_comes_around_again_stays_in_the_group_it_was_found_in() {
    let mut line = Line::new();
    let scores: Vec<f64> = (0..120_u32)
        .map(|n| line.call(f64::from(n) * 0.3, 919_820_012_300 + u64::from(n % 8) * 2, CARRIER).score)
        .collect();
    assert!(scores[5..].iter().all(|score| *score >= SUSPECT), "{scores:?}");
}

#[test]
fn a_group_that_was_found_stands_suspect_until_it_is_a_tenth_below() {
    let mut line = Line::new();
    for n in 0..8 {
        line.call(by_chance(n), 919_820_012_300 + n, CARRIER);
    }
    let (mut level, mut wavering) = (line.crowd.level(Mark::Neighbourhood(91_982_001)), 0);
    for n in 8..40_u64 {
        let member = line.member(by_chance(n), 919_820_012_300 + n, CARRIER);
        let outcome = Outcome { answered: true, ..Outcome::default() };
        let verdict = line.add(&Member { attestation: Attestation::A, outcome, ..member });
        level = held(level, verdict.score);
        if level >= SUSPECT {
            assert!(verdict.score >= SUSPECT - HYSTERESIS && verdict.level >= SUSPECT, "{verdict:?}");
            wavering += u32::from(verdict.score < SUSPECT);
        } else {
            assert!(verdict.level < SUSPECT, "{verdict:?}");
            break;
        }
    }
    assert!(wavering > 0 && level < SUSPECT, "{wavering} calls, then {level}");
}

#[test]
fn what_the_other_groups_stood_at_with_the_calls_of_the_one_found_is_forgotten() {
    let mut line = Line::new();
    let trunk = Mark::Trunk(CARRIER.trunk);
    for n in 0..5_u32 {
        line.call(f64::from(n) * 0.1, subscriber(u64::from(n)), CARRIER);
    }
    assert!(line.crowd.level(trunk) > 0.0);
    let row = |n: u32| (0.5 + f64::from(n) * 0.3, 919_820_012_300 + u64::from(n));
    let verdicts: Vec<_> = (0..6).map(row).map(|(at, a)| line.call(at, a, CARRIER)).collect();
    let verdict = verdicts.iter().find(|verdict| verdict.found.is_some()).expect("they are dialled in a row");
    assert_eq!(verdict.found, Some(Mark::Neighbourhood(91_982_001)));
    assert!(verdict.level >= SUSPECT && line.crowd.level(trunk) == 0.0);
}

#[test]
fn who_joins_the_trunk_of_an_attack_that_was_found_by_its_numbers_is_left_alone() {
    let mut line = Line::new();
    for n in 0..8 {
        line.call(f64::from(n) * 0.3, 919_820_012_300 + n as u64, CARRIER);
    }
    assert!(line.call(2.5, subscriber(1), CARRIER).score < SUSPECT);
}

#[test]
fn a_new_range_that_the_plan_does_not_know_yet_is_no_attack_in_a_crowd() {
    let mut line = Line::new();
    for n in 0..2_000_u64 {
        let a = if n % 50 == 49 { 915_000_000_000 + n * 1_313 } else { subscriber(n) };
        let member = line.member(n as f64 * 0.02, a, CARRIER);
        let verdict = line.add(&Member { impossible: n % 50 == 49, ..member });
        assert!(verdict.score < SUSPECT, "caller {n}: {verdict:?}");
    }
}

#[test]
fn what_callers_do_is_heard_and_told() {
    let mut line = Line::new();
    for n in 0..9 {
        line.call(by_chance(n), subscriber(n), CARRIER);
    }
    for id in 1..=4 {
        let gave_up = Outcome { gave_up: true, ..Outcome::default() };
        line.crowd.hear(id, gave_up);
        line.crowd.hear(id, gave_up);
    }
    line.crowd.hear(5, Outcome { answered: true, ..Outcome::default() });
    line.call(by_chance(9), subscriber(9), CARRIER);
    let clusters = line.crowd.clusters(&line.around, &line.habits);
    let all = &clusters[0].facts;
    assert_eq!((all.calls, all.gave_up, all.answered), (10, 4, 1));
    assert!(clusters[0].points.contains(&("given_up_at_once", 1.0)));
}

#[test]
fn clusters_tell_the_attack_and_the_rest_apart() {
    let mut line = Line::new();
    for n in 0..20_u64 {
        let phone = Origin { sdp: 1_000 + n as u32, ..CARRIER };
        line.call(n as f64 * 0.2, subscriber(n), phone);
        if n % 2 == 0 {
            line.call(n as f64 * 0.2, 919_820_012_300 + n / 2, CARRIER);
        }
    }
    let clusters = line.crowd.clusters(&line.around, &line.habits);
    assert_eq!((clusters[0].facts.callers, clusters[0].facts.sequential), (10, 10));
    let others: u32 = clusters[1..].iter().map(|cluster| cluster.facts.callers).sum();
    assert_eq!(others, 20);
    assert!(clusters[1..].iter().all(|cluster| cluster.probability < 0.2), "{clusters:?}");
}

#[test]
fn what_is_told_of_a_group_is_what_was_judged_though_its_calls_and_its_number_stand_otherwise_by_now() {
    let mut line = Line::new();
    let judged = (0..6).map(|n| line.call(n as f64 * 0.3, 919_820_012_300 + n, CARRIER)).last().unwrap();
    (1..=6).for_each(|id| line.crowd.hear(id, Outcome { gave_up: true, ..Outcome::default() }));
    line.around = Surroundings { history: 200, ..line.around };
    let [cluster] = &line.crowd.clusters(&line.around, &line.habits)[..] else { panic!("one origin") };
    assert_eq!((cluster.facts.gave_up, cluster.probability), (6, judged.score));
    assert!(
        cluster.points.iter().all(|(fact, _)| !["given_up_at_once", "answer_seizure_ratio"].contains(fact))
    );
}

#[test]
fn callers_beside_an_attack_who_are_too_few_to_be_judged_are_told_without_a_probability() {
    let mut line = Line::new();
    for n in 0..8 {
        line.call(f64::from(n) * 0.3, 919_820_012_300 + n as u64, CARRIER);
    }
    line.call(2.5, subscriber(1), CARRIER);
    line.call(2.6, subscriber(2), CARRIER);
    let clusters = line.crowd.clusters(&line.around, &line.habits);
    let told: Vec<_> = clusters.iter().map(|cluster| (cluster.mark, cluster.facts.callers)).collect();
    assert_eq!(told, [(Mark::Neighbourhood(91_982_001), 8), (Mark::Rest, 2)]);
    assert!(clusters[1].probability == 0.0 && clusters[1].points.is_empty());
    assert!(clusters[1].row.iter().all(|value| value.is_nan()));
}
