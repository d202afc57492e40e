//! Numbering plans in a form that packs most `+…` numbers without a look into the library.
//!
//! The library changes the digits behind a country code in one way only: it strips or rewrites what the plan's
//! national prefix matches at their start. A table per country code says, for each three first digits, that
//! nothing can match there; with a possible length such a number is its own normal form. Prefixes are judged
//! by the automaton of the plan's own pattern, so the table claims no more than the pattern does.

use super::Number;
use regex_automata::dfa::{Automaton, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::{primitives::StateID, start, syntax};
use regex_automata::{Anchored, MatchKind};
use rlibphonenumber::interfaces::AsOriginal;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber};
use std::collections::HashMap;
use std::sync::LazyLock;

/// First digits behind the country code that the tables look at.
const DEPTH: usize = 3;
/// Most digits of an E.164 number.
const MAX_DIGITS: usize = 15;

type Prefixes = [u64; 16];

/// What the fast path knows of one country code.
struct Plan {
    /// Bit n: a number may have n digits behind the country code.
    lengths: u32,
    /// Bit p: no national prefix matches where the three first digits are p.
    untouched: Prefixes,
}

/// The plans of all country codes.
pub(super) struct Plans {
    /// By the three first digits of a number: index of its plan and digits of its country code; 0 where the
    /// country code is nobody's.
    codes: Box<[(u16, u8); 1000]>,
    plans: Vec<Plan>,
}

pub(super) static PLANS: LazyLock<Plans> = LazyLock::new(Plans::new);

impl Plans {
    fn new() -> Self {
        let mut codes = Box::new([(0, 0); 1000]);
        let mut plans = Vec::new();
        let mut known: HashMap<String, Prefixes> = HashMap::new();
        for code in PHONE_NUMBER_UTIL.get_supported_calling_codes() {
            let Some(plan) = plan_of(code, &mut known) else {
                continue;
            };
            let (digits, span) = match code {
                1..=9 => (1, 100),
                10..=99 => (2, 10),
                _ => (3, 1),
            };
            let first = code as usize * span;
            codes[first..first + span].fill((plans.len() as u16, digits));
            plans.push(plan);
        }
        Self { codes, plans }
    }

    /// `+` and 7 to 15 ASCII digits that are their own normal form; nothing where the library must be asked.
    #[inline]
    pub(super) fn pack(&self, raw: &[u8]) -> Option<Number> {
        let (b'+', digits) = raw.split_first()? else {
            return None;
        };
        self.pack_digits(digits)
    }

    #[inline]
    pub(super) fn pack_digits(&self, digits: &[u8]) -> Option<Number> {
        if !(7..=MAX_DIGITS).contains(&digits.len()) {
            return None;
        }
        let value = value_of(digits)?;
        let (plan, code_digits) = self.codes[three(&digits[..DEPTH])];
        let national = &digits[usize::from(code_digits)..];
        let plan = self.plans.get(usize::from(plan)).filter(|_| code_digits > 0)?;
        let prefix = three(&national[..DEPTH]);
        let untouched = plan.untouched[prefix >> 6] >> (prefix & 63) & 1 == 1;
        if untouched && plan.lengths >> national.len() & 1 == 1 {
            return Number::from_e164_value(value);
        }
        None
    }

    /// Whether digits begin with a country code that somebody has.
    pub(super) fn knows_code(&self, digits: &str) -> bool {
        let digits = digits.as_bytes();
        digits.len() >= DEPTH && self.codes[three(&digits[..DEPTH])].1 > 0
    }

    /// A number in normal form as the library keeps it.
    pub(super) fn phone_number(&self, value: u64) -> Option<PhoneNumber> {
        let digits = value.to_string();
        let (_, code_digits) = *self.codes.get(three(digits.as_bytes().get(..DEPTH)?))?;
        let (code, national) = digits.split_at(usize::from(code_digits));
        let zeros = national.bytes().take_while(|&digit| digit == b'0').count();
        let zeros = zeros.min(national.len().saturating_sub(1));
        Some(PhoneNumber {
            country_code: code.parse().ok()?,
            national_number: national.parse().ok()?,
            italian_leading_zero: (zeros > 0).then_some(true),
            number_of_leading_zeros: (zeros > 1).then_some(zeros as i32),
            ..PhoneNumber::default()
        })
    }
}

/// The value of 7 to 15 ASCII digits, read eight at a time; nothing where anything else is among them.
#[inline]
fn value_of(digits: &[u8]) -> Option<u64> {
    const POWERS: [u64; 8] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];
    let Some((head, tail)) = digits.split_first_chunk::<8>() else {
        let mut padded = *b"00000000";
        padded[8 - digits.len()..].copy_from_slice(digits);
        return eight(u64::from_le_bytes(padded));
    };
    let head = eight(u64::from_le_bytes(*head))?;
    if tail.is_empty() {
        return Some(head);
    }
    // The last eight overlap the first: what they share is made zeros.
    let shared = 64 - 8 * tail.len() as u32;
    let last = u64::from_le_bytes(*digits.last_chunk::<8>()?);
    let tail_value = eight(last >> shared << shared | ZEROS & !(u64::MAX << shared))?;
    Some(head * POWERS[tail.len()] + tail_value)
}

const ZEROS: u64 = u64::from_le_bytes(*b"00000000");

/// The value of eight ASCII digits, the first in the lowest byte.
#[inline]
fn eight(text: u64) -> Option<u64> {
    const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    const PAIRS: u64 = 0x0000_00FF_0000_00FF;
    let digits = text & HIGH == ZEROS && text.wrapping_add(0x0606_0606_0606_0606) & HIGH == ZEROS;
    if !digits {
        return None;
    }
    let pairs = (text - ZEROS) * 10 + ((text - ZEROS) >> 8);
    let high = (pairs & PAIRS).wrapping_mul(100 + (1_000_000 << 32));
    let low = (pairs >> 16 & PAIRS).wrapping_mul(1 + (10_000 << 32));
    Some(high.wrapping_add(low) >> 32)
}

/// The value of three ASCII digits.
fn three(digits: &[u8]) -> usize {
    digits.iter().fold(0, |value, &digit| value * 10 + usize::from(digit - b'0'))
}

fn plan_of(code: i32, known: &mut HashMap<String, Prefixes>) -> Option<Plan> {
    let library = PHONE_NUMBER_UTIL.as_original();
    let region = PHONE_NUMBER_UTIL.get_region_for_country_code(code)?;
    let metadata = library.get_metadata_for_region_or_calling_code(code, region)?;
    let general = &metadata.general_desc.original;
    let lengths = general.possible_length.iter().chain(&general.possible_length_local_only);
    let untouched = match metadata.national_prefix_for_parsing().anchor_start() {
        Ok(None) => [u64::MAX; 16],
        Ok(Some(pattern)) => {
            *known.entry(pattern.as_str().to_owned()).or_insert_with(|| untouched(pattern.as_str()))
        }
        Err(_) => [0; 16],
    };
    Some(Plan {
        lengths: lengths
            .filter(|&&length| (0..32).contains(&length))
            .fold(0, |bits, length| bits | 1 << length),
        untouched,
    })
}

/// The three-digit prefixes behind which a pattern, anchored at the start, can match nothing but the empty text.
pub(super) fn untouched(pattern: &str) -> Prefixes {
    let mut untouched = [0; 16];
    // A pattern beyond these limits leaves its country to the library.
    let Ok(automaton) = dense::Builder::new()
        .configure(dense::Config::new().match_kind(MatchKind::All).dfa_size_limit(Some(1 << 22)))
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(1 << 20)))
        .build(pattern)
    else {
        return untouched;
    };
    let Ok(start) = automaton.start_state(&start::Config::new().anchored(Anchored::Yes)) else {
        return untouched;
    };
    for prefix in 0..1000 {
        if nothing_matches(&automaton, start, prefix) {
            untouched[prefix >> 6] |= 1 << (prefix & 63);
        }
    }
    untouched
}

/// Whether the automaton dies within the prefix's digits without having matched one of them.
fn nothing_matches<A: Automaton>(automaton: &A, start: StateID, prefix: usize) -> bool {
    let mut state = start;
    for (at, digit) in [prefix / 100, prefix / 10 % 10, prefix % 10].into_iter().enumerate() {
        state = automaton.next_state(state, b'0' + digit as u8);
        if automaton.is_dead_state(state) {
            return true;
        }
        // The automaton reports a match one byte late: one reported on the first digit is the empty text.
        if at > 0 && automaton.is_match_state(state) {
            return false;
        }
    }
    false
}
