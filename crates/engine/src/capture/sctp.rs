//! SIP over SCTP (RFC 4168, RFC 9260): one message a data chunk. Messages in several chunks are not put together.

use super::chunks::Order;

const DATA: u8 = 0;
/// Flags of a chunk that begins and ends its message.
const WHOLE: u8 = 3;

/// User data of a packet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chunk<'a> {
    pub(super) bytes: &'a [u8],
    /// Whether it is all of a message, and was captured.
    pub(super) whole: bool,
}

/// The ports of a packet and the chunks of user data in it; none where it is shorter than its header.
pub(super) fn data(packet: &[u8]) -> Option<(u16, u16, impl Iterator<Item = Chunk<'_>>)> {
    let (source, destination) = (Order::Big.u16(packet, 0)?, Order::Big.u16(packet, 2)?);
    let mut rest = packet.get(12..)?;
    let chunks = std::iter::from_fn(move || {
        loop {
            let [kind, flags, ..] = *rest else {
                return None;
            };
            let length = usize::from(Order::Big.u16(rest, 2)?);
            let chunk = &rest[..rest.len().min(length)];
            rest = rest.get(length.max(4).next_multiple_of(4)..).unwrap_or(&[]);
            if let Some(bytes) = chunk.get(16..).filter(|_| kind == DATA) {
                return Some(Chunk { bytes, whole: flags & WHOLE == WHOLE && chunk.len() == length });
            }
        }
    });
    Some((source, destination, chunks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: u8, flags: u8, data: &[u8]) -> Vec<u8> {
        let length = (16 + data.len()) as u16;
        let mut chunk = [&[kind, flags][..], &length.to_be_bytes(), &[0; 12], data].concat();
        chunk.resize(chunk.len().next_multiple_of(4), 0);
        chunk
    }

    fn told(packet: &[u8]) -> Vec<(String, bool)> {
        let (source, destination, chunks) = data(packet).unwrap();
        assert_eq!((source, destination), (5_060, 5_061));
        chunks.map(|chunk| (String::from_utf8_lossy(chunk.bytes).into_owned(), chunk.whole)).collect()
    }

    #[test]
    fn user_data_among_other_chunks() {
        let head = [0x13, 0xc4, 0x13, 0xc5, 0, 0, 0, 1, 0, 0, 0, 0];
        let chunks = [chunk(3, 0, b"sack"), chunk(0, 3, b"one"), chunk(0, 2, b"begin"), chunk(0, 3, b"two")];
        let packet = [&head[..], &chunks.concat()].concat();
        let whole = vec![("one".to_owned(), true), ("begin".to_owned(), false), ("two".to_owned(), true)];
        assert_eq!(told(&packet), whole);
        assert_eq!(told(&packet[..packet.len() - 3])[2], ("t".to_owned(), false));
    }

    #[test]
    fn lengths_that_lie_end() {
        let head = [0x13, 0xc4, 0x13, 0xc5, 0, 0, 0, 1, 0, 0, 0, 0];
        assert!(data(&head[..11]).is_none());
        assert_eq!(told(&[&head[..], &[0; 400]].concat()), vec![]);
        assert_eq!(
            told(&[&head[..], &[0, 3, 255, 255], &[b'x'; 20]].concat()),
            vec![("xxxxxxxx".to_owned(), false)]
        );
    }
}
