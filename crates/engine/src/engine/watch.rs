//! Here a call enters its B-number's window, and windows raise alerts; time closes them in `closing`.

use super::memory::MOST_STEPS;
use super::{Engine, second};
use crate::attack::{Attack, Moment};
use crate::batch::{EventBatch, Seen};
use crate::calls::{COUNTED, Call, CallId, HEADLESS, NAMED, NAMELESS, NONE, PAST_WINDOW};
use crate::distinct::{DistinctWindow, Rise};
use crate::entries::{Entry, Texts};
use crate::keys::INLINE;

/// Calls dropped from a B-number's list per event.
const TRIM: usize = 16;
/// Calls within the window and the bound on lateness from which a B-number gets a window of its own.
const BURST: u16 = 64;

/// A B-number with a window of its own, and its alert if one is open.
pub struct Busy {
    pub key: u32,
    pub b_number: String,
    pub window: DistinctWindow,
    pub attack: Option<Attack>,
    pub changed: bool,
}

impl Engine {
    /// Links a call to its B-number and, unless it is too late for that, puts it into the window.
    pub(super) fn enter(&mut self, id: CallId, key: u32, late: bool, now: i64) {
        self.link(id, key);
        if self.config.features {
            let call = self.calls.get_mut(id);
            call.flags |= COUNTED;
            self.keys.get_mut(key).tally.add(call);
        }
        if late {
            self.counters.past_window += 1;
            self.calls.get_mut(id).older = PAST_WINDOW;
            self.keys.get_mut(key).touched = self.second;
        } else {
            self.hear(key, self.calls.get(id).begin, now);
            self.watch(id, key, now);
        }
        let clock = self.keys.get(key).clock(now);
        self.trim(key, clock, TRIM);
    }

    fn watch(&mut self, id: CallId, key: u32, now: i64) {
        let Call { a, begin, .. } = *self.calls.get(id);
        let clock = self.keys.get(key).clock(now);
        if self.keys.get(key).busy != NONE {
            self.watch_busy(id, key, clock);
            return;
        }
        let (window, reach) = (self.config.window, self.config.window + self.config.lateness);
        let record = self.keys.get_mut(key);
        record.forget_callers(clock.saturating_sub(reach));
        record.note_caller(a, begin);
        let (began, stretch) = (second(begin), second(reach));
        if began > record.burst_start.saturating_add(stretch) {
            record.burst_start = began;
            record.burst = 0;
        }
        record.burst = record.burst.saturating_add(1);
        let around = record.callers_since(begin.min(clock).saturating_sub(window));
        self.note_usual(key, around, begin);
        let record = self.keys.get_mut(key);
        if around >= self.config.threshold || around as usize == INLINE || record.burst > BURST {
            self.make_busy(key, id, clock);
        }
    }

    /// Learns how many callers are usual. A window that has come to the threshold is an alert's, until that is closed.
    fn note_usual(&mut self, key: u32, callers: u32, at: i64) {
        if callers > 1 && callers < self.config.threshold && self.config.features {
            self.baselines.note(self.keys.get(key).b, callers, at);
        }
    }

    fn watch_busy(&mut self, id: CallId, key: u32, clock: i64) {
        let place = self.keys.get(key).busy;
        self.pass_time(place, clock);
        let call = *self.calls.get(id);
        let Some(busy) = self.busy[place as usize].as_mut() else { return };
        let rise = busy.window.add(call.a, call.begin);
        let callers = busy.window.count();
        if busy.attack.is_none() {
            self.note_usual(key, callers, call.begin);
        }
        self.keys.get_mut(key).note_caller(call.a, call.begin);
        self.after_add(place, id, rise, clock);
    }

    /// Gives a B-number a window of its own, filled from its calls.
    fn make_busy(&mut self, key: u32, by: CallId, clock: i64) {
        let b_number = self.b_number(key);
        let config = &self.config;
        let since = clock.saturating_sub(config.window + config.lateness);
        let mut window = DistinctWindow::new(config.threshold, config.window, config.lateness, i64::MIN);
        let calls = self.windowed_since(key, since, usize::MAX);
        for &id in calls.iter().rev() {
            let call = self.calls.get(id);
            window.add(call.a, call.begin);
        }
        window.advance(clock);
        let rise = window.highs().front().map(|high| Rise { from: high.start, to: clock });
        let busy = Busy { key, b_number, window, attack: None, changed: false };
        let place = if let Some(place) = self.free_busy.pop() {
            self.busy[place as usize] = Some(busy);
            place
        } else {
            self.busy.push(Some(busy));
            (self.busy.len() - 1) as u32
        };
        self.keys.get_mut(key).busy = place;
        self.after_add(place, by, rise, clock);
    }

    /// Opens an alert where the window has come to the threshold, and names the calls that this concerns.
    fn after_add(&mut self, place: u32, id: CallId, rise: Option<Rise>, clock: i64) {
        let call = *self.calls.get(id);
        let Some(busy) = self.busy[place as usize].as_ref() else { return };
        let key = busy.key;
        let open = busy.attack.is_some();
        let names = if let Some(rise) = rise {
            let calls = self.windowed_since(key, rise.from.saturating_sub(self.config.window), usize::MAX);
            let named = |begin| begin <= rise.to && busy.window.names(begin);
            calls.into_iter().rev().filter(|&id| named(self.calls.get(id).begin)).collect()
        } else if open && busy.window.names(call.begin) {
            vec![id]
        } else {
            Vec::new()
        };
        if names.is_empty() {
            return;
        }
        if !open {
            self.open_attack(place, &names);
        }
        let fresh: Vec<CallId> = names.into_iter().filter(|&id| !self.calls.get(id).is(NAMED)).collect();
        let moment = Moment { clock, by: call.id };
        for &id in &fresh {
            self.name(place, id, moment);
        }
        if let Some(Busy { window, attack: Some(attack), .. }) = self.busy[place as usize].as_mut() {
            let first = window.highs().front().map_or(attack.opened_at, |high| high.start);
            attack.opened_at = attack.opened_at.min(first);
        }
        self.trim(key, clock, MOST_STEPS);
        self.assess(place, &fresh, moment);
        self.note_metrics(place);
        self.mark_changed(place);
    }

    /// Keeps the B-number's statistics as they are now that the alert names a call: told later, they'd be others.
    pub(super) fn note_metrics(&mut self, place: u32) {
        let Some(key) = self.busy[place as usize].as_ref().map(|busy| busy.key) else { return };
        let metrics = self.metrics_of(key);
        if let Some(attack) = self.busy[place as usize].as_mut().and_then(|busy| busy.attack.as_mut()) {
            attack.metrics = Some(metrics);
        }
    }

    fn open_attack(&mut self, place: u32, names: &[CallId]) {
        let Some(busy) = self.busy[place as usize].as_ref() else { return };
        let Some(opened_at) = busy.window.highs().back().map(|high| high.start) else { return };
        let caller = names
            .iter()
            .map(|&id| self.calls.get(id))
            .filter(|call| call.begin == opened_at)
            .map(|call| call.a.display(self.said(call).0.a_text))
            .min()
            .unwrap_or_default();
        let mut attack = Attack::new(&busy.b_number, opened_at, &caller, self.crowd());
        attack.shadow = self.shadow();
        if let Some(busy) = self.busy[place as usize].as_mut() {
            busy.attack = Some(attack);
        }
        self.attacked.push(place);
        self.counters.alerts += 1;
    }

    fn name(&mut self, place: u32, id: CallId, moment: Moment) {
        self.calls.get_mut(id).flags |= NAMED;
        let call = *self.calls.get(id);
        let Some(attack) = self.busy[place as usize].as_mut().and_then(|busy| busy.attack.as_mut()) else {
            return;
        };
        let texts = self.evidence.get(call.evidence, call.begin).map_or(Texts::default(), Entry::texts);
        attack.name(&call, &texts, moment);
        attack.refresh(&call);
    }

    /// Takes over how a named call stands.
    pub(super) fn refresh_member(&mut self, call: &Call) {
        if call.key == NONE {
            return;
        }
        let place = self.keys.get(call.key).busy;
        if place == NONE {
            return;
        }
        if let Some(attack) = self.busy[place as usize].as_mut().and_then(|busy| busy.attack.as_mut()) {
            attack.refresh(call);
        }
    }

    pub(super) fn mark_changed(&mut self, place: u32) {
        if let Some(busy) = self.busy[place as usize].as_mut()
            && !busy.changed
        {
            busy.changed = true;
            self.changed.push(place);
        }
    }

    /// Gives back the window of a B-number that holds nothing and has no alert.
    pub(super) fn release_idle(&mut self, place: u32) {
        let idle = self.busy[place as usize]
            .as_ref()
            .is_some_and(|busy| busy.attack.is_none() && busy.window.is_idle() && !busy.changed);
        if idle && let Some(busy) = self.busy[place as usize].take() {
            let record = self.keys.get_mut(busy.key);
            record.busy = NONE;
            record.burst = 0;
            self.free_busy.push(place);
        }
    }

    /// An earlier INVITE of a known call: the call begins there and then, with what that INVITE says.
    pub(super) fn move_call(&mut self, id: CallId, batch: &EventBatch, seen: &Seen, now: i64) {
        let old = *self.calls.get(id);
        self.unlink(id);
        self.rewatch(old.key, now);
        let evidence = self.keep_texts(batch, seen, now);
        let call = self.calls.get_mut(id);
        call.begin = seen.at;
        call.a = seen.a;
        call.older = if call.is(NAMELESS) { call.older } else { NONE };
        call.set_attestation(seen.attestation);
        call.evidence = evidence;
        let key = self.key_of(batch, seen);
        self.enter(id, key, false, now);
    }

    /// Works a window out anew after one of its calls was taken out; an alert that is open is never taken back.
    fn rewatch(&mut self, key: u32, now: i64) {
        let reach = self.config.window + self.config.lateness;
        let clock = self.keys.get(key).clock(now);
        let calls = self.windowed_since(key, clock.saturating_sub(reach), usize::MAX);
        let place = self.keys.get(key).busy;
        if place == NONE {
            self.keys.get_mut(key).callers = 0;
            for &id in calls.iter().rev() {
                let call = *self.calls.get(id);
                self.keys.get_mut(key).note_caller(call.a, call.begin);
            }
            return;
        }
        let config = &self.config;
        let Some(busy) = self.busy[place as usize].as_mut().filter(|busy| busy.attack.is_none()) else {
            return;
        };
        let mut window = DistinctWindow::new(config.threshold, config.window, config.lateness, i64::MIN);
        for &id in calls.iter().rev() {
            let call = self.calls.get(id);
            window.add(call.a, call.begin);
        }
        window.advance(clock);
        busy.window = window;
    }

    /// Whether an open alert names a call that is still remembered.
    pub(super) fn is_named(&self, id: CallId) -> bool {
        self.calls.get(id).is(NAMED) && !self.calls.get(id).is(HEADLESS)
    }

    /// The B-number of a record as people read it.
    pub(super) fn b_number(&self, key: u32) -> String {
        self.keys.get(key).b.display(self.names.get(&key).map_or("", |name| name))
    }
}
