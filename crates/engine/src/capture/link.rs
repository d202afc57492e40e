//! Unwraps the link layer: where in a frame the IP packet begins.

use super::chunks::Order;

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
/// Multiprotocol label switching.
pub(super) const MPLS: u16 = 0x8847;
/// An Ethernet frame within another protocol.
const BRIDGED: u16 = 0x6558;
/// Types below are lengths, as IEEE 802.3 has them.
const LEAST_TYPE: u16 = 1_536;
/// Tags and labels in a row; more is no frame that a network made.
const MAX_TAGS: usize = 8;

/// What a frame carries.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame<'a> {
    /// An IP packet, with padding behind it perhaps.
    Ip(&'a [u8]),
    /// Something else (ARP, spanning tree, …).
    Other,
    /// A frame too short for its kind.
    Short,
    /// A link type that is not known here.
    Unsupported,
}

pub(super) fn unwrap(link: u16, data: &[u8]) -> Frame<'_> {
    match link {
        1 => ethernet(data),
        // Linux "cooked", of tcpdump -i any.
        113 => at(data, 14, 16),
        276 => at(data, 0, 20),
        // Cisco HDLC: address, control, type.
        104 => at(data, 2, 4),
        9 | 50 => ppp(data),
        239 => nflog(data),
        12 | 14 | 101 | 228 | 229 => raw(data),
        // BSD loopback: four bytes of address family, whose values differ between systems.
        0 | 108 => data.get(4..).map_or(Frame::Short, raw),
        _ => Frame::Unsupported,
    }
}

pub(super) fn ethernet(data: &[u8]) -> Frame<'_> {
    at(data, 12, 14)
}

/// A packet that says itself which IP it is.
pub(super) fn raw(data: &[u8]) -> Frame<'_> {
    match data.first().map(|first| first >> 4) {
        Some(4 | 6) => Frame::Ip(data),
        Some(_) => Frame::Other,
        None => Frame::Short,
    }
}

/// What is of a type (the registry of Ethernet's), behind its tags and labels.
pub(super) fn typed(mut kind: u16, mut data: &[u8]) -> Frame<'_> {
    for _ in 0..MAX_TAGS {
        let (next, skip) = match kind {
            IPV4 | IPV6 => return raw(data),
            BRIDGED => return ethernet(data),
            // VLAN and QinQ: tag, then the next type.
            0x8100 | 0x88a8 | 0x9100 | 0x9200 => (Order::Big.u16(data, 2), 4),
            // The tag between a switch and its network cards.
            0x8926 => (Order::Big.u16(data, 4), 6),
            // Labels until the bottom of the stack, then mostly IP.
            MPLS | 0x8848 => match data.get(2) {
                Some(bits) if bits & 1 == 1 => (Some(IPV4), 4),
                Some(_) => (Some(kind), 4),
                None => (None, 0),
            },
            // A PPPoE session.
            0x8864 => return data.get(6..).map_or(Frame::Short, ppp),
            0..LEAST_TYPE => return snap(data),
            _ => return Frame::Other,
        };
        let (Some(next), Some(rest)) = (next, data.get(skip..)) else {
            return Frame::Short;
        };
        (kind, data) = (next, rest);
    }
    Frame::Other
}

/// The type lies at one place, what is of it begins at another.
fn at(data: &[u8], kind: usize, begin: usize) -> Frame<'_> {
    match (Order::Big.u16(data, kind), data.get(begin..)) {
        (Some(kind), Some(data)) => typed(kind, data),
        _ => Frame::Short,
    }
}

/// PPP (RFC 1661), in HDLC's framing (RFC 1662) or without.
fn ppp(data: &[u8]) -> Frame<'_> {
    let data = data.strip_prefix(&[0xff, 3]).unwrap_or(data);
    match Order::Big.u16(data, 0) {
        Some(0x21 | 0x57) => raw(&data[2..]),
        Some(_) => Frame::Other,
        None => Frame::Short,
    }
}

/// A type behind a length: IEEE 802.2 with the subnetwork access protocol.
fn snap(data: &[u8]) -> Frame<'_> {
    if data.starts_with(&[0xaa, 0xaa, 3, 0, 0, 0]) { at(data, 6, 8) } else { Frame::Other }
}

/// The log of Linux's packet filter: attributes in the order of the machine, which is nearly always little-endian.
fn nflog(data: &[u8]) -> Frame<'_> {
    const PAYLOAD: u16 = 9;
    let mut rest = data.get(4..).unwrap_or(&[]);
    while let (Some(length), Some(kind)) = (Order::Little.u16(rest, 0), Order::Little.u16(rest, 2)) {
        let length = usize::from(length);
        let Some(value) = rest.get(4..length) else {
            return Frame::Short;
        };
        if kind == PAYLOAD {
            return raw(value);
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or(&[]);
    }
    Frame::Other
}

#[cfg(test)]
mod tests {
    use super::*;

    const IP: [u8; 20] = [0x45, 0, 0, 20, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    const MAC: [u8; 12] = [0; 12];

    fn framed(head: &[u8]) -> Vec<u8> {
        [head, &IP].concat()
    }

    #[test]
    fn every_link_type_leads_to_the_packet() {
        let heads: [(u16, Vec<u8>); 16] = [
            (1, [&MAC[..], &[8, 0]].concat()),
            (1, [&MAC[..], &[0x81, 0, 0, 5, 8, 0]].concat()),
            (1, [&MAC[..], &[0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0]].concat()),
            (1, [&MAC[..], &[0x88, 0x47, 0, 1, 0, 64, 0, 1, 1, 64]].concat()),
            (1, [&MAC[..], &[0x88, 0x64, 0x11, 0, 0, 1, 0, 22, 0, 0x21]].concat()),
            (1, [&MAC[..], &[0x89, 0x26, 0, 1, 0, 2, 8, 0]].concat()),
            (1, [&MAC[..], &[0, 28, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0]].concat()),
            (113, [&[0; 14][..], &[8, 0]].concat()),
            (276, [&[8, 0][..], &[0; 18]].concat()),
            (101, vec![]),
            (0, vec![2, 0, 0, 0]),
            (108, vec![0, 0, 0, 2]),
            (9, vec![0xff, 3, 0, 0x21]),
            (9, vec![0, 0x21]),
            (104, vec![0x0f, 0, 8, 0]),
            // A prefix of three bytes, padded to four, and then the packet.
            (239, vec![2, 0, 0, 0, 7, 0, 10, 0, b'i', b'n', 0, 0, 24, 0, 9, 0]),
        ];
        for (link, head) in heads {
            assert_eq!(unwrap(link, &framed(&head)), Frame::Ip(&IP), "link {link}, head {head:02x?}");
        }
    }

    #[test]
    fn what_is_short_or_unknown_is_said_so() {
        assert_eq!(unwrap(1, &[0; 13]), Frame::Short);
        assert_eq!(unwrap(1, &[&MAC[..], &[0x81, 0, 0]].concat()), Frame::Short);
        assert_eq!(unwrap(1, &[&MAC[..], &[0x08, 0x06, 0, 1]].concat()), Frame::Other);
        assert_eq!(unwrap(147, &IP), Frame::Unsupported);
        assert_eq!(unwrap(1, &[&MAC[..], &[0x81, 0, 0, 1].repeat(20)].concat()), Frame::Other);
        assert_eq!(unwrap(9, &[0xff, 3, 0xc0, 0x21, 1]), Frame::Other);
        assert_eq!(unwrap(104, &[0x0f, 0, 8]), Frame::Short);
        assert_eq!(unwrap(239, &[2, 0, 0, 0, 0, 0, 9, 0]), Frame::Short);
        assert_eq!(unwrap(239, &[2, 0, 0, 0, 255, 255, 9, 0]), Frame::Short);
        // Spanning tree has a length in place of a type.
        assert_eq!(unwrap(1, &[&MAC[..], &[0, 38, 0x42, 0x42, 3]].concat()), Frame::Other);
    }
}
