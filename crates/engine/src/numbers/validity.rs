//! Whether a numbering plan holds a number.

use super::{Normaliser, Number, Region};
use std::sync::Once;

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber};

/// What the world's numbering plans say of a number.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Validity {
    /// No number at all: a text, or withheld.
    NotANumber = 0,
    /// Digits of a length or shape that the country does not have.
    Invalid = 1,
    /// A length the country has, in no range of its plan; or a country code that nobody has.
    Unallocated = 2,
    /// In a range that the plan holds.
    Valid = 3,
}

impl Validity {
    /// As the Python side names it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotANumber => "not_a_number",
            Self::Invalid => "invalid",
            Self::Unallocated => "unallocated",
            Self::Valid => "valid",
        }
    }
}

impl Normaliser {
    /// What the plans say of a number, remembered for the numbers asked for last.
    pub fn validity(&mut self, number: Number) -> Validity {
        let Some(value) = number.e164_value() else {
            return if number.is_text() { number.text_class() } else { Validity::NotANumber };
        };
        if let Some(known) = self.validities.get(value) {
            return known;
        }
        let validity = self.plans.phone_number(value).map_or(Validity::Unallocated, |phone| judge(&phone));
        self.validities.put(value, validity);
        validity
    }

    /// The country of a number whose range is known. Not remembered: up to several microseconds.
    #[must_use]
    pub fn region_of(&self, number: Number) -> Option<Region> {
        let phone = self.plans.phone_number(number.e164_value()?)?;
        let region = PHONE_NUMBER_UTIL.get_region_for_number(&phone)?;
        (region != rlibphonenumber::Region::World).then_some(Region(region))
    }
}

/// Compiles the patterns of all plans, once in a process: a third of a second and 130 MB. Without, the first caller of a
/// country in an alert pays for its plan, up to 14 ms.
pub fn read_all_plans() {
    static READ: Once = Once::new();
    READ.call_once(|| {
        for region in PHONE_NUMBER_UTIL.get_supported_regions() {
            if let Ok(example) = PHONE_NUMBER_UTIL.get_example_number(region) {
                judge(&example);
            }
        }
    });
}

fn judge(phone: &PhoneNumber) -> Validity {
    if PHONE_NUMBER_UTIL.is_valid_number(phone) {
        return Validity::Valid;
    }
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(phone) {
        Ok(NumberLengthType::IsPossible) => Validity::Unallocated,
        _ => Validity::Invalid,
    }
}
