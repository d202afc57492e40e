//! Capture files: every format and byte order, in chunks of any size, whole, cut off and damaged.

mod support;

use ringfence_core::capture::{Kind, Malformed, Transport, sniff};
use support::{
    Dice, invite, ipv4, pcap, pcap_head, pcap_record, read, segment, texts, udp, udp_packet, udp_ports,
};

const START: i64 = 1_700_000_000_000_000_000;

#[test]
fn pcap_in_both_byte_orders_and_both_resolutions() {
    let text = invite("a", "");
    let packet = udp_packet(&text);
    let little = u32::to_le_bytes as fn(u32) -> [u8; 4];
    let variants = [
        (little(0xa1b2_c3d4), little, 123_456, 123_456_000),
        (little(0xa1b2_3c4d), little, 123_456_789, 123_456_789),
        (u32::to_be_bytes(0xa1b2_c3d4), u32::to_be_bytes, 123_456, 123_456_000),
        (u32::to_be_bytes(0xa1b2_3c4d), u32::to_be_bytes, 123_456_789, 123_456_789),
    ];
    for (magic, word, fraction, nanos) in variants {
        let mut file = pcap_head(magic, word, 101);
        file.extend(pcap_record(word, 1_700_000_000, fraction, &packet, packet.len()));
        let (messages, malformed) = read(&file, 10_000);
        assert_eq!(
            (messages[0].at.unwrap(), texts(&messages), malformed),
            (START + nanos, vec![&*text], Malformed::new())
        );
        assert_eq!((&*messages[0].source, &*messages[0].destination), ("10.0.0.1:5060", "10.0.0.2:5060"));
    }
}

type Words = (fn(u16) -> [u8; 2], fn(u32) -> [u8; 4]);
const LITTLE: Words = (u16::to_le_bytes, u32::to_le_bytes);
const BIG: Words = (u16::to_be_bytes, u32::to_be_bytes);

fn block((_, word): Words, kind: u32, body: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    body.resize(body.len().next_multiple_of(4), 0);
    let length = word(body.len() as u32 + 12);
    [&word(kind)[..], &length, &body, &length].concat()
}

fn section(words: Words) -> Vec<u8> {
    block(words, 0x0a0d_0d0a, &[&words.1(0x1a2b_3c4d)[..], &words.0(1), &words.0(0), &[255; 8]].concat())
}

fn interface(words: Words, link: u16, options: &[u8]) -> Vec<u8> {
    block(words, 1, &[&words.0(link)[..], &words.0(0), &words.1(0), options].concat())
}

fn enhanced(words: Words, interface: u32, stamp: u64, packet: &[u8]) -> Vec<u8> {
    let head = [interface, (stamp >> 32) as u32, stamp as u32, packet.len() as u32, packet.len() as u32];
    block(words, 6, &[&head.map(words.1).concat(), packet].concat())
}

#[test]
fn pcapng_sections_interfaces_and_clocks() {
    let packet = udp_packet(&invite("a", "v=0\r\n"));
    let framed = [&[0_u8; 12][..], &[8, 0], &packet].concat();
    let mut file = Vec::new();
    for words in [LITTLE, BIG] {
        let nanoseconds = [&words.0(9)[..], &words.0(1), &[9, 0, 0, 0]].concat();
        let halves = [&words.0(9)[..], &words.0(1), &[0x81, 0, 0, 0]].concat();
        file.extend(section(words));
        file.extend(interface(words, 101, &[]));
        file.extend(interface(words, 1, &nanoseconds));
        file.extend(interface(words, 101, &halves));
        // Name resolution, statistics and a block of a private enterprise are passed over.
        file.extend(block(words, 4, &[0; 20]));
        file.extend(enhanced(words, 0, 1_700_000_000_000_001, &packet));
        file.extend(block(words, 0x0bad, &[7; 300]));
        file.extend(enhanced(words, 1, 1_700_000_000_000_000_002, &framed));
        file.extend(enhanced(words, 2, 3_400_000_001, &packet));
        file.extend(block(words, 3, &[&words.1(packet.len() as u32)[..], &packet].concat()));
        file.extend(block(words, 5, &[0; 12]));
    }
    for chunk in [1, 3, 64, 100_000] {
        let (messages, malformed) = read(&file, chunk);
        let times: Vec<_> = messages.iter().map(|message| message.at.unwrap() - START).collect();
        // A simple packet has no time of its own.
        let section = [1_000, 2, 500_000_000, 500_000_000];
        assert_eq!((times, malformed), ([section, section].concat(), Malformed::new()), "chunks of {chunk}");
    }
}

#[test]
fn a_simple_packet_before_any_that_says_when_has_no_time() {
    let packet = udp_packet(&invite("a", ""));
    let simple = block(LITTLE, 3, &[&(packet.len() as u32).to_le_bytes()[..], &packet].concat());
    let (messages, malformed) = read(&[section(LITTLE), interface(LITTLE, 101, &[]), simple].concat(), 100);
    assert_eq!(messages.iter().map(|message| message.at).collect::<Vec<_>>(), [None]);
    assert_eq!(malformed, Malformed::new());
}

#[test]
fn an_interface_that_cannot_be_read_keeps_its_place() {
    let packet = udp_packet(&invite("a", ""));
    let file = [
        section(LITTLE),
        interface(LITTLE, 1, &[9, 0, 1, 0, 0x7f, 0, 0, 0]),
        interface(LITTLE, 101, &[]),
        enhanced(LITTLE, 1, 1_700_000_000_000_000, &packet),
        enhanced(LITTLE, 0, 5, &packet),
    ];
    let (messages, malformed) = read(&file.concat(), 100);
    assert_eq!(messages.iter().map(|message| message.at).collect::<Vec<_>>(), [Some(START)]);
    assert_eq!(malformed, Malformed::from([("block_content", 2)]));
}

#[test]
fn pcapng_that_lies_about_its_lengths() {
    let packet = udp_packet(&invite("a", ""));
    let good = enhanced(LITTLE, 0, 0, &packet);
    let head = [section(LITTLE), interface(LITTLE, 101, &[])].concat();
    let with = |blocks: &[u8]| {
        let (messages, malformed) = read(&[&head[..], blocks, &good].concat(), 50);
        (messages.len(), malformed)
    };
    let mut long = enhanced(LITTLE, 0, 0, &packet);
    long[20..24].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(with(&long), (1, Malformed::from([("block_content", 1)])));
    assert_eq!(with(&enhanced(LITTLE, 9, 0, &packet)), (1, Malformed::from([("block_content", 1)])));
    let mut odd = enhanced(LITTLE, 0, 0, &packet);
    odd[4] += 1;
    assert_eq!(with(&odd), (0, Malformed::from([("block_length", 1)])));
    let mut huge = block(LITTLE, 6, &[]);
    huge[4..8].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
    assert_eq!(with(&huge), (0, Malformed::from([("block_length", 1), ("file_cut_off", 1)])));
}

#[test]
fn a_file_cut_off_anywhere_is_read_as_far_as_it_goes() {
    let packets: Vec<_> = ["a", "b", "c"].map(|call_id| udp_packet(&invite(call_id, "v=0\r\n"))).to_vec();
    let file = pcap(&packets);
    let record = 16 + packets[0].len();
    for end in 24..=file.len() {
        let (messages, malformed) = read(&file[..end], 97);
        assert_eq!(messages.len(), (end - 24) / record, "cut at {end}");
        let whole = (end - 24) % record == 0;
        assert_eq!(malformed, if whole { Malformed::new() } else { Malformed::from([("file_cut_off", 1)]) });
    }
}

/// A file with one packet of which only the first bytes were kept.
fn snapped(packet: &[u8], kept: usize) -> Vec<u8> {
    let mut file = pcap_head(0xa1b2_c3d4_u32.to_le_bytes(), u32::to_le_bytes, 101);
    file.extend(pcap_record(u32::to_le_bytes, 1, 0, &packet[..kept], packet.len()));
    file
}

#[test]
fn packets_cut_by_the_snapshot_length_still_tell_who_calls() {
    let text = invite("a", &"x".repeat(600));
    let packet = udp_packet(&text);
    let head = text.len() - 600;
    for kept in [28 + head + 10, 28 + head - 30] {
        let (messages, malformed) = read(&snapped(&packet, kept), 10_000);
        // tshark counts no message of which a byte is missing.
        assert_eq!((messages.len(), messages[0].whole), (1, false));
        assert!(messages[0].text.contains("Call-ID: a\r\n"));
        assert_eq!(malformed, Malformed::from([("packet_cut", 1)]));
    }
}

#[test]
fn a_number_that_was_cut_off_is_no_number() {
    let text = invite("a", "");
    let from = text.find("+442079460000").unwrap();
    let (messages, malformed) = read(&snapped(&udp_packet(&text), 28 + from + 6), 10_000);
    assert_eq!(texts(&messages), ["INVITE sip:+911140000001@sbc.example SIP/2.0\r\n"]);
    assert_eq!(malformed, Malformed::from([("packet_cut", 1)]));
    // Not even the start line is whole: nothing can be said of the message, but that it was there.
    let (messages, malformed) = read(&snapped(&udp_packet(&text), 28 + 20), 10_000);
    assert_eq!((messages, malformed), (vec![], Malformed::from([("packet_cut", 1)])));
}

#[test]
fn a_length_that_no_packet_has_ends_the_reading() {
    let mut file = pcap(&[udp_packet(&invite("a", ""))]);
    let mut record = pcap_record(u32::to_le_bytes, 1, 0, &[0; 16], 16);
    record[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    file.extend(record.repeat(1_000));
    let (messages, malformed) = read(&file, 4_096);
    assert_eq!((messages.len(), malformed), (1, Malformed::from([("packet_length", 1)])));
}

#[test]
fn other_traffic_and_other_links_are_passed_over() {
    let sip = udp_packet(&format!("\r\n\r\n{}", invite("a", "")));
    let rtp = ipv4(17, &udp(&[&[0x80, 8, 0, 1][..], &[0x55; 160]].concat()));
    let http = udp_packet("M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n\r\n");
    let icmp = ipv4(1, &[3, 3, 0, 0]);
    let keep_alive = udp_packet("\r\n\r\n");
    let short = ipv4(17, &[0x13, 0xc4]);
    let (messages, malformed) = read(&pcap(&[rtp, http, sip, icmp, keep_alive, short, vec![]]), 1_000);
    assert_eq!(messages.len(), 1);
    assert_eq!(malformed, Malformed::from([("udp_header", 1), ("frame_short", 1)]));
    let mut bluetooth = pcap_head(0xa1b2_c3d4_u32.to_le_bytes(), u32::to_le_bytes, 201);
    bluetooth.extend(pcap_record(u32::to_le_bytes, 1, 0, &[0; 40], 40));
    assert_eq!(read(&bluetooth, 1_000).1, Malformed::from([("link_type", 1)]));
}

#[test]
fn packets_within_packets() {
    let text = invite("a", "");
    let sip = udp_packet(&text);
    let bridged = [&[0_u8; 12][..], &[0x81, 0, 0, 5, 8, 0], &sip].concat();
    let tunnels = [
        ipv4(4, &sip),
        ipv4(47, &[&[0, 0, 8, 0][..], &sip].concat()),
        // ERSPAN, as switches mirror a port to a recorder.
        ipv4(47, &[&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 5, 0, 1, 0, 0, 0, 0][..], &bridged].concat()),
        // VXLAN, as clouds mirror the traffic of a machine.
        ipv4(17, &udp_ports(50_000, 4_789, &[&[8, 0, 0, 0, 0, 0, 9, 0][..], &bridged].concat())),
        ipv4(51, &[&[4, 1, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1][..], &sip].concat()),
    ];
    let (messages, malformed) = read(&pcap(&tunnels), 1_000);
    assert_eq!((texts(&messages), malformed), (vec![&*text; 5], Malformed::new()));
    assert!(messages.iter().all(|message| message.source == "10.0.0.1:5060"));
    let nested = (0..5).fold(sip, |packet, _| ipv4(4, &packet));
    assert_eq!(read(&pcap(&[nested]), 1_000), (vec![], Malformed::from([("tunnels_too_deep", 1)])));
    assert_eq!(read(&pcap(&[ipv4(47, &[0x80, 0, 8, 0])]), 9).1, Malformed::from([("frame_short", 1)]));
}

#[test]
fn messages_over_sctp() {
    let text = invite("a", "");
    let chunk = |flags: u8, data: &[u8]| {
        let length = (16 + data.len()) as u16;
        [&[0, flags][..], &length.to_be_bytes(), &[0; 12], data].concat()
    };
    let head = [0x13, 0xc4, 0x13, 0xc4, 0, 0, 0, 1, 0, 0, 0, 0];
    let whole = ipv4(132, &[&head[..], &chunk(3, text.as_bytes())].concat());
    let begin = ipv4(132, &[&head[..], &chunk(2, &text.as_bytes()[..80])].concat());
    let other = ipv4(132, &[&head[..], &chunk(3, b"\x01\0\0\x14")].concat());
    let (messages, malformed) = read(&pcap(&[whole, begin, other, ipv4(132, &head[..8])]), 1_000);
    assert_eq!(messages.iter().map(|message| message.whole).collect::<Vec<_>>(), [true, false]);
    assert_eq!((&*messages[0].text, messages[0].transport), (&*text, Transport::Sctp));
    assert_eq!(malformed, Malformed::from([("sctp_message_incomplete", 1), ("sctp_header", 1)]));
}

#[test]
fn what_a_homer_agent_sends_is_counted_though_not_read() {
    let mirrored = [&b"HEP3\x01\x9e\0\0\0\x0f\x01\x0a"[..], invite("a", "").as_bytes()].concat();
    let stream =
        [segment(0, 2, &[]), segment(1, 16, &mirrored), segment(1 + mirrored.len() as u32, 16, b"tail\n")];
    let packets = [vec![ipv4(17, &udp_ports(40_000, 9_060, &mirrored))], stream.to_vec()].concat();
    assert_eq!(read(&pcap(&packets), 1_000), (vec![], Malformed::from([("hep_not_read", 2)])));
}

/// An IPv6 packet with this next header.
fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u16).to_be_bytes();
    [&[0x60, 0, 0, 0, length[0], length[1], next, 64][..], &[0x20; 32], payload].concat()
}

#[test]
fn fragments_of_an_extension_header_and_what_follows_it() {
    let text = invite("a", &"x".repeat(50));
    // Options for the destination, that stand behind the fragment header and are cut up with the datagram.
    let whole = [&[17, 0, 1, 4, 0, 0, 0, 0][..], &udp(text.as_bytes())].concat();
    let fragments: Vec<_> = whole
        .chunks(96)
        .enumerate()
        .map(|(number, piece)| {
            let more = u16::from((number + 1) * 96 < whole.len());
            let place = ((number as u16 * 96) | more).to_be_bytes();
            ipv6(44, &[&[60, 0, place[0], place[1], 0, 0, 0, 7][..], piece].concat())
        })
        .collect();
    let (messages, malformed) = read(&pcap(&fragments), 1_000);
    assert_eq!((texts(&messages), malformed), (vec![&*text], Malformed::new()));
}

#[test]
fn messages_written_as_text_have_the_time_of_their_date() {
    let dated = "INVITE sip:1@h SIP/2.0\r\nCall-ID: a\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n\r\n";
    let file = format!("{dated}\nSIP/2.0 200 OK\nCall-ID: a\n\n");
    assert_eq!(sniff(file.as_bytes()), Kind::SipText);
    let (messages, malformed) = read(file.as_bytes(), 7);
    let told: Vec<_> =
        messages.iter().map(|message| (message.at, message.transport, &*message.source)).collect();
    assert_eq!(told, [(Some(START), Transport::Text, "0.0.0.0:0"), (None, Transport::Text, "0.0.0.0:0")]);
    assert_eq!(malformed, Malformed::new());
}

#[test]
fn text_made_to_be_searched_again_and_again() {
    // A search from each line on over the rest would take hours in place of a moment.
    let lines = 40_000;
    let (messages, malformed) = read("INVITE sip:1@h SIP/2.0\r\n".repeat(lines).as_bytes(), 4_096);
    assert_eq!((messages.len(), malformed), (lines, Malformed::new()));
    let line = format!("SIP/2.0 200 OK\n\n{}", "SIP/".repeat(300_000));
    let (messages, malformed) = read(line.as_bytes(), 4_096);
    assert_eq!((texts(&messages), malformed), (vec!["SIP/2.0 200 OK\n\n"], Malformed::new()));
    let header = format!("SIP/2.0 200 OK\n{}", "X: y\n".repeat(300_000));
    assert_eq!(read(header.as_bytes(), 4_096).1, Malformed::from([("message_too_long", 1)]));
}

#[test]
fn no_bytes_make_it_panic_and_chunks_change_nothing() {
    let mut dice = Dice(0xca97_2026);
    let body = "v=0\r\no=x 1 1 IN IP4 h\r\n";
    let packets: Vec<_> = (0..6).map(|number| udp_packet(&invite(&format!("c{number}"), body))).collect();
    let framed: Vec<_> = packets.iter().flat_map(|packet| enhanced(LITTLE, 0, 5, packet)).collect();
    let bridged = [&[0_u8; 12][..], &[0x88, 0x47, 0, 1, 1, 64], &packets[0]].concat();
    let tunnels = [
        ipv4(47, &[&[0x30, 0, 0x22, 0xeb, 0, 0, 0, 1, 0, 0, 0, 1][..], &[0; 12], &bridged].concat()),
        ipv4(17, &udp_ports(9, 4_789, &[&[8, 0, 0, 0, 0, 0, 9, 0][..], &bridged].concat())),
        ipv4(
            17,
            &udp_ports(
                9,
                2_152,
                &[&[0x34, 255, 0, 0, 0, 0, 0, 7, 0, 1, 0, 5, 1, 0, 9, 0][..], &packets[1]].concat(),
            ),
        ),
        ipv4(17, &udp_ports(9, 37_008, &[&[1, 0, 0, 1, 10, 2, 0, 0, 1][..], &bridged].concat())),
        ipv4(132, &[&[0; 12][..], &[0, 3, 0, 60], &[0; 12], &packets[2][28..72]].concat()),
        ipv6(
            0,
            &[
                &[44, 0, 1, 4, 0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 7, 17, 0, 0, 0, 0, 0, 0, 0][..],
                &packets[3][20..],
            ]
            .concat(),
        ),
    ];
    let files =
        [pcap(&packets), [section(LITTLE), interface(LITTLE, 101, &[]), framed].concat(), pcap(&tunnels)];
    for round in 0..4_500 {
        let mut file = files[round % 3].clone();
        for _ in 0..=dice.roll(20) {
            let at = dice.roll(file.len());
            file[at] = if dice.roll(2) == 0 { 0xff } else { dice.roll(256) as u8 };
        }
        if matches!(sniff(&file), Kind::Ndjson | Kind::Unknown) {
            continue;
        }
        let whole = read(&file, file.len());
        assert_eq!(read(&file, 1 + dice.roll(400)), whole, "round {round}");
    }
}
