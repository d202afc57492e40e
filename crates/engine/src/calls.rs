//! Every call that may still matter: looked up by Call-ID, linked in order of their begin under their B-number.
//!
//! Records lie in one array that grows up to a cap. A hand sweeps it: each eighth new call looks at the next sixteen
//! records and frees those whose time is over, so that no sweep ever holds the stream up; blocks of records of which
//! none can be over yet are passed over as one. At the cap the record under the hand makes room, and is counted.

use crate::entries::Place;
use crate::event::Attestation;
use crate::index::{Index, prefetch};
use crate::numbers::Number;
use crate::slab::Slab;
use crate::sweep::Hand;

/// Number of a call's record.
pub type CallId = u32;
/// No record.
pub const NONE: u32 = u32::MAX;
/// In place of an older call: a CDR that came too late for the window.
pub const PAST_WINDOW: u32 = u32::MAX - 1;
/// An instant that is not known (yet).
pub const NEVER: i64 = i64::MAX;

/// A Call-ID is remembered while its call is open, at most this long,
pub const OPEN_AT_MOST: i64 = 4 * 3_600_000_000_000;
/// and this long after its end.
pub const AFTER_END: i64 = 60_000_000_000;
/// Seconds by which a timestamp may be ahead of its receipt.
const AHEAD: u32 = 60;
/// Looks under the hand that a new call owes, and how many calls owe them together.
const LOOKS: usize = 2;
const ROUND: usize = 8;

/// An open alert names this call.
pub const NAMED: u8 = 1;
/// The call is counted in its B-number's metrics.
pub const COUNTED: u8 = 2;
/// The end is final: hung up, or told by a CDR.
pub const HUNG_UP: u8 = 4;
/// The call came without a Call-ID.
pub const NAMELESS: u8 = 8;
/// Of this Call-ID only later events are known yet.
pub const HEADLESS: u8 = 16;
/// An allow list exempts the call.
pub const ALLOWED: u8 = 32;
/// The call ended so that the network did its part, answered or not (ITU-T E.425).
pub const EFFECTIVE: u8 = 64;
/// The record is in use.
const USED: u8 = 128;

/// One call, in one cache line. Where it came from lies beside its texts.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Call {
    /// Hash of the Call-ID.
    pub id: u64,
    /// The calling number.
    pub a: Number,
    /// Instant of the first INVITE, or a CDR's start.
    pub begin: i64,
    /// Instant of the answer, or `NEVER`.
    pub answer: i64,
    /// Instant of the end, or `NEVER` while the call is open.
    pub end: i64,
    /// Where its texts lie.
    pub evidence: Place,
    /// Record of its B-number, or `NONE`.
    pub key: u32,
    /// The call before it to the same B-number.
    pub prev: CallId,
    /// The call after it to the same B-number.
    pub next: CallId,
    /// The open call before it of the same A- and B-number, where calls come without a Call-ID.
    pub older: CallId,
    touched: Touched,
    /// `NAMED`, `COUNTED`, …
    pub flags: u8,
    caller: Caller,
}

const _: () = assert!(size_of::<Call>() == 64, "a call's record outgrew a cache line");

/// What STIR says of the caller, and in the highest bit whether it gave up at once.
#[derive(Clone, Copy, Debug)]
struct Caller(u8);

const GAVE_UP: u8 = 128;

/// When a call was last heard of, in units of 8 s of receipt; it comes round after six days.
#[derive(Clone, Copy, Debug, Default)]
struct Touched(u16);

impl Touched {
    const SECONDS: u32 = 8;

    fn at(second: u32) -> Self {
        Self((second / Self::SECONDS) as u16)
    }

    /// Seconds since then at least.
    fn age(self, second: u32) -> u32 {
        u32::from(Self::at(second).0.wrapping_sub(self.0).saturating_sub(1)) * Self::SECONDS
    }
}

impl Call {
    /// What STIR says.
    #[must_use]
    pub fn attestation(&self) -> Attestation {
        Attestation::of_code(self.caller.0 & !GAVE_UP)
    }

    /// Takes over what STIR says.
    pub fn set_attestation(&mut self, attestation: Attestation) {
        self.caller.0 = self.caller.0 & GAVE_UP | attestation as u8;
    }

    /// Whether its caller gave it up at once.
    #[must_use]
    pub fn gave_up(&self) -> bool {
        self.caller.0 & GAVE_UP != 0
    }

    /// Its caller has given it up at once.
    pub fn give_up(&mut self) {
        self.caller.0 |= GAVE_UP;
    }

    /// A call as its first event tells it: open, and linked nowhere.
    #[must_use]
    pub fn new(id: u64, a: Number, begin: i64, attestation: Attestation) -> Self {
        Self {
            id,
            a,
            begin,
            answer: NEVER,
            end: NEVER,
            evidence: Place::default(),
            key: NONE,
            prev: NONE,
            next: NONE,
            older: NONE,
            touched: Touched::default(),
            flags: 0,
            caller: Caller(attestation as u8),
        }
    }

    /// Whether all these flags are set.
    #[must_use]
    pub fn is(&self, flags: u8) -> bool {
        self.flags & flags == flags
    }

    /// Whether a second INVITE of this Call-ID at `at` still belongs to this call.
    #[must_use]
    pub fn remembers(&self, at: i64) -> bool {
        if self.end == NEVER {
            at <= self.begin.saturating_add(OPEN_AT_MOST) || self.is(HEADLESS)
        } else {
            at <= self.end.saturating_add(AFTER_END)
        }
    }

    /// Whether it came in time for the window, and not for the statistics alone.
    #[must_use]
    pub fn is_windowed(&self) -> bool {
        self.older != PAST_WINDOW
    }

    /// Whether the call is up at `at`.
    #[must_use]
    pub fn is_up(&self, at: i64) -> bool {
        self.begin <= at && at < self.end
    }

    /// Seconds for which it is kept after it was last heard of.
    fn keep(&self, window: u32) -> u32 {
        let keep = if self.is(HEADLESS) || self.end != NEVER { AFTER_END } else { OPEN_AT_MOST };
        // Timestamps may run ahead of their receipt, and with them the instants up to which a call is remembered.
        ((keep / 1_000_000_000) as u32).max(if self.key == NONE { 0 } else { window }) + AHEAD
    }

    fn is_over(&self, second: u32, window: u32) -> bool {
        self.touched.age(second) > self.keep(window)
    }

    /// No second before this one finds it over, unless it is heard of or ends. It was last heard of `age` seconds ago.
    fn due(&self, second: u32, age: u32, window: u32) -> u32 {
        second + self.keep(window).saturating_sub(age).saturating_sub(Touched::SECONDS)
    }
}

/// All calls that are remembered.
pub struct Calls {
    records: Slab<Call>,
    hand: Hand,
    window: u32,
    by_id: Index,
    by_pair: Index,
    since_round: usize,
    /// Calls dropped at the cap.
    pub shed: u64,
}

/// What is under the hand.
pub enum Look {
    /// A call whose time is over: the caller unlinks it from its B-number, and removes it.
    Over(CallId),
    /// One that is still remembered, or none.
    Kept,
    /// Calls of which none can be over yet.
    Passed,
}

impl Calls {
    /// Room for `most` calls, each kept `window` seconds after it was last heard of, longer while open.
    #[must_use]
    pub fn new(most: usize, window: u32) -> Self {
        Self {
            records: Slab::new(most),
            hand: Hand::default(),
            window,
            by_id: Index::new(most),
            by_pair: Index::new(most),
            since_round: 0,
            shed: 0,
        }
    }

    /// Calls remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.live()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the records made so far.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.records.made() * size_of::<Call>()
    }

    /// The call of a record.
    #[inline]
    #[must_use]
    pub fn get(&self, id: CallId) -> &Call {
        &self.records[id]
    }

    /// The call of a record, to be changed.
    #[inline]
    pub fn get_mut(&mut self, id: CallId) -> &mut Call {
        &mut self.records[id]
    }

    /// Asks for the index entry of a Call-ID's hash.
    #[inline]
    pub fn prefetch_index(&self, hash: u64) {
        self.by_id.prefetch(hash);
    }

    /// Asks for the record that a Call-ID's hash leads to.
    #[inline]
    pub fn prefetch_record(&self, hash: u64) {
        if let Some(id) = self.by_id.guess(hash) {
            self.prefetch(id);
        }
    }

    /// Asks for a record.
    #[inline]
    pub fn prefetch(&self, id: CallId) {
        if let Some(place) = self.records.place(id) {
            prefetch(place);
        }
    }

    /// The call of a Call-ID's hash.
    #[inline]
    #[must_use]
    pub fn find(&self, hash: u64) -> Option<CallId> {
        self.by_id.find(hash, |id| self.records[id].id == hash)
    }

    /// The newest call without a Call-ID of a pair of numbers, by the pair's hash.
    #[must_use]
    pub fn find_pair(&self, pair: u64, a: Number, key: u32) -> Option<CallId> {
        self.by_pair.find(pair, |id| {
            let call = &self.records[id];
            call.is(NAMELESS) && call.a == a && call.key == key
        })
    }

    /// Enters a nameless call as the newest of its pair.
    pub fn enter_pair(&mut self, pair: u64, id: CallId) {
        let call = self.records[id];
        if let Some(older) = self.find_pair(pair, call.a, call.key) {
            self.by_pair.remove(pair, older);
            self.records[id].older = older;
        }
        self.by_pair.insert(pair, id);
    }

    /// Takes a nameless call out of its pair's entry.
    pub fn leave_pair(&mut self, pair: u64, id: CallId) {
        self.by_pair.remove(pair, id);
    }

    /// How often to look under the hand before another call is kept: most often not at all, now and then for some.
    #[inline]
    pub fn looks_owed(&mut self) -> usize {
        self.since_round += 1;
        if self.since_round < ROUND {
            return 0;
        }
        self.since_round = 0;
        ROUND * LOOKS
    }

    /// Moves the hand by one.
    pub fn look(&mut self, second: u32) -> Look {
        let Some(id) = self.hand.step(self.records.made(), second, false) else { return Look::Passed };
        let call = &self.records[id];
        if call.is(USED) {
            if call.is_over(second, self.window) {
                return Look::Over(id);
            }
            self.hand.again(id, call.due(second, call.touched.age(second), self.window));
        }
        Look::Kept
    }

    /// The record that must make room at the cap, over or not.
    pub fn give_way(&mut self, second: u32) -> Option<CallId> {
        for _ in 0..self.records.made() {
            let id = self.hand.step(self.records.made(), second, true)?;
            let call = &self.records[id];
            if call.is(USED) {
                self.shed += u64::from(!call.is_over(second, self.window));
                return Some(id);
            }
        }
        None
    }

    /// Whether a new call needs a record to be freed first.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.records.is_full()
    }

    /// Keeps a call heard of in this second; there must be room.
    #[inline]
    pub fn insert(&mut self, mut call: Call, second: u32) -> CallId {
        call.flags |= USED;
        let id = self.records.insert(call);
        self.by_id.insert(call.id, id);
        self.heard(id, second);
        id
    }

    /// Puts what is known of a call into its record; its Call-ID stays.
    pub fn replace(&mut self, id: CallId, mut call: Call, second: u32) {
        call.flags |= USED;
        self.records[id] = call;
        self.heard(id, second);
    }

    /// Notes that a call was heard of in this second, after what was heard.
    #[inline]
    pub fn heard(&mut self, id: CallId, second: u32) {
        let call = &mut self.records[id];
        call.touched = Touched::at(second);
        let due = call.due(second, 0, self.window);
        self.hand.again(id, due);
    }

    /// Lets another call have the Call-ID of this one, which can't be found by it any more.
    pub fn rename(&mut self, id: CallId) {
        let call = &mut self.records[id];
        self.by_id.remove(call.id, id);
        call.id = !call.id.rotate_left(32) | 1;
    }

    /// Forgets a call that is linked nowhere any more.
    pub fn remove(&mut self, id: CallId) {
        let call = &mut self.records[id];
        call.flags = 0;
        call.older = NONE;
        let hash = call.id;
        self.by_id.remove(hash, id);
        self.records.release(id);
    }
}
