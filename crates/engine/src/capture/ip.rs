//! IPv4 (RFC 791) and IPv6 (RFC 8200) packets, and the fragments that make up one.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::chunks::Order;
use super::{Malformed, count};

/// Datagrams put together at a time. At 64 KiB each, and as much again while a copy comes, they hold 64 MiB at most;
/// SIP's fragments follow each other.
const MAX_DATAGRAMS: usize = 512;
/// Fragments of one datagram: 64 KiB in the smallest useful pieces, of 576-byte packets.
const MAX_FRAGMENTS: usize = 128;
/// RFC 8200, 4.5: fragments that come later than this after the first don't belong to it.
const TIMEOUT: i64 = 60_000_000_000;
/// Extension headers in a row; RFC 8200 knows seven.
const MAX_EXTENSIONS: usize = 16;
/// The extension header of a fragment.
const FRAGMENT: u8 = 44;
/// The authentication header (RFC 4302), which IPv4 may carry too.
const AUTHENTICATION: u8 = 51;

/// A packet without its IP header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Datagram<'a> {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) protocol: u8,
    pub(super) payload: &'a [u8],
    /// Bytes of the payload that were not captured.
    pub(super) missing: usize,
    fragment: Option<Fragment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fragment {
    id: u32,
    offset: usize,
    more: bool,
}

/// Reads a packet. None where its lengths contradict each other.
pub(super) fn parse(packet: &[u8]) -> Option<Datagram<'_>> {
    match packet.first()? >> 4 {
        4 => parse_v4(packet),
        6 => parse_v6(packet),
        _ => None,
    }
}

fn parse_v4(packet: &[u8]) -> Option<Datagram<'_>> {
    let head = packet.get(..20)?;
    let start = usize::from(head[0] & 0xf) * 4;
    let flags = Order::Big.u16(head, 6)?;
    let offset = usize::from(flags & 0x1fff) * 8;
    let more = flags & 0x2000 != 0;
    // Network cards that segment write 0: the packet is what was captured.
    let total = match usize::from(Order::Big.u16(head, 2)?) {
        0 => packet.len(),
        total => total,
    };
    if start < 20 || total < start {
        return None;
    }
    let payload = packet.get(start..packet.len().min(total))?;
    let id = u32::from(Order::Big.u16(head, 4)?);
    Some(Datagram {
        source: IpAddr::V4(Ipv4Addr::new(head[12], head[13], head[14], head[15])),
        destination: IpAddr::V4(Ipv4Addr::new(head[16], head[17], head[18], head[19])),
        protocol: head[9],
        payload,
        missing: total - start - payload.len(),
        fragment: (more || offset > 0).then_some(Fragment { id, offset, more }),
    })
}

fn parse_v6(packet: &[u8]) -> Option<Datagram<'_>> {
    let head = packet.get(..40)?;
    let address = |at: usize| <[u8; 16]>::try_from(&head[at..at + 16]).ok().map(Ipv6Addr::from);
    let length = match usize::from(Order::Big.u16(head, 4)?) {
        0 => packet.len() - 40,
        length => length,
    };
    let body = &packet[40..packet.len().min(40 + length)];
    let (mut protocol, mut at, mut fragment) = (head[6], 0, None);
    for _ in 0..MAX_EXTENSIONS {
        let step = if protocol == FRAGMENT {
            let bits = Order::Big.u16(body, at + 2)?;
            let (offset, more) = (usize::from(bits & 0xfff8), bits & 1 == 1);
            let id = Order::Big.u32(body, at + 4)?;
            fragment = (more || offset > 0).then_some(Fragment { id, offset, more });
            8
        } else {
            match extension(protocol, body.get(at..)?)? {
                0 => break,
                step => step,
            }
        };
        protocol = *body.get(at)?;
        at += step;
        // What follows is part of what is to be put together.
        if fragment.is_some() {
            break;
        }
    }
    Some(Datagram {
        source: IpAddr::V6(address(8)?),
        destination: IpAddr::V6(address(24)?),
        protocol,
        payload: body.get(at..)?,
        missing: length.saturating_sub(body.len()),
        fragment,
    })
}

/// The protocol and payload behind the extension headers of a payload that is whole.
pub(super) fn behind_extensions(mut protocol: u8, mut payload: &[u8]) -> Option<(u8, &[u8])> {
    for _ in 0..MAX_EXTENSIONS {
        let step = match extension(protocol, payload)? {
            0 => break,
            step => step,
        };
        protocol = payload[0];
        payload = payload.get(step..)?;
    }
    Some((protocol, payload))
}

/// Length of the extension header at the front; 0 where the protocol is none. None where it is cut off.
fn extension(protocol: u8, bytes: &[u8]) -> Option<usize> {
    Some(match protocol {
        0 | 43 | 60 | 135 => 8 + 8 * usize::from(*bytes.get(1)?),
        AUTHENTICATION => 8 + 4 * usize::from(*bytes.get(1)?),
        _ => 0,
    })
}

impl Datagram<'_> {
    pub(super) fn is_fragment(&self) -> bool {
        self.fragment.is_some()
    }

    /// Whether it is a first fragment of which bytes were not captured.
    pub(super) fn is_cut_front(&self) -> bool {
        self.missing > 0 && self.fragment.is_some_and(|fragment| fragment.offset == 0)
    }
}

type Key = (IpAddr, IpAddr, u32);

/// Datagrams of which fragments are still awaited, or may come again, oldest first out.
#[derive(Debug, Default)]
pub(super) struct Defragmenter {
    parts: HashMap<Key, Parts>,
    ages: VecDeque<(i64, Key)>,
}

#[derive(Debug)]
struct Parts {
    since: i64,
    protocol: u8,
    /// Of the whole payload, known from the last fragment.
    total: Option<usize>,
    pieces: Vec<(usize, Vec<u8>)>,
    /// The payload that was put together before: what is captured on two interfaces comes twice.
    earlier: Vec<u8>,
}

impl Defragmenter {
    /// Takes a fragment; the payload and its protocol where it completes a datagram.
    pub(super) fn take(
        &mut self,
        datagram: &Datagram<'_>,
        at: i64,
        malformed: &mut Malformed,
    ) -> Option<(u8, Vec<u8>)> {
        let fragment = datagram.fragment?;
        let end = fragment.offset + datagram.payload.len();
        if datagram.missing > 0 || end > usize::from(u16::MAX) || datagram.payload.is_empty() {
            count(malformed, "fragment");
            return None;
        }
        self.forget(at, malformed);
        let key = (datagram.source, datagram.destination, fragment.id);
        let ages = &mut self.ages;
        let parts = self.parts.entry(key).or_insert_with(|| {
            ages.push_back((at, key));
            Parts {
                since: at,
                protocol: datagram.protocol,
                total: None,
                pieces: Vec::new(),
                earlier: Vec::new(),
            }
        });
        parts.add(fragment, datagram, end);
        let whole = parts.take_whole();
        if self.ages.len() > 4 * MAX_DATAGRAMS {
            let parts = &self.parts;
            self.ages.retain(|(since, key)| parts.get(key).is_some_and(|parts| parts.since == *since));
        }
        whole
    }

    /// Counts what will never be whole.
    pub(super) fn finish(&mut self, malformed: &mut Malformed) {
        for parts in self.parts.values() {
            parts.count_missing(malformed);
        }
        *self = Self::default();
    }

    fn forget(&mut self, now: i64, malformed: &mut Malformed) {
        while let Some(&(since, key)) = self.ages.front() {
            let known = self.parts.get(&key).filter(|parts| parts.since == since);
            if known.is_some() && self.parts.len() < MAX_DATAGRAMS && now.saturating_sub(since) < TIMEOUT {
                break;
            }
            self.ages.pop_front();
            if let Some(parts) = known {
                parts.count_missing(malformed);
                self.parts.remove(&key);
            }
        }
    }
}

impl Parts {
    fn add(&mut self, fragment: Fragment, datagram: &Datagram<'_>, end: usize) {
        if fragment.offset == 0 {
            self.protocol = datagram.protocol;
        }
        if !fragment.more && self.total.is_none() {
            self.total = Some(end);
        }
        let known = self.pieces.iter().any(|(offset, _)| *offset == fragment.offset);
        if !known && self.pieces.len() < MAX_FRAGMENTS {
            let place = self.pieces.partition_point(|(offset, _)| *offset < fragment.offset);
            self.pieces.insert(place, (fragment.offset, datagram.payload.to_vec()));
        }
    }

    /// The protocol and payload, once no byte is missing. What comes then is of a copy.
    fn take_whole(&mut self) -> Option<(u8, Vec<u8>)> {
        let whole = self.whole()?;
        self.earlier.clone_from(&whole);
        self.pieces.clear();
        self.total = None;
        Some((self.protocol, whole))
    }

    /// Counts a datagram that is given up, unless its fragments are those of one that was whole.
    fn count_missing(&self, malformed: &mut Malformed) {
        let known = |(offset, piece): &(usize, Vec<u8>)| {
            self.earlier.get(*offset..offset + piece.len()) == Some(&piece[..])
        };
        if !self.pieces.iter().all(known) {
            count(malformed, "fragments_incomplete");
        }
    }

    /// The payload, once no byte of it is missing. Where fragments overlap, the first in order counts.
    fn whole(&self) -> Option<Vec<u8>> {
        let total = self.total?;
        let mut end = 0;
        for (offset, piece) in &self.pieces {
            if *offset > end {
                return None;
            }
            end = end.max(offset + piece.len());
        }
        if end < total {
            return None;
        }
        let mut whole = Vec::with_capacity(end);
        for (offset, piece) in &self.pieces {
            let known = whole.len().saturating_sub(*offset).min(piece.len());
            whole.extend_from_slice(&piece[known..]);
        }
        whole.truncate(total);
        Some(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v4(id: u8, offset: u16, more: bool, payload: &[u8]) -> Vec<u8> {
        let flags = (offset / 8) | if more { 0x2000 } else { 0 };
        let mut packet = vec![0x45, 0, 0, 0, 0, id, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        packet[6..8].copy_from_slice(&flags.to_be_bytes());
        packet.extend_from_slice(payload);
        let total = u16::try_from(packet.len()).unwrap();
        packet[2..4].copy_from_slice(&total.to_be_bytes());
        packet
    }

    fn assemble(packets: &[Vec<u8>]) -> (Option<Vec<u8>>, Malformed) {
        let (mut defragmenter, mut malformed, mut whole) = (Defragmenter::default(), Malformed::new(), None);
        for (at, packet) in (0..).zip(packets) {
            let datagram = parse(packet).unwrap();
            assert!(datagram.is_fragment());
            whole = whole.or(defragmenter.take(&datagram, at, &mut malformed));
        }
        defragmenter.finish(&mut malformed);
        (
            whole.map(|(protocol, payload)| {
                assert_eq!(protocol, 17);
                payload
            }),
            malformed,
        )
    }

    #[test]
    fn fragments_in_any_order_and_twice() {
        let (a, b, c) = (v4(1, 0, true, &[1; 16]), v4(1, 16, true, &[2; 8]), v4(1, 24, false, &[3; 5]));
        let whole = [vec![1; 16], vec![2; 8], vec![3; 5]].concat();
        assert_eq!(assemble(&[a.clone(), b.clone(), c.clone()]).0, Some(whole.clone()));
        assert_eq!(assemble(&[c.clone(), c.clone(), b, a.clone()]).0, Some(whole));
        let (none, malformed) = assemble(&[a, c]);
        assert_eq!((none, malformed.get("fragments_incomplete")), (None, Some(&1)));
    }

    #[test]
    fn fragments_captured_on_two_interfaces_are_not_missing() {
        let (a, b) = (v4(1, 0, true, &[1; 16]), v4(1, 16, false, &[2; 8]));
        let whole = [vec![1; 16], vec![2; 8]].concat();
        for twice in [[&a, &a, &b, &b], [&a, &b, &b, &a], [&b, &a, &a, &b]] {
            assert_eq!(assemble(&twice.map(Clone::clone)), (Some(whole.clone()), Malformed::new()));
        }
        let other = v4(1, 16, false, &[3; 8]);
        assert_eq!(assemble(&[a, b, other]).1.get("fragments_incomplete"), Some(&1), "an id used again");
    }

    #[test]
    fn overlapping_fragments_stay_within_the_datagram() {
        let packets = [v4(1, 0, true, &[1; 24]), v4(1, 16, false, &[2; 16])];
        assert_eq!(assemble(&packets).0, Some([vec![1; 24], vec![2; 8]].concat()));
        assert_eq!(assemble(&[v4(1, 65_528, false, &[9; 64])]).1.get("fragment"), Some(&1));
    }

    #[test]
    fn datagrams_in_the_making_are_bounded_and_time_out() {
        let (mut defragmenter, mut malformed) = (Defragmenter::default(), Malformed::new());
        for number in 0..3_000_u32 {
            let mut packet = v4(0, 0, true, &[1; 8]);
            packet[12..16].copy_from_slice(&number.to_be_bytes());
            assert_eq!(defragmenter.take(&parse(&packet).unwrap(), 0, &mut malformed), None);
        }
        assert!(defragmenter.parts.len() <= MAX_DATAGRAMS);
        let late = v4(7, 0, true, &[1; 8]);
        defragmenter.take(&parse(&late).unwrap(), TIMEOUT, &mut malformed);
        assert_eq!((defragmenter.parts.len(), malformed["fragments_incomplete"]), (1, 3_000));
    }

    #[test]
    fn extension_headers_lead_to_the_payload() {
        let mut packet = vec![0x60, 0, 0, 0, 0, 28, 0, 64];
        packet.extend([0; 32]);
        packet.extend([60, 0, 1, 4, 0, 0, 0, 0]);
        packet.extend([17, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        packet.extend([9, 9, 9, 9]);
        let datagram = parse(&packet).unwrap();
        assert_eq!((datagram.protocol, datagram.payload, datagram.missing), (17, &[9, 9, 9, 9][..], 0));
    }

    #[test]
    fn lengths_that_lie() {
        let mut packet = v4(0, 0, false, &[1; 8]);
        packet[0] = 0x4f;
        assert_eq!(parse(&packet), None);
        packet[0] = 0x44;
        assert_eq!(parse(&packet), None);
        packet[0] = 0x45;
        packet[3] = 19;
        assert_eq!(parse(&packet), None);
        packet[2] = 1;
        assert_eq!(parse(&packet).unwrap().missing, 256 + 19 - 28);
    }
}
