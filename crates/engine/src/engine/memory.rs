//! Here calls are linked to their B-number in order of begin, and both are forgotten when their time is over.

use super::Engine;
use crate::batch::{EventBatch, Origin, Seen};
use crate::calls::{COUNTED, Call, CallId, Look, NAMELESS, NONE};
use crate::entries::Texts;

/// Calls a late one is moved past at most; beyond, it stays a little out of order in the statistics.
pub(super) const MOST_STEPS: usize = 4_096;

impl Engine {
    /// Finds the record of a B-number or makes one.
    pub(super) fn key_of(&mut self, batch: &EventBatch, seen: &Seen) -> u32 {
        let b = seen.b;
        if self.keys.expected(self.expected).is_some_and(|key| key.used && key.b == b) {
            return self.expected;
        }
        let hash = self.key_hash(b);
        if let Some(key) = self.keys.find(hash, b) {
            return key;
        }
        for _ in 0..2 {
            if let Some(idle) = self.keys.sweep(self.second, false) {
                self.forget_key(idle);
            }
        }
        if self.keys.is_full()
            && let Some(oldest) = self.keys.sweep(self.second, true)
        {
            while !self.forget_key(oldest) {}
        }
        let key = self.keys.insert(hash, b, self.second);
        if b.is_text() {
            self.names.insert(key, batch.entry(seen).texts().b_text.into());
        }
        key
    }

    /// Links a call into its B-number's list, in order of begin.
    pub(super) fn link(&mut self, id: CallId, key: u32) {
        let begin = self.calls.get(id).begin;
        let mut after = self.keys.get(key).tail;
        let mut steps = 0;
        while after != NONE && self.calls.get(after).begin > begin && steps < MOST_STEPS {
            after = self.calls.get(after).prev;
            steps += 1;
        }
        let before = if after == NONE { self.keys.get(key).head } else { self.calls.get(after).next };
        let call = self.calls.get_mut(id);
        call.key = key;
        call.prev = after;
        call.next = before;
        if after == NONE {
            self.keys.get_mut(key).head = id;
        } else {
            self.calls.get_mut(after).next = id;
        }
        if before == NONE {
            self.keys.get_mut(key).tail = id;
        } else {
            self.calls.get_mut(before).prev = id;
        }
    }

    pub(super) fn unlink(&mut self, id: CallId) {
        let call = *self.calls.get(id);
        if call.key == NONE {
            return;
        }
        if call.prev == NONE {
            self.keys.get_mut(call.key).head = call.next;
        } else {
            self.calls.get_mut(call.prev).next = call.next;
        }
        if call.next == NONE {
            self.keys.get_mut(call.key).tail = call.prev;
        } else {
            self.calls.get_mut(call.next).prev = call.prev;
        }
        if call.is(COUNTED) {
            self.keys.get_mut(call.key).tally.take(&call);
        }
        let record = self.calls.get_mut(id);
        record.key = NONE;
        record.prev = NONE;
        record.next = NONE;
        record.flags &= !COUNTED;
    }

    /// Takes calls out of a B-number's list that no window and no statistics reach any more, oldest first.
    pub(super) fn trim(&mut self, key: u32, clock: i64, most: usize) {
        let since = clock.saturating_sub(self.config.reach());
        for _ in 0..most {
            let head = self.keys.get(key).head;
            if head == NONE || self.calls.get(head).begin > since {
                return;
            }
            self.detach(head);
        }
    }

    /// Unlinks a call for good; one without a Call-ID can't be found without its B-number.
    pub(super) fn detach(&mut self, id: CallId) {
        let call = *self.calls.get(id);
        if call.is(NAMELESS) && call.key != NONE {
            let pair = self.pair_hash(call.a, call.key);
            if self.calls.find_pair(pair, call.a, call.key) == Some(id) {
                self.calls.leave_pair(pair, id);
            }
        }
        self.unlink(id);
    }

    /// The texts and the origin that are kept of a call; empty where they were given up.
    pub(super) fn said(&self, call: &Call) -> (Texts<'_>, Origin) {
        let entry = self.evidence.get(call.evidence, call.begin);
        entry.map(|entry| (entry.texts(), entry.origin())).unwrap_or_default()
    }

    /// Calls of a B-number begun after `since` that came in time for the window, newest first.
    pub(super) fn windowed_since(&self, key: u32, since: i64, most: usize) -> Vec<CallId> {
        let mut calls = self.calls_since(key, since, most);
        calls.retain(|&id| self.calls.get(id).is_windowed());
        calls
    }

    /// Calls of a B-number begun after `since`, newest first.
    pub(super) fn calls_since(&self, key: u32, since: i64, most: usize) -> Vec<CallId> {
        let mut calls = Vec::new();
        let mut at = self.keys.get(key).tail;
        while at != NONE && calls.len() < most {
            let call = self.calls.get(at);
            if call.begin <= since {
                break;
            }
            calls.push(at);
            at = call.prev;
        }
        calls
    }

    /// Forgets a call altogether.
    pub(super) fn forget_call(&mut self, id: CallId) {
        self.detach(id);
        self.calls.remove(id);
    }

    /// Makes room for a call: some looks under the hand, and one forced where the cap is reached.
    #[inline]
    pub(super) fn make_room(&mut self) {
        let second = self.second;
        for _ in 0..self.calls.looks_owed() {
            match self.calls.look(second) {
                Look::Over(id) => self.forget_call(id),
                Look::Kept => {}
                Look::Passed => break,
            }
        }
        if self.calls.is_full()
            && let Some(oldest) = self.calls.give_way(second)
        {
            self.forget_call(oldest);
        }
    }

    /// Forgets a B-number, some of its calls at a time; whether it is gone.
    pub(super) fn forget_key(&mut self, key: u32) -> bool {
        for _ in 0..64 {
            let head = self.keys.get(key).head;
            if head == NONE {
                break;
            }
            self.detach(head);
        }
        if self.keys.get(key).head != NONE {
            return false;
        }
        let place = self.keys.get(key).busy;
        if place != NONE {
            self.drop_busy(place);
        }
        let b = self.keys.get(key).b;
        self.names.remove(&key);
        self.keys.remove(self.key_hash(b), key);
        true
    }

    /// Gives up a busy B-number at the cap; an open alert is told as closed.
    pub(super) fn drop_busy(&mut self, place: u32) {
        let end = self.busy[place as usize]
            .as_ref()
            .map_or(0, |busy| busy.window.highs().back().map_or(0, |high| high.end.min(self.stream)));
        let Some(mut attack) = self.busy[place as usize].as_mut().and_then(|busy| busy.attack.take()) else {
            self.busy[place as usize] = None;
            self.free_busy.push(place);
            return;
        };
        self.counters.shed_alerts += 1;
        let change = self.tell(place, &mut attack, end, Some(end));
        self.ended.push(change);
        self.attacked.retain(|&other| other != place);
        self.changed.retain(|&other| other != place);
        self.busy[place as usize] = None;
        self.free_busy.push(place);
    }
}
