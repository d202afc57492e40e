//! Here the memory is asked for that the next events of a batch will need: a miss that is waited for costs as much as
//! all else of a judgement.

use super::Engine;
use crate::batch::{Seen, begins};
use crate::calls::NONE;

/// How many events ahead the indexes are asked for, then the records they lead to, then the calls that those name.
const AHEAD_OF: [usize; 3] = [9, 6, 3];
/// Records of the next events' B-numbers that are taken down; more than events are looked ahead of.
const GUESSES: usize = 8;

/// The records that the B-numbers of the next events seemed to have.
pub(super) struct Guesses([u32; GUESSES]);

impl Default for Guesses {
    fn default() -> Self {
        Self([NONE; GUESSES])
    }
}

impl Guesses {
    /// That of the event at a place of the batch, or `NONE`.
    #[inline]
    pub(super) fn of(&self, place: usize) -> u32 {
        self.0[place % GUESSES]
    }

    #[inline]
    fn set(&mut self, place: usize, guess: u32) {
        self.0[place % GUESSES] = guess;
    }
}

impl Engine {
    /// Asks for the memory that the next events will need, and takes down which record each B-number's seems to be.
    #[inline]
    pub(super) fn look_ahead(&self, events: &[Seen], place: usize, guesses: &mut Guesses) {
        let [indexes, records, ends] = AHEAD_OF;
        self.ask_indexes(events, place + indexes);
        self.ask_records(events, place + records, guesses);
        self.ask_ends(place + ends, guesses);
    }

    /// As `look_ahead`, for the events that none comes before.
    pub(super) fn look_at_first(&self, events: &[Seen], guesses: &mut Guesses) {
        let [indexes, records, ends] = AHEAD_OF;
        (0..indexes).for_each(|place| self.ask_indexes(events, place));
        (0..records).for_each(|place| self.ask_records(events, place, guesses));
        (0..ends).for_each(|place| self.ask_ends(place, guesses));
    }

    #[inline]
    fn ask_indexes(&self, events: &[Seen], place: usize) {
        if let Some(seen) = events.get(place) {
            self.keys.prefetch_index(self.key_hash(seen.b));
            self.calls.prefetch_index(seen.call);
        }
    }

    #[inline]
    fn ask_records(&self, events: &[Seen], place: usize, guesses: &mut Guesses) {
        let Some(seen) = events.get(place) else {
            guesses.set(place, NONE);
            return;
        };
        let guess = self.keys.guess(self.key_hash(seen.b));
        self.keys.prefetch(guess, self.config.features);
        guesses.set(place, guess);
        self.calls.prefetch_record(seen.call);
        if self.config.features && begins(seen.kind) {
            self.callers.prefetch(seen.a, seen.b);
        }
    }

    #[inline]
    fn ask_ends(&self, place: usize, guesses: &Guesses) {
        if let Some(key) = self.keys.expected(guesses.of(place)) {
            self.calls.prefetch(key.head);
            self.calls.prefetch(key.tail);
        }
    }
}
