//! The engine: decoded events in, alerts out. Here batches are judged, one `step` an event.

mod ahead;
mod closing;
mod clusters;
mod course;
mod hits;
mod memory;
mod report;
mod snapshot;
mod step;
mod terms;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::HashMap;
use std::hash::BuildHasher;

use crate::attack::AlertChange;
use crate::baseline::Baselines;
use crate::batch::{EventBatch, Intake, KeyedState, Refusal, Seen};
use crate::callers::Callers;
use crate::calls::{CallId, Calls, NONE};
use crate::evidence::EvidenceLog;
use crate::example::Example;
use crate::habits::Habits;
use crate::judge::Judge;
use crate::keys::Keys;
use crate::numbers::{Number, NumberLists};
use crate::ranges::Ranges;
use crate::shadow::Understudy;
use crate::ways::Ways;

use ahead::Guesses;
pub use report::Standing;
pub use snapshot::Part;
use step::Step;
pub use terms::{Config, Counters, Hit, MOST_REFUSED, Outcome, Receipt, Rule, SECOND};
use watch::Busy;

/// An event further ahead of both the stream and its receipt is refused.
const AHEAD: i64 = 60 * SECOND;
/// Most bytes of call texts that are kept.
const EVIDENCE_BYTES: usize = 256 << 20;

/// Windows, calls and statistics of every B-number.
pub struct Engine {
    config: Config,
    /// Reads events and numbers.
    pub intake: Intake,
    /// Allow, deny and watch lists.
    pub lists: NumberLists,
    calls: Calls,
    keys: Keys,
    names: HashMap<u32, Box<str>, KeyedState>,
    evidence: EvidenceLog,
    habits: Habits,
    callers: Callers,
    ranges: Ranges,
    ways: Ways,
    baselines: Baselines,
    judge: Judge,
    understudy: Option<Understudy>,
    /// Probabilities from which on somebody acts, besides the one from which a group is found.
    thresholds: Vec<f64>,
    /// The earliest begin of a call.
    first_call: i64,
    busy: Vec<Option<Busy>>,
    free_busy: Vec<u32>,
    busy_hand: usize,
    attacked: Vec<u32>,
    changed: Vec<u32>,
    ended: Vec<AlertChange>,
    examples: Vec<Example>,
    hits: Vec<Hit>,
    counters: Counters,
    stream: i64,
    /// The latest receipt: a clock that is set back stands still until it has caught up.
    present: i64,
    /// The second of receipt of the event in hand.
    second: u32,
    /// The record that the B-number of the event in hand seemed to have, some events ago.
    expected: u32,
    /// Number of the first block of texts that was taken over from the batch in hand.
    taken: Option<u16>,
    state: KeyedState,
    seed: u64,
}

impl Engine {
    /// An engine that knows no call yet.
    #[must_use]
    pub fn new(mut config: Config, intake: Intake) -> Self {
        config.hold = config.hold.max(config.lateness);
        let reach = (config.reach() / SECOND) as u32 + 1;
        let keep = reach + ((config.hold + AHEAD) / SECOND) as u32 + 1;
        let state = KeyedState::default();
        Self {
            calls: Calls::new(config.max_calls, reach),
            keys: Keys::new(config.max_keys, keep),
            evidence: EvidenceLog::new(config.window + config.lateness + 10 * SECOND, EVIDENCE_BYTES),
            names: HashMap::default(),
            habits: Habits::default(),
            callers: Callers::new(config.callers()),
            ranges: Ranges::default(),
            ways: Ways::default(),
            baselines: Baselines::new(config.baselines(), config.window),
            judge: Judge::default(),
            understudy: None,
            thresholds: Vec::new(),
            first_call: i64::MAX,
            config,
            intake,
            lists: NumberLists::default(),
            busy: Vec::new(),
            free_busy: Vec::new(),
            busy_hand: 0,
            attacked: Vec::new(),
            changed: Vec::new(),
            ended: Vec::new(),
            examples: Vec::new(),
            hits: Vec::new(),
            counters: Counters::default(),
            stream: i64::MIN,
            present: i64::MIN,
            second: 0,
            expected: NONE,
            taken: None,
            seed: state.hash_one(0x5eed_u64),
            state,
        }
    }

    /// What this engine watches for.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// From now on the calls of a group's window are told as it comes to one of these probabilities.
    pub fn use_thresholds(&mut self, thresholds: Vec<f64>) {
        self.thresholds = thresholds;
    }

    /// From now on new alerts are scored by this judge; those that are open keep theirs.
    pub fn use_judge(&mut self, judge: Judge) {
        self.judge = judge;
    }

    /// From now on new alerts are scored by this one as well, and nothing follows from it.
    pub fn use_understudy(&mut self, understudy: Understudy) {
        self.understudy = Some(understudy);
    }

    /// Judges a decoded batch. What a large one says is shared and not copied, if it was sealed.
    pub fn judge(&mut self, batch: &EventBatch, receipt: Receipt) -> Outcome {
        self.taken = self.evidence.take_over(batch.begins(), self.present);
        let outcome = self.judge_last(batch, batch.events(), receipt).0;
        if self.taken.take().is_some() {
            self.evidence.settle(self.present);
        }
        outcome
    }

    /// Judges some events of a batch, in the order given; also the call that the last belongs to.
    fn judge_last(
        &mut self,
        batch: &EventBatch,
        events: &[Seen],
        receipt: Receipt,
    ) -> (Outcome, Option<CallId>) {
        let mut outcome = Outcome::default();
        let mut last = None;
        let mut guesses = Guesses::default();
        self.look_at_first(events, &mut guesses);
        for (place, seen) in events.iter().enumerate() {
            self.look_ahead(events, place, &mut guesses);
            self.expected = guesses.of(place);
            let now = match receipt {
                Receipt::At(now) => self.present.max(now),
                Receipt::Stream(_) => self.present.max(self.stream.max(seen.at)),
            };
            self.present = now;
            let newest = match receipt {
                Receipt::At(now) | Receipt::Stream(now) => now,
            };
            if second(now) != self.second {
                self.second = second(now);
                self.settle_attacks(now);
                if matches!(receipt, Receipt::Stream(_)) && !self.changed.is_empty() {
                    // A replay tells alerts at whole seconds of event time, the same however it is fed.
                    outcome.changes.extend(self.take_changes());
                }
            }
            let step = self.step(batch, seen, now, newest);
            last = step.call;
            match step {
                Step { ahead: true, .. } => {
                    let detail = "timestamp is over 60 s ahead of its receipt";
                    outcome.refuse([(seen.line, Refusal::new("timestamp_in_future", detail))], 1);
                }
                Step { late: true, .. } => outcome.late += 1,
                _ => outcome.accepted += 1,
            }
        }
        self.counters.accepted += outcome.accepted;
        self.counters.late += outcome.late;
        outcome.hits = std::mem::take(&mut self.hits);
        (outcome, last)
    }

    fn is_late(&self, key: u32, at: i64, now: i64) -> bool {
        let clock = self.keys.get(key).clock(now);
        clock != i64::MIN && at < clock.saturating_sub(self.config.lateness)
    }

    fn hear(&mut self, key: u32, at: i64, now: i64) {
        self.keys.get_mut(key).hear(at, now, self.second);
    }

    fn key_hash(&self, b: Number) -> u64 {
        let wide = u128::from(b.to_bits() ^ self.seed) * 0x9e37_79b9_7f4a_7c15;
        (wide >> 64) as u64 ^ wide as u64
    }

    fn pair_hash(&self, a: Number, key: u32) -> u64 {
        self.state.hash_one((a, key))
    }
}

/// Second of an instant, as the sweeps count it.
fn second(now: i64) -> u32 {
    (now / SECOND).clamp(0, i64::from(u32::MAX)) as u32
}
