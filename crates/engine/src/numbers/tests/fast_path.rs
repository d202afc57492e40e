//! The fast path never says anything else than the library.

use super::Dice;
use crate::numbers::plan::PLANS;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};

/// E.164 as the library has it; nothing where it refuses the number or finds its length impossible.
fn by_library(number: &str) -> Option<String> {
    let phone = PHONE_NUMBER_UTIL.parse(number, Some(Region::IN)).ok()?;
    let e164 = PHONE_NUMBER_UTIL.format(&phone, PhoneNumberFormat::E164).into_owned();
    PHONE_NUMBER_UTIL.is_possible_number(&phone).then_some(e164)
}

/// Whether the fast path took the number; it must have left it as the library does.
fn takes(number: &str) -> bool {
    let Some(packed) = PLANS.pack(number.as_bytes()) else {
        return false;
    };
    assert_eq!(by_library(number).as_deref(), Some(number), "the fast path took {number}");
    assert_eq!(packed.display(""), number);
    true
}

#[test]
fn equals_the_library_behind_every_country_code_and_first_digits() {
    let mut dice = Dice(0x517C_C1B7_2722_0A95);
    let (mut asked, mut taken) = (0, 0);
    for code in PHONE_NUMBER_UTIL.get_supported_calling_codes() {
        for first in 0..1000 {
            let total = 7 + dice.below(9) as usize;
            let number = format!("+{code}{first:03}");
            let tail = dice.digits((total + 1).saturating_sub(number.len()));
            asked += 1;
            taken += u32::from(takes(&format!("{number}{tail}")));
        }
    }
    assert!(asked > 200_000 && taken > 60_000, "{taken} of {asked}");
}

#[test]
fn leaves_codes_that_nobody_has_and_other_lengths_to_the_library() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for first in 0..1000 {
        for total in 3..24 {
            takes(&format!("+{first:03}{}", dice.digits(total - 3)));
        }
    }
    for left in ["", "+", "+123456", "+999123456789", "+0912345678901", "+9187654x3210", "919876543210"] {
        assert!(!takes(left), "{left}");
    }
}

#[test]
fn takes_nearly_all_numbers_that_are_their_own_normal_form() {
    let mut dice = Dice(0xD6E8_FEB8_6659_FD93);
    for code in
        [1, 7, 20, 27, 31, 33, 34, 39, 44, 49, 52, 54, 55, 61, 62, 65, 81, 86, 91, 92, 234, 254, 880, 971]
    {
        let mut own = 0;
        let mut taken = 0;
        for _ in 0..2_000 {
            let national = 7 + dice.below(5) as usize;
            let number = format!("+{code}{}", dice.digits(national));
            if by_library(&number).as_deref() == Some(&number) {
                own += 1;
                taken += u32::from(takes(&number));
            }
        }
        assert!(taken * 10 > own * 8, "+{code}: {taken} of {own}");
    }
}

#[test]
fn prefixes_behind_the_country_code_go_the_long_way() {
    for number in ["+4402079460123", "+9109876543210", "+5401123456789", "+11202555123", "+5503121987654321"]
    {
        assert!(!takes(number), "{number}");
    }
    for number in ["+442079460123", "+390612345678", "+12025551234", "+5491123456789", "+919876543210"] {
        assert!(takes(number), "{number}");
    }
}
