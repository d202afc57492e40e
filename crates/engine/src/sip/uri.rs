//! SIP and tel URIs, and the addresses that carry them (RFC 3261, 19.1 and 20; RFC 3966).

use std::borrow::Cow;

use super::fields::{parameter, unquoted};
use crate::numbers::{is_withheld, phone_context};

/// A URI and whom it names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uri<'a> {
    /// As written.
    pub text: Cow<'a, str>,
    /// User part of a SIP URI or number of a tel URI, percent-escapes decoded, without `;rn=`, `;npdi`, password
    /// and other parameters; a local number has its global `;phone-context=` before it. Empty where it names no user.
    pub user: Cow<'a, str>,
    /// Host of a SIP URI, without port.
    pub host: Cow<'a, str>,
    /// Whom it names: the user where that is a number, else scheme, user and host as written.
    pub party: Cow<'a, str>,
}

/// A name-addr or addr-spec with the `tag` beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address<'a> {
    /// Where it points.
    pub uri: Uri<'a>,
    /// Display name without its quotes.
    pub display: Cow<'a, str>,
    /// The `tag` parameter; empty where there is none.
    pub tag: Cow<'a, str>,
}

impl<'a> Uri<'a> {
    /// Reads a URI; a text without a known scheme names nobody but itself.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let text = text.trim();
        let Some((scheme, rest)) = text.split_once(':') else {
            return Self::opaque(text);
        };
        if scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips") {
            Self::sip(text, scheme.len(), rest)
        } else if scheme.eq_ignore_ascii_case("tel") {
            let (written, parameters) = rest.split_at(end_of(rest, b";?"));
            let user = within(decode(written.trim()), parameters);
            let party = if is_number(&user) {
                user.clone()
            } else {
                text[..scheme.len() + 1 + end_of(rest, b";?")].into()
            };
            Self { text: text.into(), user, host: "".into(), party }
        } else {
            Self::opaque(text)
        }
    }

    fn opaque(text: &'a str) -> Self {
        Self { text: text.into(), party: text.into(), ..Self::default() }
    }

    fn sip(text: &'a str, scheme: usize, rest: &'a str) -> Self {
        let (info, place) =
            memchr::memchr(b'@', rest.as_bytes()).map_or(("", rest), |at| (&rest[..at], &rest[at + 1..]));
        let host = host(place);
        let written = &info[..end_of(info, b";:")];
        // RFC 3261 (19.1.6) wants the parameters of a number in the user part; some write them behind the host.
        let parameters =
            if written.len() < info.len() { &info[written.len()..] } else { &place[host.len()..] };
        let user = within(decode(written.trim()), parameters);
        let party = if is_number(&user) {
            user.clone()
        } else if info.len() == written.len() {
            // Without parameters or a password between them, user and host stand side by side.
            let end = scheme + 1 + rest.len() - place.len() + host.len();
            text[..end].into()
        } else {
            Cow::Owned(format!("{}{written}@{host}", &text[..=scheme]))
        };
        Self { text: text.into(), user, host: host.into(), party }
    }

    /// Whether the caller asks not to be named (RFC 3261, 8.1.1.3; RFC 3323, 4.1.1.3), or nobody knows its name.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        let name = if self.user.is_empty() { &self.party } else { &self.user };
        self.host.eq_ignore_ascii_case("anonymous.invalid") || is_withheld(name)
    }

    /// Whether the user part is a telephone number in some notation.
    #[must_use]
    pub fn is_number(&self) -> bool {
        is_number(&self.user)
    }

    pub(crate) fn into_owned(self) -> Uri<'static> {
        Uri {
            text: Cow::Owned(self.text.into_owned()),
            user: Cow::Owned(self.user.into_owned()),
            host: Cow::Owned(self.host.into_owned()),
            party: Cow::Owned(self.party.into_owned()),
        }
    }
}

impl<'a> Address<'a> {
    /// Reads the value of From, To and their like. An unbalanced quote is taken as a letter of the display name.
    #[must_use]
    pub fn parse(value: &'a str) -> Self {
        let (display, uri, parameters) = parts(value);
        Self {
            uri: Uri::parse(uri),
            display: unquoted(display.trim()).into(),
            tag: parameter(parameters, "tag").unwrap_or("").into(),
        }
    }

    pub(crate) fn into_owned(self) -> Address<'static> {
        Address {
            uri: self.uri.into_owned(),
            display: Cow::Owned(self.display.into_owned()),
            tag: Cow::Owned(self.tag.into_owned()),
        }
    }
}

/// Display name, URI and parameters of a name-addr or addr-spec.
pub(crate) fn parts(value: &str) -> (&str, &str, &str) {
    if let Some(open) = opening(value) {
        let inside = &value[open + 1..];
        let close = inside.find('>').unwrap_or(inside.len());
        return (&value[..open], &inside[..close], inside.get(close + 1..).unwrap_or(""));
    }
    let cut = end_of_bare(value);
    ("", &value[..cut], &value[cut..])
}

/// Where the `<` before the URI is, outside a quoted display name.
fn opening(value: &str) -> Option<usize> {
    if !value.starts_with('"') {
        return memchr::memchr(b'<', value.as_bytes());
    }
    let mut escaped = false;
    for (at, byte) in value.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return memchr::memchr(b'<', &value.as_bytes()[at..]).map(|open| at + open),
            _ => {}
        }
    }
    memchr::memchr(b'<', value.as_bytes())
}

/// Without angle brackets every parameter belongs to the field (RFC 3261, 20), but those of a user part stay with it.
fn end_of_bare(value: &str) -> usize {
    let first = end_of(value, b";");
    match value.find('@') {
        Some(at) if at > first && belongs_to_user(&value[first..at]) => at + end_of(&value[at..], b";"),
        _ => first,
    }
}

/// Whether parameters before an `@` are of the user part, and not of a field that has an `@` in a value.
fn belongs_to_user(parameters: &str) -> bool {
    !parameters.contains('"') && parameter(parameters, "tag").is_none()
}

/// A local number with the global context it is in before it (RFC 3966, 5.1.5).
fn within<'a>(user: Cow<'a, str>, parameters: &str) -> Cow<'a, str> {
    if parameters.is_empty() || !is_number(&user) || user.contains(['*', '#']) {
        return user;
    }
    match phone_context(parameters, &user) {
        Some(context) => Cow::Owned(format!("+{context}{user}")),
        None => user,
    }
}

fn host(place: &str) -> &str {
    if place.starts_with('[') {
        return place.find(']').map_or(place, |close| &place[..=close]);
    }
    &place[..end_of(place, b":;?> \t")]
}

fn end_of(text: &str, stops: &[u8]) -> usize {
    text.bytes().position(|byte| stops.contains(&byte)).unwrap_or(text.len())
}

/// Digits with an optional plus, visual separators (RFC 3966), `*` and `#`.
fn is_number(user: &str) -> bool {
    let body = user.strip_prefix('+').unwrap_or(user);
    let mut digits = 0_usize;
    for byte in body.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'-' | b'.' | b'(' | b')' | b'*' | b'#' | b' ' => {}
            _ => return false,
        }
    }
    digits > 0
}

/// Decodes percent-escapes. Escaped control characters, and escapes that make no UTF-8, stay as written.
fn decode(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'%', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match escaped(&bytes[at..]) {
            Some(byte) if byte >= b' ' && byte != 0x7f => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn escaped(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else {
        return None;
    };
    let high = char::from(*high).to_digit(16)?;
    let low = char::from(*low).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(text: &str) -> String {
        Uri::parse(text).user.into_owned()
    }

    #[test]
    fn the_number_comes_without_what_routes_it() {
        assert_eq!(user("sip:+12015550123;rn=+12015550000;npdi@gw.example.com;user=phone"), "+12015550123");
        assert_eq!(user("tel:+1-201-555-0123;npdi;rn=+12015550000"), "+1-201-555-0123");
        assert_eq!(user("SIPS:+9111%2340:secret@[2001:db8::1]:5061?Subject=x@y"), "+9111#40");
        assert_eq!(user("sip:user;par=u%40example.net@example.com"), "user");
        assert_eq!(user("sip:gateway.example.com:5060"), "");
    }

    #[test]
    fn a_local_number_comes_with_its_context() {
        for text in [
            "sip:2079460000;phone-context=+44@gw.example.com;user=phone",
            "sip:2079460000;npdi;Phone-Context=%2b44;rn=+15550100@gw.example.com;user=phone",
            "sip:2079460000@gw.example.com;user=phone;phone-context=+44",
            "tel:2079460000;isub=7;phone-context=+44",
        ] {
            assert_eq!(user(text), "+442079460000", "{text}");
            assert_eq!(Uri::parse(text).party, "+442079460000", "{text}");
        }
        assert_eq!(user("tel:863-1234;phone-context=+1-914"), "+1-914863-1234");
        // A domain says who gave the number, not what stands before it; a global number needs no context.
        assert_eq!(user("sip:7946;phone-context=pbx.example@h"), "7946");
        assert_eq!(user("tel:+442079460000;phone-context=+1"), "+442079460000");
        assert_eq!(user("sip:desk;phone-context=+44@h"), "desk");
        assert_eq!(user("sip:*31#;phone-context=+44@h"), "*31#");
    }

    #[test]
    fn who_is_no_number_keeps_the_host() {
        assert_eq!(Uri::parse("sip:desk@pbx.example:5070;transport=tcp").party, "sip:desk@pbx.example");
        assert_eq!(Uri::parse("sip:desk:pw@pbx.example").party, "sip:desk@pbx.example");
        assert_eq!(Uri::parse("sip:10.0.0.1:5060").party, "sip:10.0.0.1");
        assert_eq!(Uri::parse("sip:a@\t\u{2028}h:1").party, "sip:a@");
        assert_eq!(Uri::parse("urn:service:sos").party, "urn:service:sos");
        assert_eq!(Uri::parse("sip:a@[2001:db8::1]:5060").party, "sip:a@[2001:db8::1]");
    }

    #[test]
    fn escapes_of_controls_and_broken_ones_stay() {
        assert_eq!(user("sip:null-%00-null@example.com"), "null-%00-null");
        assert_eq!(user("sip:%4@example.com"), "%4");
        assert_eq!(user("sip:%ff%fe@example.com"), "%ff%fe");
    }

    #[test]
    fn addresses_in_every_notation() {
        let quoted = Address::parse("\"A \\\" <b>\" <sip:1234@h>; TAG = x ;q=1");
        assert_eq!((&*quoted.uri.user, &*quoted.tag), ("1234", "x"));
        let bare = Address::parse("sip:1234@h ;tag=88");
        assert_eq!((&*bare.uri.user, &*bare.uri.host, &*bare.tag), ("1234", "h", "88"));
        let routed = Address::parse("sip:1234;npdi@h;tag=88");
        assert_eq!((&*routed.uri.user, &*routed.tag), ("1234", "88"));
        let subscriber = Address::parse("sip:2079460000;isub=1411;phone-context=+44@h;user=phone;tag=88");
        assert_eq!((&*subscriber.uri.user, &*subscriber.tag), ("+442079460000", "88"));
        let host_alone = Address::parse("sip:10.0.0.1;tag=a@b");
        assert_eq!((&*host_alone.uri.party, &*host_alone.tag), ("sip:10.0.0.1", "a@b"));
        let semicolons = Address::parse("<sip:1@h>;note=\"x;tag=y\";tag=z");
        assert_eq!(semicolons.tag, "z");
        let unbalanced = Address::parse("\"Mr. J <sip:j@example.com>;tag=1");
        assert_eq!((&*unbalanced.uri.user, &*unbalanced.tag), ("j", "1"));
        assert_eq!(Address::parse("Bell <sip:1@h>").display, "Bell");
        assert_eq!(Address::parse(r#""J \\\"" <sip:1@h>"#).display, r#"J \\\""#);
    }

    #[test]
    fn withheld_callers_are_known() {
        for text in [
            "sip:anonymous@anonymous.invalid",
            "sip:Anonymous@10.0.0.1",
            "sip:x@Anonymous.invalid",
            "sip:Restricted@10.0.0.1",
            "sip:unavailable@unknown.invalid",
            "tel:unknown",
            "Anonymous",
        ] {
            assert!(Uri::parse(text).is_anonymous(), "{text}");
        }
        assert!(!Uri::parse("sip:+441632960000@example.com").is_anonymous());
    }
}
