//! SIP over TCP: whatever order and shape the segments come in, the messages are those that were sent.

mod support;

use ringfence_core::capture::{Malformed, Transport};
use support::{Dice, invite, pcap, read, segment, texts};

const SYN: u8 = 2;
const ACK: u8 = 16;
const FIN: u8 = 17;
const RST: u8 = 4;

fn stream() -> (Vec<String>, Vec<u8>) {
    let messages: Vec<_> =
        (0..5).map(|number| invite(&format!("c{number}"), &"a=x\r\n".repeat(number * 90))).collect();
    let bytes = messages.join("\r\n\r\n").into_bytes();
    (messages, bytes)
}

/// A connection's begin, and its bytes in segments of up to `most` bytes.
fn segments(first: u32, bytes: &[u8], most: usize, dice: &mut Dice) -> Vec<Vec<u8>> {
    let mut packets = vec![segment(first, SYN, &[])];
    let mut at = 0;
    while at < bytes.len() {
        let end = (at + 1 + dice.roll(most)).min(bytes.len());
        packets.push(segment(first.wrapping_add(1 + at as u32), ACK, &bytes[at..end]));
        at = end;
    }
    packets
}

#[test]
fn segments_in_any_order_sent_twice_and_overlapping() {
    let (messages, bytes) = stream();
    let mut dice = Dice(0x7c_2026);
    for round in 0..300 {
        // Sequence numbers wrap on the way.
        let first = u32::MAX - dice.roll(3_000) as u32;
        let mut packets = segments(first, &bytes, 700, &mut dice);
        packets.push(segment(first.wrapping_add(1 + bytes.len() as u32), FIN, &[]));
        for _ in 0..dice.roll(12) {
            let at = dice.roll(bytes.len());
            let end = (at + 1 + dice.roll(900)).min(bytes.len());
            packets.push(segment(first.wrapping_add(1 + at as u32), ACK, &bytes[at..end]));
        }
        dice.shuffle(&mut packets[1..]);
        let (found, malformed) = read(&pcap(&packets), 5_000);
        assert_eq!(
            (texts(&found), malformed),
            (messages.iter().map(String::as_str).collect(), Malformed::new()),
            "round {round}"
        );
        assert!(found.iter().all(|message| message.whole && message.transport == Transport::Tcp));
    }
}

#[test]
fn a_connection_that_was_open_before_the_capture() {
    let (messages, bytes) = stream();
    let mut dice = Dice(3);
    let tail = [b"a=sendrecv\r\na=ptime:20\r\n", &bytes[..]].concat();
    let packets = segments(77, &tail, 100, &mut dice).split_off(1);
    let (found, malformed) = read(&pcap(&packets), 5_000);
    let found = texts(&found);
    // The message whose begin was cut into two segments before SIP was seen may be lost; none is made up.
    assert!(messages.ends_with(&found.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()));
    assert!(found.len() >= 4, "{malformed:?}");
}

#[test]
fn an_open_connection_in_segments_too_small_for_a_start_line() {
    let (messages, bytes) = stream();
    let small: Vec<_> =
        (0..).zip(bytes.chunks(8)).map(|(number, piece)| segment(1 + number * 8, ACK, piece)).collect();
    let (found, malformed) = read(&pcap(&small), 5_000);
    assert_eq!(texts(&found), messages.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(malformed, Malformed::new());
}

#[test]
fn a_begin_sent_again_begins_nothing() {
    let (messages, bytes) = stream();
    let mut packets = segments(1, &bytes, 900, &mut Dice(9));
    packets.extend(packets.clone());
    let (found, malformed) = read(&pcap(&packets), 5_000);
    assert_eq!(texts(&found), messages.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(malformed, Malformed::new());
}

#[test]
fn a_header_that_never_ends_still_gives_the_call() {
    let text = invite("a", "");
    let cut = text.find("Content-Type").unwrap() + 4;
    let packets = [segment(0, SYN, &[]), segment(1, ACK, &text.as_bytes()[..cut])];
    let (found, malformed) = read(&pcap(&packets), 5_000);
    assert_eq!((texts(&found), found[0].whole), (vec![&text[..cut - 4]], false));
    assert_eq!(malformed, Malformed::from([("tcp_message_incomplete", 1)]));
}

#[test]
fn a_lost_segment_costs_its_message_alone() {
    let (messages, bytes) = stream();
    let mut dice = Dice(5);
    let third = messages[..2].join("\r\n\r\n").len() + 40;
    let mut packets = segments(1, &bytes[..third], 200, &mut dice);
    packets.extend(segments(1 + third as u32 + 20, &bytes[third + 20..], 200, &mut dice).split_off(1));
    packets.push(segment(2 + bytes.len() as u32, FIN, &[]));
    let (found, malformed) = read(&pcap(&packets), 5_000);
    let expected = [&*messages[0], &*messages[1], &*messages[3], &*messages[4]];
    assert_eq!(texts(&found), expected);
    assert_eq!(malformed["tcp_gap"], 1);
}

#[test]
fn a_body_that_never_comes_still_gives_the_call() {
    let text = invite("a", &"x".repeat(500));
    let cut = &text.as_bytes()[..text.len() - 300];
    for end in [None, Some(segment(1 + cut.len() as u32, FIN, &[])), Some(segment(0, RST, &[]))] {
        let packets: Vec<_> =
            [Some(segment(0, SYN, &[])), Some(segment(1, ACK, cut)), end].into_iter().flatten().collect();
        let (found, malformed) = read(&pcap(&packets), 5_000);
        assert_eq!((found.len(), found[0].whole), (1, false));
        assert_eq!(malformed, Malformed::from([("tcp_body_incomplete", 1)]));
    }
}

#[test]
fn a_port_used_again_is_a_new_connection() {
    let (first, second) = (invite("a", ""), invite("b", ""));
    let packets = [
        segment(0, SYN, &[]),
        segment(1, ACK, first.as_bytes()),
        segment(900_000, SYN, &[]),
        segment(900_001, ACK, second.as_bytes()),
    ];
    let (found, malformed) = read(&pcap(&packets), 5_000);
    assert_eq!((texts(&found), malformed), (vec![&*first, &*second], Malformed::new()));
}

#[test]
fn a_connection_whose_begin_was_missed_after_one_between_the_same_ports() {
    let (first, second) = (invite("a", ""), invite("b", ""));
    for far in [1_000_000, u32::MAX - 2_000_000_000, u32::MAX - 3_000_000] {
        let packets = [
            segment(0, SYN, &[]),
            segment(1, FIN, first.as_bytes()),
            segment(1, FIN, first.as_bytes()),
            segment(far, ACK, second.as_bytes()),
        ];
        let (found, _) = read(&pcap(&packets), 5_000);
        let behind = far > u32::MAX - 4_000_000;
        assert_eq!(texts(&found), if behind { vec![&*first] } else { vec![&*first, &*second] });
    }
}

#[test]
fn connections_that_are_not_sip_cost_nothing_and_count_nothing() {
    let mut packets = Vec::new();
    for sequence in 0..2_000_u32 {
        packets.push(segment(sequence * 1_000, SYN, &[]));
        packets.push(segment(sequence * 1_000 + 1, ACK, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        packets.push(segment(sequence * 1_000 + 500, ACK, &[0x17, 3, 3, 1, 0, 9, 9]));
    }
    assert_eq!(read(&pcap(&packets), 50_000), (vec![], Malformed::new()));
}

#[test]
fn sip_that_is_hidden_from_a_capture_is_counted() {
    let secret = |port: [u8; 2], data: &[u8]| {
        let mut packet = segment(1, ACK, data);
        packet[22..24].copy_from_slice(&port);
        packet
    };
    let record = [&[0x16, 3, 1, 0, 200][..], &[1; 200]].concat();
    let packets = [secret([0x13, 0xc5], &record), secret([0x01, 0xbb], &record)];
    assert_eq!(read(&pcap(&packets), 1_000), (vec![], Malformed::from([("tls_not_read", 1)])));
    let upgrade = |protocols: &str| {
        format!("GET / HTTP/1.1\r\nUpgrade: websocket\r\nsec-websocket-protocol: {protocols}\r\n\r\n")
    };
    let packets =
        ["sip", "msrp, SIP", "chat"].map(|protocols| segment(1, ACK, upgrade(protocols).as_bytes()));
    assert_eq!(read(&pcap(&packets), 1_000), (vec![], Malformed::from([("websocket_not_read", 2)])));
}

#[test]
fn holes_without_end_are_bounded() {
    let text = invite("a", "");
    let mut packets = vec![segment(0, SYN, &[]), segment(1, ACK, text.as_bytes())];
    // Every other byte of a megabyte is never sent.
    packets.extend((0..5_000_u32).map(|number| segment(10_000 + number * 200, ACK, &[b'x'; 100])));
    let (found, malformed) = read(&pcap(&packets), 50_000);
    assert_eq!(texts(&found), [&*text]);
    assert!(malformed["tcp_gap"] > 4_000);
}
