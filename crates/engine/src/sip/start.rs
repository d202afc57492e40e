//! The line that begins a SIP message, by which SIP is known among other traffic.

use std::borrow::Cow;

use super::fault::Fault;
use super::fields::lossy;
use super::uri::Uri;

/// A start line is no longer: Request-URIs of RFC 4475 have hundreds of bytes, switches take some thousand.
pub(crate) const MAX_LINE: usize = 8_192;

const EXACT: &[u8] = b"SIP/2.0";

/// The first line of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartLine<'a> {
    /// Method as written, and Request-URI.
    Request {
        /// `INVITE`, `BYE`, …
        method: Cow<'a, str>,
        /// Whom it is for.
        uri: Uri<'a>,
    },
    /// Status of three digits; outside 100 to 699 it is a fault of the message.
    Response(u16),
}

/// The bytes without line ends before them, which RFC 3261 (7.5) wants ignored.
pub(crate) fn without_line_ends(bytes: &[u8]) -> &[u8] {
    let lead = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    &bytes[lead..]
}

/// Whether bytes begin as a SIP message does. Cheap: it is asked of every datagram of a capture.
#[must_use]
pub fn is_start(bytes: &[u8]) -> bool {
    if let Some((prefix, version)) = bytes.split_first_chunk::<4>()
        && is_sip(prefix)
    {
        return version.first().is_some_and(u8::is_ascii_digit)
            && version[..version.len().min(8)].contains(&b' ');
    }
    if !bytes.first().is_some_and(|byte| is_token(*byte)) {
        return false;
    }
    let window = &bytes[..bytes.len().min(MAX_LINE)];
    let Some(newline) = memchr::memchr(b'\n', window) else {
        return false;
    };
    let line = window[..newline].trim_ascii_end();
    let Some(space) = memchr::memrchr(b' ', line) else {
        return false;
    };
    let method = line.iter().take_while(|byte| is_token(**byte)).count();
    is_version(&line[space + 1..]) && line[method] == b' ' && method < space
}

/// Whether bytes begin with what may be a method and the space behind it, or with SIP's version.
pub(crate) fn names_method(bytes: &[u8]) -> bool {
    let method = bytes.iter().take_while(|byte| is_token(**byte)).count();
    bytes.starts_with(EXACT) || (method > 0 && bytes.get(method) == Some(&b' '))
}

/// `SIP/`, which RFC 3261 (7.1) compares without case.
fn is_sip(prefix: &[u8]) -> bool {
    prefix.eq_ignore_ascii_case(b"SIP/")
}

/// `SIP/2.0`, or another version of one digit and one.
fn is_version(word: &[u8]) -> bool {
    matches!(word, [prefix @ .., major, b'.', minor]
        if is_sip(prefix) && major.is_ascii_digit() && minor.is_ascii_digit())
}

/// Reads a start line, and whether it is written exactly as RFC 3261 wants it.
pub(crate) fn start_line(line: &[u8]) -> Result<(StartLine<'_>, bool), Fault> {
    if line.get(..4).is_some_and(is_sip) { status_line(line) } else { request_line(line) }
}

fn status_line(line: &[u8]) -> Result<(StartLine<'_>, bool), Fault> {
    let (version, rest) = line.split_at_checked(7).ok_or(Fault::BadVersion)?;
    if !version.ends_with(b"/2.0") || !rest.starts_with(b" ") {
        return Err(Fault::BadVersion);
    }
    match rest[1..] {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ref phrase @ ..]
            if matches!(phrase, [] | [b' ', ..]) =>
        {
            let status = [a, b, c].iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
            Ok((StartLine::Response(status), version == EXACT && !phrase.is_empty()))
        }
        _ => Err(Fault::BadStatus),
    }
}

fn request_line(line: &[u8]) -> Result<(StartLine<'_>, bool), Fault> {
    let trimmed = line.trim_ascii_end();
    let space = memchr::memchr(b' ', trimmed).ok_or(Fault::NoStartLine)?;
    let last = memchr::memrchr(b' ', trimmed).filter(|last| *last > space).ok_or(Fault::NoStartLine)?;
    let (method, uri, version) = (&trimmed[..space], &trimmed[space + 1..last], &trimmed[last + 1..]);
    if method.is_empty() || !method.iter().all(|byte| is_token(*byte)) || !is_version(version) {
        return Err(Fault::NoStartLine);
    }
    if !version.ends_with(b"/2.0") {
        return Err(Fault::BadVersion);
    }
    // Wireshark takes no shorter text for a URI.
    let exact = trimmed.len() == line.len()
        && version == EXACT
        && uri.len() >= 3
        && memchr::memchr(b' ', uri).is_none()
        && memchr::memchr(b':', uri).is_some();
    let method = lossy(method);
    let uri = match lossy(uri) {
        Cow::Borrowed(text) => Uri::parse(bracketed(text)),
        Cow::Owned(text) => Uri::parse(bracketed(&text)).into_owned(),
    };
    Ok((StartLine::Request { method, uri }, exact))
}

/// A Request-URI has no field parameters, so that all of it is the URI; some write it in angle brackets.
fn bracketed(text: &str) -> &str {
    text.trim().trim_start_matches('<').trim_end_matches('>')
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte)
}
