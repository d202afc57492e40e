//! The texts of the newest calls, kept as long as a window may still name them.
//!
//! Texts are appended to blocks; a block is dropped as a whole once all in it is older than the window, or when
//! the log is full. A call holds a [`Place`] and gets nothing back once its block is gone.

use std::collections::VecDeque;

use crate::batch::Origin;

/// Entries begin at multiples of this, and a block has as many of them as 16 bits number.
const UNIT: usize = 16;
const BLOCK: usize = UNIT << 16;
/// Texts of a call.
const FIELDS: usize = 6;
/// Bytes of an entry before its texts: whose it is, the lengths of the texts, and where the call came from.
const HEAD: usize = 4 + 2 * FIELDS + 16;
/// Longest Call-ID that is kept whole; RFC 3261 sets no limit, real ones are under 200.
pub const MAX_CALL_ID: usize = 1024;
/// Longest other text that is kept whole.
pub const MAX_TEXT: usize = 255;

/// Where the texts of a call lie: the low half of the block's number over the log's whole life, and the unit in it.
///
/// A block's number comes round after 64 GiB. An entry also says when its call began, so that no call is given
/// another's texts then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place(u32);

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

    /// Keeps what is said of a call that began at `begin` and was received at `now`.
    pub fn push(&mut self, texts: &Texts<'_>, origin: Origin, begin: i64, now: i64) -> Place {
        let fields = [
            cut(texts.call_id, MAX_CALL_ID),
            cut(texts.a_text, MAX_TEXT),
            cut(texts.trunk, MAX_TEXT),
            cut(texts.source_ip, MAX_TEXT),
            cut(texts.sdp_origin, MAX_TEXT),
            cut(texts.user_agent, MAX_TEXT),
        ];
        let head = head(begin, fields.map(|field| field.len() as u16), origin);
        let (place, bytes) = self.open(fields.iter().map(|field| field.len()).sum(), now);
        bytes.extend_from_slice(&head);
        for field in fields {
            bytes.extend_from_slice(field.as_bytes());
        }
        place
    }

    /// As `push`, of texts of these lengths that lie one behind the other, cut already.
    pub fn push_run(
        &mut self,
        lens: [u16; FIELDS],
        run: &str,
        origin: Origin,
        begin: i64,
        now: i64,
    ) -> Place {
        debug_assert_eq!(run.len(), lens.iter().map(|&len| len as usize).sum::<usize>());
        let (place, bytes) = self.open(run.len(), now);
        bytes.extend_from_slice(&head(begin, lens, origin));
        bytes.extend_from_slice(run.as_bytes());
        place
    }

    /// Finds room for an entry with so many bytes of texts: where it lies, and the block that it goes to.
    fn open(&mut self, texts: usize, now: i64) -> (Place, &mut Vec<u8>) {
        let start = |block: &Block| block.bytes.len().next_multiple_of(UNIT);
        if self.blocks.back().is_none_or(|block| start(block) + HEAD + texts > BLOCK) {
            self.open_block(now);
        }
        let number = self.first.wrapping_add(self.blocks.len() as u32 - 1);
        let Some(block) = self.blocks.back_mut() else { unreachable!("a block was just opened") };
        block.newest = block.newest.max(now);
        let start = start(block);
        block.bytes.resize(start, 0);
        (Place(number << 16 | (start / UNIT) as u32), &mut block.bytes)
    }

    /// What is kept of the call that began at `begin`, unless its block is gone.
    #[must_use]
    pub fn get(&self, place: Place, begin: i64) -> Option<(Texts<'_>, Origin)> {
        let number = ((place.0 >> 16) as u16).wrapping_sub(self.first as u16);
        let block = self.blocks.get(usize::from(number))?;
        let entry = block.bytes.get((place.0 & 0xffff) as usize * UNIT..)?;
        let (head, texts) = entry.split_first_chunk::<HEAD>()?;
        let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        if word(0) != begin as u32 {
            return None;
        }
        let mut at = 0;
        let mut fields = [""; FIELDS];
        for (field, len) in fields.iter_mut().zip(head[4..].chunks_exact(2)) {
            let len = u16::from_le_bytes([len[0], len[1]]) as usize;
            *field = std::str::from_utf8(texts.get(at..at + len)?).ok()?;
            at += len;
        }
        let [call_id, a_text, trunk, source_ip, sdp_origin, user_agent] = fields;
        let origin = Origin { trunk: word(16), source: word(20), sdp: word(24), agent: word(28) };
        Some((Texts { call_id, a_text, trunk, source_ip, sdp_origin, user_agent }, origin))
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

fn head(begin: i64, lens: [u16; FIELDS], origin: Origin) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&(begin as u32).to_le_bytes());
    for (bytes, len) in head[4..].chunks_exact_mut(2).zip(lens) {
        bytes.copy_from_slice(&len.to_le_bytes());
    }
    let words = [origin.trunk, origin.source, origin.sdp, origin.agent];
    for (bytes, word) in head[16..].chunks_exact_mut(4).zip(words) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    head
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
    use crate::batch::Origin;

    const ORIGIN: Origin = Origin { trunk: 7, source: 8, sdp: 0, agent: 9 };

    #[test]
    fn texts_come_back_until_they_are_older_than_the_window() {
        let mut log = EvidenceLog::new(7_000, 64 << 20);
        let texts = Texts { call_id: "abc@host", trunk: "carrier-1", ..Texts::default() };
        let first = log.push(&texts, ORIGIN, 5, 0);
        assert_eq!(log.get(first, 5), Some((texts, ORIGIN)));
        assert_eq!(log.get(first, 6), None, "another call's");
        for now in 0..100_000 {
            log.push(&texts, ORIGIN, now, now);
        }
        assert_eq!(log.get(first, 5), None);
        assert_eq!(log.shed, 0);
    }

    #[test]
    fn a_full_log_drops_its_oldest_block_and_counts_it() {
        let mut log = EvidenceLog::new(i64::MAX / 2, 2 << 20);
        let long = "x".repeat(5_000);
        let first = log.push(&Texts { call_id: &long, ..Texts::default() }, ORIGIN, 5, 0);
        assert_eq!(log.get(first, 5).map(|(texts, _)| texts.call_id.len()), Some(super::MAX_CALL_ID));
        for now in 1..5_000 {
            log.push(&Texts { call_id: &long, ..Texts::default() }, ORIGIN, now, now);
        }
        assert!(log.shed >= 2);
        assert_eq!(log.get(first, 5), None);
        assert!(log.bytes() <= 2 << 20);
    }
}
