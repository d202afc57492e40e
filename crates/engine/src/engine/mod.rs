//! The engine: decoded events in, alerts out. Here a call begins, changes and is forgotten.

mod ahead;
mod clusters;
mod course;
mod hits;
mod memory;
mod report;
mod snapshot;
mod terms;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::HashMap;
use std::hash::BuildHasher;

use crate::attack::AlertChange;
use crate::baseline::Baselines;
use crate::batch::{EventBatch, Intake, KeyedState, Refusal, Seen, begins};
use crate::callers::Callers;
use crate::calls::{
    COUNTED, Call, CallId, Calls, EFFECTIVE, HEADLESS, HUNG_UP, NAMED, NAMELESS, NEVER, NONE,
};
use crate::entries::{Place, Texts};
use crate::event::EventKind;
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
pub use terms::{Config, Counters, Hit, MOST_REFUSED, Outcome, Receipt, Rule, SECOND};
use watch::Busy;

/// Ended calls that are passed over on the way to the next older open call without a Call-ID.
const MOST_OLDER: usize = 64;
/// An event further ahead of both the stream and its receipt is refused.
const AHEAD: i64 = 60 * SECOND;
/// Most bytes of call texts that are kept.
const EVIDENCE_BYTES: usize = 256 << 20;

/// What became of one event.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    late: bool,
    /// Too far ahead of its receipt.
    ahead: bool,
    call: Option<CallId>,
}

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

    /// Judges one event; `newest` is the receipt that no timestamp may be far ahead of.
    fn step(&mut self, batch: &EventBatch, seen: &Seen, now: i64, newest: i64) -> Step {
        if seen.at > self.stream.saturating_add(AHEAD) && seen.at > newest.saturating_add(AHEAD) {
            self.counters.refused += 1;
            return Step { ahead: true, ..Step::default() };
        }
        self.stream = self.stream.max(seen.at);
        match seen.kind {
            EventKind::Invite | EventKind::Cdr => self.begin(batch, seen, now),
            _ => self.go_on(batch, seen, now),
        }
    }

    fn begin(&mut self, batch: &EventBatch, seen: &Seen, now: i64) -> Step {
        if let Some(id) = if seen.call == 0 { None } else { self.calls.find(seen.call) } {
            let call = self.calls.get(id);
            if call.is(HEADLESS) {
                return self.head(id, batch, seen, now);
            }
            if call.remembers(seen.at) {
                return self.again(id, batch, seen, now);
            }
            // The old call keeps its place in the window and in the statistics.
            self.calls.rename(id);
        }
        let key = self.key_of(batch, seen);
        let late = self.is_late(key, seen.at, now);
        if late && seen.kind == EventKind::Invite {
            return Step { late: true, ..Step::default() };
        }
        self.counters.calls += 1;
        let nameless = seen.call == 0;
        let (name, evidence) = if nameless {
            self.name_nameless(batch, seen, now)
        } else {
            (seen.call, self.keep_texts(batch, seen, now))
        };
        let listed = self.check_by_itself(batch, seen, evidence);
        self.make_room();
        let mut call = course::fresh_call(seen);
        let open = call.end == NEVER;
        call.id = name;
        call.evidence = evidence;
        call.flags |= listed | if nameless { NAMELESS } else { 0 };
        let id = self.calls.insert(call, self.second);
        if self.config.features {
            self.learn(seen);
        }
        self.enter(id, key, late, now);
        if nameless && open {
            self.calls.enter_pair(self.pair_hash(seen.a, key), id);
        }
        Step { call: Some(id), ..Step::default() }
    }

    /// The begin of a call of which a later event came first.
    fn head(&mut self, id: CallId, batch: &EventBatch, seen: &Seen, now: i64) -> Step {
        let key = self.key_of(batch, seen);
        let late = self.is_late(key, seen.at, now);
        if late && seen.kind == EventKind::Invite {
            return Step { late: true, ..Step::default() };
        }
        self.counters.calls += 1;
        self.counters.unmatched = self.counters.unmatched.saturating_sub(1);
        let mut call = course::fresh_call(seen);
        let stub = *self.calls.get(id);
        if stub.answer >= call.begin {
            call.answer = call.answer.min(stub.answer);
        }
        // What came before the begin was said of an earlier call.
        if stub.end >= call.begin && !call.is(HUNG_UP) {
            call.end = stub.end;
            call.flags |= stub.flags & (EFFECTIVE | HUNG_UP);
        }
        call.evidence = self.keep_texts(batch, seen, now);
        call.flags |= self.check_by_itself(batch, seen, call.evidence);
        self.calls.replace(id, call, self.second);
        self.enter(id, key, late, now);
        Step { call: Some(id), ..Step::default() }
    }

    /// A further INVITE or a CDR of a call that is known: retransmission, re-INVITE, forked leg.
    fn again(&mut self, id: CallId, batch: &EventBatch, seen: &Seen, now: i64) -> Step {
        self.counters.duplicates += 1;
        let call = *self.calls.get(id);
        let late = call.key != NONE && self.is_late(call.key, seen.at, now);
        if call.key != NONE {
            if !late && seen.at < call.begin && seen.kind == EventKind::Invite {
                self.move_call(id, batch, seen, now);
            } else {
                self.hear(call.key, seen.at, now);
            }
        }
        let retried = !late && course::awaits_retry(&call, seen.at, self.config.lateness);
        if seen.kind == EventKind::Invite && retried {
            self.change(id, |call| call.end = NEVER);
        }
        if seen.kind == EventKind::Cdr {
            let whole = course::fresh_call(seen);
            self.change(id, |call| {
                call.answer = if whole.answer == NEVER { call.answer } else { whole.answer };
                call.end = whole.end;
                call.flags = call.flags & !EFFECTIVE | whole.flags;
            });
        }
        Step { call: Some(id), ..Step::default() }
    }

    /// An event of a call that has begun.
    fn go_on(&mut self, batch: &EventBatch, seen: &Seen, now: i64) -> Step {
        let found = if seen.call == 0 {
            let key = self.keys.find(self.key_hash(seen.b), seen.b);
            key.and_then(|key| self.calls.find_pair(self.pair_hash(seen.a, key), seen.a, key))
        } else {
            self.calls.find(seen.call)
        };
        let id = match found {
            None if seen.call == 0 => {
                self.counters.unmatched += 1;
                None
            }
            None => Some(self.stub(batch, seen, now)),
            known => known,
        };
        let key = match id.map_or(NONE, |id| self.calls.get(id).key) {
            NONE => self.keys.find(self.key_hash(seen.b), seen.b).unwrap_or(NONE),
            key => key,
        };
        let late = key != NONE && self.is_late(key, seen.at, now);
        if key != NONE && !late {
            self.hear(key, seen.at, now);
        }
        if let Some(id) = id {
            self.change(id, |call| course::apply(call, seen));
        }
        Step { late, call: id, ..Step::default() }
    }

    /// Remembers an event whose call's begin has not come (yet).
    fn stub(&mut self, batch: &EventBatch, seen: &Seen, now: i64) -> CallId {
        self.counters.unmatched += 1;
        self.make_room();
        let mut call = course::fresh_call(seen);
        call.flags = HEADLESS;
        call.evidence = self.keep_texts(batch, seen, now);
        self.calls.insert(call, self.second)
    }

    /// Keeps the texts and the origin that an event brings.
    #[inline]
    fn keep_texts(&mut self, batch: &EventBatch, seen: &Seen, now: i64) -> Place {
        match self.taken {
            Some(first) if begins(seen.kind) => seen.place.from(first),
            _ => self.evidence.keep(batch.entry(seen), now),
        }
    }

    /// Changes a call and the statistics that count it.
    fn change(&mut self, id: CallId, change: impl FnOnce(&mut Call)) {
        let before = *self.calls.get(id);
        let call = self.calls.get_mut(id);
        change(call);
        let after = *call;
        self.calls.heard(id, self.second);
        if after.is(COUNTED) {
            let tally = &mut self.keys.get_mut(after.key).tally;
            tally.take(&before);
            tally.add(&after);
        }
        if after.is(NAMED) {
            self.refresh_member(&after);
        }
        if after.is(NAMELESS) && before.end == NEVER && after.end != NEVER {
            self.end_nameless(id, &after);
        }
    }

    /// The next older open call of the pair takes the place of one that ended.
    fn end_nameless(&mut self, id: CallId, call: &Call) {
        let pair = self.pair_hash(call.a, call.key);
        if self.calls.find_pair(pair, call.a, call.key) != Some(id) {
            return;
        }
        self.calls.leave_pair(pair, id);
        let mut older = call.older;
        for _ in 0..MOST_OLDER {
            if older == NONE {
                return;
            }
            let next = *self.calls.get(older);
            // A record that was freed and taken anew is no link of this chain, and may lead back into it.
            if !next.is(NAMELESS) || next.a != call.a || next.key != call.key || next.begin > call.begin {
                return;
            }
            if next.end == NEVER {
                self.calls.enter_pair(pair, older);
                return;
            }
            older = next.older;
        }
    }

    /// A Call-ID for a call that came without, the same for the same event, whichever process reads it: its hash, and
    /// where the texts are kept with it.
    fn name_nameless(&mut self, batch: &EventBatch, seen: &Seen, now: i64) -> (u64, Place) {
        let texts = batch.entry(seen).texts();
        let parties = format!("{}\n{}", seen.a.display(texts.a_text), seen.b.display(texts.b_text));
        let mut fold = 0xcbf2_9ce4_8422_2325_u64;
        for byte in parties.bytes() {
            fold = (fold ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let base = format!("{:x}-{fold:016x}", seen.at);
        let call_id = (0..)
            .map(|twin| if twin == 0 { base.clone() } else { format!("{base}-{twin}") })
            .find(|id| self.calls.find(self.intake.hash_call_id(id)).is_none())
            .unwrap_or(base);
        let texts = Texts { call_id: &call_id, ..texts };
        (self.intake.hash_call_id(&call_id), self.evidence.push(&texts, seen.origin, seen.at, now))
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
