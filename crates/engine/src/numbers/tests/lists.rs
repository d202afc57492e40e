//! Lists: what an operator enters, and which calls it then names.

use super::Dice;
use crate::numbers::{ListError, ListName, Normaliser, Number, NumberLists, Region};
use std::collections::BTreeSet;

struct Desk {
    lists: NumberLists,
    normaliser: Normaliser,
    region: Region,
}

impl Desk {
    fn new() -> Self {
        let region = Region::parse("IN").unwrap();
        Self { lists: NumberLists::default(), normaliser: Normaliser::new(7), region }
    }

    fn set(&mut self, list: ListName, value: &str) -> Result<(), ListError> {
        self.lists.set(list, value, &mut self.normaliser, self.region)
    }

    fn unset(&mut self, list: ListName, value: &str) -> bool {
        self.lists.unset(list, value, &mut self.normaliser, self.region)
    }

    fn number(&mut self, raw: &str) -> Number {
        self.normaliser.normalise(raw, self.region).number
    }

    fn hit(&mut self, raw: &str) -> Option<(ListName, String)> {
        let number = self.number(raw);
        self.lists.hit(number).map(|(list, value)| (list, value.into_owned()))
    }

    fn exempts(&mut self, a: &str, b: &str, trunk: &str) -> bool {
        let (a, b) = (self.number(a), self.number(b));
        self.lists.exempts(a, b, trunk)
    }
}

#[test]
fn names_a_number_however_it_was_entered_and_however_it_calls() {
    let mut desk = Desk::new();
    desk.set(ListName::DenyA, "098765 43210").unwrap();
    for raw in ["+919876543210", "9876543210", "sip:+919876543210@198.51.100.7", "0091 98765-43210"] {
        assert_eq!(desk.hit(raw), Some((ListName::DenyA, "+919876543210".to_owned())), "{raw}");
    }
    assert_eq!(desk.hit("+919876543211"), None);
    assert!(desk.unset(ListName::DenyA, "tel:+91-98765-43210"));
    assert!(!desk.unset(ListName::DenyA, "+919876543210"));
    assert_eq!(desk.hit("+919876543210"), None);
    assert!(desk.lists.is_empty());
}

#[test]
fn deny_comes_before_watch_and_the_number_before_the_longest_prefix() {
    let mut desk = Desk::new();
    desk.set(ListName::WatchA, "+442079460000").unwrap();
    desk.set(ListName::DenyA, "+44*").unwrap();
    desk.set(ListName::DenyA, "+44 20 7946*").unwrap();
    assert_eq!(desk.hit("+442079460000"), Some((ListName::DenyA, "+44207946*".to_owned())));
    assert_eq!(desk.hit("+441632960000"), Some((ListName::DenyA, "+44*".to_owned())));
    assert!(desk.unset(ListName::DenyA, "+44207946*") && desk.unset(ListName::DenyA, "+44*"));
    assert_eq!(desk.hit("+442079460000"), Some((ListName::WatchA, "+442079460000".to_owned())));
    assert_eq!(desk.hit("+441632960000"), None);
}

#[test]
fn withheld_callers_and_texts_are_listed_exactly() {
    let mut desk = Desk::new();
    desk.set(ListName::DenyA, "anonymous").unwrap();
    desk.set(ListName::WatchA, "sip:Desk@example.com").unwrap();
    assert_eq!(
        desk.hit("\"Unknown\" <sip:anonymous@anonymous.invalid>"),
        Some((ListName::DenyA, "anonymous".into()))
    );
    assert_eq!(desk.hit("SIP:desk@example.com"), Some((ListName::WatchA, "sip:desk@example.com".into())));
    assert_eq!(desk.hit("sip:desks@example.com"), None);
}

#[test]
fn prefixes_reach_numbers_that_no_plan_holds() {
    let mut desk = Desk::new();
    desk.set(ListName::DenyA, "+999*").unwrap();
    desk.set(ListName::DenyA, "+1202*").unwrap();
    desk.set(ListName::WatchA, "+4930123456789012").unwrap();
    let deny = |prefix: &str| Some((ListName::DenyA, prefix.to_owned()));
    assert_eq!(desk.hit("+999 123 456 789"), deny("+999*"));
    assert_eq!(desk.hit("sip:+99912345678901234@198.51.100.7"), deny("+999*"));
    assert_eq!(desk.hit("+1202555123456"), deny("+1202*"));
    assert_eq!(desk.hit("+4930123456789012"), Some((ListName::WatchA, "+4930123456789012".into())));
    assert_eq!(desk.hit("sip:+999desk@example.com"), None);
    assert_eq!(desk.hit("999123"), None);
}

#[test]
fn each_allow_list_exempts_by_its_own_fact() {
    let mut desk = Desk::new();
    let call = ["+12025551234", "+911800111555", "carrier-a-2"];
    assert!(!desk.exempts(call[0], call[1], call[2]));
    for (list, value) in [
        (ListName::AllowA, "+1202*"),
        (ListName::AllowB, "+911800111555"),
        (ListName::AllowTrunk, "carrier-a-2"),
        (ListName::AllowTrunk, "carrier-a-*"),
    ] {
        desk.set(list, value).unwrap();
        assert!(desk.exempts(call[0], call[1], call[2]), "{value}");
        assert!(!desk.exempts("+13035551234", "+911800111556", "carrier-b"), "{value}");
        assert!(desk.unset(list, value));
        assert!(!desk.exempts(call[0], call[1], call[2]), "{value}");
    }
}

#[test]
fn refuses_what_can_name_nothing() {
    let mut desk = Desk::new();
    for prefix in ["*", "+*", "0800*", "+0800*", "+44x*", "+1234567890123456*", "sip:desk*", "+४४*"] {
        assert_eq!(desk.set(ListName::DenyA, prefix), Err(ListError::Prefix), "{prefix}");
    }
    assert_eq!(desk.set(ListName::DenyA, " "), Err(ListError::Empty));
    assert_eq!(desk.set(ListName::DenyA, &"9".repeat(65)), Err(ListError::TooLong));
    assert_eq!(desk.set(ListName::AllowTrunk, "*"), Err(ListError::Empty));
    assert!(desk.lists.is_empty());
}

/// The oracle: entries as strings, looked through one by one.
fn naive_hit(entries: &BTreeSet<String>, number: &str) -> Option<String> {
    let names = |entry: &&String| match entry.strip_suffix('*') {
        Some(prefix) => number.starts_with(prefix),
        None => *entry == number,
    };
    entries.iter().filter(names).max_by_key(|entry| (!entry.ends_with('*'), entry.len())).cloned()
}

/// Few digits, so that entries and callers meet.
fn crowded(dice: &mut Dice) -> String {
    let digits: String = (0..5).map(|_| char::from(b'6' + dice.below(4) as u8)).collect();
    format!("+91{digits}55555")
}

#[test]
fn equals_a_list_of_strings_under_any_order_of_changes() {
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let mut desk = Desk::new();
    let mut naive = BTreeSet::new();
    let mut hits = 0;
    for _ in 0..40_000 {
        let mut entry = crowded(&mut dice);
        if dice.below(3) > 0 {
            entry.truncate(2 + dice.below(8) as usize);
            entry.push('*');
        }
        if dice.below(3) > 0 {
            desk.set(ListName::DenyA, &entry).unwrap();
            naive.insert(entry);
        } else {
            assert_eq!(desk.unset(ListName::DenyA, &entry), naive.remove(&entry), "{entry}");
        }
        if naive.len() > 300 {
            assert!(desk.unset(ListName::DenyA, &naive.pop_first().unwrap()));
        }
        assert_eq!(desk.lists.len(ListName::DenyA), naive.len());
        let caller = crowded(&mut dice);
        let expected = naive_hit(&naive, &caller);
        hits += usize::from(expected.is_some());
        assert_eq!(desk.hit(&caller).map(|(_, value)| value), expected, "{caller}");
    }
    assert!((4_000..39_000).contains(&hits), "{hits}");
}
