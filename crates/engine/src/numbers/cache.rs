//! Two tables that remember the last answers; neither ever grows.

use super::{Number, Region, Validity};

const READINGS: usize = 1 << 15;
const VALIDITIES: usize = 1 << 17;

/// Spreads keys over the slots by the high bits of a product.
fn slot(key: u64, slots: usize) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - slots.trailing_zeros())) as usize
}

/// What digits that needed the library became: a number, or a text of some class.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub(super) enum Reading {
    E164(Number),
    Text(Validity),
}

#[derive(Copy, Clone)]
struct Read {
    digits: u64,
    context: u32,
    reading: Reading,
}

/// Digits as dialled in a region, and what they were read as: two to a place, the latest asked first.
pub(super) struct Readings(Box<[[Read; 2]]>);

impl Readings {
    pub(super) fn new() -> Self {
        let empty = Read { digits: 0, context: 0, reading: Reading::Text(Validity::NotANumber) };
        Self(vec![[empty; 2]; READINGS].into())
    }

    /// Digits, behind a leading 1 that keeps their zeros; 0 where they are too many to keep.
    fn key(digits: &str) -> u64 {
        if digits.len() > 18 {
            return 0;
        }
        digits.bytes().fold(1, |value, digit| value * 10 + u64::from(digit - b'0'))
    }

    /// The reading of these digits, asked of `read` unless it is known.
    pub(super) fn get_or(
        &mut self,
        digits: &str,
        plus: bool,
        region: Region,
        read: impl FnOnce() -> Reading,
    ) -> Reading {
        let key = Self::key(digits);
        if key == 0 {
            return read();
        }
        let context = region.id() << 1 | u32::from(plus);
        let place = &mut self.0[slot(key ^ u64::from(context) << 40, READINGS)];
        let known = |read: &Read| read.digits == key && read.context == context;
        if !known(&place[0]) {
            place.swap(0, 1);
            if !known(&place[0]) {
                place[0] = Read { digits: key, context, reading: read() };
            }
        }
        place[0].reading
    }
}

/// E.164 values with their validity in the lowest two bits.
pub(super) struct Validities(Box<[u64]>);

impl Validities {
    pub(super) fn new() -> Self {
        Self(vec![0; VALIDITIES].into())
    }

    pub(super) fn get(&self, value: u64) -> Option<Validity> {
        let entry = self.0[slot(value, VALIDITIES)];
        if entry >> 2 != value {
            return None;
        }
        Some(match entry & 3 {
            1 => Validity::Invalid,
            2 => Validity::Unallocated,
            3 => Validity::Valid,
            _ => Validity::NotANumber,
        })
    }

    pub(super) fn put(&mut self, value: u64, validity: Validity) {
        self.0[slot(value, VALIDITIES)] = value << 2 | validity as u64;
    }
}
