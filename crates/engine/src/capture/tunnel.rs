//! Packets that carry packets: what mirrored, routed and mobile traffic is captured in. Known are those that tshark
//! reads SIP in without being told to, by IP protocol and by UDP port.

use super::chunks::Order;
use super::link::{Frame, MPLS, ethernet, raw, typed};

/// Tunnels within tunnels; more is no packet that a network made.
pub(super) const MAX_DEPTH: usize = 4;

/// What a packet of an IP protocol carries, if that is packets.
pub(super) fn of_protocol(protocol: u8, payload: &[u8]) -> Option<Frame<'_>> {
    match protocol {
        4 | 41 => Some(raw(payload)),
        47 => Some(gre(payload).unwrap_or(Frame::Short)),
        137 => Some(typed(MPLS, payload)),
        _ => None,
    }
}

/// What a datagram between two UDP ports carries, if that is packets.
pub(super) fn of_ports(source: u16, destination: u16, data: &[u8]) -> Option<Frame<'_>> {
    [destination, source].into_iter().find_map(|port| match port {
        2_152 => gtp(data),
        3_544 => teredo(data),
        4_754 => gre(data),
        4_789 => vxlan(data),
        6_081 => geneve(data),
        6_635 => Some(typed(MPLS, data)),
        37_008 => tzsp(data),
        _ => None,
    })
}

/// Generic routing encapsulation (RFC 2784, RFC 2890), and ERSPAN within it.
fn gre(data: &[u8]) -> Option<Frame<'_>> {
    let (flags, kind) = (Order::Big.u16(data, 0)?, Order::Big.u16(data, 2)?);
    let optional = |bit: u16| if flags & bit == 0 { 0 } else { 4 };
    let sequence = optional(0x1000);
    let data = data.get(4 + optional(0x8000) + optional(0x2000) + sequence..)?;
    Some(match kind {
        // Its first version has no header, and no sequence number by which it is told.
        0x88be => ethernet(data.get(if sequence == 0 { 0 } else { 8 }..)?),
        0x22eb => ethernet(data.get(if data.get(11)? & 1 == 0 { 12 } else { 20 }..)?),
        _ => typed(kind, data),
    })
}

/// RFC 7348. A header without the mark of a network is of something else.
fn vxlan(data: &[u8]) -> Option<Frame<'_>> {
    (data.first()? & 8 != 0).then_some(())?;
    Some(ethernet(data.get(8..)?))
}

/// RFC 8926.
fn geneve(data: &[u8]) -> Option<Frame<'_>> {
    let kind = Order::Big.u16(data, 2)?;
    let options = 4 * usize::from(data.first()? & 0x3f);
    Some(typed(kind, data.get(8 + options..)?))
}

/// The user plane of mobile networks (3GPP TS 29.281): a header, and where one of three flags is set, four bytes more
/// and a chain of extensions, each with its length in words of four bytes and the type of the next.
fn gtp(data: &[u8]) -> Option<Frame<'_>> {
    const PACKET: u8 = 255;
    let [flags, PACKET, ..] = *data else {
        return None;
    };
    if flags >> 4 != 3 {
        return None;
    }
    let mut begin = 8;
    if flags & 7 != 0 {
        let mut next = *data.get(11)?;
        begin = 12;
        while flags & 4 != 0 && next != 0 {
            let length = 4 * usize::from(*data.get(begin)?);
            if length == 0 {
                return None;
            }
            begin += length;
            next = *data.get(begin - 1)?;
        }
    }
    Some(raw(data.get(begin..)?))
}

/// RFC 4380, without the authentication and origin that only set a tunnel up.
fn teredo(data: &[u8]) -> Option<Frame<'_>> {
    (data.first()? >> 4 == 6).then(|| raw(data))
}

/// A sniffer's own: version, type, protocol and tags up to the end mark; protocol 1 is Ethernet.
fn tzsp(data: &[u8]) -> Option<Frame<'_>> {
    let [1, _, 0, 1, tags @ ..] = data else {
        return None;
    };
    let mut rest = tags;
    loop {
        match rest {
            [1, frame @ ..] => return Some(ethernet(frame)),
            [0, more @ ..] => rest = more,
            [_, length, more @ ..] => rest = more.get(usize::from(*length)..)?,
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IP: [u8; 20] = [0x45, 0, 0, 20, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];

    fn bridged(head: &[u8]) -> Vec<u8> {
        [head, &[0; 12], &[8, 0], &IP].concat()
    }

    fn routed(head: &[u8]) -> Vec<u8> {
        [head, &IP].concat()
    }

    #[test]
    fn each_ip_protocol_leads_to_the_packet() {
        let tunnels = [
            (4, routed(&[])),
            (47, routed(&[0, 0, 8, 0])),
            // With checksum, key and sequence number.
            (47, routed(&[0xb0, 0, 8, 0, 1, 1, 0, 0, 0, 0, 0, 7, 0, 0, 0, 9])),
            (47, routed(&[0, 0, 0x88, 0x47, 0, 1, 1, 64])),
            (47, bridged(&[0, 0, 0x65, 0x58])),
            (47, bridged(&[0, 0, 0x88, 0xbe])),
            (47, bridged(&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 5, 0, 1, 0, 0, 0, 0])),
            (47, bridged(&[&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20][..], &[0; 11]].concat())),
            (47, bridged(&[&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20][..], &[0; 10], &[1], &[0; 8]].concat())),
            (137, routed(&[0, 1, 1, 64])),
        ];
        for (protocol, payload) in tunnels {
            let found = of_protocol(protocol, &payload);
            assert_eq!(found, Some(Frame::Ip(&IP)), "protocol {protocol}, {payload:02x?}");
        }
        assert_eq!(of_protocol(47, &[0x80, 0, 8, 0]), Some(Frame::Short));
        assert_eq!(of_protocol(17, &IP), None);
    }

    #[test]
    fn each_udp_port_leads_to_the_packet() {
        let tunnels = [
            (2_152, routed(&[0x30, 255, 0, 20, 0, 0, 0, 7])),
            // A sequence number, and an extension of one word.
            (2_152, routed(&[0x36, 255, 0, 28, 0, 0, 0, 7, 0, 1, 0, 0x85, 1, 0, 9, 0])),
            (4_754, routed(&[0, 0, 8, 0])),
            (4_789, bridged(&[8, 0, 0, 0, 0, 0, 9, 0])),
            (6_081, bridged(&[0, 0, 0x65, 0x58, 0, 0, 9, 0])),
            (6_081, routed(&[1, 0, 8, 0, 0, 0, 9, 0, 1, 2, 3, 4])),
            (6_635, routed(&[0, 1, 1, 64])),
            (37_008, bridged(&[1, 0, 0, 1, 0, 10, 1, 0x55, 1])),
        ];
        for (port, data) in tunnels {
            for (source, destination) in [(50_000, port), (port, 50_000)] {
                let found = of_ports(source, destination, &data);
                assert_eq!(found, Some(Frame::Ip(&IP)), "port {port}, {data:02x?}");
            }
        }
        let six = [&[0x60, 0, 0, 0, 0, 0, 59, 64][..], &[0; 32]].concat();
        assert_eq!(of_ports(50_000, 3_544, &six), Some(Frame::Ip(&six)));
    }

    #[test]
    fn other_traffic_on_those_ports_is_no_tunnel() {
        // An echo of the mobile network's own, a header without a network, an extension without a length.
        assert_eq!(of_ports(2_152, 2_152, &[0x32, 1, 0, 4, 0, 0, 0, 0, 0, 1, 0, 0]), None);
        assert_eq!(of_ports(50_000, 4_789, &[0; 40]), None);
        let endless = [&[0x34, 255, 0, 28, 0, 0, 0, 7, 0, 1, 0, 0x85][..], &[0; 40]].concat();
        assert_eq!(of_ports(2_152, 2_152, &endless), None);
        assert_eq!(of_ports(50_000, 37_008, &[1, 0, 0, 1, 10, 200]), None);
        assert_eq!(of_ports(50_000, 5_060, &[8; 40]), None);
    }
}
