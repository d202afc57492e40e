//! libpcap's file format (draft-ietf-opsawg-pcap): microseconds and nanoseconds, both byte orders.

use super::chunks::{Chunks, Order, Step};
use super::{Malformed, Packet, count};

/// No packet is longer: the largest snapshot length that libpcap takes is 256 KiB, of some link types 128 MiB, which
/// carry no SIP. A longer length is a damaged file.
pub(super) const MAX_PACKET: u32 = 1 << 20;

/// What the magic number says.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    order: Order,
    /// Nanoseconds that the second half of a timestamp counts.
    unit: i64,
    /// Bytes before a packet.
    head: usize,
}

impl Format {
    /// The format of a file that begins so, if it is one.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        for order in [Order::Little, Order::Big] {
            let (unit, head) = match order.u32(bytes, 0)? {
                0xa1b2_c3d4 => (1_000, 16),
                0xa1b2_3c4d => (1, 16),
                // Kuznetzov's variant, which some old Linux tools write.
                0xa1b2_cd34 => (1_000, 24),
                _ => continue,
            };
            return Some(Self { order, unit, head });
        }
        None
    }
}

/// Reads a file in chunks of any size.
#[derive(Debug, Default)]
pub struct Reader {
    chunks: Chunks,
    format: Option<(Format, u16)>,
}

impl Reader {
    /// At a file's begin.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the file's next bytes and gives the packets they complete.
    pub fn feed(&mut self, data: &[u8], malformed: &mut Malformed, sink: &mut impl FnMut(Packet<'_>)) {
        let format = &mut self.format;
        self.chunks.feed(data, |bytes| match format {
            None => file_head(bytes, format, malformed),
            Some((format, link)) => record(bytes, *format, *link, malformed, sink),
        });
    }

    /// The file has ended. A record that is not whole is counted and not read, as tshark does.
    pub fn finish(&mut self, malformed: &mut Malformed) {
        if self.chunks.is_inside() {
            count(malformed, "file_cut_off");
        }
        *self = Self::default();
    }
}

fn file_head(bytes: &[u8], format: &mut Option<(Format, u16)>, malformed: &mut Malformed) -> Step {
    const LEN: usize = 24;
    if bytes.len() < LEN {
        return Step::More;
    }
    let Some(found) = Format::of(bytes) else {
        count(malformed, "pcap_magic");
        return Step::Stop;
    };
    // The upper half of the link type tells of checksums behind each frame, which IP's own length leaves out.
    let link = found.order.u32(bytes, 20).unwrap_or(0) & 0xffff;
    *format = Some((found, u16::try_from(link).unwrap_or(0)));
    Step::Used(LEN)
}

fn record(
    bytes: &[u8],
    format: Format,
    link: u16,
    malformed: &mut Malformed,
    sink: &mut impl FnMut(Packet<'_>),
) -> Step {
    let word = |at| format.order.u32(bytes, at);
    let (Some(seconds), Some(fraction), Some(kept), Some(long)) = (word(0), word(4), word(8), word(12))
    else {
        return Step::More;
    };
    if kept > MAX_PACKET {
        count(malformed, "packet_length");
        return Step::Stop;
    }
    let end = format.head + kept as usize;
    let Some(data) = bytes.get(format.head..end) else {
        return Step::More;
    };
    let at = i64::from(seconds) * 1_000_000_000 + i64::from(fraction) * format.unit;
    sink(Packet { at, link, data, cut: long > kept });
    Step::Used(end)
}
