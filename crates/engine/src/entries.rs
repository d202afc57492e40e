//! What is said of calls, one entry behind the other: whose it is, where the call came from, and the texts.
//!
//! The decoder writes an entry in the form in which it is kept, so that the log of evidence need not copy the entries
//! of a large batch: it takes their blocks over.

use std::sync::Arc;

use crate::batch::Origin;

/// Entries begin at multiples of this, and a block has as many of them as 16 bits number.
const UNIT: usize = 16;
const BLOCK: usize = UNIT << 16;
/// Texts of a call, the B-number's last.
const FIELDS: usize = 7;
/// Bytes of an entry before its texts: the begin of the call, where it came from, and the lengths of the texts.
const HEAD: usize = LENGTHS + 2 * FIELDS;
/// Where the lengths begin.
const LENGTHS: usize = 4 + 20;
/// Longest Call-ID that is kept whole; RFC 3261 sets no limit, real ones are under 200.
pub const MAX_CALL_ID: usize = 1024;
/// Longest other text that is kept whole.
pub const MAX_TEXT: usize = 255;

/// Where an entry lies: the low half of its block's number, and the unit in it.
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
    /// The B-number where it is no E.164 number.
    pub b_text: &'a str,
}

impl Place {
    /// The entry at `unit` of a block.
    fn new(block: usize, unit: usize) -> Self {
        Self((block as u32) << 16 | unit as u32)
    }

    /// The low half of the block's number.
    #[must_use]
    pub fn block(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// The first byte in the block.
    fn start(self) -> usize {
        (self.0 & 0xffff) as usize * UNIT
    }

    /// The same entry where its first block has this number.
    #[must_use]
    pub fn from(self, first: u16) -> Self {
        Self(self.0.wrapping_add(u32::from(first) << 16))
    }
}

/// One entry, and what lies behind it in its block.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    head: &'a [u8; HEAD],
    texts: &'a [u8],
}

impl<'a> Entry<'a> {
    /// The entry at a place of a block.
    #[must_use]
    pub fn at(block: &'a [u8], place: Place) -> Option<Self> {
        let (head, texts) = block.get(place.start()..)?.split_first_chunk()?;
        Some(Self { head, texts })
    }

    fn word(self, at: usize) -> u32 {
        u32::from_le_bytes([self.head[at], self.head[at + 1], self.head[at + 2], self.head[at + 3]])
    }

    /// Whether it is said of a call that began at this instant.
    #[must_use]
    pub fn is_of(self, begin: i64) -> bool {
        self.word(0) == begin as u32
    }

    /// Where the call came from.
    #[must_use]
    pub fn origin(self) -> Origin {
        Origin {
            trunk: self.word(4),
            source: self.word(8),
            sdp: self.word(12),
            agent: self.word(16),
            asserted: self.word(20),
        }
    }

    fn len(self, field: usize) -> usize {
        let at = LENGTHS + 2 * field;
        usize::from(u16::from_le_bytes([self.head[at], self.head[at + 1]]))
    }

    fn text(self, field: usize) -> &'a str {
        let start = (0..field).map(|field| self.len(field)).sum::<usize>();
        let text = self.texts.get(start..start + self.len(field));
        text.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// The trunk's name.
    #[must_use]
    pub fn trunk(self) -> &'a str {
        self.text(2)
    }

    /// All texts.
    #[must_use]
    pub fn texts(self) -> Texts<'a> {
        let [call_id, a_text, trunk, source_ip, sdp_origin, user_agent, b_text] =
            std::array::from_fn(|field| self.text(field));
        Texts { call_id, a_text, trunk, source_ip, sdp_origin, user_agent, b_text }
    }

    /// Its bytes: the head, and the texts.
    #[must_use]
    pub fn bytes(self) -> (&'a [u8], &'a [u8]) {
        let len = (0..FIELDS).map(|field| self.len(field)).sum::<usize>();
        (self.head, &self.texts[..len.min(self.texts.len())])
    }
}

/// Entries that are being written.
#[derive(Default)]
pub struct Entries {
    full: Vec<Arc<Vec<u8>>>,
    open: Vec<u8>,
}

impl Entries {
    /// Drops all of them.
    pub fn clear(&mut self) {
        self.full.clear();
        self.open.clear();
    }

    /// Makes room for so many bytes.
    pub fn expect(&mut self, bytes: usize) {
        self.open.reserve(bytes.min(BLOCK));
    }

    /// Adds an entry for a call that begins at `begin`; texts are cut to what is kept of them.
    #[inline]
    pub fn push(&mut self, texts: &Texts<'_>, origin: Origin, begin: i64) -> Place {
        let fields = [
            cut(texts.call_id, MAX_CALL_ID),
            cut(texts.a_text, MAX_TEXT),
            cut(texts.trunk, MAX_TEXT),
            cut(texts.source_ip, MAX_TEXT),
            cut(texts.sdp_origin, MAX_TEXT),
            cut(texts.user_agent, MAX_TEXT),
            cut(texts.b_text, MAX_TEXT),
        ];
        let mut head = [0; HEAD];
        let words = [begin as u32, origin.trunk, origin.source, origin.sdp, origin.agent, origin.asserted];
        for (bytes, word) in head.chunks_exact_mut(4).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        let mut len = 0;
        for (bytes, field) in head[LENGTHS..].chunks_exact_mut(2).zip(fields) {
            bytes.copy_from_slice(&(field.len() as u16).to_le_bytes());
            len += field.len();
        }
        let place = self.begin(HEAD + len);
        self.open.extend_from_slice(&head);
        for field in fields {
            self.open.extend_from_slice(field.as_bytes());
        }
        place
    }

    /// Adds an entry that was written elsewhere.
    pub fn copy(&mut self, entry: Entry<'_>) -> Place {
        let (head, texts) = entry.bytes();
        let place = self.begin(head.len() + texts.len());
        self.open.extend_from_slice(head);
        self.open.extend_from_slice(texts);
        place
    }

    /// Where the next entry of so many bytes lies.
    fn begin(&mut self, bytes: usize) -> Place {
        const PADDING: [u8; UNIT] = [0; UNIT];
        let padding = self.open.len().wrapping_neg() % UNIT;
        if self.open.len() + padding + bytes > BLOCK {
            self.seal();
            self.open.reserve(bytes);
        } else {
            self.open.reserve(padding + bytes);
            self.open.extend_from_slice(&PADDING[..padding]);
        }
        Place::new(self.full.len(), self.open.len() / UNIT)
    }

    /// The entry at a place.
    ///
    /// # Panics
    ///
    /// Where the place is not one of these entries.
    #[must_use]
    pub fn entry(&self, place: Place) -> Entry<'_> {
        let block = self.full.get(usize::from(place.block())).map_or(&self.open, |block| block);
        Entry::at(block, place).expect("a place of these entries")
    }

    /// The entry at a place of the block that is written, whatever the place says of its number.
    #[must_use]
    pub fn last_block(&self, place: Place) -> Option<Entry<'_>> {
        Entry::at(&self.open, place)
    }

    /// Ends the block that is written, so that it can be shared.
    pub fn seal(&mut self) {
        if !self.open.is_empty() {
            self.open.shrink_to_fit();
            self.full.push(Arc::new(std::mem::take(&mut self.open)));
        }
    }

    /// Bytes of all entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.full.iter().map(|block| block.len()).sum::<usize>() + self.open.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of all entries where no block is open.
    #[must_use]
    pub fn sealed(&self) -> Option<usize> {
        self.open.is_empty().then(|| self.len())
    }

    /// The blocks that are full.
    #[must_use]
    pub fn blocks(&self) -> &[Arc<Vec<u8>>] {
        &self.full
    }

    /// Takes the blocks out, the one that is written among them.
    pub fn take_blocks(&mut self) -> Vec<Arc<Vec<u8>>> {
        self.seal();
        std::mem::take(&mut self.full)
    }
}

/// The first `most` bytes of a text, cut at a character's border.
#[inline]
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
    use super::{BLOCK, Entries, MAX_CALL_ID, Texts};
    use crate::batch::Origin;

    const ORIGIN: Origin = Origin { trunk: 7, source: 8, sdp: 0, agent: 9, asserted: 10 };

    #[test]
    fn entries_are_read_as_they_were_written_over_many_blocks() {
        let mut entries = Entries::default();
        let places: Vec<_> = (0..20_000)
            .map(|n| {
                let call_id = format!("call-{n}@host");
                let texts =
                    Texts { call_id: &call_id, trunk: "carrier-1", b_text: "desk", ..Texts::default() };
                entries.push(&texts, ORIGIN, n)
            })
            .collect();
        assert!(entries.len() > BLOCK);
        for (n, place) in (0..).zip(places) {
            let entry = entries.entry(place);
            assert!(entry.is_of(n) && !entry.is_of(n + 1));
            assert_eq!(entry.texts().call_id, format!("call-{n}@host"));
            assert_eq!((entry.trunk(), entry.texts().b_text), ("carrier-1", "desk"));
            assert_eq!(entry.origin(), ORIGIN);
        }
    }

    #[test]
    fn long_texts_are_cut_at_a_characters_border_and_copied_as_they_are() {
        let mut entries = Entries::default();
        let long = "é".repeat(5_000);
        let place = entries.push(&Texts { call_id: &long, ..Texts::default() }, ORIGIN, 5);
        let mut other = Entries::default();
        let copied = other.copy(entries.entry(place));
        assert_eq!(other.entry(copied).texts().call_id, &long[..MAX_CALL_ID]);
    }
}
