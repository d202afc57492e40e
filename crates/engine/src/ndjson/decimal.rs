//! Numbers as nearly all senders write them: digits with at most one point.

use super::stamp::{fractional, whole};
use crate::batch::Refusal;

/// Digits with at most one point, as JSON allows them.
pub(super) struct Decimal {
    digits: u64,
    /// Digits behind the point.
    scale: usize,
    /// Bytes it was written in.
    pub len: usize,
}

impl Decimal {
    /// Nothing where there is anything else, or more digits than 64 bits hold.
    pub fn read(line: &[u8]) -> Option<Self> {
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
    pub fn float(&self) -> Option<f64> {
        (self.digits < 1 << 53).then(|| self.digits as f64 / TENS[self.scale] as f64)
    }

    /// Of seconds before 2096, all decimals to the sixth are exact, by way of a float or not.
    pub fn instant(&self) -> Option<Result<i64, Refusal>> {
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
