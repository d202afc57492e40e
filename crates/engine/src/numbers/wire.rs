//! The forms in which a number stands on the wire: digits with separators, `tel:` and `sip:` URIs (RFC 3966,
//! RFC 3261), with a display name or without, and the words of those who withhold theirs (RFC 3323).

use std::borrow::Cow;

/// Bytes beyond which nothing is read as a number.
const MAX_WIRE: usize = 4096;
/// Digits beyond which nothing is a number: a prefix, a country code and 17 digits fit well.
const MAX_DIGITS: usize = 32;

/// Digits as they were dialled.
#[derive(Clone, Eq, PartialEq, Debug)]
pub(super) struct Dialled {
    digits: [u8; MAX_DIGITS],
    len: usize,
    /// Whether a `+` or a global phone context stands before them.
    pub(super) plus: bool,
    /// Whether there were more than any number has.
    pub(super) too_many: bool,
}

impl Dialled {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.digits[..self.len]
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    fn push(&mut self, digit: u8) {
        if self.len < MAX_DIGITS {
            self.digits[self.len] = digit;
            self.len += 1;
        } else {
            self.too_many = true;
        }
    }

    /// Nothing but ASCII digits, and a `+` before them or none: what most trunks send.
    pub(super) fn plain(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+').unwrap_or(text).as_bytes();
        if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut dialled = Self {
            digits: [0; MAX_DIGITS],
            len: digits.len(),
            plus: digits.len() < text.len(),
            too_many: false,
        };
        dialled.digits[..digits.len()].copy_from_slice(digits);
        Some(dialled)
    }

    /// Digits with visual separators, `+` only before the first; nothing where anything else is among them.
    fn read(text: &str, context: Option<&str>) -> Option<Self> {
        let mut dialled = Self { digits: [0; MAX_DIGITS], len: 0, plus: context.is_some(), too_many: false };
        for digit in context.unwrap_or_default().chars().filter_map(digit_of) {
            dialled.push(digit);
        }
        for letter in text.chars() {
            if let Some(digit) = digit_of(letter) {
                dialled.push(digit);
            } else if matches!(letter, '+' | '＋') && dialled.len == 0 {
                dialled.plus = true;
            } else if !is_separator(letter) {
                return None;
            }
        }
        (dialled.len > 0).then_some(dialled)
    }
}

/// Who stands on the wire.
#[derive(Clone, Eq, PartialEq, Debug)]
pub(super) enum Party<'a> {
    /// Somebody who withholds the number.
    Withheld,
    /// Digits, and how they were written.
    Digits(Dialled, &'a str),
    /// No number: the part that names the party, as written.
    Text(&'a str),
}

impl<'a> Party<'a> {
    /// Reads a number, a URI or an address with a display name. Takes time by the length of `raw`, up to a bound.
    pub(super) fn read(raw: &'a str) -> Self {
        let raw = raw.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
        if raw.len() > MAX_WIRE {
            return Self::Text(raw);
        }
        Uri::read(within_brackets(raw).unwrap_or(raw)).party()
    }
}

/// `"Display" <uri>;parameters` → `uri`.
fn within_brackets(raw: &str) -> Option<&str> {
    let mut escaped = false;
    let mut quoted = false;
    let open = raw.bytes().position(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        byte == b'<' && !quoted
    })?;
    let inside = &raw[open + 1..];
    Some(inside.split('>').next().unwrap_or(inside).trim())
}

/// A URI, or what stands in the place of one, in the parts that name somebody.
struct Uri<'a> {
    /// The whole without parameters of the URI, headers and what follows.
    name: &'a str,
    /// Before `@`, without parameters and password.
    user: &'a str,
    /// Parameters of the user: `npdi;rn=…;phone-context=…`.
    parameters: &'a str,
    host: &'a str,
}

impl<'a> Uri<'a> {
    fn read(uri: &'a str) -> Self {
        let (scheme, rest) = split_scheme(uri);
        let start = uri.len() - rest.len();
        let is_tel = scheme.eq_ignore_ascii_case("tel");
        if let Some((user, after)) = rest.split_once('@').filter(|_| !is_tel) {
            let host = &after[..after.find([';', '?', '>', ',', ' ']).unwrap_or(after.len())];
            // Some write the parameters of a number behind the host.
            let (user, parameters) = user.split_once(';').unwrap_or((user, &after[host.len()..]));
            let user = user.split(':').next().unwrap_or(user);
            let end = uri.len() - after.len() + host.len();
            return Self { name: &uri[..end], user, parameters, host };
        }
        let (user, parameters) = rest.split_once(';').unwrap_or((rest, ""));
        if scheme.is_empty() {
            return Self { name: uri, user, parameters, host: "" };
        }
        // A SIP URI without `@` names a host, unless it looks like a number that lost its host.
        let user = user.split('?').next().unwrap_or(user);
        let name = &uri[..start + user.len()];
        if is_tel || user.trim_start_matches('+').bytes().all(|byte| byte.is_ascii_digit()) {
            Self { name, user, parameters, host: "" }
        } else {
            Self { name, user: name, parameters: "", host: user }
        }
    }

    fn party(&self) -> Party<'a> {
        let user = unescape(self.user);
        let plain = user.trim().trim_matches('"').trim();
        if plain.is_empty() || is_withheld(plain) || self.host.eq_ignore_ascii_case("anonymous.invalid") {
            return Party::Withheld;
        }
        match Dialled::read(plain, phone_context(self.parameters, plain)) {
            Some(dialled) => Party::Digits(dialled, self.user.trim()),
            None => Party::Text(self.name),
        }
    }
}

/// `sip:…`, `sips:…` and `tel:…` into scheme and rest; anything else has an empty scheme.
fn split_scheme(uri: &str) -> (&str, &str) {
    match uri.split_once(':') {
        Some((scheme, rest))
            if ["sip", "sips", "tel"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) =>
        {
            (scheme, rest.trim_start_matches("//"))
        }
        _ => ("", uri),
    }
}

/// Digits of the global phone context of a local number (RFC 3966, section 5.1.5), without `+`; a domain gives none.
pub(crate) fn phone_context<'a>(parameters: &'a str, user: &str) -> Option<&'a str> {
    if parameters.is_empty() || user.starts_with(['+', '＋']) {
        return None;
    }
    let value = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("phone-context").then(|| value.trim())
    })?;
    let value = value
        .strip_prefix('+')
        .or_else(|| value.strip_prefix("%2B"))
        .or_else(|| value.strip_prefix("%2b"))?;
    let digits = value.bytes().all(|byte| byte.is_ascii_digit() || b"-.()".contains(&byte));
    (digits && value.bytes().any(|byte| byte.is_ascii_digit())).then_some(value)
}

/// `%2B44` → `+44`; what is no escape, or none of UTF-8, stays.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match escape.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(plain).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Whether a user part or a display name is one of the words of those who withhold their number.
pub(crate) fn is_withheld(user: &str) -> bool {
    const WORDS: [&str; 6] = ["anonymous", "restricted", "unavailable", "withheld", "unknown", "private"];
    WORDS.iter().any(|word| user.eq_ignore_ascii_case(word))
}

/// Zeros of the other scripts' decimal digits (Unicode category Nd); nine more follow each.
const ZEROS: [u32; 65] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0,
    0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30,
    0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0,
    0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC,
    0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

/// A decimal digit of any script, as ASCII.
fn digit_of(letter: char) -> Option<u8> {
    if letter.is_ascii() {
        return letter.is_ascii_digit().then_some(letter as u8);
    }
    let code = u32::from(letter);
    let zero = ZEROS[..ZEROS.partition_point(|&zero| zero <= code)].last()?;
    (code - zero < 10).then(|| b'0' + (code - zero) as u8)
}

/// Separators that people put between digits, as libphonenumber knows them, and marks that can't be seen.
fn is_separator(letter: char) -> bool {
    matches!(
        letter,
        '-' | '.' | '(' | ')' | '/' | '[' | ']' | '~' | ' ' | '\t' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FC}'
            | '\u{FF0D}'..='\u{FF0F}' | '\u{FF08}' | '\u{FF09}' | '\u{FF3B}' | '\u{FF3D}' | '\u{2053}' | '\u{223C}'
            | '\u{FF5E}' | '\u{00AD}' | '\u{200B}' | '\u{2060}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
    ) || !letter.is_ascii() && letter.is_whitespace()
}
