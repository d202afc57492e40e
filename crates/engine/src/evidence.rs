//! What is said of the newest calls, kept as long as a window may still name them.
//!
//! Entries lie in blocks; a block is dropped as a whole once all in it is older than the window, or when the log is
//! full. A call holds a [`Place`] and gets nothing back once its block is gone. The blocks of a large batch are taken
//! over as they are, so that a stream's texts are never copied; the entry of a single event is.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::batch::Origin;
use crate::entries::{Entries, Entry, Place, Texts};

/// Bytes of entries from which on a batch is large, and of a block that single entries are copied to.
const LARGE: usize = 16 << 10;
/// One part of the log that a batch takes at most; of a larger one each entry is copied, and old ones make room.
const PART: usize = 4;
/// Blocks held at most: half of what their numbers tell apart.
const MOST_BLOCKS: usize = 1 << 15;

struct Block {
    bytes: Arc<Vec<u8>>,
    newest: i64,
}

/// Append-only, bounded log of entries.
///
/// A block's number comes round after 65,536 of them. An entry also says when its call began, so that no call is given
/// another's texts then.
pub struct EvidenceLog {
    blocks: VecDeque<Block>,
    /// Single entries, the block that comes after the others; the latest receipt among them.
    open: Entries,
    open_newest: i64,
    /// Number of the oldest block.
    first: u16,
    /// Numbers of the blocks of the batch that is judged: the first, and how many.
    taken: (u16, usize),
    bytes: usize,
    most_bytes: usize,
    keep: i64,
    /// Blocks dropped while calls in them might still have been named.
    pub shed: u64,
}

impl EvidenceLog {
    /// A log that keeps texts for `keep` nanoseconds and holds at most `most_bytes`.
    #[must_use]
    pub fn new(keep: i64, most_bytes: usize) -> Self {
        Self {
            blocks: VecDeque::new(),
            open: Entries::default(),
            open_newest: i64::MIN,
            first: 0,
            taken: (0, 0),
            bytes: 0,
            most_bytes,
            keep,
            shed: 0,
        }
    }

    /// Keeps the entries of a large batch, as long as it is judged and then as others; the number of their first block.
    /// Of a batch that is small, or not sealed, each entry is to be kept by itself.
    pub fn take_over(&mut self, entries: &Entries, now: i64) -> Option<u16> {
        let bytes = entries.sealed()?;
        if !(LARGE..=self.most_bytes / PART).contains(&bytes) {
            return None;
        }
        self.close();
        self.make_room(bytes, now);
        let first = self.next();
        self.taken = (first, entries.blocks().len());
        for block in entries.blocks() {
            self.bytes += block.capacity();
            self.blocks.push_back(Block { bytes: Arc::clone(block), newest: i64::MAX });
        }
        Some(first)
    }

    /// The batch that was taken over is judged: nothing of it was received later than `now`.
    pub fn settle(&mut self, now: i64) {
        let (first, blocks) = std::mem::take(&mut self.taken);
        let first = usize::from(first.wrapping_sub(self.first));
        for block in self.blocks.iter_mut().skip(first).take(blocks) {
            block.newest = now;
        }
    }

    /// Keeps one entry of a call received at `now`.
    pub fn keep(&mut self, entry: Entry<'_>, now: i64) -> Place {
        self.make_open(now);
        let place = self.open.copy(entry);
        place.from(self.next())
    }

    /// Keeps what is said of a call that began at `begin` and was received at `now`.
    pub fn push(&mut self, texts: &Texts<'_>, origin: Origin, begin: i64, now: i64) -> Place {
        self.make_open(now);
        let place = self.open.push(texts, origin, begin);
        place.from(self.next())
    }

    /// What is kept of the call that began at `begin`, unless its block is gone.
    #[must_use]
    pub fn get(&self, place: Place, begin: i64) -> Option<Entry<'_>> {
        let number = usize::from(place.block().wrapping_sub(self.first));
        let entry = if number == self.blocks.len() {
            self.open.last_block(place)
        } else {
            Entry::at(&self.blocks.get(number)?.bytes, place)
        };
        entry.filter(|entry| entry.is_of(begin))
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes + self.open.len()
    }

    /// Number of the block that comes after all that are closed.
    fn next(&self) -> u16 {
        self.first.wrapping_add(self.blocks.len() as u16)
    }

    /// Sees to it that there is room for another entry.
    fn make_open(&mut self, now: i64) {
        if self.open.len() >= LARGE {
            self.close();
            self.make_room(LARGE, now);
        }
        self.open_newest = self.open_newest.max(now);
    }

    fn close(&mut self) {
        for bytes in self.open.take_blocks() {
            self.bytes += bytes.capacity();
            self.blocks.push_back(Block { bytes, newest: self.open_newest });
        }
        self.open_newest = i64::MIN;
    }

    /// Drops blocks that are too old, and where `bytes` more don't fit in, the oldest.
    fn make_room(&mut self, bytes: usize, now: i64) {
        while let Some(oldest) = self.blocks.front() {
            let expired = oldest.newest < now.saturating_sub(self.keep);
            let fits = self.bytes + bytes <= self.most_bytes && self.blocks.len() < MOST_BLOCKS;
            if !expired && fits {
                break;
            }
            self.shed += u64::from(!expired);
            self.bytes -= oldest.bytes.capacity();
            self.blocks.pop_front();
            self.first = self.first.wrapping_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{EvidenceLog, LARGE};
    use crate::batch::Origin;
    use crate::entries::{Entries, Texts};

    const ORIGIN: Origin = Origin { trunk: 7, source: 8, sdp: 0, agent: 9, asserted: 0 };
    const TEXTS: Texts<'_> = Texts {
        call_id: "abc@host",
        a_text: "",
        trunk: "carrier-1",
        source_ip: "",
        sdp_origin: "",
        user_agent: "",
        b_text: "",
    };

    #[test]
    fn texts_come_back_until_they_are_older_than_the_window() {
        let mut log = EvidenceLog::new(7_000, 64 << 20);
        let first = log.push(&TEXTS, ORIGIN, 5, 0);
        assert_eq!(log.get(first, 5).map(|entry| (entry.texts(), entry.origin())), Some((TEXTS, ORIGIN)));
        assert!(log.get(first, 6).is_none(), "another call's");
        for now in 0..100_000 {
            log.push(&TEXTS, ORIGIN, now, now);
        }
        assert!(log.get(first, 5).is_none());
        assert_eq!(log.shed, 0);
    }

    #[test]
    fn a_full_log_drops_its_oldest_block_and_counts_it() {
        let mut log = EvidenceLog::new(i64::MAX / 2, 2 << 20);
        let long = "x".repeat(1_000);
        let first = log.push(&Texts { call_id: &long, ..TEXTS }, ORIGIN, 5, 0);
        for now in 1..5_000 {
            log.push(&Texts { call_id: &long, ..TEXTS }, ORIGIN, now, now);
        }
        assert!(log.shed >= 2);
        assert!(log.get(first, 5).is_none());
        assert!(log.bytes() <= 2 << 20);
    }

    #[test]
    fn a_large_batch_is_taken_over_while_single_calls_come_between() {
        let mut log = EvidenceLog::new(7_000, 64 << 20);
        for round in 0..40_i64 {
            let now = round * 1_000;
            let single = log.push(&TEXTS, ORIGIN, now, now);
            let mut batch = Entries::default();
            let places: Vec<_> = (now..now + 500).map(|begin| batch.push(&TEXTS, ORIGIN, begin)).collect();
            assert!(batch.len() > LARGE);
            batch.seal();
            let first = log.take_over(&batch, now).expect("a large batch");
            let during = log.keep(batch.entry(places[7]), now + 400);
            log.settle(now + 500);
            for (begin, place) in (now..).zip(&places) {
                assert!(log.get(place.from(first), begin).is_some());
            }
            assert!(log.get(single, now).is_some() && log.get(during, now + 7).is_some());
        }
        assert!(log.blocks.len() < 40, "old batches are dropped");
        assert_eq!(log.shed, 0);
    }
}
