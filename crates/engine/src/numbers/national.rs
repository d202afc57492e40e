//! Numbers as they are dialled within a country, read without a look into the library where its rules are simple.
//!
//! Simple is a country code of one region whose national prefix is some digits or none, and that rewrites nothing.
//! There a number that does not begin like an international call is its national prefix and a number of the plan, and
//! what the plan holds is told by one automaton made of the library's own patterns. A test holds both equal.

use super::plan::untouched;
use super::{Number, Region};
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};
use rlibphonenumber::PHONE_NUMBER_UTIL;
use rlibphonenumber::interfaces::AsOriginal;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// The numbers of one country as its own subscribers dial them.
pub(super) struct National {
    code: u64,
    code_text: String,
    prefix: String,
    /// First digits behind which no international prefix can stand.
    local: [u64; 16],
    automaton: dense::DFA<Vec<u32>>,
    /// For each pattern of the automaton, of which the first is the general one, the lengths that count: bit n for n.
    lengths: Vec<u32>,
}

impl National {
    /// What is known of a region's dialling, worked out once; nothing where the library must be asked.
    pub(super) fn of(region: Region) -> Option<&'static Self> {
        type Known = Mutex<HashMap<Region, Option<&'static National>>>;
        static KNOWN: LazyLock<Known> = LazyLock::new(Known::default);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        *known
            .entry(region)
            .or_insert_with(|| Self::new(region).map(|national| &*Box::leak(Box::new(national))))
    }

    fn new(region: Region) -> Option<Self> {
        let library = PHONE_NUMBER_UTIL.as_original();
        let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region.0)?;
        let is_alone = PHONE_NUMBER_UTIL
            .get_supported_regions()
            .filter(|&other| PHONE_NUMBER_UTIL.get_country_code_for_region(other) == Some(code))
            .count()
            == 1;
        let metadata = library.get_metadata_for_region_or_calling_code(code, region.0)?;
        let prefix = metadata.national_prefix_for_parsing().original_base().to_owned();
        let is_simple = prefix.bytes().all(|digit| digit.is_ascii_digit())
            && metadata.original.national_prefix_transform_rule().is_empty();
        if !is_alone || !is_simple {
            return None;
        }
        let kinds = [
            &metadata.general_desc,
            &metadata.fixed_line,
            &metadata.mobile,
            &metadata.toll_free,
            &metadata.premium_rate,
            &metadata.shared_cost,
            &metadata.personal_number,
            &metadata.voip,
            &metadata.pager,
            &metadata.uan,
            &metadata.voicemail,
        ];
        let kinds: Vec<_> =
            kinds.iter().filter(|kind| !kind.national_number_pattern().original_base().is_empty()).collect();
        let patterns: Vec<&str> =
            kinds.iter().map(|kind| kind.national_number_pattern().original_base()).collect();
        let lengths = kinds.iter().map(|kind| bits(&kind.original.possible_length)).collect();
        Some(Self {
            code: code as u64,
            code_text: code.to_string(),
            prefix,
            local: untouched(metadata.international_prefix().original_base()),
            automaton: automaton(&patterns)?,
            lengths,
        })
    }

    /// A number of the plan as dialled; nothing where the library must be asked.
    #[inline]
    pub(super) fn read(&self, digits: &[u8]) -> Option<Number> {
        let &[first, second, third, ..] = digits else { return None };
        let three =
            [first, second, third].iter().fold(0, |value, digit| value * 10 + usize::from(digit - b'0'));
        if self.local[three >> 6] >> (three & 63) & 1 == 0 || digits.starts_with(self.code_text.as_bytes()) {
            return None;
        }
        let national = digits.strip_prefix(self.prefix.as_bytes()).unwrap_or(digits);
        let fits = (2..=15 - self.code_text.len()).contains(&national.len());
        if !fits || national[0] == b'0' || !self.is_valid(national) {
            return None;
        }
        let power = 10_u64.pow(national.len() as u32);
        let value = national.iter().fold(0, |value, &digit| value * 10 + u64::from(digit - b'0'));
        Number::from_e164_value(self.code * power + value)
    }

    /// Whether the general pattern and one of the others hold the number, each with its length.
    fn is_valid(&self, national: &[u8]) -> bool {
        let automaton = &self.automaton;
        let Ok(mut state) = automaton.start_state(&start::Config::new().anchored(Anchored::Yes)) else {
            return false;
        };
        for &digit in national {
            state = automaton.next_state(state, digit);
        }
        state = automaton.next_eoi_state(state);
        if !automaton.is_match_state(state) {
            return false;
        }
        let holds = |pattern: usize| self.lengths[pattern] >> national.len() & 1 == 1;
        let mut matched =
            (0..automaton.match_len(state)).map(|place| automaton.match_pattern(state, place).as_usize());
        matched.clone().any(|pattern| pattern == 0 && holds(0))
            && matched.any(|pattern| pattern > 0 && holds(pattern))
    }
}

/// Bit n for length n; where the library names none, all count.
fn bits(lengths: &[i32]) -> u32 {
    let known = lengths.iter().filter(|&&length| (0..32).contains(&length));
    if lengths.is_empty() { u32::MAX } else { known.fold(0, |bits, length| bits | 1 << length) }
}

fn automaton(patterns: &[&str]) -> Option<dense::DFA<Vec<u32>>> {
    let config = dense::Config::new().match_kind(MatchKind::All).start_kind(StartKind::Anchored);
    dense::Builder::new()
        .configure(config.dfa_size_limit(Some(4 << 20)))
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(4 << 20)))
        .build_many(patterns)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::super::normal::as_dialled;
    use super::{National, Region};

    /// Numbers of many shapes: dialled with and without prefix, country code and international prefix.
    fn dialled(seed: u64) -> String {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let prefix = ["", "", "0", "0", "00", "91", "091", "0091", "1", "8", "49", "011", "000", "65"]
            [random(14) as usize];
        let length = 4 + random(9);
        (0..length).fold(prefix.to_owned(), |text, _| format!("{text}{}", random(10)))
    }

    #[test]
    fn reads_what_the_library_reads_and_nothing_else() {
        let mut taken = 0;
        for name in
            ["IN", "DE", "NG", "KE", "SG", "FR", "BR", "AU", "JP", "ID", "PH", "ZA", "ES", "PL", "MX", "BD"]
        {
            let region = Region::parse(name).expect("a region");
            let Some(national) = National::of(region) else { continue };
            for seed in 0..20_000 {
                let digits = dialled(seed);
                if let Some(number) = national.read(digits.as_bytes()) {
                    assert_eq!(Some(number), as_dialled(&digits, region), "{digits} in {name}");
                    taken += 1;
                }
            }
        }
        assert!(taken > 10_000, "{taken}");
    }

    #[test]
    fn indian_numbers_with_and_without_their_zero_need_no_library() {
        let india = National::of(Region::parse("IN").expect("India")).expect("a simple plan");
        let number = |digits: &str| india.read(digits.as_bytes()).and_then(|number| number.e164_value());
        assert_eq!(number("09876543210"), Some(919_876_543_210));
        assert_eq!(number("9876543210"), Some(919_876_543_210));
        assert_eq!(number("00919876543210"), None);
        assert_eq!(number("919876543210"), None);
        assert_eq!(number("0123"), None);
    }
}
