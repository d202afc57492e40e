//! What the engine tells: changed alerts, the standing of one call, a B-number's statistics.

use super::{Counters, Engine, Outcome, Receipt};
use crate::attack::AlertChange;
use crate::baseline::Baseline;
use crate::batch::{EventBatch, Seen};
use crate::calls::{ALLOWED, COUNTED, Call, CallId, Look, NONE};
use crate::example::Example;
use crate::numbers::Number;
use crate::origin;
use crate::tally::{self, Metrics};

/// Most calls that are counted one by one for overlap and distinct callers; the newest count.
const MOST_OVERLAPPED: usize = 1 << 20;

/// How one call stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Its Call-ID.
    pub call_id: Option<String>,
    /// The calling number.
    pub a_number: String,
    /// The called number.
    pub b_number: String,
    /// Trunk.
    pub trunk: String,
    /// Distinct A-numbers in the B-number's window now.
    pub distinct_callers: u32,
    /// An allow list exempts it.
    pub allowed: bool,
    /// An open alert names it.
    pub member: bool,
    /// Highest probability of any cluster it was in.
    pub score: f64,
    /// Up to this threshold it is suspect.
    pub level: f64,
    /// The alert that is open on the B-number.
    pub alert_id: Option<String>,
    /// Highest probability of that alert.
    pub probability: f64,
}

impl Engine {
    /// What is usual for a B-number; nothing where it never had several callers at once.
    pub fn usual(&mut self, b_number: &str) -> Option<Baseline> {
        self.baselines.of(self.intake.number(b_number, "").number)
    }

    /// Alerts that changed since this was last asked, each once, in order of event time.
    pub fn take_changes(&mut self) -> Vec<AlertChange> {
        let mut changes = std::mem::take(&mut self.ended);
        for place in std::mem::take(&mut self.changed) {
            let Some(busy) = self.busy[place as usize].as_mut() else { continue };
            busy.changed = false;
            let (key, Some(mut attack)) = (busy.key, busy.attack.take()) else { continue };
            let at = self.keys.get(key).newest;
            let change = self.tell(place, &mut attack, at, None);
            if let Some(busy) = self.busy[place as usize].as_mut() {
                busy.attack = Some(attack);
            }
            changes.push(change);
        }
        changes.sort_by(|x, y| (x.at, &x.b_number, x.opened_at).cmp(&(y.at, &y.b_number, y.opened_at)));
        changes
    }

    /// Lets time pass to `now` and gives the alerts that changed.
    pub fn advance(&mut self, now: i64) -> Vec<AlertChange> {
        self.present = self.present.max(now);
        let now = self.present;
        self.settle_attacks(now);
        self.sweep_busy(now);
        self.sweep_idle(now);
        self.take_changes()
    }

    /// Closes the alerts that the passing of time closes, before their calls are forgotten.
    pub(super) fn settle_attacks(&mut self, now: i64) {
        for place in self.attacked.clone() {
            let key = self.busy[place as usize].as_ref().map_or(NONE, |busy| busy.key);
            if key != NONE {
                let clock = self.keys.get(key).clock(now);
                self.pass_time(place, clock);
            }
        }
    }

    /// The stream has ended, so nothing comes late any more: what only waited for that is told.
    pub fn finish(&mut self) -> Vec<AlertChange> {
        for place in self.attacked.clone() {
            if let Some(key) = self.busy[place as usize].as_ref().map(|busy| busy.key) {
                let clock = self.keys.get(key).clock(self.stream);
                self.pass_time(place, clock);
                self.settle_all(place, clock);
            }
        }
        self.take_changes()
    }

    /// Gives windows of their own back where they hold nothing any more, some at a time.
    fn sweep_busy(&mut self, now: i64) {
        for _ in 0..self.busy.len().min(1_024) {
            self.busy_hand = (self.busy_hand + 1) % self.busy.len();
            let place = self.busy_hand as u32;
            let Some(busy) = self.busy[self.busy_hand].as_mut() else { continue };
            if busy.attack.is_none() {
                let clock = self.keys.get(busy.key).clock(now);
                busy.window.advance(clock);
                self.release_idle(place);
            }
        }
    }

    /// Forgets calls and B-numbers whose time is over, some at a time, where no new ones come to take their place.
    fn sweep_idle(&mut self, now: i64) {
        let now = super::second(now);
        for _ in 0..256 {
            if let Look::Over(over) = self.calls.look(now) {
                self.forget_call(over);
            }
            if let Some(idle) = self.keys.sweep(now, false) {
                self.forget_key(idle);
            }
        }
    }

    /// How a call stands now.
    #[must_use]
    pub fn standing(&self, id: CallId, now: i64) -> Standing {
        let call = self.calls.get(id);
        let texts = self.said(call).0;
        let attack = self.attack_of(call.key);
        let (score, level) = attack.map_or((0.0, 0.0), |attack| attack.score_of(call.id));
        Standing {
            call_id: Some(texts.call_id.to_owned()),
            a_number: call.a.display(texts.a_text),
            b_number: if call.key == NONE { String::new() } else { self.b_number(call.key) },
            trunk: texts.trunk.to_owned(),
            distinct_callers: self.distinct_callers(call.key, now),
            allowed: call.is(ALLOWED),
            member: attack.is_some_and(|attack| self.names(attack, id)),
            score,
            level,
            alert_id: attack.map(|attack| attack.id.clone()),
            probability: attack.map_or(0.0, |attack| attack.probability),
        }
    }

    /// What a call would meet now; adds none.
    pub fn judge_call(&mut self, a_number: &str, b_number: &str, trunk: &str, now: i64) -> Standing {
        let a = self.intake.number(a_number, trunk);
        let (a, a_number) = (a.number, a.number.display(a.text.as_deref().unwrap_or("")));
        let b = self.intake.number(b_number, trunk);
        let (b, b_number) = (b.number, b.number.display(b.text.as_deref().unwrap_or("")));
        let key = self.keys.find(self.key_hash(b), b).unwrap_or(NONE);
        let known = self.known_caller(key, a);
        let (score, level) = known.unwrap_or_else(|| self.unknown_caller(key, a));
        Standing {
            call_id: None,
            a_number,
            b_number,
            trunk: trunk.to_owned(),
            distinct_callers: self.distinct_callers(key, now),
            allowed: !self.lists.is_empty() && self.lists.exempts(a, b, trunk),
            member: known.is_some(),
            score,
            level,
            alert_id: self.attack_of(key).map(|attack| attack.id.clone()),
            probability: self.attack_of(key).map_or(0.0, |attack| attack.probability),
        }
    }

    /// How an event stands that belongs to no call: its numbers, and the B-number's window.
    #[must_use]
    pub fn standing_of(&self, batch: &EventBatch, seen: &Seen, now: i64) -> Standing {
        let texts = batch.entry(seen).texts();
        let key = self.keys.find(self.key_hash(seen.b), seen.b).unwrap_or(NONE);
        Standing {
            call_id: (!texts.call_id.is_empty()).then(|| texts.call_id.to_owned()),
            a_number: seen.a.display(texts.a_text),
            b_number: seen.b.display(texts.b_text),
            trunk: texts.trunk.to_owned(),
            distinct_callers: self.distinct_callers(key, now),
            ..Standing::default()
        }
    }

    /// The highest score and level of the calls of a caller whom an open alert names.
    fn known_caller(&self, key: u32, a: Number) -> Option<(f64, f64)> {
        let attack = self.attack_of(key)?;
        let since = attack.opened_at.saturating_sub(self.config.window);
        let calls = self.calls_since(key, since, MOST_OVERLAPPED);
        let its = calls.into_iter().filter(|&id| self.calls.get(id).a == a && self.is_named(id));
        its.map(|id| attack.score_of(self.calls.get(id).id)).reduce(|x, y| (x.0.max(y.0), x.1.max(y.1)))
    }

    /// Score and level that a call of unknown origin would have: those of a cluster its number falls into, else what
    /// the calls of the window score on the whole.
    fn unknown_caller(&self, key: u32, a: Number) -> (f64, f64) {
        let Some(attack) = self.attack_of(key) else { return (0.0, 0.0) };
        let beside = origin::neighbourhood(a);
        if let Some(&(mark, score)) = attack.marks.iter().find(|(mark, _)| beside == Some(*mark)) {
            return (score, attack.crowd.level(mark).max(score));
        }
        let calls: f64 = attack.clusters.iter().map(|cluster| f64::from(cluster.facts.calls)).sum();
        let weighed =
            attack.clusters.iter().map(|cluster| f64::from(cluster.facts.calls) * cluster.probability);
        let score = if calls > 0.0 { weighed.sum::<f64>() / calls } else { 0.0 };
        (score, score)
    }

    /// Whether this alert names a call; one closed earlier may have named it too.
    fn names(&self, attack: &crate::attack::Attack, id: CallId) -> bool {
        self.is_named(id) && self.calls.get(id).begin > attack.opened_at.saturating_sub(self.config.window)
    }

    fn attack_of(&self, key: u32) -> Option<&crate::attack::Attack> {
        let place = if key == NONE { NONE } else { self.keys.get(key).busy };
        if place == NONE { None } else { self.busy[place as usize].as_ref()?.attack.as_ref() }
    }

    fn distinct_callers(&self, key: u32, now: i64) -> u32 {
        let now = self.present.max(now);
        if key == NONE {
            return 0;
        }
        let record = self.keys.get(key);
        let since = record.clock(now).saturating_sub(self.config.window);
        match record.busy {
            NONE => record.callers_since(since),
            place => self.busy[place as usize].as_ref().map_or(0, |busy| busy.window.count_at(since)),
        }
    }

    /// Statistics of a B-number, over the calls begun in the metrics window before its clock.
    pub fn metrics(&mut self, b_number: &str, now: i64) -> (String, Metrics) {
        let now = self.present.max(now);
        let b = self.intake.number(b_number, "");
        let (b, shown) = (b.number, b.number.display(b.text.as_deref().unwrap_or("")));
        let Some(key) = self.keys.find(self.key_hash(b), b) else {
            return (shown, tally::Tally::default().metrics(self.config.metrics_window));
        };
        let clock = self.keys.get(key).clock(now);
        self.trim(key, clock, usize::MAX);
        let since = clock.saturating_sub(self.config.metrics_window);
        let calls: Vec<Call> =
            self.calls_since(key, since, MOST_OVERLAPPED).into_iter().map(|id| *self.calls.get(id)).collect();
        let mut tally = tally::Tally::default();
        calls.iter().filter(|call| call.is(COUNTED)).for_each(|call| tally.add(call));
        let mut metrics = tally.metrics(self.config.metrics_window);
        (metrics.overlap_ratio, metrics.calls_in_progress, metrics.distinct_callers) =
            tally::overlap(&calls, clock);
        (shown, metrics)
    }

    /// Statistics of a record, without what only its calls one by one would tell.
    pub(super) fn metrics_of(&self, key: u32) -> Metrics {
        let window = self.config.metrics_window;
        if key == NONE {
            return tally::Tally::default().metrics(window);
        }
        let mut metrics = self.keys.get(key).tally.metrics(window);
        metrics.distinct_callers = match self.keys.get(key).busy {
            NONE => u32::from(self.keys.get(key).callers),
            place => self.busy[place as usize].as_ref().map_or(0, |busy| busy.window.count()),
        };
        metrics
    }

    /// Forgets a B-number's calls, window and statistics; whether there were any. An open alert closes.
    pub fn reset(&mut self, b_number: &str) -> bool {
        let b = self.intake.number(b_number, "").number;
        let Some(key) = self.keys.find(self.key_hash(b), b) else { return false };
        let open = u64::from(self.attack_of(key).is_some());
        while self.keys.get(key).head != NONE {
            self.forget_call(self.keys.get(key).head);
        }
        while !self.forget_key(key) {}
        // Closed because somebody asked for it, not for want of room.
        self.counters.shed_alerts -= open;
        true
    }

    /// Judges the one event of a batch that is to be answered now, and tells what it changed.
    pub fn judge_one(&mut self, batch: &EventBatch, seen: &Seen, now: i64) -> (Outcome, Option<CallId>) {
        // A panic may have left it from a batch.
        self.taken = None;
        let (mut outcome, call) = self.judge_last(batch, std::slice::from_ref(seen), Receipt::At(now));
        outcome.changes = self.take_changes();
        (outcome, call)
    }

    /// Running counts as they are kept.
    #[must_use]
    pub fn counts(&self) -> Counters {
        self.counters
    }

    /// Running counts.
    #[must_use]
    pub fn counters(&self) -> Vec<(&'static str, u64)> {
        let Counters {
            accepted,
            late,
            past_window,
            refused,
            calls,
            duplicates,
            unmatched,
            alerts,
            shed_alerts,
            local_cli,
            local_mobile_cli,
        } = self.counters;
        vec![
            ("accepted", accepted),
            ("late", late),
            ("past_window", past_window),
            ("refused", refused),
            ("calls", calls),
            ("duplicates", duplicates),
            ("unmatched", unmatched),
            ("alerts", alerts),
            ("alerts_open", self.attacked.len() as u64),
            ("keys", self.keys.len() as u64),
            ("calls_remembered", self.calls.len() as u64),
            ("shed_keys", self.keys.shed),
            ("shed_calls", self.calls.shed),
            ("shed_evidence", self.evidence.shed),
            ("shed_alerts", shed_alerts),
            ("local_cli", local_cli),
            ("local_mobile_cli", local_mobile_cli),
            ("odd_a_numbers", self.intake.odd_a_numbers),
            ("cut_a_numbers", self.intake.cut_a_numbers),
            ("bytes_keys", self.keys.bytes() as u64),
            ("bytes_calls", self.calls.bytes() as u64),
            ("bytes_evidence", self.evidence.bytes() as u64),
        ]
    }

    /// The groups that were judged since this was last asked, where the engine is to take them down.
    pub fn take_examples(&mut self) -> Vec<Example> {
        std::mem::take(&mut self.examples)
    }

    /// The highest timestamp seen.
    #[must_use]
    pub fn stream(&self) -> i64 {
        self.stream
    }
}
