//! The pcapng file format (draft-ietf-opsawg-pcapng): sections in either byte order, interfaces with their own link
//! type and clock, enhanced, simple and obsolete packet blocks. Other blocks are passed over.

use super::chunks::{Chunks, Order, Step};
use super::pcap::MAX_PACKET;
use super::{Malformed, NO_TIME, Packet, count};

/// Type of the block that begins a section, the same in both byte orders.
pub(super) const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
/// Blocks that are read are no longer than a packet and its options; longer ones are passed over.
const MAX_BLOCK: u32 = MAX_PACKET + (1 << 16);
/// A capture has as many interfaces as its machine; each costs 32 bytes here.
const MAX_INTERFACES: usize = 65_536;

/// Reads a file in chunks of any size.
#[derive(Debug, Default)]
pub struct Reader {
    chunks: Chunks,
    section: Section,
}

#[derive(Debug, Default)]
struct Section {
    order: Option<Order>,
    /// Packets name them by their place, so one that can't be read keeps its own.
    interfaces: Vec<Option<Interface>>,
    /// Simple packets carry no time: they get that of the packet before, where one has a time.
    latest: Option<i64>,
}

#[derive(Clone, Copy, Debug)]
struct Interface {
    link: u16,
    snaplen: u32,
    /// Ticks of its clock per second.
    ticks: u64,
    /// Seconds to add.
    offset: i64,
}

impl Reader {
    /// At a file's begin.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the file's next bytes and gives the packets they complete.
    pub fn feed(&mut self, data: &[u8], malformed: &mut Malformed, sink: &mut impl FnMut(Packet<'_>)) {
        let section = &mut self.section;
        self.chunks.feed(data, |bytes| section.block(bytes, malformed, sink));
    }

    /// The file has ended. A block that is not whole is counted and not read, as tshark does.
    pub fn finish(&mut self, malformed: &mut Malformed) {
        if self.chunks.is_inside() {
            count(malformed, "file_cut_off");
        }
        *self = Self::default();
    }
}

impl Section {
    fn block(&mut self, bytes: &[u8], malformed: &mut Malformed, sink: &mut impl FnMut(Packet<'_>)) -> Step {
        if bytes.starts_with(&SECTION) {
            match bytes.get(8..12) {
                None => return Step::More,
                Some([0x4d, 0x3c, 0x2b, 0x1a]) => self.begin(Order::Little),
                Some([0x1a, 0x2b, 0x3c, 0x4d]) => self.begin(Order::Big),
                Some(_) => return stop(malformed, "pcapng_magic"),
            }
        }
        let Some(order) = self.order else {
            return if bytes.len() < 12 { Step::More } else { stop(malformed, "pcapng_magic") };
        };
        let (Some(kind), Some(length)) = (order.u32(bytes, 0), order.u32(bytes, 4)) else {
            return Step::More;
        };
        if length < 12 || length % 4 != 0 {
            return stop(malformed, "block_length");
        }
        if !matches!(kind, 1 | 2 | 3 | 6) {
            return Step::Skip(u64::from(length));
        }
        if length > MAX_BLOCK {
            count(malformed, "block_length");
            return Step::Skip(u64::from(length));
        }
        let Some(block) = bytes.get(..length as usize) else {
            return Step::More;
        };
        let body = &block[8..block.len() - 4];
        let read = match kind {
            1 => self.interface(order, body),
            3 => self.simple(order, body, sink),
            _ => self.packet(order, body, kind == 2, sink),
        };
        if read.is_none() {
            count(malformed, "block_content");
        }
        Step::Used(block.len())
    }

    fn begin(&mut self, order: Order) {
        self.order = Some(order);
        self.interfaces.clear();
    }

    fn interface(&mut self, order: Order, body: &[u8]) -> Option<()> {
        if self.interfaces.len() >= MAX_INTERFACES {
            return None;
        }
        let interface = Interface::read(order, body);
        self.interfaces.push(interface);
        interface.map(|_| ())
    }

    fn packet(
        &mut self,
        order: Order,
        body: &[u8],
        obsolete: bool,
        sink: &mut impl FnMut(Packet<'_>),
    ) -> Option<()> {
        let index = if obsolete { usize::from(order.u16(body, 0)?) } else { order.u32(body, 0)? as usize };
        let interface = (*self.interfaces.get(index)?)?;
        let stamp = u64::from(order.u32(body, 4)?) << 32 | u64::from(order.u32(body, 8)?);
        let (kept, long) = (order.u32(body, 12)?, order.u32(body, 16)?);
        let data = body.get(20..20 + kept as usize)?;
        let at = interface.instant(stamp);
        self.latest = Some(at);
        sink(Packet { at, link: interface.link, data, cut: long > kept });
        Some(())
    }

    fn simple(&mut self, order: Order, body: &[u8], sink: &mut impl FnMut(Packet<'_>)) -> Option<()> {
        let interface = (*self.interfaces.first()?)?;
        let long = order.u32(body, 0)?;
        let limit = if interface.snaplen == 0 { u32::MAX } else { interface.snaplen };
        let kept = long.min(limit);
        let data = body.get(4..4 + kept as usize)?;
        sink(Packet { at: self.latest.unwrap_or(NO_TIME), link: interface.link, data, cut: long > kept });
        Some(())
    }
}

impl Interface {
    fn read(order: Order, body: &[u8]) -> Option<Self> {
        let mut interface =
            Self { link: order.u16(body, 0)?, snaplen: order.u32(body, 4)?, ticks: 1_000_000, offset: 0 };
        let mut options = &body[8..];
        while let (Some(code), Some(length)) = (order.u16(options, 0), order.u16(options, 2)) {
            let Some(value) = options.get(4..4 + usize::from(length)) else {
                break;
            };
            match (code, value) {
                (0, _) => break,
                (9, [resolution]) => interface.ticks = ticks(*resolution)?,
                (14, _) if value.len() == 8 => interface.offset = offset(order, value)?,
                _ => {}
            }
            let padded = 4 + usize::from(length).next_multiple_of(4);
            options = options.get(padded..).unwrap_or(&[]);
        }
        Some(interface)
    }

    fn instant(self, stamp: u64) -> i64 {
        let seconds = i128::from(stamp / self.ticks) + i128::from(self.offset);
        let nanos = u128::from(stamp % self.ticks) * 1_000_000_000 / u128::from(self.ticks);
        let at = seconds * 1_000_000_000 + i128::try_from(nanos).unwrap_or(0);
        i64::try_from(at).unwrap_or(if at < 0 { i64::MIN } else { i64::MAX })
    }
}

/// if_tsresol: a negative power of 10, or of 2 where the highest bit is set.
fn ticks(resolution: u8) -> Option<u64> {
    let power = u32::from(resolution & 0x7f);
    if resolution & 0x80 == 0 { 10_u64.checked_pow(power) } else { 1_u64.checked_shl(power) }
}

/// if_tsoffset: signed seconds.
fn offset(order: Order, value: &[u8]) -> Option<i64> {
    let bytes = <[u8; 8]>::try_from(value).ok()?;
    Some(match order {
        Order::Little => i64::from_le_bytes(bytes),
        Order::Big => i64::from_be_bytes(bytes),
    })
}

fn stop(malformed: &mut Malformed, reason: &'static str) -> Step {
    count(malformed, reason);
    Step::Stop
}
