//! The key of a number: eight bytes, compared and hashed as an integer.

use super::validity::Validity;
use std::hash::{DefaultHasher, Hasher};

/// A number in normal form: E.164, the one [`ANONYMOUS`], or a text that is no number.
///
/// The two highest bits hold the kind. E.164 is the value of its digits, at most 15, which is unique since no
/// country code begins with 0. A text is a keyed hash of 59 bits beside what its shape says of its validity;
/// where it is `+` and digits that no plan holds, those digits, so that prefixes reach it.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Ord, PartialOrd, Debug)]
pub struct Number(u64);

/// Every caller that withholds its number.
pub const ANONYMOUS: Number = Number(1 << KIND_SHIFT);

const KIND_SHIFT: u32 = 62;
const CLASS_SHIFT: u32 = 60;
const TEXT: u64 = 2 << KIND_SHIFT;
/// Of a text: the bits below are digits and no hash.
const DIGITS: u64 = 1 << 59;
/// One above the highest value of 15 digits.
const E164_END: u64 = 1_000_000_000_000_000;

impl Number {
    /// The number of these digits, country code first; nothing where they are none or over 15.
    #[must_use]
    pub const fn from_e164_value(value: u64) -> Option<Self> {
        if value == 0 || value >= E164_END { None } else { Some(Self(value)) }
    }

    /// A text in lower case. Without the key, nobody can make two texts meet.
    pub(crate) fn of_text(key: u64, class: Validity, text: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(key);
        hasher.write(text.as_bytes());
        Self(TEXT | (class as u64) << CLASS_SHIFT | (hasher.finish() % DIGITS))
    }

    /// Digits behind a `+` that no plan holds; nothing where they are more than 17 or begin with 0.
    pub(super) fn of_digits(class: Validity, digits: &str) -> Option<Self> {
        if digits.len() > 17 || digits.starts_with('0') {
            return None;
        }
        Some(Self(TEXT | (class as u64) << CLASS_SHIFT | DIGITS | digits.parse::<u64>().ok()?))
    }

    /// The digits behind the `+`, whether a plan holds them or not.
    pub(super) const fn global_digits(self) -> Option<u64> {
        match self.e164_value() {
            None if self.is_text() && self.0 & DIGITS != 0 => Some(self.0 % DIGITS),
            value => value,
        }
    }

    /// Whether this is an E.164 number.
    #[must_use]
    pub const fn is_e164(&self) -> bool {
        self.0 < E164_END
    }

    /// The value of the digits, country code first.
    #[must_use]
    pub const fn e164_value(&self) -> Option<u64> {
        if self.is_e164() { Some(self.0) } else { None }
    }

    /// Whether the caller withheld its number.
    #[must_use]
    pub const fn is_anonymous(&self) -> bool {
        self.0 == ANONYMOUS.0
    }

    /// Whether this stands for a text that is no number.
    #[must_use]
    pub const fn is_text(&self) -> bool {
        self.0 & TEXT != 0
    }

    /// What a text's shape said of it.
    pub(super) const fn text_class(self) -> Validity {
        match self.0 >> CLASS_SHIFT & 3 {
            1 => Validity::Invalid,
            2 => Validity::Unallocated,
            _ => Validity::NotANumber,
        }
    }

    /// The key as an integer, for tables.
    #[must_use]
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    /// The number of this key; of a text only where it was made under the key of the same normaliser.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// As people read it: `+12025551234`, `anonymous`, or the text, which the caller has kept.
    #[must_use]
    pub fn display(&self, text: &str) -> String {
        match self.e164_value() {
            Some(value) => format!("+{value}"),
            None if self.is_anonymous() => "anonymous".to_owned(),
            None => text.to_owned(),
        }
    }
}
