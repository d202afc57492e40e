"""The files that are measured: made here from a seed, in the fields and lengths of the simulator's lines.

The simulator itself follows every subscriber and would take minutes for two million calls; here a line costs
microseconds. `MIX` is what the report says of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

START = 1_767_258_000
"""2026-01-01T09:00:00Z, in seconds."""

MIX = """\
**calls**: INVITEs alone, 5,000 a second; 300,000 B-numbers called evenly, 1.5 % of the calls to 20 hotlines
(19 callers in 5 s, so each is an alert that lasts), 0.5 % in planted attacks (40 calls in 8 s, sequential numbers,
one trunk); 2 % retransmissions with the same Call-ID; 400,000 A-numbers, 2 % of the calls anonymous, 3 % in national
format. Each line has type, time, A- and B-number, Call-ID (30 to 45 characters), trunk, source address, agent, SDP
origin and, on half of them, an attestation.

**day**: the same calls with all their events in order of time; 29 % INVITE, 26 % RINGING, 18 % ANSWER, the rest BYE,
CANCEL and FAIL. Later events have type, time, numbers, Call-ID, trunk and source address."""

_AGENTS = (
    "Oracle SBC 9.3",
    "GENBAND Q20",
    "Asterisk PBX 20.5.0",
    "FreeSWITCH-mod_sofia/1.10.11",
    "Cisco-SIPGateway",
)
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Chunk:
    """A megabyte of whole lines, and its newest timestamp in nanoseconds."""

    lines: bytes
    newest: int


@dataclass(frozen=True, slots=True)
class _Leg:
    call_id: str
    a_number: str
    b_number: str
    trunk: int
    call: int

    def invite(self, at: float) -> str:
        origin = 1_000_000_000 + self.call * 7919 % 1_000_000_000
        attestation = ',"attestation":"A"' if self.call % 2 else ""
        return (
            f'{{"event_type":"INVITE","timestamp":{at:.6f},{self._common()}'
            f',"user_agent":"{_AGENTS[self.trunk % 5]}"'
            f',"sdp_origin":"- {origin} {origin} IN IP4 192.0.2.{self.trunk * 4 + self.call % 3}"{attestation}}}\n'
        )

    def later(self, kind: str, at: float, cause: str = "") -> str:
        return f'{{"event_type":"{kind}","timestamp":{at:.6f},{self._common()}{cause}}}\n'

    def _common(self) -> str:
        return (
            f'"call_id":"{self.call_id}","a_number":"{self.a_number}","b_number":"{self.b_number}"'
            f',"trunk":"carrier-{self.trunk:02d}","source_ip":"192.0.2.{self.trunk * 4}"'
        )


def _subscriber(number: int) -> str:
    return f"+9198{number * 37 % 100_000_000:08d}"


def _call_id(rng: Random, trunk: int) -> str:
    bits = f"{rng.getrandbits(128):032x}"
    return f"{bits[:20]}@192.0.2.{trunk * 4}" if trunk % 2 else f"{bits}@192.0.2.{trunk * 4}"


def _legs(rng: Random) -> Iterator[tuple[float, _Leg]]:
    """Calls without end, in the order of their begin."""
    at, call = float(START), 0
    planted: list[tuple[float, _Leg]] = []
    while True:
        at += rng.expovariate(5_000.0)
        while planted and planted[0][0] <= at:
            yield planted.pop(0)
        call += 1
        draw, trunk = rng.random(), rng.randrange(40)
        if draw < 0.000125 and not planted:
            planted = _attack(rng, at, call)
            continue
        hot = draw > 0.985
        b_number = f"+91180012{rng.randrange(20):04d}" if hot else f"+9199{rng.randrange(300_000) * 11:08d}"
        style, number = rng.random(), rng.randrange(400_000)
        a_number = _subscriber(number)
        if style < 0.02:
            a_number = "anonymous"
        elif style < 0.05:
            a_number = "0" + a_number[3:]
        yield at, _Leg(_call_id(rng, trunk), a_number, b_number, trunk, call)


def _attack(rng: Random, at: float, call: int) -> list[tuple[float, _Leg]]:
    first, trunk, b_number = (
        rng.randrange(90_000_000),
        rng.randrange(40),
        f"+9199{rng.randrange(300_000) * 11:08d}",
    )
    return [
        (at + i * 0.2, _Leg(_call_id(rng, trunk), f"+9197{first + i:08d}", b_number, trunk, call))
        for i in range(40)
    ]


def calls(events: int, seed: int = 1) -> list[Chunk]:
    """INVITEs alone."""
    rng = Random(seed)
    lines: list[tuple[float, str]] = []
    for at, leg in _legs(rng):
        lines.append((at, leg.invite(at)))
        if rng.random() < 0.02:
            lines.append((at + 0.5, leg.invite(at + 0.5)))
        if len(lines) >= events:
            break
    return _chunks(lines)


def day(events: int, seed: int = 1) -> list[Chunk]:
    """The same calls with all their events."""
    rng = Random(seed)
    lines: list[tuple[float, str]] = []
    for at, leg in _legs(rng):
        if len(lines) >= events * 1.2:
            break
        lines.append((at, leg.invite(at)))
        fate, end = rng.random(), at + 4.0 + rng.expovariate(0.05)
        if fate < 0.9:
            lines.append((at + 2.0, leg.later("RINGING", at + 2.0)))
        if fate < 0.63:
            lines.append((at + 4.0, leg.later("ANSWER", at + 4.0)))
            lines.append((end + 40.0, leg.later("BYE", end + 40.0, ',"cause":16')))
        elif fate < 0.82:
            lines.append((end, leg.later("CANCEL", end)))
        else:
            lines.append((at + 3.0, leg.later("FAIL", at + 3.0, ',"cause":486')))
    lines.sort()
    return _chunks(lines[:events])


def spread(keys: int, events: int, *, begin: int = 0, seed: int = 1) -> list[Chunk]:
    """INVITEs at 20,000 a second, each B-number called in turn, later at random, by three callers of its own.

    `begin` is the number of events that came before: 0 starts with one call to each B-number.
    """
    rng = Random(seed + begin)
    lines: list[tuple[float, str]] = []
    for event in range(begin, begin + events):
        at = START + event / 20_000
        key = event if event < keys else rng.randrange(keys)
        trunk = rng.randrange(40)
        leg = _Leg(
            _call_id(rng, trunk), _subscriber(key * 3 + event % 3), f"+9199{key * 11:08d}", trunk, event
        )
        lines.append((at, leg.invite(at)))
    return _chunks(lines)


def _chunks(lines: list[tuple[float, str]]) -> list[Chunk]:
    lines.sort()
    chunks: list[Chunk] = []
    held: list[str] = []
    size = 0
    for at, line in lines:
        held.append(line)
        size += len(line)
        if size >= _CHUNK:
            chunks.append(Chunk("".join(held).encode(), round(at * 1e9)))
            held, size = [], 0
    if held:
        chunks.append(Chunk("".join(held).encode(), round(lines[-1][0] * 1e9)))
    return chunks
