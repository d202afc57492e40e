//! Cuts a stream of bytes into SIP messages (RFC 3261, 18.3): by Content-Length, with keep-alives between messages
//! and garbage passed over up to the next start line.

use crate::sip::{MAX_LINE, content_length, is_start, names_method};

use super::{Malformed, count};

/// A header is no longer: 64 KiB is what a datagram holds, and what switches take.
pub(super) const MAX_HEAD: usize = 65_536;
/// Nor is a body: message bodies over TCP reach tens of kilobytes.
pub(super) const MAX_BODY: usize = 262_144;

/// Where the first line that is a start line begins. A line that may go on counts only where the bytes `ended`.
pub(super) fn find_start(bytes: &[u8], ended: bool) -> Option<usize> {
    let versions = memchr::memmem::Finder::new(b"SIP/");
    let mut at = 0;
    while let Some(found) = versions.find(&bytes[at..]) {
        let version = at + found;
        let line = memchr::memrchr(b'\n', &bytes[at..version]).map_or(at, |newline| at + newline + 1);
        if is_start(&bytes[line..]) || (ended && is_start_of_last(&bytes[line..])) {
            return Some(line);
        }
        // Each line is judged once, however often it names a version.
        at = version + memchr::memchr(b'\n', &bytes[version..])? + 1;
    }
    None
}

fn is_start_of_last(line: &[u8]) -> bool {
    line.len() < MAX_LINE && memchr::memchr(b'\n', line).is_none() && is_start(&[line, b"\n"].concat())
}

/// What ends a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeadEnd {
    /// The empty line; the header's length with it.
    Blank(usize),
    /// Another start line, where it begins: the message was never ended.
    Start(usize),
    /// Neither is there yet; where the last line begins.
    Open(usize),
}

/// Looks for the end of the header of the message at the front, from a line on that begins at `from`.
pub(super) fn head_end(message: &[u8], from: usize) -> HeadEnd {
    let mut line = from;
    while let Some(newline) = memchr::memchr(b'\n', &message[line..]) {
        match &message[line..] {
            [b'\n', ..] => return HeadEnd::Blank(line + 1),
            [b'\r', b'\n', ..] => return HeadEnd::Blank(line + 2),
            bytes if line > 0 && is_start(bytes) => return HeadEnd::Start(line),
            _ => line += newline + 1,
        }
    }
    HeadEnd::Open(line)
}

/// What was captured of a message that was cut, without its last line, of which nobody knows how it goes on.
pub(super) fn whole_lines(message: &[u8]) -> &[u8] {
    &message[..memchr::memrchr(b'\n', message).map_or(0, |newline| newline + 1)]
}

/// Whether bytes may be the begin of a message that is cut within its start line.
pub(super) fn may_begin(bytes: &[u8]) -> bool {
    is_beginning(bytes) && names_method(bytes)
}

/// One direction of a connection.
#[derive(Debug, Default)]
pub(super) struct Framer {
    buffer: Vec<u8>,
    /// How far the end of the header was searched.
    searched: usize,
    /// Bytes that the message at the front has, once its header is whole.
    needed: usize,
    in_garbage: bool,
}

/// What the front of the buffer is.
enum Front {
    Message(usize),
    Incomplete,
    Garbage(&'static str),
}

impl Framer {
    pub(super) fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Whether what is held can still become a message.
    pub(super) fn is_promising(&self) -> bool {
        is_start(&self.buffer) || is_beginning(&self.buffer)
    }

    /// Takes the next bytes and gives each message they complete.
    pub(super) fn push(&mut self, data: &[u8], malformed: &mut Malformed, mut emit: impl FnMut(&[u8])) {
        self.buffer.extend_from_slice(data);
        let mut at = 0;
        loop {
            at += self.buffer[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if at == self.buffer.len() {
                break;
            }
            match self.front(at) {
                Front::Message(length) => {
                    emit(&self.buffer[at..at + length]);
                    at += length;
                    self.in_garbage = false;
                    self.forget();
                }
                Front::Incomplete => break,
                Front::Garbage(reason) => {
                    if !self.in_garbage || reason != "tcp_garbage" {
                        count(malformed, reason);
                        self.in_garbage = true;
                    }
                    at += self.garbage_len(at);
                    self.forget();
                }
            }
        }
        if at > 0 {
            self.buffer.drain(..at);
        }
    }

    /// The stream ends or has a hole here: a message of which bytes are missing is given as far as it goes, for what
    /// is left of it may say who calls.
    pub(super) fn flush(&mut self, malformed: &mut Malformed, mut emit: impl FnMut(&[u8])) {
        if is_start(&self.buffer) {
            emit(whole_lines(&self.buffer));
            let has_head = self.needed > 0;
            count(malformed, if has_head { "tcp_body_incomplete" } else { "tcp_message_incomplete" });
        }
        *self = Self::default();
    }

    fn forget(&mut self) {
        self.searched = 0;
        self.needed = 0;
    }

    fn front(&mut self, at: usize) -> Front {
        let bytes = &self.buffer[at..];
        if self.needed == 0 {
            if !is_start(bytes) {
                return if is_beginning(bytes) { Front::Incomplete } else { Front::Garbage("tcp_garbage") };
            }
            let head = match head_end(bytes, self.searched) {
                HeadEnd::Blank(head) => head,
                HeadEnd::Start(_) => return Front::Garbage("head_not_ended"),
                HeadEnd::Open(_) if bytes.len() > MAX_HEAD => {
                    return Front::Garbage("head_too_long");
                }
                HeadEnd::Open(line) => {
                    self.searched = line;
                    return Front::Incomplete;
                }
            };
            let body = match content_length(&bytes[..head]) {
                Some(length) if length > MAX_BODY => return Front::Garbage("body_too_long"),
                Some(length) => length,
                // RFC 3261 wants a length on streams: without it the body is what came with the header.
                None => find_start(&bytes[head..], false).unwrap_or(bytes.len() - head),
            };
            self.needed = head + body;
        }
        if bytes.len() < self.needed { Front::Incomplete } else { Front::Message(self.needed) }
    }

    /// Bytes from `at` up to the next start line, or to the last line, which may become one.
    fn garbage_len(&self, at: usize) -> usize {
        let bytes = &self.buffer[at..];
        let (_, after) =
            memchr::memchr(b'\n', bytes).map_or((0, bytes.len()), |newline| (newline, newline + 1));
        if let Some(start) = find_start(&bytes[after..], false) {
            return after + start;
        }
        let last = memchr::memrchr(b'\n', bytes).map_or(bytes.len(), |newline| newline + 1);
        if is_beginning(&bytes[last..]) { last } else { bytes.len() }
    }
}

/// Whether bytes without a line end may yet become a start line, as far as their letters go.
fn is_beginning(bytes: &[u8]) -> bool {
    bytes.len() < MAX_LINE
        && memchr::memchr(b'\n', bytes).is_none()
        && bytes.iter().all(|byte| (b' '..0x7f).contains(byte) || *byte >= 0x80 || *byte == b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    const RINGING: &str = "SIP/2.0 180 Ringing\r\nCall-ID: a\r\nContent-Length: 0\r\n\r\n";
    const INVITE: &str = "INVITE sip:1@h SIP/2.0\r\nCall-ID: b\r\nl : 5\r\n\r\nv=0\r\n";

    fn frame(stream: &[u8], chunk: usize) -> (Vec<String>, Malformed) {
        let (mut framer, mut malformed, mut messages) = (Framer::default(), Malformed::new(), Vec::new());
        let mut emit = |bytes: &[u8]| messages.push(String::from_utf8_lossy(bytes).into_owned());
        for part in stream.chunks(chunk) {
            framer.push(part, &mut malformed, &mut emit);
        }
        framer.flush(&mut malformed, &mut emit);
        (messages, malformed)
    }

    #[test]
    fn messages_with_keepalives_between_in_chunks_of_any_size() {
        let stream = format!("\r\n\r\n{RINGING}\r\n\r\n{INVITE}{RINGING}\r\n");
        for chunk in 1..stream.len() {
            let (messages, malformed) = frame(stream.as_bytes(), chunk);
            assert_eq!(messages, [RINGING, INVITE, RINGING], "chunks of {chunk}");
            assert_eq!(malformed, Malformed::new());
        }
    }

    #[test]
    fn garbage_is_passed_over_and_counted_once() {
        let stream = format!("tail of a body\r\na=sendrecv\r\n\u{1}\u{2}\r\n{INVITE}");
        for chunk in [1, 7, 1_000] {
            let (messages, malformed) = frame(stream.as_bytes(), chunk);
            assert_eq!(messages, [INVITE], "chunks of {chunk}");
            assert_eq!(malformed, Malformed::from([("tcp_garbage", 1)]));
        }
    }

    #[test]
    fn a_length_that_lies_costs_no_more_than_its_message() {
        let huge = "INVITE sip:1@h SIP/2.0\r\nContent-Length: 999999999\r\n\r\n";
        assert_eq!(
            frame(format!("{huge}{RINGING}").as_bytes(), 10_000),
            (vec![RINGING.to_owned()], Malformed::from([("body_too_long", 1)]))
        );
        let none = "INVITE sip:1@h SIP/2.0\r\nContent-Length: -5\r\n\r\nv=0\r\n";
        assert_eq!(frame(format!("{none}{RINGING}").as_bytes(), 10_000).0, [none, RINGING]);
    }

    #[test]
    fn a_cut_message_is_given_in_whole_lines() {
        let (messages, malformed) = frame(b"INVITE sip:1@h SIP/2.0\r\nl: 50\r\n\r\nv=0\r\no=x 1", 5);
        assert_eq!(messages, ["INVITE sip:1@h SIP/2.0\r\nl: 50\r\n\r\nv=0\r\n"]);
        assert_eq!(malformed, Malformed::from([("tcp_body_incomplete", 1)]));
        let (messages, malformed) = frame(b"INVITE sip:1@h SIP/2.0\r\nFrom: <sip:+4420", 5);
        assert_eq!(messages, ["INVITE sip:1@h SIP/2.0\r\n"]);
        assert_eq!(malformed, Malformed::from([("tcp_message_incomplete", 1)]));
    }

    #[test]
    fn a_length_on_a_folded_line_counts_and_one_within_another_field_does_not() {
        let folded = "INVITE sip:1@h SIP/2.0\r\nSubject: a\r\n l: 3\r\nContent-Length:\r\n 5\r\n\r\nv=0\r\n";
        let (messages, malformed) = frame(format!("{folded}{RINGING}").as_bytes(), 9);
        assert_eq!((messages, malformed), (vec![folded.to_owned(), RINGING.to_owned()], Malformed::new()));
    }

    #[test]
    fn an_endless_header_is_bounded() {
        let stream = [b"INVITE sip:1@h SIP/2.0\r\n".to_vec(), b"X: y\r\n".repeat(100_000)].concat();
        let (mut framer, mut malformed) = (Framer::default(), Malformed::new());
        for part in stream.chunks(1_000) {
            framer.push(part, &mut malformed, |_| panic!("no message is here"));
            assert!(framer.len() <= MAX_HEAD + 1_000);
        }
        assert_eq!(malformed, Malformed::from([("head_too_long", 1)]));
    }
}
