//! The texts of the newest calls, kept as long as a window may still name them.
//!
//! Texts are appended to blocks; a block is dropped as a whole once all in it is older than the window, or when
//! the log is full. A call holds a [`Place`] and gets nothing back once its block is gone.

use std::collections::VecDeque;

const BLOCK: usize = 1 << 20;
/// Texts of a call.
const FIELDS: usize = 6;
/// Bytes of an entry before its texts: their lengths.
const HEAD: usize = 2 * FIELDS;
/// Longest Call-ID that is kept whole; RFC 3261 sets no limit, real ones are under 200.
pub const MAX_CALL_ID: usize = 1024;
/// Longest other text that is kept whole.
pub const MAX_TEXT: usize = 255;

/// Where a call's texts lie; the first field numbers the block over the log's whole life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    block: u32,
    offset: u32,
}

/// What a call's parties and origin were called, as on the wire. An absent text is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Texts<'a> {
    /// SIP Call-ID, or one made up for a call without.
    pub call_id: &'a str,
    /// The A-number where it is no E.164 number.
    pub a_text: &'a str,
    /// Trunk.
    pub trunk: &'a str,
    /// Source address.
    pub source_ip: &'a str,
    /// User name and address of the SDP origin.
    pub sdp_origin: &'a str,
    /// Agent.
    pub user_agent: &'a str,
}

struct Block {
    bytes: Vec<u8>,
    newest: i64,
}

/// Append-only, bounded log of [`Texts`].
pub struct EvidenceLog {
    blocks: VecDeque<Block>,
    first: u32,
    spare: Option<Vec<u8>>,
    most_blocks: usize,
    keep: i64,
    /// Blocks dropped while calls in them might still have been named.
    pub shed: u64,
}

impl EvidenceLog {
    /// A log that keeps texts for `keep` nanoseconds and holds at most `most_bytes`.
    #[must_use]
    pub fn new(keep: i64, most_bytes: usize) -> Self {
        let most_blocks = (most_bytes / BLOCK).max(2);
        Self { blocks: VecDeque::new(), first: 0, spare: None, most_blocks, keep, shed: 0 }
    }

    /// Keeps the texts of a call received at `now`.
    pub fn push(&mut self, texts: &Texts<'_>, now: i64) -> Place {
        let fields = [
            cut(texts.call_id, MAX_CALL_ID),
            cut(texts.a_text, MAX_TEXT),
            cut(texts.trunk, MAX_TEXT),
            cut(texts.source_ip, MAX_TEXT),
            cut(texts.sdp_origin, MAX_TEXT),
            cut(texts.user_agent, MAX_TEXT),
        ];
        let lens = fields.map(|field| field.len() as u16);
        let (place, bytes) = self.open(lens, now);
        for field in fields {
            bytes.extend_from_slice(field.as_bytes());
        }
        place
    }

    /// As `push`, of fields of these lengths that lie one behind the other, cut already.
    pub fn push_run(&mut self, lens: [u16; FIELDS], run: &str, now: i64) -> Place {
        debug_assert_eq!(run.len(), lens.iter().map(|&len| len as usize).sum::<usize>());
        let (place, bytes) = self.open(lens, now);
        bytes.extend_from_slice(run.as_bytes());
        place
    }

    /// Begins an entry: where it lies, and the block that its texts go to.
    fn open(&mut self, lens: [u16; FIELDS], now: i64) -> (Place, &mut Vec<u8>) {
        let need = HEAD + lens.iter().map(|&len| len as usize).sum::<usize>();
        if self.blocks.back().is_none_or(|b| b.bytes.len() + need > BLOCK) {
            self.open_block(now);
        }
        let number = self.first.wrapping_add(self.blocks.len() as u32 - 1);
        let Some(block) = self.blocks.back_mut() else { unreachable!("a block was just opened") };
        block.newest = block.newest.max(now);
        let place = Place { block: number, offset: block.bytes.len() as u32 };
        let mut head = [0; HEAD];
        for (bytes, len) in head.chunks_exact_mut(2).zip(lens) {
            bytes.copy_from_slice(&len.to_le_bytes());
        }
        block.bytes.extend_from_slice(&head);
        (place, &mut block.bytes)
    }

    /// The texts at a place, unless its block is gone.
    #[must_use]
    pub fn get(&self, place: Place) -> Option<Texts<'_>> {
        let block = self.blocks.get(place.block.wrapping_sub(self.first) as usize)?;
        let head = block.bytes.get(place.offset as usize..)?;
        let mut at = HEAD;
        let mut fields = [""; FIELDS];
        for (i, field) in fields.iter_mut().enumerate() {
            let len = u16::from_le_bytes([*head.get(i * 2)?, *head.get(i * 2 + 1)?]) as usize;
            *field = std::str::from_utf8(head.get(at..at + len)?).ok()?;
            at += len;
        }
        let [call_id, a_text, trunk, source_ip, sdp_origin, user_agent] = fields;
        Some(Texts { call_id, a_text, trunk, source_ip, sdp_origin, user_agent })
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.blocks.len() * BLOCK
    }

    fn open_block(&mut self, now: i64) {
        while let Some(oldest) = self.blocks.front() {
            let expired = oldest.newest < now.saturating_sub(self.keep);
            if !expired && self.blocks.len() < self.most_blocks {
                break;
            }
            self.shed += u64::from(!expired);
            self.spare = self.blocks.pop_front().map(|b| b.bytes);
            self.first = self.first.wrapping_add(1);
        }
        let mut bytes = self.spare.take().unwrap_or_else(|| Vec::with_capacity(BLOCK));
        bytes.clear();
        self.blocks.push_back(Block { bytes, newest: now });
    }
}

/// The first `most` bytes of a text, cut at a character's border.
#[must_use]
pub fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::{EvidenceLog, Texts};

    #[test]
    fn texts_come_back_until_they_are_older_than_the_window() {
        let mut log = EvidenceLog::new(7_000, 64 << 20);
        let texts = Texts { call_id: "abc@host", trunk: "carrier-1", ..Texts::default() };
        let first = log.push(&texts, 0);
        assert_eq!(log.get(first), Some(texts));
        for now in 0..100_000 {
            log.push(&texts, now);
        }
        assert_eq!(log.get(first), None);
        assert_eq!(log.shed, 0);
    }

    #[test]
    fn a_full_log_drops_its_oldest_block_and_counts_it() {
        let mut log = EvidenceLog::new(i64::MAX / 2, 2 << 20);
        let long = "x".repeat(5_000);
        let first = log.push(&Texts { call_id: &long, ..Texts::default() }, 0);
        assert_eq!(log.get(first).map(|t| t.call_id.len()), Some(super::MAX_CALL_ID));
        for now in 1..5_000 {
            log.push(&Texts { call_id: &long, ..Texts::default() }, now);
        }
        assert!(log.shed >= 2);
        assert_eq!(log.get(first), None);
        assert!(log.bytes() <= 2 << 20);
    }
}
