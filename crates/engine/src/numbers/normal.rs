//! From the wire's form of a number to its normal form.

use super::cache::{Reading, Readings, Validities};
use super::national::National;
use super::plan::{PLANS, Plans};
use super::wire::{Dialled, Party};
use super::{ANONYMOUS, MAX_TEXT, Number, Region, Validity};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat};
use std::borrow::Cow;

/// A number in normal form.
#[derive(Clone, Eq, PartialEq, Debug)]
pub struct Normal<'a> {
    /// The key it is kept under.
    pub number: Number,
    /// Of a text: the text in lower case, at most [`MAX_TEXT`] characters.
    pub text: Option<Cow<'a, str>>,
    /// Whether the text was longer.
    pub cut: bool,
}

impl Normal<'_> {
    const fn of(number: Number) -> Self {
        Self { number, text: None, cut: false }
    }
}

/// Brings numbers into normal form. It remembers what needed the library, in tables that never grow (3 MB).
pub struct Normaliser {
    pub(super) plans: &'static Plans,
    pub(super) validities: Validities,
    readings: Readings,
    /// The region last asked for, and how it dials.
    national: (Region, Option<&'static National>),
    key: u64,
}

impl Normaliser {
    /// `key`, best a random one, keeps strangers from making two texts that meet in one [`Number`].
    #[must_use]
    pub fn new(key: u64) -> Self {
        let national = (Region(rlibphonenumber::Region::World), None);
        Self { plans: &PLANS, validities: Validities::new(), readings: Readings::new(), national, key }
    }

    /// From now on texts meet under this key, and no longer with those read before.
    pub fn use_key(&mut self, key: u64) {
        self.key = key;
    }

    /// The normal form of a number as a trunk of that region sends it.
    ///
    /// Digits with `+` are E.164 where their length is possible. Digits without are read as dialled in the
    /// region where that is valid, else behind a `+` where that is valid, else as dialled where that is
    /// possible. Everything else is a text. Digits of any script count; a number in E.164 already takes no
    /// detour over the library.
    #[inline]
    pub fn normalise<'a>(&mut self, raw: &'a str, region: Region) -> Normal<'a> {
        match self.plans.pack(raw.as_bytes()) {
            Some(number) => Normal::of(number),
            None => self.read(raw, region),
        }
    }

    /// Reads one number of a region, so that no call pays the milliseconds which its patterns take to compile.
    pub fn warm(&mut self, region: Region) {
        if let Ok(example) = PHONE_NUMBER_UTIL.get_example_number(region.0) {
            let national = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::National);
            let number = self.normalise(&national, region).number;
            self.validity(number);
        }
    }

    fn read<'a>(&mut self, raw: &'a str, region: Region) -> Normal<'a> {
        let party =
            Dialled::plain(raw).map_or_else(|| Party::read(raw), |dialled| Party::Digits(dialled, raw));
        match party {
            Party::Withheld => Normal::of(ANONYMOUS),
            Party::Text(name) => self.text(name, Validity::NotANumber),
            Party::Digits(dialled, written) => match self.resolve(&dialled, region) {
                Reading::E164(number) => Normal::of(number),
                Reading::Text(class) => {
                    let digits = Some(dialled.as_str()).filter(|_| dialled.plus && !dialled.too_many);
                    let normal = self.text(written, class);
                    let number =
                        digits.and_then(|digits| Number::of_digits(class, digits)).unwrap_or(normal.number);
                    Normal { number, ..normal }
                }
            },
        }
    }

    fn resolve(&mut self, dialled: &Dialled, region: Region) -> Reading {
        if dialled.too_many {
            return Reading::Text(Validity::Invalid);
        }
        if dialled.plus
            && let Some(number) = self.plans.pack_digits(dialled.as_bytes())
        {
            return Reading::E164(number);
        }
        if !dialled.plus
            && let Some(number) = self.national(region).and_then(|national| national.read(dialled.as_bytes()))
        {
            return Reading::E164(number);
        }
        let (plans, digits) = (self.plans, dialled.as_str());
        self.readings.get_or(digits, dialled.plus, region, || {
            let number = if dialled.plus { global(digits, region) } else { as_dialled(digits, region) };
            match number {
                Some(number) => Reading::E164(number),
                None if dialled.plus && !plans.knows_code(digits) => Reading::Text(Validity::Unallocated),
                None => Reading::Text(Validity::Invalid),
            }
        })
    }

    fn national(&mut self, region: Region) -> Option<&'static National> {
        if self.national.0 != region {
            self.national = (region, National::of(region));
        }
        self.national.1
    }

    fn text<'a>(&self, name: &'a str, class: Validity) -> Normal<'a> {
        let end = name.char_indices().nth(MAX_TEXT).map(|(at, _)| at);
        let head = &name[..end.unwrap_or(name.len())];
        let text = lower(head);
        Normal { number: Number::of_text(self.key, class, &text), text: Some(text), cut: end.is_some() }
    }
}

/// At most [`MAX_TEXT`] characters in lower case, which can be more characters than before.
fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().flat_map(char::to_lowercase).take(MAX_TEXT).collect())
}

/// Digits behind a `+`.
fn global(digits: &str, region: Region) -> Option<Number> {
    let phone = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), Some(region.0)).ok()?;
    PHONE_NUMBER_UTIL.is_possible_number(&phone).then(|| e164(&phone))?
}

/// Digits without a `+`, in the order that [`Normaliser::normalise`] states.
pub(super) fn as_dialled(digits: &str, region: Region) -> Option<Number> {
    let national = PHONE_NUMBER_UTIL.parse(digits, Some(region.0)).ok();
    if let Some(phone) = national.as_ref().filter(|phone| PHONE_NUMBER_UTIL.is_valid_number(phone)) {
        return e164(phone);
    }
    // `00` means the same everywhere, also where the region's own international prefix is another.
    let zeros = digits.starts_with("00");
    let abroad = digits.strip_prefix("00").unwrap_or(digits);
    let abroad = PHONE_NUMBER_UTIL.parse(format!("+{abroad}"), Some(region.0)).ok();
    if let Some(phone) = abroad.as_ref().filter(|phone| PHONE_NUMBER_UTIL.is_valid_number(phone)) {
        return e164(phone);
    }
    let possible = |phone: &PhoneNumber| PHONE_NUMBER_UTIL.is_possible_number(phone);
    let phone = national.filter(possible).or_else(|| abroad.filter(|_| zeros).filter(possible))?;
    e164(&phone)
}

fn e164(phone: &PhoneNumber) -> Option<Number> {
    let digits = PHONE_NUMBER_UTIL.format(phone, PhoneNumberFormat::E164);
    Number::from_e164_value(digits.strip_prefix('+')?.parse().ok()?)
}
