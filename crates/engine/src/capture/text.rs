//! SIP messages written into a file as they are, one or several. Lines between messages (a tool's own headings)
//! are passed over.

use super::framing::{HeadEnd, MAX_BODY, MAX_HEAD, find_start, head_end};
use super::{Malformed, count};
use crate::sip::{MAX_LINE, content_length, is_start};

/// Bytes gathered before they are looked at, so that a file in small chunks is not searched again and again.
const STEP: usize = 65_536;
/// No message is longer.
const MAX_MESSAGE: usize = MAX_HEAD + MAX_BODY;

/// Reads a file in chunks of any size.
#[derive(Debug, Default)]
pub struct Reader {
    buffer: Vec<u8>,
    looked_at: usize,
    found: bool,
}

impl Reader {
    /// At a file's begin.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the file's next bytes and gives the messages that are known to have ended.
    pub fn feed(&mut self, data: &[u8], malformed: &mut Malformed, sink: &mut impl FnMut(&[u8])) {
        for part in data.chunks(STEP) {
            self.buffer.extend_from_slice(part);
            if self.buffer.len() >= self.looked_at + STEP {
                self.read(false, malformed, sink);
                self.looked_at = self.buffer.len();
            }
        }
    }

    /// The file has ended.
    pub fn finish(&mut self, malformed: &mut Malformed, sink: &mut impl FnMut(&[u8])) {
        self.read(true, malformed, sink);
        *self = Self::default();
    }

    fn read(&mut self, ended: bool, malformed: &mut Malformed, sink: &mut impl FnMut(&[u8])) {
        let mut at = 0;
        loop {
            let bytes = &self.buffer[at..];
            let Some(start) = find_start(bytes, ended) else {
                if ended && !self.found && !bytes.trim_ascii().is_empty() {
                    count(malformed, "no_start_line");
                }
                at += if ended { bytes.len() } else { before_last_line(bytes) };
                break;
            };
            self.found = true;
            let message = &bytes[start..];
            if let Some(length) = message_len(message, ended) {
                sink(&message[..length]);
                at += start + length;
            } else if message.len() > MAX_MESSAGE {
                count(malformed, "message_too_long");
                at += start + memchr::memchr(b'\n', message).map_or(message.len(), |newline| newline + 1);
            } else {
                at += start;
                break;
            }
        }
        self.buffer.drain(..at);
    }
}

/// Length of the message at the front: up to its Content-Length where that fits what follows, for a file's line ends
/// are often not those that were counted; else up to the next start line. None where that is not known yet.
fn message_len(bytes: &[u8], ended: bool) -> Option<usize> {
    let head = match head_end(bytes, 0) {
        HeadEnd::Blank(head) => head,
        HeadEnd::Start(next) => return Some(next),
        HeadEnd::Open(_) => return ended.then_some(bytes.len()),
    };
    let counted = content_length(&bytes[..head]);
    if let Some(end) = counted.and_then(|length| head.checked_add(length)) {
        let rest = bytes.get(end..).map(<[u8]>::trim_ascii_start);
        if rest.is_some_and(|rest| if rest.is_empty() { ended } else { is_start(rest) }) {
            return Some(end);
        }
    }
    match find_start(&bytes[head..], ended) {
        Some(next) => Some(head + next),
        None if ended => Some(bytes.len()),
        // So much can't be its body: it is text of the file that follows the message.
        None if bytes.len() > MAX_MESSAGE => Some(head + counted.unwrap_or(0).min(MAX_BODY)),
        None => None,
    }
}

/// What can be dropped before a last line that may become a start line.
fn before_last_line(bytes: &[u8]) -> usize {
    let last = memchr::memrchr(b'\n', bytes).map_or(0, |newline| newline + 1);
    if bytes.len() - last > MAX_LINE { bytes.len() } else { last }
}

/// The instant of a Date field (`Sat, 13 Nov 2010 23:29:00 GMT`) in nanoseconds since 1970 UTC. SIP knows no zone but
/// GMT (RFC 3261, 20.17).
#[must_use]
pub fn date(value: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = value.split_ascii_whitespace().skip(1);
    let day: i64 = words.next()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let month = words.next()?;
    let month = i64::try_from(MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?).ok()?;
    let year: i64 = words.next()?.parse().ok().filter(|year| (1970..=2200).contains(year))?;
    let mut clock =
        words.next()?.split(':').map(|part| part.parse::<i64>().ok().filter(|part| (0..=60).contains(part)));
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    if clock.next().is_some() || hour > 23 || !words.next()?.eq_ignore_ascii_case("GMT") {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(seconds * 1_000_000_000)
}

/// Days of the Gregorian calendar; `month` counts from 0. A year begins in March, so that its leap day is its last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month < 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 10) % 12) + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(file: &str, chunk: usize) -> Vec<String> {
        let (mut reader, mut malformed, mut found) = (Reader::new(), Malformed::new(), Vec::new());
        let mut sink = |bytes: &[u8]| found.push(String::from_utf8_lossy(bytes).trim().to_owned());
        for part in file.as_bytes().chunks(chunk) {
            reader.feed(part, &mut malformed, &mut sink);
        }
        reader.finish(&mut malformed, &mut sink);
        found
    }

    #[test]
    fn messages_between_a_tools_own_lines() {
        let invite = "INVITE sip:1@h SIP/2.0\nCall-ID: a\nContent-Length: 99\n\nv=0\no=x 1 1 IN IP4 h";
        let ringing = "SIP/2.0 180 Ringing\nVia: SIP/2.0/UDP h\nCall-ID: a";
        let file = format!("--- sent ---\n{invite}\n\n{ringing}\n{ringing}\n\n--- end ---\n");
        for chunk in [1, 10, 1_000] {
            let found = messages(&file, chunk);
            assert_eq!(found[..2], [invite, ringing], "chunks of {chunk}");
            assert_eq!(found.len(), 3);
        }
    }

    #[test]
    fn a_message_within_a_body_is_no_message() {
        let notify = "NOTIFY sip:1@h SIP/2.0\r\nCall-ID: a\r\nContent-Type: message/sipfrag\r\nContent-Length: 17\r\n\r\nSIP/2.0 200 OK\r\n\n";
        assert_eq!(messages(&format!("{notify}\r\n{notify}"), 1_000).len(), 2);
    }

    #[test]
    fn dates_of_the_calendar() {
        assert_eq!(date("Sat, 13 Nov 2010 23:29:00 GMT"), Some(1_289_690_940_000_000_000));
        assert_eq!(date("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800_000_000_000));
        assert_eq!(date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        for bad in [
            "Fri, 01 Jan 2010 16:00:00 EST",
            "Fri, 32 Jan 2010 16:00:00 GMT",
            "Fri, 01 Jan 99999 16:00:00 GMT",
            "",
            "now",
        ] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }
}
