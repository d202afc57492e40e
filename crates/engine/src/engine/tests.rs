//! The engine against the definition, and the known faults of other detectors.

use std::collections::{BTreeMap, BTreeSet};

use super::{Config, Engine, Receipt, SECOND};
use crate::attack::{AlertChange, ChangeKind};
use crate::batch::{EventBatch, Intake};
use crate::event::{CallEvent, EventKind};
use crate::numbers::Region;

const BASE: i64 = 1_704_672_000 * SECOND;

fn engine(config: Config) -> Engine {
    Engine::new(config, Intake::new(Region::parse("US").expect("a region"), []))
}

/// One INVITE: seconds after the base, A-number's last digits, B-number's last digit, Call-ID.
fn send(engine: &mut Engine, kind: EventKind, at: f64, a: &str, b: &str, call_id: &str) -> Vec<AlertChange> {
    let mut batch = EventBatch::default();
    let at = BASE + (at * 1e9).round() as i64;
    let event = CallEvent { call_id, trunk: "carrier-1", ..CallEvent::new(kind, at, a, b) };
    batch.push(&mut engine.intake, &event).expect("an event");
    engine.judge(&batch, Receipt::At(at));
    engine.take_changes()
}

fn a_number(caller: usize) -> String {
    format!("+120255501{caller:02}")
}

#[test]
fn five_callers_in_five_seconds_open_one_alert_that_names_every_call() {
    let mut engine = engine(Config::default());
    let mut changes = Vec::new();
    for caller in 0..7 {
        let (a, id) = (a_number(caller), format!("call-{caller}"));
        changes.extend(send(&mut engine, EventKind::Invite, caller as f64 * 0.5, &a, "+19876543210", &id));
    }
    assert_eq!(changes.len(), 3);
    assert_eq!(changes[0].kind, ChangeKind::Opened);
    assert_eq!(changes[0].calls.len(), 5);
    assert_eq!(changes[0].opened_at, BASE + 2 * SECOND);
    assert_eq!(changes[2].distinct_callers, 7);
    assert!(changes.iter().all(|change| change.alert_id == changes[0].alert_id));
    let closed = engine.advance(BASE + 200 * SECOND);
    assert_eq!(closed.len(), 1);
    // The window falls below five when the third newest call is five seconds old.
    assert_eq!(closed[0].closed_at, Some(BASE + (1.0 * 1e9) as i64 + 5 * SECOND + 60 * SECOND));
}

#[test]
fn one_new_caller_every_four_seconds_is_no_attack() {
    let mut engine = engine(Config::default());
    for caller in 0..50 {
        let (a, id) = (a_number(caller), format!("call-{caller}"));
        assert!(
            send(&mut engine, EventKind::Invite, caller as f64 * 4.0, &a, "+19876543210", &id).is_empty()
        );
    }
}

#[test]
fn retransmissions_and_forked_legs_count_once() {
    let mut engine = engine(Config::default());
    for copy in 0..10 {
        let b = format!("+1987654321{copy}");
        assert!(
            send(&mut engine, EventKind::Invite, f64::from(copy) * 0.5, &a_number(1), &b, "one-call")
                .is_empty()
        );
    }
    assert_eq!(engine.counters.calls, 1);
    assert_eq!(engine.counters.duplicates, 9);
}

#[test]
fn answers_and_ringing_are_no_attempts() {
    let mut engine = engine(Config::default());
    for caller in 0..4 {
        let (a, id) = (a_number(caller), format!("call-{caller}"));
        for kind in [EventKind::Invite, EventKind::Ringing, EventKind::Answer, EventKind::Bye] {
            assert!(send(&mut engine, kind, caller as f64 * 0.2, &a, "+19876543210", &id).is_empty());
        }
    }
    let (_, metrics) = engine.metrics("+19876543210", BASE + SECOND);
    assert_eq!((metrics.seizures, metrics.answered), (4, 4));
}

#[test]
fn a_second_attack_after_the_hold_is_a_second_alert() {
    let mut engine = engine(Config::default());
    let mut ids = BTreeSet::new();
    for round in 0..3 {
        for caller in 0..5 {
            let (a, id) = (a_number(caller), format!("call-{round}-{caller}"));
            let at = f64::from(round) * 120.0 + caller as f64 * 0.1;
            ids.extend(
                send(&mut engine, EventKind::Invite, at, &a, "+19876543210", &id)
                    .into_iter()
                    .map(|c| c.alert_id),
            );
        }
    }
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_rise_within_the_hold_is_the_same_alert() {
    let mut engine = engine(Config::default());
    let mut ids = BTreeSet::new();
    for round in 0..20 {
        for caller in 0..5 {
            let (a, id) = (a_number(caller), format!("call-{round}-{caller}"));
            let at = f64::from(round) * 50.0 + caller as f64 * 0.1;
            ids.extend(
                send(&mut engine, EventKind::Invite, at, &a, "+19876543210", &id)
                    .into_iter()
                    .map(|c| c.alert_id),
            );
        }
    }
    assert_eq!(ids.len(), 1);
}

#[test]
fn metrics_use_one_window_for_numerator_and_denominator() {
    let mut engine = engine(Config::default());
    let b = "+19876543210";
    send(&mut engine, EventKind::Invite, 0.0, &a_number(1), b, "old");
    send(&mut engine, EventKind::Answer, 2.0, &a_number(1), b, "old");
    send(&mut engine, EventKind::Invite, 299.0, &a_number(2), b, "new");
    send(&mut engine, EventKind::Bye, 301.0, &a_number(1), b, "old");
    let (_, metrics) = engine.metrics(b, BASE + 301 * SECOND);
    assert_eq!((metrics.seizures, metrics.answered, metrics.calls_in_progress), (1, 0, 1));
    assert!(metrics.asr.abs() < 1e-9);
    let (_, metrics) = engine.metrics(b, BASE + 700 * SECOND);
    assert_eq!(metrics.seizures, 0);
}

#[test]
fn aloc_is_answer_to_release_and_overlap_is_at_the_busiest_instant() {
    let mut engine = engine(Config::default());
    let b = "+19876543210";
    for (caller, id) in [(1, "x"), (2, "y"), (1, "z")] {
        send(&mut engine, EventKind::Invite, 0.0, &a_number(caller), b, id);
    }
    send(&mut engine, EventKind::Answer, 10.0, &a_number(1), b, "x");
    send(&mut engine, EventKind::Bye, 40.0, &a_number(1), b, "x");
    send(&mut engine, EventKind::Answer, 5.0, &a_number(2), b, "y");
    send(&mut engine, EventKind::Bye, 15.0, &a_number(2), b, "y");
    let (_, metrics) = engine.metrics(b, BASE + 50 * SECOND);
    assert!((metrics.aloc - 20.0).abs() < 1e-9);
    assert!((metrics.overlap_ratio - 2.0 / 3.0).abs() < 1e-9);
    assert_eq!(metrics.calls_in_progress, 1);
}

#[derive(Clone, Debug)]
struct Sent {
    at: i64,
    caller: usize,
    b: usize,
    id: usize,
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Opening instant, closing instant and Call-IDs of each attack on one B-number, by the definition.
type Attacks = Vec<(i64, Option<i64>, BTreeSet<usize>)>;

fn naive(sent: &[Sent], config: &Config, b: usize, end: i64) -> Attacks {
    let mut first: BTreeMap<usize, (i64, usize, usize)> = BTreeMap::new();
    for one in sent {
        let entry = first.entry(one.id).or_insert((one.at, one.caller, one.b));
        if one.at < entry.0 {
            *entry = (one.at, one.caller, one.b);
        }
    }
    let calls: Vec<(usize, i64, usize)> =
        first.iter().filter(|(_, call)| call.2 == b).map(|(id, call)| (*id, call.0, call.1)).collect();
    let window = |at: i64| calls.iter().filter(move |call| call.1 > at - config.window && call.1 <= at);
    let holds = |at: i64| {
        let callers: BTreeSet<usize> = window(at).map(|call| call.2).collect();
        callers.len() >= config.threshold as usize
    };
    let mut instants: Vec<i64> = calls.iter().flat_map(|call| [call.1, call.1 + config.window]).collect();
    instants.sort_unstable();
    instants.dedup();
    let mut attacks: Attacks = Vec::new();
    let mut fell: Option<i64> = None;
    let mut high = false;
    for at in instants.into_iter().filter(|&at| at <= end) {
        let now_high = holds(at);
        if now_high {
            if !high && fell.is_none_or(|fell| at - fell > config.hold) {
                if let (Some(last), Some(fell)) = (attacks.last_mut(), fell) {
                    last.1 = Some(fell + config.hold);
                }
                attacks.push((at, None, BTreeSet::new()));
            }
            if let Some(last) = attacks.last_mut() {
                last.2.extend(window(at).map(|call| call.0));
            }
        } else if high {
            fell = Some(at);
        }
        high = now_high;
    }
    if let (Some(last), Some(fell), false) = (attacks.last_mut(), fell, high)
        && end > fell + config.hold
    {
        last.1 = Some(fell + config.hold);
    }
    attacks
}

fn told(changes: &[AlertChange]) -> BTreeMap<String, Attacks> {
    let mut by_id: BTreeMap<String, (String, i64, Option<i64>, BTreeSet<usize>)> = BTreeMap::new();
    for change in changes {
        let fresh = (change.b_number.clone(), change.opened_at, None, BTreeSet::new());
        let entry = by_id.entry(change.alert_id.clone()).or_insert(fresh);
        entry.1 = change.opened_at;
        entry.2 = change.closed_at;
        let number = |id: &str| id[2..].parse::<usize>().expect("an id");
        entry.3.extend(change.calls.iter().map(|call| number(&call.call_id)));
        change.left.iter().for_each(|id| assert!(entry.3.remove(&number(id))));
    }
    let mut by_b: BTreeMap<String, Attacks> = BTreeMap::new();
    for (b, opened, closed, ids) in by_id.into_values() {
        by_b.entry(b).or_default().push((opened, closed, ids));
    }
    by_b.values_mut().for_each(|attacks| attacks.sort());
    by_b
}

/// Random calls to two B-numbers: bursts, pauses, late events within the bound, copies later in time.
fn traffic(random: &mut Random, config: &Config, events: usize) -> Vec<Sent> {
    let mut sent: Vec<Sent> = Vec::new();
    let mut clock = BASE;
    let callers = 4 + random.below(8) as usize;
    for id in 0..events {
        clock += match random.below(20) {
            0 => config.hold + config.window - SECOND + random.below(3 * SECOND as u64) as i64,
            1..4 => random.below(config.window as u64) as i64,
            4..8 => 0,
            _ => random.below(SECOND as u64) as i64,
        };
        let late = if random.below(4) == 0 { random.below(config.lateness as u64 + 1) as i64 } else { 0 };
        let caller = random.below(callers as u64) as usize;
        sent.push(Sent { at: clock - late, caller, b: random.below(2) as usize, id });
        if random.below(6) == 0 && !sent.is_empty() {
            let copy = sent[sent.len() - 1].clone();
            let at = clock.max(copy.at);
            sent.push(Sent { at, b: random.below(2) as usize, ..copy });
        }
    }
    sent
}

fn run(sent: &[Sent], config: &Config) -> (Vec<AlertChange>, i64) {
    let mut engine = engine(config.clone());
    let mut changes = Vec::new();
    let mut end = BASE;
    for one in sent {
        end = end.max(one.at);
        let mut batch = EventBatch::default();
        let (a, b, id) = (a_number(one.caller), format!("+1987654321{}", one.b), format!("c-{}", one.id));
        let event = CallEvent { call_id: &id, ..CallEvent::new(EventKind::Invite, one.at, &a, &b) };
        batch.push(&mut engine.intake, &event).expect("an event");
        let outcome = engine.judge(&batch, Receipt::Stream(i64::MAX));
        assert_eq!(outcome.late, 0);
        changes.extend(outcome.changes);
        changes.extend(engine.take_changes());
    }
    changes.extend(engine.finish());
    (changes, end)
}

#[test]
fn attacks_and_their_members_are_those_of_the_definition_in_whatever_order_events_come() {
    let mut random = Random(42);
    for round in 0..700_u64 {
        let config = Config {
            threshold: 3 + (round % 6) as u32,
            hold: [60, 10, 3, 2][(round % 4) as usize] * SECOND,
            window: [5, 1, 8][(round % 3) as usize] * SECOND,
            features: round % 2 == 0,
            ..Config::default()
        };
        let sent = traffic(&mut random, &config, 150);
        let (changes, end) = run(&sent, &config);
        let told = told(&changes);
        for b in 0..2 {
            let wanted = naive(&sent, &config, b, end);
            let found = told.get(&format!("+1987654321{b}")).cloned().unwrap_or_default();
            assert_eq!(found, wanted, "round {round}, B-number {b}, {config:?}");
        }
    }
}
