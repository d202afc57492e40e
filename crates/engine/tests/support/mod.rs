//! What the tests of captures share: files made in memory, and the data that lies beside the project.
#![allow(dead_code)]

use std::path::PathBuf;

use ringfence_core::capture::{Malformed, SipCapture, SipPacket, Transport, sniff};

/// A folder of data that no one here wrote; None, and a line that says so, where it is absent.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("RINGFENCE_SHARED_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = root.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: {} is absent (RINGFENCE_SHARED_DATA)", path.display());
    None
}

/// Files of a folder with an ending, by name.
pub fn files(folder: &std::path::Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == ending))
        .collect();
    files.sort();
    files
}

/// A captured message without its borrow.
#[derive(Clone, Debug, PartialEq)]
pub struct Captured {
    pub at: Option<i64>,
    pub transport: Transport,
    pub source: String,
    pub destination: String,
    pub text: String,
    pub whole: bool,
}

/// Reads a file in chunks.
pub fn read(file: &[u8], chunk: usize) -> (Vec<Captured>, Malformed) {
    let mut capture = SipCapture::new(sniff(file)).expect("a kind of capture");
    let mut messages = Vec::new();
    let mut sink = |packet: SipPacket<'_>| {
        messages.push(Captured {
            at: packet.at,
            transport: packet.transport,
            source: packet.source.to_string(),
            destination: packet.destination.to_string(),
            text: String::from_utf8_lossy(packet.bytes).into_owned(),
            whole: packet.whole,
        });
    };
    for part in file.chunks(chunk) {
        capture.feed(part, &mut sink);
    }
    capture.finish(&mut sink);
    (messages, capture.malformed().clone())
}

pub fn texts(messages: &[Captured]) -> Vec<&str> {
    messages.iter().map(|message| message.text.as_str()).collect()
}

/// A pcap file of raw IP packets, one a millisecond from 2023-11-14T22:13:20Z on.
pub fn pcap(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = pcap_head(0xa1b2_c3d4_u32.to_le_bytes(), u32::to_le_bytes, 101);
    for (number, packet) in (0..).zip(packets) {
        file.extend(pcap_record(u32::to_le_bytes, 1_700_000_000, number * 1_000, packet, packet.len()));
    }
    file
}

pub fn pcap_head(magic: [u8; 4], word: fn(u32) -> [u8; 4], link: u32) -> Vec<u8> {
    let mut head = magic.to_vec();
    // The version's two halves stand in the file's byte order too, but nobody reads them.
    for value in [0x0002_0004, 0, 0, 65_535, link] {
        head.extend(word(value));
    }
    head
}

pub fn pcap_record(
    word: fn(u32) -> [u8; 4],
    seconds: u32,
    fraction: u32,
    packet: &[u8],
    long: usize,
) -> Vec<u8> {
    let mut record = Vec::new();
    for value in [seconds, fraction, packet.len() as u32, long as u32] {
        record.extend(word(value));
    }
    record.extend(packet);
    record
}

/// An IPv4 packet from 10.0.0.1 to 10.0.0.2.
pub fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let total = (20 + payload.len()) as u16;
    let mut packet = vec![0x45, 0];
    packet.extend(total.to_be_bytes());
    packet.extend([0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    packet.extend(payload);
    packet
}

/// A UDP datagram between two ports 5060.
pub fn udp(data: &[u8]) -> Vec<u8> {
    udp_ports(5060, 5060, data)
}

pub fn udp_ports(source: u16, destination: u16, data: &[u8]) -> Vec<u8> {
    let mut datagram = [source.to_be_bytes(), destination.to_be_bytes()].concat();
    datagram.extend(((8 + data.len()) as u16).to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(data);
    datagram
}

pub fn udp_packet(data: &str) -> Vec<u8> {
    ipv4(17, &udp(data.as_bytes()))
}

/// A TCP segment from port 40000 to 5060.
pub fn segment(sequence: u32, flags: u8, data: &[u8]) -> Vec<u8> {
    let mut segment = vec![0x9c, 0x40, 0x13, 0xc4];
    segment.extend(sequence.to_be_bytes());
    segment.extend([0, 0, 0, 0, 0x50, flags, 255, 255, 0, 0, 0, 0]);
    segment.extend(data);
    ipv4(6, &segment)
}

/// An INVITE of so many bytes of body.
pub fn invite(call_id: &str, body: &str) -> String {
    format!(
        "INVITE sip:+911140000001@sbc.example SIP/2.0\r\nFrom: <sip:+442079460000@carrier.example>;tag=1\r\n\
         To: <sip:+911140000001@sbc.example>\r\nCall-ID: {call_id}\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Numbers that look random and are the same in every run (xorshift).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, self.roll(place + 1));
        }
    }
}
