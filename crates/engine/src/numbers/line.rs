//! Whether the phone behind a number can be abroad.

use super::{Normaliser, Number, Region};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberType};

/// What a country's plan says of the line behind one of its numbers.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Line {
    /// It does not roam: geographic, or of a service that mobile phones don't have.
    Fixed,
    /// It may roam: mobile, or the plan does not tell.
    Mobile,
}

impl Normaliser {
    /// The line behind a number of this region's own plan; nothing for numbers of others, with which it may share its
    /// country code. Not remembered: up to several microseconds.
    #[must_use]
    pub fn line_in(&self, number: Number, region: Region) -> Option<Line> {
        let phone = self.plans.phone_number(number.e164_value()?)?;
        if PHONE_NUMBER_UTIL.get_region_for_number(&phone)? != region.0 {
            return None;
        }
        Some(match PHONE_NUMBER_UTIL.get_number_type(&phone) {
            PhoneNumberType::Mobile
            | PhoneNumberType::FixedLineOrMobile
            | PhoneNumberType::PersonalNumber
            | PhoneNumberType::Unknown => Line::Mobile,
            _ => Line::Fixed,
        })
    }
}
