"""A capture read with nothing but struct: frames, checksums, TCP streams put together, SIP messages."""

from dataclasses import dataclass
from ipaddress import ip_address
from struct import iter_unpack, unpack_from


@dataclass(frozen=True)
class Message:
    at: int
    source: str
    target: str
    transport: str
    start_line: str
    headers: dict[str, str]
    body: str

    @property
    def method(self) -> str | None:
        return None if self.start_line.startswith("SIP/") else self.start_line.split(" ")[0]

    @property
    def status(self) -> int | None:
        return int(self.start_line.split(" ")[1]) if self.start_line.startswith("SIP/") else None


def ones_complement(data: bytes) -> int:
    total: int = sum(word for (word,) in iter_unpack("!H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def read_pcap(data: bytes) -> list[Message]:
    assert unpack_from("<IHHiIII", data) == (0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
    offset, last = 24, 0
    messages: list[Message] = []
    streams: dict[tuple[str, str], tuple[int, bytes]] = {}
    while offset < len(data):
        seconds, micros, length, whole = unpack_from("<IIII", data, offset)
        at = seconds * 1_000_000_000 + micros * 1000
        assert length == whole <= 1514
        assert at >= last
        frame = data[offset + 16 : offset + 16 + length]
        offset, last = offset + 16 + length, at
        source, target, protocol, segment = read_ip(frame)
        if protocol == 17:
            assert unpack_from("!HHH", segment) == (5060, 5060, len(segment))
            message, rest = read_sip(segment[8:], at, source, target, "udp")
            assert not rest
            assert message is not None
            messages.append(message)
            continue
        assert protocol == 6
        (sequence,) = unpack_from("!I", segment, 4)
        if segment[13] & 0x02:
            streams[source, target] = ((sequence + 1) % 2**32, b"")
            continue
        expected, held = streams[source, target]
        payload = segment[20:]
        assert sequence == expected
        held += payload
        message, held = read_sip(held, at, source, target, "tcp")
        if message is not None:
            messages.append(message)
        streams[source, target] = ((sequence + len(payload)) % 2**32, held)
    assert not any(held for _, held in streams.values())
    return messages


def read_ip(frame: bytes) -> tuple[str, str, int, bytes]:
    (kind,) = unpack_from("!H", frame, 12)
    packet = frame[14:]
    if kind == 0x0800:
        assert packet[0] == 0x45
        assert ones_complement(packet[:20]) == 0xFFFF
        protocol, (length,) = packet[9], unpack_from("!H", packet, 2)
        assert length == len(packet)
        here, there, segment = packet[12:16], packet[16:20], packet[20:]
    else:
        assert kind == 0x86DD
        protocol, (length,) = packet[6], unpack_from("!H", packet, 4)
        assert length == len(packet) - 40
        here, there, segment = packet[8:24], packet[24:40], packet[40:]
    pseudo = here + there + len(segment).to_bytes(4, "big") + protocol.to_bytes(4, "big")
    assert ones_complement(pseudo + segment) == 0xFFFF
    return str(ip_address(here)), str(ip_address(there)), protocol, segment


def read_sip(data: bytes, at: int, source: str, target: str, transport: str) -> tuple[Message | None, bytes]:
    head, end, rest = data.partition(b"\r\n\r\n")
    if not end:
        return None, data
    start_line, *lines = head.decode("ascii").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    length = int(headers["Content-Length"])
    if len(rest) < length:
        return None, data
    body = rest[:length].decode("ascii")
    return Message(at, source, target, transport, start_line, headers, body), rest[length:]
