//! One event of a batch: here a call begins, is told again, goes on and ends.
//!
//! `course` says what an event makes of its call; `watch` puts one that begins into its B-number's window.

use super::{AHEAD, Engine, course};
use crate::batch::{EventBatch, Seen, begins};
use crate::calls::{COUNTED, Call, CallId, EFFECTIVE, HEADLESS, HUNG_UP, NAMED, NAMELESS, NEVER, NONE};
use crate::entries::{Place, Texts};
use crate::event::EventKind;

/// Ended calls that are passed over on the way to the next older open call without a Call-ID.
const MOST_OLDER: usize = 64;

/// What became of one event.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Step {
    pub(super) late: bool,
    /// Too far ahead of its receipt.
    pub(super) ahead: bool,
    pub(super) call: Option<CallId>,
}

impl Engine {
    /// Judges one event; `newest` is the receipt that no timestamp may be far ahead of.
    pub(super) fn step(&mut self, batch: &EventBatch, seen: &Seen, now: i64, newest: i64) -> Step {
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
    pub(super) fn keep_texts(&mut self, batch: &EventBatch, seen: &Seen, now: i64) -> Place {
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
}
