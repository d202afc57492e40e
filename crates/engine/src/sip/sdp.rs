//! The origin line of a session description, also inside a multipart body (RFC 8866, 5.2; RFC 2046).

use std::borrow::Cow;

use super::fields::{Fields, line_end, lossy, parameter};

/// Multiparts within multiparts: ISUP and SDP, of which the SDP in alternatives.
const MAX_DEPTH: usize = 4;

/// Value of the first `o=` line of the SDP in a body; empty where there is none.
pub(crate) fn origin<'a>(content_type: &str, body: &'a [u8]) -> Cow<'a, str> {
    found(content_type, body, 0).unwrap_or(Cow::Borrowed(""))
}

fn found<'a>(content_type: &str, body: &'a [u8], depth: usize) -> Option<Cow<'a, str>> {
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let (main, sub) = kind.split_once('/').unwrap_or((kind, ""));
    let (main, sub) = (main.trim(), sub.trim());
    let is_sdp = main.eq_ignore_ascii_case("application") && sub.eq_ignore_ascii_case("sdp");
    if is_sdp || (main.is_empty() && body.starts_with(b"v=0")) {
        return Some(origin_line(body));
    }
    if main.eq_ignore_ascii_case("multipart") && depth < MAX_DEPTH {
        let boundary = parameter(parameters, "boundary").filter(|boundary| !boundary.is_empty())?;
        return parts(boundary, body).find_map(|part| in_part(part, depth + 1));
    }
    None
}

/// What stands between the boundaries of a body. One that was cut has no last boundary.
fn parts<'a>(boundary: &str, body: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mark = [b"--", boundary.as_bytes()].concat();
    let (mut begin, mut at) = (None, 0);
    std::iter::from_fn(move || {
        while at < body.len() {
            let (line, (end, next)) = (at, line_end(body, at));
            at = next;
            if is_boundary(&body[line..end], &mark)
                && let Some(begin) = begin.replace(next)
            {
                return Some(&body[begin..line]);
            }
        }
        begin.take().map(|begin: usize| &body[begin..])
    })
}

/// Whether a line is the mark alone, with the end's dashes behind it or not.
fn is_boundary(line: &[u8], mark: &[u8]) -> bool {
    line.strip_prefix(mark).is_some_and(|rest| matches!(rest.trim_ascii_end(), b"" | b"--"))
}

fn in_part(part: &[u8], depth: usize) -> Option<Cow<'_, str>> {
    let (mut fields, mut content_type) = (Fields::new(part), Cow::Borrowed(""));
    for field in &mut fields {
        if field.name.eq_ignore_ascii_case(b"content-type") || field.name.eq_ignore_ascii_case(b"c") {
            content_type = field.text();
        }
    }
    found(&content_type, fields.body(), depth)
}

fn origin_line(body: &[u8]) -> Cow<'_, str> {
    let mut from = 0;
    while from < body.len() {
        let (end, next) = line_end(body, from);
        if let Some(value) = body[from..end].strip_prefix(b"o=") {
            return lossy(value.trim_ascii());
        }
        from = next;
    }
    Cow::Borrowed("")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SDP: &str = "v=0\r\no=trunk7 2890844526 2890844526 IN IP4 192.0.2.9\r\ns=-\r\n";

    #[test]
    fn a_plain_body_and_one_without_a_type() {
        let origin_value = "trunk7 2890844526 2890844526 IN IP4 192.0.2.9";
        assert_eq!(origin("Application/SDP;charset=utf-8", SDP.as_bytes()), origin_value);
        assert_eq!(origin("", SDP.as_bytes()), origin_value);
        assert_eq!(origin("application / SDP", SDP.as_bytes()), origin_value);
        assert_eq!(origin("text/plain", SDP.as_bytes()), "");
        assert_eq!(origin("application/sdp", b"o=cut"), "cut");
    }

    #[test]
    fn the_part_that_is_sdp() {
        let body = format!(
            "preamble\r\n--b1\r\nContent-Type: application/isup\r\n\r\no=not this\r\n--b1\r\nContent-Type: application/sdp\r\n\r\n{SDP}--b1--\r\n"
        );
        assert_eq!(
            origin("multipart/mixed; boundary=\"b1\"", body.as_bytes()),
            "trunk7 2890844526 2890844526 IN IP4 192.0.2.9"
        );
        assert_eq!(origin("multipart/mixed", body.as_bytes()), "");
    }

    fn part(kind: &str, body: &str) -> String {
        format!("Content-Type: {kind}\r\n\r\n{body}\r\n")
    }

    #[test]
    fn a_boundary_is_a_whole_line() {
        let other = SDP.replace("trunk7", "quoted");
        let text = part("text/plain", &format!("--bc\r\nContent-Type: application/sdp\r\n\r\n{other}"));
        let body = format!("--b\r\n{text}--b  \r\n{}--b--\r\n", part("application/sdp", SDP));
        let kind = "multipart/mixed; note=\"x;boundary=bc\"; boundary=b";
        assert!(origin(kind, body.as_bytes()).starts_with("trunk7"));
    }

    #[test]
    fn alternatives_within_a_multipart() {
        let offers =
            format!("--in\r\n{}--in\r\n{}--in--\r\n", part("text/plain", "x"), part("application/sdp", SDP));
        let signal = part("application/isup", "\u{1}\u{2}");
        let body = format!(
            "--out\r\n{signal}--out\r\n{}--out--\r\n",
            part("multipart/alternative;boundary=in", &offers)
        );
        assert!(origin("multipart/mixed;boundary=out", body.as_bytes()).starts_with("trunk7"));
        let deep = (0..6).fold(part("application/sdp", SDP), |inner, level| {
            part(&format!("multipart/mixed;boundary=b{level}"), &format!("--b{level}\r\n{inner}"))
        });
        assert_eq!(origin("multipart/mixed;boundary=b", format!("--b\r\n{deep}").as_bytes()), "");
    }
}
