//! All layers in one: a file's bytes in, SIP messages out.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::chunks::Order;
use super::framing::{may_begin, whole_lines};
use super::ip::{self, Defragmenter};
use super::link::{self, Frame};
use super::tcp::{self, Connections, Segment};
use super::{Kind, Malformed, NO_TIME, Packet, count, pcap, pcapng, sctp, text, tunnel};
use crate::sip::stats::SipStats;
use crate::sip::{Message, is_start, without_line_ends};

const TCP: u8 = 6;
const UDP: u8 = 17;
const SCTP: u8 = 132;

/// How a message travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// One message a datagram.
    Udp,
    /// Out of a connection's bytes.
    Tcp,
    /// One message a chunk.
    Sctp,
    /// Not at all: it was written into a file.
    Text,
}

/// One SIP message as it was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SipPacket<'a> {
    /// When it was whole, in nanoseconds since 1970 UTC, if the file says; of a text file its Date field.
    pub at: Option<i64>,
    /// How it travelled.
    pub transport: Transport,
    /// Who sent it; `0.0.0.0:0` for text.
    pub source: SocketAddr,
    /// To whom; `0.0.0.0:0` for text.
    pub destination: SocketAddr,
    /// Start line, header and body, and of a datagram what may follow.
    pub bytes: &'a [u8],
    /// False where bytes of its datagram, or of its connection before its end, were not captured.
    pub whole: bool,
}

impl SipPacket<'_> {
    /// Counts the message that was read from this packet as tshark would, which passes over those with holes.
    pub fn count(&self, message: &Message<'_>, stats: &mut SipStats) {
        if self.whole {
            let udp = (self.transport == Transport::Udp).then_some((self.source, self.destination));
            stats.observe(message, udp);
        }
    }
}

/// A file read in chunks of any size.
#[derive(Debug)]
pub struct SipCapture {
    source: Source,
    network: Network,
    malformed: Malformed,
}

#[derive(Debug)]
enum Source {
    Pcap(pcap::Reader),
    Pcapng(pcapng::Reader),
    Text(text::Reader),
}

#[derive(Debug, Default)]
struct Network {
    fragments: Defragmenter,
    connections: Connections,
}

impl SipCapture {
    /// A reader for a file of this kind; none for events and for what is unknown.
    #[must_use]
    pub fn new(kind: Kind) -> Option<Self> {
        let source = match kind {
            Kind::Pcap => Source::Pcap(pcap::Reader::new()),
            Kind::Pcapng => Source::Pcapng(pcapng::Reader::new()),
            Kind::SipText => Source::Text(text::Reader::new()),
            Kind::Ndjson | Kind::Unknown => return None,
        };
        Some(Self { source, network: Network::default(), malformed: Malformed::new() })
    }

    /// Takes the file's next bytes and gives the messages they complete, in the order of capture.
    pub fn feed(&mut self, data: &[u8], sink: &mut impl FnMut(SipPacket<'_>)) {
        let Self { source, network, malformed } = self;
        // The packets of a chunk are read after it was cut, for both count what is amiss.
        let mut damaged = Malformed::new();
        let mut packets = |packet: Packet<'_>| network.packet(&packet, &mut damaged, sink);
        match source {
            Source::Pcap(reader) => reader.feed(data, malformed, &mut packets),
            Source::Pcapng(reader) => reader.feed(data, malformed, &mut packets),
            Source::Text(reader) => reader.feed(data, malformed, &mut |bytes| sink(written(bytes))),
        }
        for (reason, times) in damaged {
            *malformed.entry(reason).or_default() += times;
        }
    }

    /// The file has ended: gives what was held back.
    pub fn finish(&mut self, sink: &mut impl FnMut(SipPacket<'_>)) {
        let Self { source, network, malformed } = self;
        match source {
            Source::Pcap(reader) => reader.finish(malformed),
            Source::Pcapng(reader) => reader.finish(malformed),
            Source::Text(reader) => reader.finish(malformed, &mut |bytes| sink(written(bytes))),
        }
        network.fragments.finish(malformed);
        network.connections.finish(malformed, &mut |message| sink(streamed(&message)));
    }

    /// What was amiss so far, by reason. Faults of the messages themselves are counted by whoever reads them.
    #[must_use]
    pub fn malformed(&self) -> &Malformed {
        &self.malformed
    }
}

impl Network {
    fn packet(
        &mut self,
        packet: &Packet<'_>,
        malformed: &mut Malformed,
        sink: &mut impl FnMut(SipPacket<'_>),
    ) {
        self.frame(link::unwrap(packet.link, packet.data), packet.at, 0, malformed, sink);
    }

    fn frame(
        &mut self,
        frame: Frame<'_>,
        at: i64,
        depth: usize,
        malformed: &mut Malformed,
        sink: &mut impl FnMut(SipPacket<'_>),
    ) {
        let data = match frame {
            Frame::Ip(data) => data,
            Frame::Other => return,
            Frame::Short => return count(malformed, "frame_short"),
            Frame::Unsupported => return count(malformed, "link_type"),
        };
        let Some(datagram) = ip::parse(data) else {
            return count(malformed, "ip_header");
        };
        let carried = Carried::by(&datagram, at, depth);
        // A first fragment that was cut can't be put together, but its header says who calls.
        if !datagram.is_fragment() || datagram.is_cut_front() {
            return self.payload(carried, malformed, sink);
        }
        if let Some((protocol, payload)) = self.fragments.take(&datagram, at, malformed) {
            let whole = Carried { protocol, payload: &payload, is_fragment: false, ..carried };
            self.payload(whole, malformed, sink);
        }
    }

    fn payload(
        &mut self,
        carried: Carried<'_>,
        malformed: &mut Malformed,
        sink: &mut impl FnMut(SipPacket<'_>),
    ) {
        let Some((protocol, payload)) = ip::behind_extensions(carried.protocol, carried.payload) else {
            return count(malformed, "ip_header");
        };
        let carried = Carried { protocol, payload, ..carried };
        match protocol {
            UDP => self.datagram(carried, malformed, sink),
            TCP => self.segment(carried, malformed, sink),
            SCTP => chunks(carried, malformed, sink),
            _ => {
                let inner = tunnel::of_protocol(protocol, payload);
                self.tunnelled(inner, carried, malformed, sink);
            }
        }
    }

    fn datagram(
        &mut self,
        carried: Carried<'_>,
        malformed: &mut Malformed,
        sink: &mut impl FnMut(SipPacket<'_>),
    ) {
        let Some((missing, packet)) = carried.udp() else {
            return count(malformed, "udp_header");
        };
        let message = without_line_ends(packet.bytes);
        let is_sip = is_start(message);
        if missing > 0 && (is_sip || may_begin(message)) {
            count(malformed, "packet_cut");
        }
        if is_sip {
            let bytes = if packet.whole { packet.bytes } else { whole_lines(packet.bytes) };
            if !bytes.is_empty() {
                sink(SipPacket { bytes, ..packet });
            }
        } else if is_hep(packet.bytes) {
            count(malformed, HEP);
        } else {
            let inner = tunnel::of_ports(packet.source.port(), packet.destination.port(), packet.bytes);
            self.tunnelled(inner, carried, malformed, sink);
        }
    }

    fn segment(
        &mut self,
        carried: Carried<'_>,
        malformed: &mut Malformed,
        sink: &mut impl FnMut(SipPacket<'_>),
    ) {
        let Some(segment) = Segment::parse(carried.payload, carried.missing) else {
            return count(malformed, "tcp_header");
        };
        let flow = carried.ends(segment.source, segment.destination);
        if let Some(reason) = hidden(&segment) {
            self.connections.forget(flow);
            return count(malformed, reason);
        }
        let mut give = |message: tcp::Message<'_>| sink(streamed(&message));
        self.connections.take(flow, &segment, carried.at, malformed, &mut give);
    }

    fn tunnelled(
        &mut self,
        inner: Option<Frame<'_>>,
        outer: Carried<'_>,
        malformed: &mut Malformed,
        sink: &mut impl FnMut(SipPacket<'_>),
    ) {
        match inner {
            Some(frame) if outer.depth < tunnel::MAX_DEPTH => {
                self.frame(frame, outer.at, outer.depth + 1, malformed, sink);
            }
            Some(_) => count(malformed, "tunnels_too_deep"),
            None => {}
        }
    }
}

/// The port that is kept for SIP over TLS (RFC 3261, 19.1.2).
const SIPS: u16 = 5_061;

/// Why the SIP that a segment begins is not read from captures, where it carries any.
fn hidden(segment: &Segment<'_>) -> Option<&'static str> {
    if is_hep(segment.data) {
        Some(HEP)
    } else if [segment.source, segment.destination].contains(&SIPS) && is_tls(segment.data) {
        Some("tls_not_read")
    } else if asks_for_websocket(segment.data) {
        Some("websocket_not_read")
    } else {
        None
    }
}

/// Whether a record of TLS begins here (RFC 8446, 5.1).
fn is_tls(data: &[u8]) -> bool {
    matches!(data, [20..=23, 3, 0..=4, ..])
}

/// Whether a client asks here to speak SIP over a WebSocket (RFC 7118, 5).
fn asks_for_websocket(data: &[u8]) -> bool {
    const PROTOCOLS: &[u8] = b"sec-websocket-protocol:";
    data.starts_with(b"GET ")
        && data.split(|byte| *byte == b'\n').any(|line| {
            let (name, protocols) = line.split_at(line.len().min(PROTOCOLS.len()));
            let mut protocols = protocols.split(|byte| *byte == b',');
            name.eq_ignore_ascii_case(PROTOCOLS)
                && protocols.any(|protocol| protocol.trim_ascii().eq_ignore_ascii_case(b"sip"))
        })
}

/// The reason under which packets of the Homer encapsulation protocol are counted. The SIP in them is not read from
/// captures.
const HEP: &str = "hep_not_read";

fn is_hep(data: &[u8]) -> bool {
    data.starts_with(b"HEP3") || data.starts_with(b"EEP3")
}

fn chunks(carried: Carried<'_>, malformed: &mut Malformed, sink: &mut impl FnMut(SipPacket<'_>)) {
    let Some((source, destination, chunks)) = sctp::data(carried.payload) else {
        return count(malformed, "sctp_header");
    };
    let (source, destination) = carried.ends(source, destination);
    for chunk in chunks.filter(|chunk| is_start(without_line_ends(chunk.bytes))) {
        if !chunk.whole {
            count(malformed, "sctp_message_incomplete");
        }
        let bytes = if chunk.whole { chunk.bytes } else { whole_lines(chunk.bytes) };
        let (at, whole) = (known(carried.at), chunk.whole);
        sink(SipPacket { at, transport: Transport::Sctp, source, destination, bytes, whole });
    }
}

/// What an IP packet carries.
#[derive(Clone, Copy)]
struct Carried<'a> {
    at: i64,
    source: IpAddr,
    destination: IpAddr,
    protocol: u8,
    payload: &'a [u8],
    /// Bytes of it that were not captured.
    missing: usize,
    is_fragment: bool,
    /// Tunnels around it.
    depth: usize,
}

impl<'a> Carried<'a> {
    fn by(datagram: &ip::Datagram<'a>, at: i64, depth: usize) -> Self {
        Self {
            at,
            source: datagram.source,
            destination: datagram.destination,
            protocol: datagram.protocol,
            payload: datagram.payload,
            missing: datagram.missing,
            is_fragment: datagram.is_fragment(),
            depth,
        }
    }

    fn ends(&self, source: u16, destination: u16) -> (SocketAddr, SocketAddr) {
        (SocketAddr::new(self.source, source), SocketAddr::new(self.destination, destination))
    }

    /// The datagram, and how many bytes of its data were not captured.
    fn udp(&self) -> Option<(usize, SipPacket<'a>)> {
        let word = |at: usize| Order::Big.u16(self.payload, at);
        let (source, destination) = self.ends(word(0)?, word(2)?);
        // 0 stands for a datagram over 64 KiB, or for a card that fills it in later.
        let length = match usize::from(word(4)?) {
            0 => self.payload.len(),
            length => length,
        };
        let bytes = self.payload.get(8..self.payload.len().min(length))?;
        let missing = length.saturating_sub(self.payload.len());
        let whole = !self.is_fragment && missing == 0;
        Some((
            missing,
            SipPacket { at: known(self.at), transport: Transport::Udp, source, destination, bytes, whole },
        ))
    }
}

fn known(at: i64) -> Option<i64> {
    (at != NO_TIME).then_some(at)
}

fn streamed<'a>(message: &tcp::Message<'a>) -> SipPacket<'a> {
    let (source, destination) = message.flow;
    SipPacket {
        at: known(message.at),
        transport: Transport::Tcp,
        source,
        destination,
        bytes: message.bytes,
        whole: message.whole,
    }
}

fn written(bytes: &[u8]) -> SipPacket<'_> {
    let nobody = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
    let at = Message::parse(bytes).ok().and_then(|message| text::date(&message.date));
    SipPacket { at, transport: Transport::Text, source: nobody, destination: nobody, bytes, whole: true }
}
