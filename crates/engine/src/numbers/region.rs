//! The country whose dialling rules a trunk's numbers are read by.

use rlibphonenumber::PHONE_NUMBER_UTIL;
use std::fmt;

/// A country with a numbering plan, by its ISO 3166-1 code of two letters.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub struct Region(pub(super) rlibphonenumber::Region);

impl Region {
    /// The region of a code such as `IN`, in either case; nothing where no plan is known.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let code: [u8; 2] = code.as_bytes().try_into().ok()?;
        let code = code.map(|letter| letter.to_ascii_uppercase());
        let region = rlibphonenumber::Region::from_code(std::str::from_utf8(&code).ok()?).ok()?;
        PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| Self(region))
    }

    /// Whether these digits, country code first, begin with its country code.
    #[must_use]
    pub fn holds(self, e164: u64) -> bool {
        let code = PHONE_NUMBER_UTIL.get_country_code_for_region(self.0);
        let mut prefixes = std::iter::successors(Some(e164), |digits| (*digits >= 10).then_some(digits / 10));
        code.is_some_and(|code| prefixes.any(|prefix| prefix == u64::from(code.unsigned_abs())))
    }

    /// A small integer, one to one.
    pub(super) fn id(self) -> u32 {
        self.0 as u32
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
