//! One list of numbers and prefixes.

use super::super::{MAX_TEXT, Normaliser, Number, Region};
use super::ListError;
use super::keys::Keys;
use std::borrow::Cow;
use std::collections::HashMap;

/// Most digits of an E.164 number, and so of a prefix.
const MAX_DIGITS: usize = 15;
/// Most digits of what [`Number::global_digits`] gives.
const MAX_GLOBAL: usize = 17;
/// The two highest bits set: what no [`Number`] is.
const PREFIX: u64 = 3 << 62;

const POWERS: [u64; MAX_GLOBAL + 1] = {
    let mut powers = [1; MAX_GLOBAL + 1];
    let mut at = 1;
    while at <= MAX_GLOBAL {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// A number, or a prefix by the value of its digits.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub(super) enum Entry {
    Number(Number),
    Prefix(u64),
}

impl Entry {
    fn key(self) -> u64 {
        match self {
            Self::Number(number) => number.to_bits(),
            Self::Prefix(digits) => PREFIX | digits,
        }
    }
}

#[derive(Default)]
pub(super) struct Entries {
    keys: Keys,
    /// Prefixes of each number of digits.
    prefixes: [usize; MAX_DIGITS + 1],
    /// Bit n: there are prefixes of n digits.
    lengths: u32,
    /// Texts that are no numbers, by their key.
    texts: HashMap<u64, Box<str>>,
}

impl Entries {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn set(
        &mut self,
        value: &str,
        normaliser: &mut Normaliser,
        region: Region,
    ) -> Result<(), ListError> {
        let (entry, text) = read(value, normaliser, region)?;
        if !self.keys.insert(entry.key()) {
            return Ok(());
        }
        match entry {
            Entry::Prefix(digits) => {
                let length = digit_count(digits);
                self.prefixes[length] += 1;
                self.lengths |= 1 << length;
            }
            Entry::Number(number) => {
                if let Some(text) = text {
                    self.texts.insert(number.to_bits(), text);
                }
            }
        }
        Ok(())
    }

    pub(super) fn unset(&mut self, value: &str, normaliser: &mut Normaliser, region: Region) -> bool {
        let Ok((entry, _)) = read(value, normaliser, region) else {
            return false;
        };
        if !self.keys.remove(entry.key()) {
            return false;
        }
        match entry {
            Entry::Prefix(digits) => {
                let length = digit_count(digits);
                self.prefixes[length] -= 1;
                if self.prefixes[length] == 0 {
                    self.lengths &= !(1 << length);
                }
            }
            Entry::Number(number) => {
                self.texts.remove(&number.to_bits());
            }
        }
        true
    }

    /// The entry that names a number: itself, else the longest prefix.
    #[inline]
    pub(super) fn find(&self, number: Number) -> Option<Entry> {
        if self.keys.len() == 0 {
            return None;
        }
        self.look_up(number)
    }

    fn look_up(&self, number: Number) -> Option<Entry> {
        if self.keys.contains(number.to_bits()) {
            return Some(Entry::Number(number));
        }
        let value = number.global_digits().filter(|_| self.lengths != 0)?;
        let digits = digit_count(value);
        let mut lengths = self.lengths & ((2 << digits) - 1);
        while lengths != 0 {
            let length = lengths.ilog2() as usize;
            let prefix = Entry::Prefix(value / POWERS[digits - length]);
            if self.keys.contains(prefix.key()) {
                return Some(prefix);
            }
            lengths &= !(1 << length);
        }
        None
    }

    /// An entry in normal form: `+12025551234`, `+44800*`, `anonymous` or the text.
    pub(super) fn written(&self, entry: Entry) -> Cow<'_, str> {
        match entry {
            Entry::Prefix(digits) => Cow::Owned(format!("+{digits}*")),
            Entry::Number(number) => match self.texts.get(&number.to_bits()) {
                Some(text) => Cow::Borrowed(text),
                None => Cow::Owned(number.display("")),
            },
        }
    }
}

fn digit_count(value: u64) -> usize {
    value.checked_ilog10().map_or(0, |power| power as usize + 1)
}

/// An entry, and its text where it is no number.
fn read(
    value: &str,
    normaliser: &mut Normaliser,
    region: Region,
) -> Result<(Entry, Option<Box<str>>), ListError> {
    let value = value.trim();
    if value.is_empty() {
        return Err(ListError::Empty);
    }
    if let Some(prefix) = value.strip_suffix('*') {
        return Ok((Entry::Prefix(prefix_value(prefix).ok_or(ListError::Prefix)?), None));
    }
    if value.chars().nth(MAX_TEXT).is_some() {
        return Err(ListError::TooLong);
    }
    let normal = normaliser.normalise(value, region);
    Ok((Entry::Number(normal.number), normal.text.map(|text| text.into_owned().into())))
}

/// `+44 800` as 44800.
fn prefix_value(prefix: &str) -> Option<u64> {
    let digits: String =
        prefix.strip_prefix('+')?.chars().filter(|letter| !" -.()".contains(*letter)).collect();
    let plain = digits.len() <= MAX_DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit());
    if plain && !digits.starts_with('0') { digits.parse().ok() } else { None }
}
