//! Captures: file bytes in chunks of any size in, SIP messages out.
//!
//! The layers in the order a byte meets them: [`pcap`] and [`pcapng`] cut packets, `link` and `ip` unwrap them and
//! put IP fragments together, `tunnel` unwraps packets within packets, `tcp` orders a connection's bytes, `framing`
//! cuts them into messages, `sctp` finds those of its own. [`SipCapture`] is all of them in one; [`text`] reads
//! messages written into a file as they are. Traffic that is not SIP is passed over; SIP is known by its start line,
//! on any port. Whatever is amiss is counted under a stable reason.

mod chunks;
mod framing;
mod ip;
mod link;
pub mod pcap;
pub mod pcapng;
mod sctp;
mod sip;
mod tcp;
pub mod text;
mod tunnel;

use std::collections::BTreeMap;

pub use sip::{SipCapture, SipPacket, Transport};

/// How often each reason was met.
pub type Malformed = BTreeMap<&'static str, u64>;

/// Instant of a packet whose file does not say when it was captured.
pub const NO_TIME: i64 = i64::MIN;

/// One captured packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// When, in nanoseconds since 1970 UTC, or [`NO_TIME`].
    pub at: i64,
    /// Link type (the registry of tcpdump.org).
    pub link: u16,
    /// What was kept of it.
    pub data: &'a [u8],
    /// Whether the packet was longer on the wire.
    pub cut: bool,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Call events, one JSON object a line.
    Ndjson,
    /// libpcap's format.
    Pcap,
    /// Its successor.
    Pcapng,
    /// SIP messages as text.
    SipText,
    /// None of them.
    Unknown,
}

/// Bytes by which [`sniff`] tells any kind.
pub const SNIFF_LEN: usize = 16_384;

/// Tells a file's kind by its first bytes: the whole file, or at least [`SNIFF_LEN`] bytes of it.
#[must_use]
pub fn sniff(first_bytes: &[u8]) -> Kind {
    if pcap::Format::of(first_bytes).is_some() {
        return Kind::Pcap;
    }
    if first_bytes.starts_with(&pcapng::SECTION) {
        return Kind::Pcapng;
    }
    let text = first_bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first_bytes);
    if text.trim_ascii_start().starts_with(b"{") {
        return Kind::Ndjson;
    }
    let window = &text[..text.len().min(SNIFF_LEN)];
    if framing::find_start(window, true).is_some() { Kind::SipText } else { Kind::Unknown }
}

pub(crate) fn count(malformed: &mut Malformed, reason: &'static str) {
    *malformed.entry(reason).or_default() += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_content() {
        assert_eq!(sniff(b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00"), Kind::Pcap);
        assert_eq!(sniff(b"\xa1\xb2\x3c\x4d\x00\x02\x00\x04"), Kind::Pcap);
        assert_eq!(sniff(b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00"), Kind::Pcapng);
        assert_eq!(sniff(b"\xef\xbb\xbf\n {\"event_type\":\"INVITE\"}"), Kind::Ndjson);
        assert_eq!(sniff(b"\r\nINVITE sip:1@h SIP/2.0\r\nCall-ID: x\r\n"), Kind::SipText);
        assert_eq!(sniff(b"U 10.0.0.1:5060 -> 10.0.0.2:5060\nSIP/2.0 180 Ringing\n"), Kind::SipText);
        assert_eq!(sniff(b"a_number,b_number\n1,2\n"), Kind::Unknown);
        assert_eq!(sniff(b""), Kind::Unknown);
    }
}
