//! The origin line of a session description, also inside a multipart body (RFC 8866, 5.2; RFC 2046).

use std::borrow::Cow;

use super::fields::{Fields, line_end, lossy, parameter};

/// Value of the first `o=` line of the SDP in a body; empty where there is none.
pub(crate) fn origin<'a>(content_type: &str, body: &'a [u8]) -> Cow<'a, str> {
    if body.is_empty() {
        return Cow::Borrowed("");
    }
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let kind = kind.trim();
    if kind.eq_ignore_ascii_case("application/sdp") || (kind.is_empty() && body.starts_with(b"v=0")) {
        return origin_line(body);
    }
    if kind.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/")) {
        return in_multipart(parameters, body);
    }
    Cow::Borrowed("")
}

fn in_multipart<'a>(parameters: &str, body: &'a [u8]) -> Cow<'a, str> {
    let Some(boundary) = parameter(parameters, "boundary").filter(|boundary| !boundary.is_empty()) else {
        return Cow::Borrowed("");
    };
    let mark = [b"--", boundary.as_bytes()].concat();
    let (mut part, mut at) = (None, 0);
    while at < body.len() {
        let (_, next) = line_end(body, at);
        if body[at..].starts_with(&mark) {
            if let Some(found) = part.and_then(|from| sdp_part(&body[from..at])) {
                return found;
            }
            part = Some(next);
        }
        at = next;
    }
    // A body that was cut has no last boundary.
    part.and_then(|from| sdp_part(&body[from..])).unwrap_or(Cow::Borrowed(""))
}

fn sdp_part(part: &[u8]) -> Option<Cow<'_, str>> {
    holds_sdp(part).then(|| origin_line(part))
}

fn holds_sdp(part: &[u8]) -> bool {
    Fields::new(part).any(|field| {
        (field.name.eq_ignore_ascii_case(b"content-type") || field.name.eq_ignore_ascii_case(b"c"))
            && field.value.get(..15).is_some_and(|kind| kind.eq_ignore_ascii_case(b"application/sdp"))
    })
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
}
