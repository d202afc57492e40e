//! Numbers as trunks send them, and what they become.

use super::Dice;
use crate::numbers::{ANONYMOUS, Normal, Normaliser, Number, Region, Validity};

fn region(code: &str) -> Region {
    Region::parse(code).unwrap()
}

fn normal<'a>(code: &str, raw: &'a str) -> Normal<'a> {
    Normaliser::new(7).normalise(raw, region(code))
}

/// The normal form as people read it.
fn read(code: &str, raw: &str) -> String {
    let normal = normal(code, raw);
    normal.number.display(normal.text.as_deref().unwrap_or_default())
}

fn all_become(code: &str, expected: &str, forms: &[&str]) {
    for raw in forms {
        assert_eq!(read(code, raw), expected, "{raw} in {code}");
    }
}

#[test]
fn every_notation_of_an_indian_mobile_is_one_number() {
    let forms = [
        "+919876543210",
        "+91 98765-43210",
        "+91 (0) 98765.43210",
        "＋91 98765 43210",
        "++919876543210",
        "00919876543210",
        "919876543210",
        "09876543210",
        "9876543210",
        " 98765 43210\r\n",
        "98765\u{a0}43210",
        "\u{202a}+919876543210\u{202c}",
        "९८७६५४३२१०",
        "０９８７６５４３２１０",
        "+٩١٩٨٧٦٥٤٣٢١٠",
    ];
    all_become("IN", "+919876543210", &forms);
}

#[test]
fn digits_without_plus_are_national_first_then_international_then_possible() {
    all_become("US", "+12025551234", &["2025551234", "(202) 555-1234", "12025551234", "011 1 202 555 1234"]);
    all_become("US", "+442079460123", &["011442079460123", "00442079460123", "442079460123"]);
    all_become("FR", "+442079460123", &["00442079460123", "442079460123"]);
    // Valid nowhere, of a length that India has: read as dialled.
    assert_eq!(read("IN", "1111111111"), "+911111111111");
    // A length that the United States have inside one area only.
    assert_eq!(read("US", "5551234"), "+15551234");
}

#[test]
fn italian_zeros_stay_and_british_ones_go() {
    all_become("IT", "+390612345678", &["+390612345678", "0612345678", "00390612345678"]);
    all_become("GB", "+442079460123", &["+4402079460123", "02079460123", "+44 (0)20 7946 0123"]);
}

#[test]
fn uris_name_their_user_and_its_context() {
    let forms = [
        "sip:+442079460123@198.51.100.7",
        "SIPS:+442079460123@example.com:5061;transport=tls",
        "sip:+44-20-7946-0123:secret@example.com;user=phone",
        "sip:+442079460123;npdi;rn=+447700900000@example.com;user=phone",
        "sip:%2B442079460123@example.com",
        "sip:+442079460123",
        "+442079460123@example.com",
        "+442079460123;npdi;rn=+447700900000",
        "%2b442079460123",
        "<sip:+442079460123@example.com>;tag=88a",
        "\"Bank \\\" <sip:+15550000000@x>\" <sip:+442079460123@example.com>;tag=88a",
        "Alice <tel:+442079460123>",
        "TEL:+44-20-7946-0123;ext=12",
        "tel:2079460123;phone-context=+44",
        "tel:7946-0123;phone-context=%2B44-20",
        "tel:02079460123;isub=4;phone-context=+44",
        "sip:2079460123;phone-context=+44@example.com;user=phone",
        "sip:2079460123@example.com;user=phone;phone-context=+44",
        "tel:+442079460123;phone-context=+1",
    ];
    all_become("IN", "+442079460123", &forms);
    assert_eq!(read("GB", "tel:02079460123;phone-context=example.com"), "+442079460123");
}

#[test]
fn callers_that_withhold_their_number_are_one() {
    let forms = [
        "",
        "  ",
        "Anonymous",
        "\"Anonymous\"",
        "RESTRICTED",
        "Unavailable",
        "withheld",
        "unknown",
        "anonymous@anonymous.invalid",
        "sip:anonymous@anonymous.invalid",
        "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=9",
        "sip:thisis@anonymous.invalid",
        "sip:restricted@192.0.2.1",
        "sip:@192.0.2.1",
        "tel:unavailable",
    ];
    for raw in forms {
        assert_eq!(normal("IN", raw), Normal { number: ANONYMOUS, text: None, cut: false }, "{raw}");
    }
    assert_eq!(read("IN", "sip:anonymous.desk@example.com"), "sip:anonymous.desk@example.com");
}

#[test]
fn what_is_no_number_stays_as_written_in_lower_case() {
    for (raw, text) in [
        ("sip:Desk@Example.com", "sip:desk@example.com"),
        ("<sip:Desk@example.com;transport=udp>;tag=1", "sip:desk@example.com"),
        ("sip:192.0.2.1", "sip:192.0.2.1"),
        ("sip:192.0.2.1:5060;lr", "sip:192.0.2.1:5060"),
        ("urn:service:sos", "urn:service:sos"),
        ("*67", "*67"),
        ("1-800-FLOWERS", "1-800-flowers"),
        ("+44+20", "+44+20"),
        ("ÅSA", "åsa"),
        ("112", "112"),
        ("sip:112@example.com", "112"),
        ("tel:112", "112"),
        ("+999 123 456", "+999 123 456"),
        ("%zz%4", "%zz%4"),
    ] {
        let normal = normal("IN", raw);
        assert_eq!(normal.text.as_deref(), Some(text), "{raw}");
        assert!(normal.number.is_text() && !normal.number.is_e164() && !normal.number.is_anonymous());
        assert!(!normal.cut);
    }
}

#[test]
fn texts_are_the_same_number_exactly_when_they_are_the_same_text() {
    let number = |raw| normal("IN", raw).number;
    assert_eq!(number("sip:Desk@example.com"), number("SIP:desk@example.com"));
    assert_ne!(number("sip:desk@example.com"), number("sip:desk@example.org"));
    let other_key = Normaliser::new(8).normalise("sip:desk@example.com", region("IN")).number;
    assert_ne!(number("sip:desk@example.com"), other_key);
}

#[test]
fn long_texts_are_cut_at_64_characters() {
    let digits = "9".repeat(200);
    let cut = normal("IN", &digits);
    assert_eq!((cut.text.as_deref(), cut.cut), (Some("9".repeat(64).as_str()), true));
    let longest = "é".repeat(64);
    assert!(!normal("IN", &longest).cut);
    assert_eq!(normal("IN", &"é".repeat(65)).text.as_deref(), Some(longest.as_str()));
    // One character of these becomes two in lower case.
    assert_eq!(normal("IN", &"İ".repeat(64)).text.unwrap().chars().count(), 64);
    assert!(normal("IN", &format!("+91{}", "9".repeat(1 << 20))).cut);
}

#[test]
fn says_what_the_plans_say() {
    let mut normaliser = Normaliser::new(7);
    for (raw, validity) in [
        ("+919876543210", Validity::Valid),
        ("+442079460123", Validity::Valid),
        ("+80012345678", Validity::Valid),
        ("+911111111111", Validity::Unallocated),
        ("+12025551", Validity::Invalid),
        ("+15551234", Validity::Invalid),
        ("+9198765", Validity::Invalid),
        ("12345", Validity::Invalid),
        ("+999123456789", Validity::Unallocated),
        ("+0123456789", Validity::Unallocated),
        ("sip:desk@example.com", Validity::NotANumber),
        ("anonymous", Validity::NotANumber),
    ] {
        let number = normaliser.normalise(raw, region("IN")).number;
        assert_eq!(normaliser.validity(number), validity, "{raw}");
        assert_eq!(normaliser.validity(number), validity, "{raw} asked again");
    }
    let digits = "9".repeat(200);
    let number = normaliser.normalise(&digits, region("IN")).number;
    assert_eq!(normaliser.validity(number), Validity::Invalid);
}

#[test]
fn verdicts_are_the_same_once_all_plans_are_read() {
    crate::numbers::read_all_plans();
    let mut normaliser = Normaliser::new(7);
    let examples =
        [("IN", "+918123456789"), ("US", "+12015550123"), ("KE", "+254712123456"), ("GB", "+447400123456")];
    for (country, raw) in examples {
        let number = normaliser.normalise(raw, region("IN")).number;
        assert_eq!(normaliser.validity(number), Validity::Valid, "{country}");
    }
}

#[test]
fn knows_the_country_of_a_number() {
    let normaliser = Normaliser::new(7);
    for (value, code) in
        [(919_876_543_210, "IN"), (442_079_460_123, "GB"), (441_534_456_789, "JE"), (16_042_345_678, "CA")]
    {
        let number = Number::from_e164_value(value).unwrap();
        assert_eq!(normaliser.region_of(number), Some(region(code)), "+{value}");
    }
    assert_eq!(normaliser.region_of(ANONYMOUS), None);
    assert_eq!(normaliser.region_of(Number::from_e164_value(80_012_345_678).unwrap()), None);
    assert_eq!(normaliser.region_of(Number::from_e164_value(7).unwrap()), None);
}

#[test]
fn a_warm_region_reads_as_before() {
    let mut normaliser = Normaliser::new(7);
    normaliser.warm(region("SG"));
    assert_eq!(normaliser.normalise("6123 4567", region("SG")), normal("SG", "+6561234567"));
}

#[test]
fn regions_are_those_with_a_plan() {
    assert_eq!(Region::parse("in").unwrap().to_string(), "IN");
    for code in ["", "I", "IND", "ZZ", "001", "é", "xx"] {
        assert_eq!(Region::parse(code), None, "{code}");
    }
}

#[test]
fn the_cache_answers_as_the_library_would() {
    let mut dice = Dice(0xA076_1D64_78BD_642F);
    let mut warm = Normaliser::new(7);
    let regions = ["IN", "US", "GB", "IT", "BR"].map(region);
    let raws: Vec<String> = (0..3_000)
        .map(|_| {
            let length = 3 + dice.below(16) as usize;
            ["", "+", "0", "00"][dice.below(4) as usize].to_owned() + &dice.digits(length)
        })
        .collect();
    let mut first = Vec::new();
    for round in 0..2 {
        for (at, raw) in raws.iter().enumerate() {
            for (nth, &region) in regions.iter().enumerate() {
                let number = warm.normalise(raw, region).number;
                if round == 0 {
                    first.push(number);
                }
                assert_eq!(number, first[at * regions.len() + nth], "{raw} in {region}");
            }
        }
    }
    let again = raws.iter().map(|raw| Normaliser::new(7).normalise(raw, regions[0]).number);
    assert!(again.take(200).eq(first.iter().step_by(regions.len()).copied().take(200)));
}

#[test]
fn nothing_on_the_wire_makes_it_fail() {
    const PIECES: [&str; 24] = [
        "sip:",
        "tel:",
        "<",
        ">",
        "\"",
        "\\",
        "@",
        ";",
        "phone-context=",
        "+",
        "%",
        "%2B",
        "%ff",
        "00",
        "0",
        "91",
        "1",
        "९",
        "é",
        "\u{0}",
        " ",
        "x",
        ":",
        "anonymous",
    ];
    let mut dice = Dice(0xE703_7ED1_A0B4_28DB);
    let mut normaliser = Normaliser::new(7);
    let regions = ["IN", "US", "AR", "MX", "KZ"].map(region);
    for _ in 0..200_000 {
        let raw: String = (0..dice.below(14)).map(|_| PIECES[dice.below(24) as usize]).collect();
        let normal = normaliser.normalise(&raw, regions[dice.below(5) as usize]);
        assert_eq!(normal.number.is_text(), normal.text.is_some(), "{raw:?}");
        assert!(normal.text.is_none_or(|text| text.chars().count() <= 64), "{raw:?}");
        normaliser.validity(normal.number);
    }
}
