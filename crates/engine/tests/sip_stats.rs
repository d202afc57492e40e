//! Counts equal tshark's: of the captures beside the project, of which tshark 4.0.17 was asked, and of single flows,
//! where each rule of its resend detection shows.

mod support;

use std::net::SocketAddr;

use ringfence_core::capture::{SipCapture, SipPacket, sniff};
use ringfence_core::sip::Message;
use ringfence_core::sip::stats::SipStats;

fn counted(file: &[u8]) -> SipStats {
    let mut capture = SipCapture::new(sniff(file)).expect("a capture");
    let mut stats = SipStats::new();
    let mut sink = |packet: SipPacket<'_>| {
        if let Ok(message) = Message::parse(packet.bytes) {
            packet.count(&message, &mut stats);
        }
    };
    capture.feed(file, &mut sink);
    capture.finish(&mut sink);
    assert!(capture.malformed().is_empty());
    stats
}

fn methods(stats: &SipStats) -> Vec<(&str, u64)> {
    stats.methods.iter().map(|(method, count)| (method.as_str(), *count)).collect()
}

#[test]
fn captures_beside_the_project() {
    let Some(folder) = support::shared("sip/pcap") else {
        return;
    };
    let stats = counted(&std::fs::read(folder.join("sip-method.pcap")).unwrap());
    assert_eq!((stats.messages, stats.resends, stats.call_ids()), (81, 4, 6));
    assert_eq!(methods(&stats), [("ACK", 7), ("CANCEL", 11), ("INVITE", 11), ("REGISTER", 18)]);
    let stats = counted(&std::fs::read(folder.join("sip-body-large.pcap")).unwrap());
    assert_eq!((stats.messages, stats.resends, stats.call_ids()), (2, 0, 1));
    assert_eq!(methods(&stats), [("INVITE", 1)]);
    let Some(folder) = support::shared("hep") else {
        return;
    };
    let stats = counted(&std::fs::read(folder.join("kamailio-mirror-decoded.pcap")).unwrap());
    assert_eq!((stats.messages, stats.resends, stats.call_ids()), (11, 0, 1));
    assert_eq!(methods(&stats), [("ACK", 2), ("BYE", 1), ("INVITE", 2)]);
}

#[test]
fn the_torture_messages_one_a_datagram() {
    let Some(folder) = support::shared("sip/torture") else {
        return;
    };
    let packets: Vec<_> = support::files(&folder, "dat")
        .iter()
        .map(|path| support::ipv4(17, &support::udp(&std::fs::read(path).unwrap())))
        .collect();
    let stats = counted(&support::pcap(&packets));
    assert_eq!((stats.messages, stats.resends, stats.call_ids()), (43, 0, 44));
    let expected = [
        ("INVITE", 15),
        ("MESSAGE", 1),
        ("NEWMETHOD", 1),
        ("OPTIONS", 12),
        ("RE%47IST%45R", 1),
        ("REGISTER", 9),
    ];
    assert_eq!(methods(&stats), expected);
}

const A: &str = "10.0.0.1:5060";
const B: &str = "10.0.0.2:5060";

/// Resends among messages `(start, CSeq, from, to)` of one Call-ID.
fn resends(messages: &[(&str, &str, &str, &str)]) -> u64 {
    let mut stats = SipStats::new();
    for (start, cseq, from, to) in messages {
        let start =
            if start.contains(' ') { (*start).to_owned() } else { format!("{start} sip:1@h SIP/2.0") };
        let text = format!("{start}\r\nCall-ID: x\r\nCSeq: {cseq}\r\n\r\n");
        let ends: (SocketAddr, SocketAddr) = (from.parse().unwrap(), to.parse().unwrap());
        stats.observe(&Message::parse(text.as_bytes()).unwrap(), Some(ends));
    }
    assert_eq!(stats.messages, messages.len() as u64);
    stats.resends
}

#[test]
fn a_request_that_follows_itself_is_a_resend() {
    let invite = ("INVITE", "1 INVITE", A, B);
    assert_eq!(resends(&[invite, invite, invite]), 2);
    // Another CSeq, other ports and the other direction are other transactions.
    assert_eq!(resends(&[invite, ("INVITE", "2 INVITE", A, B), invite]), 0);
    assert_eq!(
        resends(&[invite, ("INVITE", "1 INVITE", "10.0.0.1:5070", B), ("INVITE", "1 INVITE", B, A)]),
        0
    );
    // ACK and CANCEL are not counted, but what they follow is remembered.
    let ack = ("ACK", "1 ACK", A, B);
    assert_eq!(resends(&[invite, ack, ack, invite]), 1);
    let cancel = ("CANCEL", "1 CANCEL", A, B);
    assert_eq!(resends(&[cancel, cancel]), 0);
}

#[test]
fn a_final_response_that_follows_itself_is_a_resend() {
    let trying = ("SIP/2.0 100 Trying", "1 INVITE", B, A);
    let ok = ("SIP/2.0 200 OK", "1 INVITE", B, A);
    assert_eq!(resends(&[trying, trying, ok, ok, ok]), 2);
    assert_eq!(resends(&[ok, ("SIP/2.0 486 Busy", "1 INVITE", B, A), ok]), 0);
    assert_eq!(resends(&[ok, trying, ok]), 0);
}

#[test]
fn over_tcp_nothing_is_a_resend() {
    let mut stats = SipStats::new();
    for _ in 0..3 {
        stats.observe(
            &Message::parse(b"BYE sip:1@h SIP/2.0\r\nCall-ID: x\r\nCSeq: 1 BYE\r\n\r\n").unwrap(),
            None,
        );
    }
    assert_eq!((stats.messages, stats.resends, stats.call_ids()), (3, 0, 1));
}

#[test]
fn invented_methods_do_not_fill_the_memory() {
    let mut stats = SipStats::new();
    for number in 0..1_000 {
        let text = format!("M{number} sip:1@h SIP/2.0\r\nCall-ID: x\r\nCSeq: 1 M{number}\r\n\r\n");
        stats.observe(&Message::parse(text.as_bytes()).unwrap(), None);
    }
    assert_eq!((stats.messages, stats.methods.len(), stats.methods["other"]), (1_000, 65, 936));
}
