"""Ethernet frames and the classic pcap file around SIP messages: IPv4, IPv6, UDP and TCP with checksums."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from struct import pack

PCAP_HEADER = pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
"""Little-endian, microseconds, link type Ethernet."""
SIP_PORT = 5060
_SEGMENT = 1400
"""Octets of a TCP segment at most."""
_ACK, _PSH_ACK, _SYN, _SYN_ACK = 0x10, 0x18, 0x02, 0x12
_UDP, _TCP = 17, 6
_HOPS = 62


def pcap_record(at: int, frame: bytes) -> bytes:
    """One frame captured at `at`, nanoseconds."""
    microseconds = at // 1000
    return pack("<IIII", microseconds // 1_000_000, microseconds % 1_000_000, len(frame), len(frame)) + frame


def udp_frame(source: str, target: str, payload: bytes) -> bytes:
    path = _path(source, target, _UDP)
    length = 8 + len(payload)
    head = pack("!HHH", SIP_PORT, SIP_PORT, length)
    checksum = _checksum(path.pseudo + length + _residue(head + b"\0\0" + payload)) or 0xFFFF
    return path.packet(length) + head + checksum.to_bytes(2, "big") + payload


class TcpConversation:
    """One connection from a peer to the switch that stays open; sequence numbers wrap as they must."""

    def __init__(self, peer: str, switch: str) -> None:
        self._ends = (peer, switch)
        self._next = [1_000, 5_000]
        self._ports = (40_000 + sum(_packed(peer)) % 20_000, SIP_PORT)

    def open(self) -> list[bytes]:
        """The three frames of the handshake."""
        frames = [self._frame(0, _SYN, b"", acked=False)]
        self._next[0] += 1
        frames.append(self._frame(1, _SYN_ACK, b""))
        self._next[1] += 1
        frames.append(self._frame(0, _ACK, b""))
        return frames

    def send(self, payload: bytes, *, from_switch: bool) -> list[bytes]:
        """The message's segments, then the other side's acknowledgement."""
        side = int(from_switch)
        frames = []
        for cut in range(0, len(payload), _SEGMENT):
            part = payload[cut : cut + _SEGMENT]
            frames.append(self._frame(side, _PSH_ACK, part))
            self._next[side] = (self._next[side] + len(part)) % 2**32
        frames.append(self._frame(1 - side, _ACK, b""))
        return frames

    def _frame(self, side: int, flags: int, payload: bytes, *, acked: bool = True) -> bytes:
        source, target = self._ends[side], self._ends[1 - side]
        acknowledged = self._next[1 - side] if acked else 0
        ports = (self._ports[side], self._ports[1 - side])
        head = pack("!HHIIBBHHH", *ports, self._next[side], acknowledged, 0x50, flags, 64_240, 0, 0)
        path = _path(source, target, _TCP)
        length = len(head) + len(payload)
        checksum = _checksum(path.pseudo + length + _residue(head + payload))
        return path.packet(length) + head[:16] + checksum.to_bytes(2, "big") + head[18:] + payload


@dataclass(frozen=True, slots=True)
class _Path:
    """What all packets from one address to another share. `ethernet` and `addresses` are octets, `head` (of
    IPv4 without its length) and `pseudo` the residues that checksums start from."""

    ethernet: bytes
    addresses: bytes
    protocol: int
    head: int
    pseudo: int

    def packet(self, length: int) -> bytes:
        """Everything before a segment of `length` octets."""
        if len(self.addresses) == 32:
            return self.ethernet + pack("!IHBB", 0x6000_0000, length, self.protocol, _HOPS) + self.addresses
        checksum = _checksum(self.head + 20 + length)
        fields = pack("!BBHHHBBH", 0x45, 0, 20 + length, 0, 0x4000, _HOPS, self.protocol, checksum)
        return self.ethernet + fields + self.addresses


@lru_cache(maxsize=65_536)
def _path(source: str, target: str, protocol: int) -> _Path:
    """The MAC addresses are locally administered and made of the end of the IP address."""
    here, there = _packed(source), _packed(target)
    kind = 0x0800 if len(here) == 4 else 0x86DD
    ethernet = b"\x02\0" + there[-4:] + b"\x02\0" + here[-4:] + kind.to_bytes(2, "big")
    addresses = here + there
    head = _residue(pack("!BBHHHBB", 0x45, 0, 0, 0, 0x4000, _HOPS, protocol) + addresses)
    return _Path(ethernet, addresses, protocol, head, _residue(addresses) + protocol)


def _packed(address: str) -> bytes:
    return ip_address(address).packed


def _residue(data: bytes) -> int:
    """The sum of 16-bit words modulo 2^16 - 1, which is what RFC 1071 adds up."""
    if len(data) % 2:
        data += b"\0"
    return int.from_bytes(data, "big") % 0xFFFF


def _checksum(total: int) -> int:
    """Ones' complement of the sum, whose zero is written as all ones."""
    return 0xFFFF - (total % 0xFFFF or 0xFFFF)
