//! All layers in one: a file's bytes in, SIP messages out.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::chunks::Order;
use super::framing::{HeadEnd, head_end};
use super::ip::{self, Defragmenter};
use super::link::{self, Frame};
use super::tcp::{self, Connections, Segment};
use super::{Kind, Malformed, Packet, count, pcap, pcapng, text};
use crate::sip::stats::SipStats;
use crate::sip::{Message, is_start, without_line_ends};

const TCP: u8 = 6;
const UDP: u8 = 17;

/// How a message travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// One message a datagram.
    Udp,
    /// Out of a connection's bytes.
    Tcp,
    /// Not at all: it was written into a file.
    Text,
}

/// One SIP message as it was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SipPacket<'a> {
    /// When it was whole, in nanoseconds since 1970 UTC; of a text file its Date field, or 0.
    pub at: i64,
    /// How it travelled.
    pub transport: Transport,
    /// Who sent it; `0.0.0.0:0` for text.
    pub source: SocketAddr,
    /// To whom; `0.0.0.0:0` for text.
    pub destination: SocketAddr,
    /// Start line, header and body, and of a datagram what may follow.
    pub bytes: &'a [u8],
    /// False where bytes of the header, or of a connection, were not captured.
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
        let data = match link::unwrap(packet.link, packet.data) {
            Frame::Ip(data) => data,
            Frame::Other => return,
            Frame::Short => return count(malformed, "frame_short"),
            Frame::Unsupported => return count(malformed, "link_type"),
        };
        let Some(datagram) = ip::parse(data) else {
            return count(malformed, "ip_header");
        };
        let carried = Carried::by(&datagram, packet.at);
        // A first fragment that was cut can't be put together, but its header says who calls.
        if !datagram.is_fragment() || datagram.is_cut_front() {
            return self.transport(carried, malformed, sink);
        }
        if let Some((protocol, payload)) = self.fragments.take(&datagram, packet.at, malformed) {
            let whole = Carried { protocol, payload: &payload, is_fragment: false, ..carried };
            self.transport(whole, malformed, sink);
        }
    }

    fn transport(
        &mut self,
        carried: Carried<'_>,
        malformed: &mut Malformed,
        sink: &mut impl FnMut(SipPacket<'_>),
    ) {
        match carried.protocol {
            UDP => match carried.udp() {
                None => count(malformed, "udp_header"),
                Some((_, packet)) if !is_start(without_line_ends(packet.bytes)) => {}
                Some((missing, packet)) => {
                    if missing > 0 {
                        count(malformed, "packet_cut");
                    }
                    sink(packet);
                }
            },
            TCP => {
                let Some(segment) = Segment::parse(carried.payload, carried.missing) else {
                    return count(malformed, "tcp_header");
                };
                let flow = carried.ends(segment.source, segment.destination);
                let mut give = |message: tcp::Message<'_>| sink(streamed(&message));
                self.connections.take(flow, &segment, carried.at, malformed, &mut give);
            }
            _ => {}
        }
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
}

impl<'a> Carried<'a> {
    fn by(datagram: &ip::Datagram<'a>, at: i64) -> Self {
        Self {
            at,
            source: datagram.source,
            destination: datagram.destination,
            protocol: datagram.protocol,
            payload: datagram.payload,
            missing: datagram.missing,
            is_fragment: datagram.is_fragment(),
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
        let whole = !self.is_fragment && (missing == 0 || matches!(head_end(bytes, 0), HeadEnd::Blank(_)));
        Some((
            missing,
            SipPacket { at: self.at, transport: Transport::Udp, source, destination, bytes, whole },
        ))
    }
}

fn streamed<'a>(message: &tcp::Message<'a>) -> SipPacket<'a> {
    let (source, destination) = message.flow;
    SipPacket {
        at: message.at,
        transport: Transport::Tcp,
        source,
        destination,
        bytes: message.bytes,
        whole: message.whole,
    }
}

fn written(bytes: &[u8]) -> SipPacket<'_> {
    let nobody = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
    let at = Message::parse(bytes).ok().and_then(|message| text::date(&message.date)).unwrap_or(0);
    SipPacket { at, transport: Transport::Text, source: nobody, destination: nobody, bytes, whole: true }
}
