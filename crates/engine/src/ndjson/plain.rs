//! Reads the lines that nearly all senders write, several times as fast as a JSON parser would.
//!
//! Plain is a flat object in printable ASCII without escapes, each known field at most once, numbers as digits with
//! at most one point. Of such a line the places of the quotes tell everything. Whatever is not plain is left to the
//! parser, so that this page decides nothing on its own: what it reads, the parser reads alike.
//!
//! A sender writes its fields in one order: what stood between two values mostly stands there in the next line too,
//! and one comparison then does for the name and all that is around it.

use super::Fields;
use super::decimal::Decimal;
use super::quotes::Quotes;
use super::stamp::written;

/// Fields of an event, and the begin of a line where a field is to come before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Field {
    Begin,
    Timestamp,
    Cause,
    RingSeconds,
    DurationSeconds,
    EventType,
    ANumber,
    BNumber,
    CallId,
    Trunk,
    SourceIp,
    UserAgent,
    SdpOrigin,
    PAssertedIdentity,
    Attestation,
    /// One that nobody reads.
    Other,
}

const FIELDS: usize = Field::Other as usize + 1;

impl Field {
    fn named(name: &[u8]) -> Self {
        match name {
            b"timestamp" => Self::Timestamp,
            b"cause" => Self::Cause,
            b"ring_seconds" => Self::RingSeconds,
            b"duration_seconds" => Self::DurationSeconds,
            b"event_type" => Self::EventType,
            b"a_number" => Self::ANumber,
            b"b_number" => Self::BNumber,
            b"call_id" => Self::CallId,
            b"trunk" => Self::Trunk,
            b"source_ip" => Self::SourceIp,
            b"user_agent" => Self::UserAgent,
            b"sdp_origin" => Self::SdpOrigin,
            b"p_asserted_identity" => Self::PAssertedIdentity,
            b"attestation" => Self::Attestation,
            _ => Self::Other,
        }
    }
}

/// What stands between the end of a value and the begin of the next, and which field that is.
#[derive(Clone, Copy, Debug)]
struct Gap {
    halves: [u128; 2],
    masks: [u128; 2],
    len: usize,
    field: Field,
    is_text: bool,
}

impl Gap {
    /// Longer gaps are read each time.
    const MOST: usize = 32;

    fn new(bytes: &[u8], field: Field, is_text: bool) -> Option<Self> {
        let mut whole = [0; Self::MOST];
        whole.get_mut(..bytes.len())?.copy_from_slice(bytes);
        let mut mask = [0; Self::MOST];
        mask[..bytes.len()].fill(u8::MAX);
        Some(Self { halves: halves(&whole), masks: halves(&mask), len: bytes.len(), field, is_text })
    }

    /// Whether a line goes on with these bytes here; near the end of a line it is not worth asking.
    #[inline]
    fn is_at(&self, line: &[u8], at: usize) -> bool {
        let Some(next) = line.get(at..).and_then(<[u8]>::first_chunk) else { return false };
        let next = halves(next);
        let differ = |half: usize| (next[half] ^ self.halves[half]) & self.masks[half];
        // Behind the gap before a number there may be more spaces this time, or a text.
        differ(0) | differ(1) == 0
            && (self.is_text || line.get(at + self.len).is_some_and(u8::is_ascii_digit))
    }
}

fn halves(bytes: &[u8; Gap::MOST]) -> [u128; 2] {
    let (halves, _) = bytes.as_chunks::<16>();
    [u128::from_le_bytes(halves[0]), u128::from_le_bytes(halves[1])]
}

/// What followed each field when a line was last read.
#[derive(Default)]
pub struct Habits([Option<Gap>; FIELDS]);

/// The fields of a plain line; nothing where the parser must be asked.
pub(super) fn read<'a>(line: &'a [u8], habits: &mut Habits) -> Option<Fields<'a>> {
    let mut quotes = Quotes::default();
    quotes.find(line)?;
    let mut fields = Fields::default();
    let (mut known, mut last, mut at) = (0_u32, Field::Begin, 0);
    loop {
        let (start, field, is_text) = match habits.0[last as usize].as_ref().filter(|gap| gap.is_at(line, at))
        {
            Some(gap) => (at + gap.len, gap.field, gap.is_text),
            None => {
                let (start, name, is_text) = gap(line, at, last == Field::Begin, &quotes)?;
                let field = Field::named(name);
                habits.0[last as usize] = Gap::new(&line[at..start], field, is_text);
                (start, field, is_text)
            }
        };
        let bit = 1 << field as u32;
        if known & bit != 0 && field != Field::Other {
            return None;
        }
        known |= bit;
        if is_text {
            let close = quotes.at_or_after(start)?;
            // SAFETY: `find` saw nothing but ASCII in the whole line.
            let text = unsafe { std::str::from_utf8_unchecked(&line[start..close]) };
            set_text(&mut fields, field, text)?;
            at = close + 1;
        } else {
            let number = Decimal::read(&line[start..])?;
            set_number(&mut fields, field, &number)?;
            at = start + number.len;
        }
        last = field;
        let next = if line.get(at) == Some(&b' ') { skip_spaces(line, at) } else { at };
        if line.get(next) == Some(&b'}') {
            return (skip_spaces(line, next + 1) == line.len()).then_some(fields);
        }
    }
}

/// Reads what stands before a value: where the value begins, the field's name, and whether the value is a text.
fn gap<'a>(line: &'a [u8], at: usize, begins: bool, quotes: &Quotes) -> Option<(usize, &'a [u8], bool)> {
    let open = expect(line, at, if begins { b'{' } else { b',' })?;
    if line.get(open) != Some(&b'"') {
        return None;
    }
    let close = quotes.at_or_after(open + 1)?;
    let value = expect(line, close + 1, b':')?;
    let is_text = line.get(value) == Some(&b'"');
    Some((value + usize::from(is_text), &line[open + 1..close], is_text))
}

fn set_text<'a>(fields: &mut Fields<'a>, field: Field, text: &'a str) -> Option<()> {
    let place = match field {
        Field::EventType => &mut fields.event_type,
        Field::ANumber => &mut fields.a_number,
        Field::BNumber => &mut fields.b_number,
        Field::CallId => &mut fields.call_id,
        Field::Trunk => &mut fields.trunk,
        Field::SourceIp => &mut fields.source_ip,
        Field::UserAgent => &mut fields.user_agent,
        Field::SdpOrigin => &mut fields.sdp_origin,
        Field::PAssertedIdentity => &mut fields.p_asserted_identity,
        Field::Attestation => &mut fields.attestation,
        Field::Timestamp => {
            fields.timestamp = Some(written(text));
            return Some(());
        }
        Field::Other => return Some(()),
        // A value of the wrong type is the parser's to refuse.
        Field::Cause | Field::RingSeconds | Field::DurationSeconds | Field::Begin => return None,
    };
    *place = Some(text);
    Some(())
}

fn set_number(fields: &mut Fields<'_>, field: Field, number: &Decimal) -> Option<()> {
    let place = match field {
        Field::Cause => &mut fields.cause,
        Field::RingSeconds => &mut fields.ring_seconds,
        Field::DurationSeconds => &mut fields.duration_seconds,
        Field::Timestamp => {
            fields.timestamp = Some(number.instant()?);
            return Some(());
        }
        Field::Other => return Some(()),
        _ => return None,
    };
    *place = Some(number.float()?);
    Some(())
}

/// The place of what follows this byte, spaces around it apart.
fn expect(line: &[u8], at: usize, byte: u8) -> Option<usize> {
    let at = skip_spaces(line, at);
    (line.get(at) == Some(&byte)).then(|| skip_spaces(line, at + 1))
}

fn skip_spaces(line: &[u8], mut at: usize) -> usize {
    while line.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}
