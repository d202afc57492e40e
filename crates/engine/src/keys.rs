//! One record per B-number that was called lately, 200 bytes at most, in one array that a hand sweeps.

use crate::calls::NONE;
use crate::index::{Index, prefetch};
use crate::numbers::Number;
use crate::slab::Slab;
use crate::tally::Tally;

/// Distinct A-numbers that a record holds in line; a key with more within the window gets a window of its own.
pub const INLINE: usize = 6;

/// What is known of a B-number. Whole cache lines; what every event reads, and the only caller of one that is seldom
/// called, lies in the first, the statistics in the last.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub struct Key {
    /// The called number.
    pub b: Number,
    /// Highest timestamp seen.
    pub newest: i64,
    /// Least difference between receipt and timestamp: how far behind its receipt this stream runs.
    pub lag: i64,
    /// First and last of its calls, in order of begin.
    pub head: u32,
    /// See `head`.
    pub tail: u32,
    /// Number of its own window where it is busy, else `NONE`.
    pub busy: u32,
    /// Second of receipt at which it was last heard of.
    pub touched: u32,
    /// Second in which the stretch began that `burst` counts.
    pub burst_start: u32,
    /// Calls begun since `burst_start`.
    pub burst: u16,
    /// How many of `recent` are in use.
    pub callers: u8,
    /// Whether the record is in use.
    pub used: bool,
    /// The newest distinct A-numbers and the instant of each one's last call, newest first.
    pub recent: [(Number, i64); INLINE],
    /// Call statistics.
    pub tally: Tally,
}

const _: () = assert!(size_of::<Key>() <= 200, "a B-number's record outgrew 200 bytes");
const _: () = assert!(std::mem::offset_of!(Key, recent) == 48, "the newest caller left the first cache line");

impl Key {
    fn new(b: Number, second: u32) -> Self {
        Self {
            b,
            newest: i64::MIN,
            lag: i64::MAX,
            recent: [(b, i64::MIN); INLINE],
            tally: Tally::default(),
            head: NONE,
            tail: NONE,
            busy: NONE,
            touched: second,
            burst: 0,
            callers: 0,
            used: true,
            burst_start: 0,
        }
    }

    /// The B-number's clock: the highest timestamp seen, moved on by the time that passed since.
    #[inline]
    #[must_use]
    pub fn clock(&self, now: i64) -> i64 {
        if self.newest == i64::MIN { i64::MIN } else { self.newest.max(now.saturating_sub(self.lag)) }
    }

    /// Takes note of a timestamp received at `now`.
    #[inline]
    pub fn hear(&mut self, at: i64, now: i64, second: u32) {
        self.newest = self.newest.max(at);
        self.lag = self.lag.min(now.saturating_sub(at));
        self.touched = second;
    }

    /// Forgets A-numbers whose last call lies no later than `since`, which no window reaches any more.
    #[inline]
    pub fn forget_callers(&mut self, since: i64) {
        while let Some(last) = usize::from(self.callers).checked_sub(1)
            && self.recent[last].1 <= since
        {
            self.callers -= 1;
        }
    }

    /// Moves an A-number to its place among the newest; the one that falls out is forgotten.
    #[inline]
    pub fn note_caller(&mut self, number: Number, at: i64) {
        let used = self.callers as usize;
        let known = self.recent[..used].iter().position(|entry| entry.0 == number);
        if known.is_some_and(|place| self.recent[place].1 >= at) {
            return;
        }
        let end = known.unwrap_or_else(|| {
            self.callers = (used + 1).min(INLINE) as u8;
            used.min(INLINE - 1)
        });
        if known.is_none() && used == INLINE && self.recent[INLINE - 1].1 >= at {
            return;
        }
        let place = self.recent[..end].iter().take_while(|entry| entry.1 > at).count();
        self.recent.copy_within(place..end, place + 1);
        self.recent[place] = (number, at);
    }

    /// Distinct A-numbers with a call after `since`, exact up to `INLINE`.
    #[inline]
    #[must_use]
    pub fn callers_since(&self, since: i64) -> u32 {
        self.recent[..self.callers as usize].iter().take_while(|entry| entry.1 > since).count() as u32
    }
}

/// All B-numbers that were called lately.
pub struct Keys {
    records: Slab<Key>,
    hand: usize,
    keep: u32,
    by_number: Index,
    /// B-numbers dropped at the cap.
    pub shed: u64,
}

impl Keys {
    /// Room for `most` B-numbers, each kept `keep` seconds after it was last heard of.
    #[must_use]
    pub fn new(most: usize, keep: u32) -> Self {
        Self { records: Slab::new(most), hand: 0, keep, by_number: Index::new(most), shed: 0 }
    }

    /// B-numbers held.
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
        self.records.made() * size_of::<Key>()
    }

    /// A record.
    #[inline]
    #[must_use]
    pub fn get(&self, id: u32) -> &Key {
        &self.records[id]
    }

    /// A record, to be changed.
    #[inline]
    pub fn get_mut(&mut self, id: u32) -> &mut Key {
        &mut self.records[id]
    }

    /// Asks for the index entry of a number's hash.
    #[inline]
    pub fn prefetch_index(&self, hash: u64) {
        self.by_number.prefetch(hash);
    }

    /// The record that a number's hash seems to lead to, or `NONE`.
    #[inline]
    #[must_use]
    pub fn guess(&self, hash: u64) -> u32 {
        self.by_number.guess(hash).unwrap_or(NONE)
    }

    /// Asks for the first cache line of a record, and for its statistics.
    #[inline]
    pub fn prefetch(&self, id: u32, statistics: bool) {
        if let Some(first) = self.records.place(id) {
            prefetch(first);
            if statistics {
                prefetch(first.wrapping_add(std::mem::offset_of!(Key, tally)));
            }
        }
    }

    /// A record that was guessed.
    #[inline]
    #[must_use]
    pub fn expected(&self, id: u32) -> Option<&Key> {
        self.records.get(id)
    }

    /// The record of a B-number.
    #[inline]
    #[must_use]
    pub fn find(&self, hash: u64, b: Number) -> Option<u32> {
        self.by_number.find(hash, |id| self.records[id].b == b)
    }

    /// Whether a new B-number needs a record to be freed first.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.records.is_full()
    }

    /// Moves the hand by one; the record under it if it is idle, or (`must`) in any case if it is not busy.
    pub fn sweep(&mut self, second: u32, must: bool) -> Option<u32> {
        let made = self.records.made();
        let mut any = None;
        for _ in 0..if must { made } else { made.min(1) } {
            self.hand = if self.hand + 1 >= made { 0 } else { self.hand + 1 };
            let key = &self.records[self.hand as u32];
            let idle = second.saturating_sub(key.touched) > self.keep;
            if key.used && key.busy == NONE && (idle || must) {
                self.shed += u64::from(!idle);
                return Some(self.hand as u32);
            }
            any = any.or(key.used.then_some(self.hand as u32));
        }
        self.shed += u64::from(must && any.is_some());
        if must { any } else { None }
    }

    /// A fresh record; there must be room.
    pub fn insert(&mut self, hash: u64, b: Number, second: u32) -> u32 {
        let id = self.records.insert(Key::new(b, second));
        self.by_number.insert(hash, id);
        id
    }

    /// Forgets a B-number that holds no call any more.
    pub fn remove(&mut self, hash: u64, id: u32) {
        self.by_number.remove(hash, id);
        self.records[id].used = false;
        self.records.release(id);
    }
}
