//! Unwraps the link layer: where in a frame the IP packet begins.

use super::chunks::Order;

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
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
    let network = Order::Big;
    match link {
        1 => network.u16(data, 12).map_or(Frame::Short, |kind| tagged(kind, &data[14..])),
        // Linux "cooked", of tcpdump -i any.
        113 => network.u16(data, 14).map_or(Frame::Short, |kind| tagged(kind, data.get(16..).unwrap_or(&[]))),
        276 => network.u16(data, 0).map_or(Frame::Short, |kind| tagged(kind, data.get(20..).unwrap_or(&[]))),
        12 | 14 | 101 | 228 | 229 => raw(data),
        // BSD loopback: four bytes of address family, whose values differ between systems.
        0 | 108 => data.get(4..).map_or(Frame::Short, raw),
        _ => Frame::Unsupported,
    }
}

fn raw(data: &[u8]) -> Frame<'_> {
    match data.first().map(|first| first >> 4) {
        Some(4 | 6) => Frame::Ip(data),
        Some(_) => Frame::Other,
        None => Frame::Short,
    }
}

fn tagged(mut kind: u16, mut data: &[u8]) -> Frame<'_> {
    for _ in 0..MAX_TAGS {
        let (next, skip) = match kind {
            IPV4 | IPV6 => return raw(data),
            // VLAN and QinQ: tag, then the next type.
            0x8100 | 0x88a8 | 0x9100 | 0x9200 => (Order::Big.u16(data, 2), 4),
            // MPLS: labels until the bottom of the stack, then mostly IP.
            0x8847 | 0x8848 => match data.get(2) {
                Some(bits) if bits & 1 == 1 => (Some(IPV4), 4),
                Some(_) => (Some(kind), 4),
                None => (None, 0),
            },
            // A PPPoE session: its header, then PPP's protocol.
            0x8864 => (
                Order::Big.u16(data, 6).map(
                    |protocol| {
                        if protocol == 0x21 || protocol == 0x57 { IPV4 } else { 0 }
                    },
                ),
                8,
            ),
            _ => return Frame::Other,
        };
        let (Some(next), Some(rest)) = (next, data.get(skip..)) else {
            return Frame::Short;
        };
        (kind, data) = (next, rest);
    }
    Frame::Other
}

#[cfg(test)]
mod tests {
    use super::*;

    const IP: [u8; 20] = [0x45, 0, 0, 20, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];

    fn framed(head: &[u8]) -> Vec<u8> {
        [head, &IP].concat()
    }

    #[test]
    fn every_link_type_leads_to_the_packet() {
        let mac = [0_u8; 12];
        let heads: [(u16, Vec<u8>); 10] = [
            (1, [&mac[..], &[8, 0]].concat()),
            (1, [&mac[..], &[0x81, 0, 0, 5, 8, 0]].concat()),
            (1, [&mac[..], &[0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0]].concat()),
            (1, [&mac[..], &[0x88, 0x47, 0, 1, 0, 64, 0, 1, 1, 64]].concat()),
            (1, [&mac[..], &[0x88, 0x64, 0x11, 0, 0, 1, 0, 22, 0, 0x21]].concat()),
            (113, [&[0; 14][..], &[8, 0]].concat()),
            (276, [&[8, 0][..], &[0; 18]].concat()),
            (101, vec![]),
            (0, vec![2, 0, 0, 0]),
            (108, vec![0, 0, 0, 2]),
        ];
        for (link, head) in heads {
            assert_eq!(unwrap(link, &framed(&head)), Frame::Ip(&IP), "link {link}, head {head:02x?}");
        }
    }

    #[test]
    fn what_is_short_or_unknown_is_said_so() {
        assert_eq!(unwrap(1, &[0; 13]), Frame::Short);
        assert_eq!(unwrap(1, &[&[0_u8; 12][..], &[0x81, 0, 0]].concat()), Frame::Short);
        assert_eq!(unwrap(1, &[&[0_u8; 12][..], &[0x08, 0x06, 0, 1]].concat()), Frame::Other);
        assert_eq!(unwrap(147, &IP), Frame::Unsupported);
        assert_eq!(unwrap(1, &[&[0_u8; 12][..], &[0x81, 0, 0, 1].repeat(20)].concat()), Frame::Other);
    }
}
