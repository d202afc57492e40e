//! Reads the lines that nearly all senders write, several times as fast as a JSON parser would.
//!
//! Plain is a flat object in printable ASCII without escapes, each known field at most once, numbers as digits with
//! at most one point. Of such a line the places of the quotes tell everything. Whatever is not plain is left to the
//! parser, so that this page decides nothing on its own: what it reads, the parser reads alike.

use super::{Fields, fractional, whole, written};

/// Blocks of 64 bytes in the longest line that is read here.
const BLOCKS: usize = 16;

/// The fields of a plain line; nothing where the parser must be asked.
pub(super) fn read(line: &[u8]) -> Option<Fields<'_>> {
    let mut quotes = Quotes::new();
    let text = quotes.find(line)?;
    let mut fields = Fields::default();
    let mut known = 0_u16;
    let mut at = expect(line, 0, b'{')?;
    loop {
        let (open, close) = (quotes.next()?, quotes.next()?);
        if open != at {
            return None;
        }
        at = expect(line, close + 1, b':')?;
        let name = &line[open + 1..close];
        let value = if line.get(at) == Some(&b'"') {
            let (open, close) = (quotes.next()?, quotes.next()?);
            at = close + 1;
            Value::Text(&text[open + 1..close])
        } else {
            let value = Decimal::read(&line[at..])?;
            at += value.len;
            Value::Number(value)
        };
        let field = set(&mut fields, name, value)?;
        if known & field != 0 {
            return None;
        }
        known |= field;
        at = skip_spaces(line, at);
        match line.get(at)? {
            b',' => at = skip_spaces(line, at + 1),
            b'}' => break,
            _ => return None,
        }
    }
    (skip_spaces(line, at + 1) == line.len()).then_some(fields)
}

enum Value<'a> {
    Text(&'a str),
    Number(Decimal),
}

/// Keeps a field; the bit by which it is known, 0 for one that nobody reads.
fn set<'a>(fields: &mut Fields<'a>, name: &[u8], value: Value<'a>) -> Option<u16> {
    let (place, bit) = match (name, value) {
        (b"timestamp", Value::Number(number)) => {
            fields.timestamp = Some(number.instant()?);
            return Some(1);
        }
        (b"timestamp", Value::Text(text)) => {
            fields.timestamp = Some(written(text));
            return Some(1);
        }
        (name, Value::Number(number)) => {
            let (place, bit) = match name {
                b"cause" => (&mut fields.cause, 2),
                b"ring_seconds" => (&mut fields.ring_seconds, 4),
                b"duration_seconds" => (&mut fields.duration_seconds, 8),
                _ => return unknown(name),
            };
            *place = Some(number.float()?);
            return Some(bit);
        }
        (b"event_type", Value::Text(text)) => (fields.event_type.insert(text), 16),
        (b"a_number", Value::Text(text)) => (fields.a_number.insert(text), 32),
        (b"b_number", Value::Text(text)) => (fields.b_number.insert(text), 64),
        (b"call_id", Value::Text(text)) => (fields.call_id.insert(text), 128),
        (b"trunk", Value::Text(text)) => (fields.trunk.insert(text), 256),
        (b"source_ip", Value::Text(text)) => (fields.source_ip.insert(text), 512),
        (b"user_agent", Value::Text(text)) => (fields.user_agent.insert(text), 1024),
        (b"sdp_origin", Value::Text(text)) => (fields.sdp_origin.insert(text), 2048),
        (b"p_asserted_identity", Value::Text(text)) => (fields.p_asserted_identity.insert(text), 4096),
        (b"attestation", Value::Text(text)) => (fields.attestation.insert(text), 8192),
        (name, Value::Text(_)) => return unknown(name),
    };
    let _: &mut &str = place;
    Some(bit)
}

/// A field that nobody reads may come often; a known one with a value of the wrong type is the parser's to refuse.
fn unknown(name: &[u8]) -> Option<u16> {
    const KNOWN: [&[u8]; 13] = [
        b"event_type",
        b"a_number",
        b"b_number",
        b"call_id",
        b"trunk",
        b"source_ip",
        b"user_agent",
        b"sdp_origin",
        b"p_asserted_identity",
        b"attestation",
        b"cause",
        b"ring_seconds",
        b"duration_seconds",
    ];
    (!KNOWN.contains(&name)).then_some(0)
}

fn skip_spaces(line: &[u8], mut at: usize) -> usize {
    while line.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}

/// The place of what follows this byte, spaces around it apart.
fn expect(line: &[u8], at: usize, byte: u8) -> Option<usize> {
    let at = skip_spaces(line, at);
    (line.get(at) == Some(&byte)).then(|| skip_spaces(line, at + 1))
}

/// Digits with at most one point, as JSON allows them.
struct Decimal {
    digits: u64,
    /// Digits behind the point.
    scale: usize,
    /// Bytes it was written in.
    len: usize,
}

impl Decimal {
    /// Nothing where there is anything else, or more digits than 64 bits hold.
    fn read(line: &[u8]) -> Option<Self> {
        let (mut digits, mut len, mut point) = (0_u64, 0, None);
        for &byte in line {
            match byte {
                b'0'..=b'9' => digits = digits.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')),
                b'.' if point.is_none() => point = Some(len),
                b',' | b'}' | b' ' => break,
                _ => return None,
            }
            len += 1;
        }
        let whole = point.unwrap_or(len);
        let scale = point.map_or(0, |point| len - point - 1);
        let leading_zero = whole > 1 && line[0] == b'0';
        if whole == 0 || whole + scale > 18 || leading_zero || (point.is_some() && scale == 0) {
            return None;
        }
        Some(Self { digits, scale, len })
    }

    /// The nearest float, as a parser would give it: both parts are exact, so that the division rounds but once.
    fn float(&self) -> Option<f64> {
        (self.digits < 1 << 53).then(|| self.digits as f64 / TENS[self.scale] as f64)
    }

    /// Of seconds before 2096, all decimals to the sixth are exact, by way of a float or not.
    fn instant(&self) -> Option<Result<i64, super::Refusal>> {
        if self.scale == 0 {
            return Some(whole(self.digits));
        }
        if self.scale <= 6 && self.digits / TENS[self.scale] < 4_000_000_000 {
            return Some(Ok((self.digits * TENS[9 - self.scale]) as i64));
        }
        self.float().map(fractional)
    }
}

const TENS: [u64; 19] = {
    let mut tens = [1; 19];
    let mut power = 1;
    while power < 19 {
        tens[power] = tens[power - 1] * 10;
        power += 1;
    }
    tens
};

/// The places of a line's quotes, in order.
struct Quotes {
    masks: [u64; BLOCKS],
    block: usize,
    blocks: usize,
}

impl Quotes {
    fn new() -> Self {
        Self { masks: [0; BLOCKS], block: 0, blocks: 0 }
    }

    /// Finds the quotes of a line; the line as text, or nothing where it holds a backslash or anything but printable
    /// ASCII.
    #[inline]
    fn find<'a>(&mut self, line: &'a [u8]) -> Option<&'a str> {
        self.blocks = line.len().div_ceil(64);
        if self.blocks > BLOCKS {
            return None;
        }
        let mut odd = false;
        let (whole, rest) = line.as_chunks::<64>();
        for (mask, block) in self.masks.iter_mut().zip(whole) {
            let (found, is_odd) = scan(block);
            *mask = found;
            odd |= is_odd;
        }
        if !rest.is_empty() {
            // The last block reaches back into the one before, so that nothing is copied.
            let (found, is_odd) = match line.last_chunk::<64>() {
                Some(block) => {
                    let (found, is_odd) = scan(block);
                    (found >> (64 - rest.len()), is_odd)
                }
                None => {
                    let mut block = [b' '; 64];
                    block[..rest.len()].copy_from_slice(rest);
                    scan(&block)
                }
            };
            self.masks[whole.len()] = found;
            odd |= is_odd;
        }
        if odd {
            return None;
        }
        // SAFETY: `scan` found no byte outside of ASCII in any block, and the blocks are the whole line.
        Some(unsafe { std::str::from_utf8_unchecked(line) })
    }

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.block < self.blocks {
            let mask = &mut self.masks[self.block];
            if *mask != 0 {
                let place = self.block * 64 + mask.trailing_zeros() as usize;
                *mask &= *mask - 1;
                return Some(place);
            }
            self.block += 1;
        }
        None
    }
}

/// A bit for each quote, and whether there is a backslash or anything but printable ASCII.
#[cfg(target_arch = "x86_64")]
#[inline]
fn scan(block: &[u8; 64]) -> (u64, bool) {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
        _mm_setzero_si128,
    };
    // SAFETY: every x86-64 has SSE2, and the four loads lie within the block.
    unsafe {
        let (quote, backslash) = (_mm_set1_epi8(b'"' as i8), _mm_set1_epi8(b'\\' as i8));
        // Bytes above ASCII are negative, so that one comparison finds them and the controls.
        let (space, mut odd, mut quotes) = (_mm_set1_epi8(b' ' as i8), _mm_setzero_si128(), 0);
        for part in 0..4 {
            let bytes = _mm_loadu_si128(block.as_ptr().add(part * 16).cast());
            let found = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quote)) as u16;
            quotes |= u64::from(found) << (part * 16);
            let strange = _mm_or_si128(_mm_cmplt_epi8(bytes, space), _mm_cmpeq_epi8(bytes, backslash));
            odd = _mm_or_si128(odd, strange);
        }
        (quotes, _mm_movemask_epi8(odd) != 0)
    }
}

/// A bit for each quote, and whether there is a backslash or anything but printable ASCII.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn scan(block: &[u8; 64]) -> (u64, bool) {
    let mut quotes = 0;
    let mut odd = false;
    for (place, &byte) in block.iter().enumerate() {
        quotes |= u64::from(byte == b'"') << place;
        odd |= byte == b'\\' || !(b' '..=127).contains(&byte);
    }
    (quotes, odd)
}
