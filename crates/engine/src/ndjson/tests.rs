//! What the fast reader takes it reads as the parser does.

use super::{Fields, Habits, Line, plain};

struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

const NAMES: [&str; 16] = [
    "event_type",
    "timestamp",
    "a_number",
    "b_number",
    "call_id",
    "trunk",
    "source_ip",
    "user_agent",
    "sdp_origin",
    "p_asserted_identity",
    "attestation",
    "cause",
    "ring_seconds",
    "duration_seconds",
    "extra",
    "",
];
const VALUES: [&str; 28] = [
    "\"INVITE\"",
    "\"+12025550123\"",
    "\"a b\"",
    "\"\"",
    "\"é\"",
    "\"a\\\"b\"",
    "\"a\\nb\"",
    "\"{,}:\"",
    "null",
    "true",
    "0",
    "1",
    "0.5",
    "12.25",
    "01",
    "1.",
    ".5",
    "-1",
    "1e3",
    "16",
    "486",
    "1e400",
    "18446744073709551616",
    "9007199254740993.5",
    "[1,{}]",
    "{\"a\":1}",
    "\"2026-01-31T09:30:00Z\"",
    "\"1767258000.25\"",
];

/// `habits` come from other lines, which must change nothing.
fn compare(line: &str, habits: &mut Habits) -> bool {
    let fast = plain::read(line.as_bytes(), habits);
    assert_eq!(fast, plain::read(line.as_bytes(), &mut Habits::default()), "{line}");
    let Some(fast) = fast else { return false };
    let slow: Line<'_> = sonic_rs::from_slice(line.as_bytes())
        .unwrap_or_else(|error| panic!("the parser refuses what the fast reader took: {line}\n{error}"));
    assert_eq!(fast, slow.fields(), "{line}");
    true
}

#[test]
fn equals_the_parser_on_lines_of_any_shape() {
    let mut random = Random(3);
    let mut taken = 0;
    let mut habits = Habits::default();
    for _ in 0..200_000 {
        let mut line = String::from(random.of(&["{", "{", "{", "{ ", " {", "[", ""]));
        for field in 0..random.below(8) {
            if field > 0 {
                line += random.of(&[",", ",", ",", " , ", ",,", ""]);
            }
            let number;
            let value = if random.below(2) == 0 {
                let (whole, decimals) = (random.below(4_200_000_000), random.below(11));
                let digits = format!("{:010}", random.below(1 << 31));
                number = if decimals == 0 {
                    whole.to_string()
                } else {
                    format!("{whole}.{}", &digits[..decimals])
                };
                &number
            } else {
                random.of(&VALUES)
            };
            let name = if random.below(3) == 0 { "timestamp" } else { random.of(&NAMES) };
            line += &format!("\"{name}\"{}{value}", random.of(&[":", ":", ":", " : ", "", ": "]));
        }
        line += random.of(&["}", "}", "}", "} ", "}}", "", "},", "]"]);
        taken += usize::from(compare(&line, &mut habits));
    }
    assert!(taken > 3_000, "{taken}");
}

#[test]
fn equals_the_parser_on_every_damage_to_a_line() {
    let line = "{\"event_type\":\"INVITE\",\"timestamp\":1767258000.000029,\"call_id\":\"612e7696a6@192.0.2.16\",\
                \"a_number\":\"+919814761631\",\"b_number\":\"+919901471019\",\"cause\":16}";
    let mut habits = Habits::default();
    assert!(compare(line, &mut habits));
    for at in 0..line.len() {
        compare(&line[..at], &mut habits);
        compare(&line[at..], &mut habits);
        for byte in "\"\\{}[],:.0 -e\u{1}\u{7f}x".chars() {
            let mut damaged = line.to_owned();
            damaged.replace_range(at..=at, byte.encode_utf8(&mut [0; 4]));
            compare(&damaged, &mut habits);
            damaged = line.to_owned();
            damaged.insert(at, byte);
            compare(&damaged, &mut habits);
        }
    }
}

#[test]
fn lines_of_any_length_around_the_blocks_are_read_whole() {
    for length in 0..1_100 {
        let line = format!("{{\"call_id\":\"{}\",\"cause\":16}}", "x".repeat(length));
        let read = plain::read(line.as_bytes(), &mut Habits::default());
        assert_eq!(read.is_some(), line.len() <= 1_024, "{length}");
        let id = "x".repeat(length);
        assert!(read.is_none_or(|fields| {
            fields == Fields { call_id: Some(&id), cause: Some(16.0), ..Fields::default() }
        }));
    }
}
