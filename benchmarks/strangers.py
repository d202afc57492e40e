"""Streams by a generator that shares nothing with `ringfence simulate`: what a score makes of other people's traffic.

One burst each, an attack or a hotline's, after more or less of a plain background: callers out of one pool or made up
at every call, one trunk, four or none, addresses by trunk, by caller or none, time stamps in microseconds or whole
seconds. No model learns from these.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from ringfence_engine import Engine, Model, Replay

from ringfence.model.policy import Policy

BEGIN = 1_768_000_000
BACKGROUNDS = (0.0, 300.0, 1_200.0, 4_000.0)
"""Seconds before the burst."""
POOLS = (400, 5_000, 0)
"""Callers in all; 0: every call has a caller of its own."""
TRUNKS = (0, 1, 4)
ADDRESSES = ("none", "trunk", "caller")
CLOCKS = (1e-6, 1.0)
TOLD = ("invites", "everything")
ATTACKS = ("random", "sequential", "neighbour", "prefix", "stolen")
_FAR_FUTURE = 4_000_000_000_000_000_000
_B = "+912240001234"
_SUSPECT, _SURE = Policy().threshold, Policy().sure_threshold
_SIZES = (11, 34, 100)
_PROCESSES = 2
_TEXT = """\
## Other people's traffic

Rule and score on streams by a generator that shares nothing with the simulator and that no model learns from
(`benchmarks/strangers.py`). Each holds one burst, an attack over one way in or a hotline's callers over theirs, after a
plain background. Where no trunk and no address is told, or all calls come over one, stolen numbers differ in nothing
from a hotline's callers, and made-up ones in little if every caller is new; nothing could find these. A hotline that is
taken for an attack loses one call, and all that come once the score is sure."""
_HEAD = "| streams | attacks found | hotlines with a call cut | hotlines cut |"


@dataclass(frozen=True, slots=True)
class Stream:
    """`kind` is `hotline` or a family of attacks."""

    number: int
    kind: str
    background: float
    pool: int
    trunks: int
    address: str
    clock: float
    told: str
    callers: int
    seconds: float
    own_trunk: bool
    """The attack comes over a trunk of its own."""
    even: bool
    """The burst's calls come at even intervals."""

    @property
    def is_attack(self) -> bool:
        return self.kind != "hotline"


def stream(number: int) -> Stream:
    rng = Random(number)
    callers = int(6 * (100 / 6) ** rng.random())
    return Stream(
        number,
        "hotline" if number % 2 else rng.choice(ATTACKS),
        rng.choice(BACKGROUNDS),
        rng.choice(POOLS),
        rng.choice(TRUNKS),
        rng.choice(ADDRESSES),
        rng.choice(CLOCKS),
        rng.choice(TOLD),
        callers,
        min(callers * rng.uniform(0.02, 0.8), 60.0),
        rng.random() < 0.3,
        rng.random() < 0.3,
    )


def events(of: Stream) -> Iterator[dict[str, Any]]:
    """In order of time."""
    rng = Random(f"events {of.number}")
    said = [event for call in _calls(rng, of) for event in _events(rng, of, *call)]
    said.sort(key=lambda event: event["timestamp"])
    for event in said:
        event["timestamp"] = BEGIN + (
            int(event["timestamp"]) if of.clock == 1.0 else round(event["timestamp"], 6)
        )
        yield event


def _calls(rng: Random, of: Stream) -> Iterator[tuple[float, str, str, str, str]]:
    """Second, caller, called, trunk and address."""
    at = 0.0
    while at < of.background:
        a = _caller(rng, of)
        b = f"+9198{rng.randrange(3_000_000, 3_000_000 + 4_000):08d}"
        yield at, a, b, *_way(rng, of, a)
        at += rng.expovariate(2.0)
    begin = of.background + 1
    at_random = sorted(rng.random() * of.seconds for _ in range(of.callers))
    times = [n * of.seconds / of.callers for n in range(of.callers)] if of.even else at_random
    if not of.is_attack:
        for offset in times:
            a = _caller(rng, of)
            yield begin + offset, a, _B, *_way(rng, of, a)
        return
    trunk = ("t9" if of.own_trunk else f"t{rng.randrange(of.trunks)}") if of.trunks else ""
    address = {"none": "", "trunk": f"192.0.2.{trunk[1:] or 7}", "caller": "198.51.100.77"}[of.address]
    for offset, a in zip(times, _numbers(rng, of), strict=True):
        yield begin + offset, a, _B, trunk, address


def _subscriber(of: Stream, index: int) -> str:
    return f"+9{'198' if index % 3 else '199'}{10_000_000 + (index * 7_919) % 9_000_000:08d}"


def _caller(rng: Random, of: Stream) -> str:
    if of.pool:
        return _subscriber(of, rng.randrange(of.pool))
    return _subscriber(of, rng.randrange(9_000_000))


def _way(rng: Random, of: Stream, a: str) -> tuple[str, str]:
    """A caller's trunk and address."""
    by_caller = int(a[-6:]) if of.pool else rng.getrandbits(20)
    trunk = f"t{by_caller % of.trunks}" if of.trunks else ""
    last = int(a[-7:])
    address = {
        "none": "",
        "trunk": f"192.0.2.{trunk[1:] or 7}",
        "caller": f"10.{last // 65536 % 256}.{last // 256 % 256}.{last % 256}",
    }
    return trunk, address[of.address]


def _numbers(rng: Random, of: Stream) -> list[str]:
    match of.kind:
        case "random":
            return [
                f"+91{rng.choice((98, 99, 97, 88, 70))}{rng.randrange(10**8):08d}" for _ in range(of.callers)
            ]
        case "sequential":
            base = rng.randrange(10**7)
            return [f"+919{845_000_000 + base + n:09d}" for n in range(of.callers)]
        case "neighbour":
            base = rng.randrange(10**5)
            return [f"+9198{base % 10_000:04d}{n:04d}" for n in rng.sample(range(10_000), of.callers)]
        case "prefix":
            return [f"+91984{rng.randrange(10):d}{n:06d}" for n in rng.sample(range(10**6), of.callers)]
        case _:
            size = of.pool or 9_000_000
            return [_subscriber(of, n) for n in rng.sample(range(size), min(size, of.callers))]


def _events(
    rng: Random, of: Stream, at: float, a: str, b: str, trunk: str, address: str
) -> list[dict[str, Any]]:
    call = {"call_id": f"{a}-{b}-{at:.6f}", "a_number": a, "b_number": b}
    if trunk:
        call["trunk"] = trunk
    if address:
        call["source_ip"] = address
    said = [call | {"event_type": "INVITE", "timestamp": at}]
    if of.told == "everything":
        answer = at + rng.uniform(2, 15)
        answered = rng.random() < 0.6
        if answered:
            said.append(call | {"event_type": "ANSWER", "timestamp": answer})
        end = answer + (rng.expovariate(1 / 60) if answered else rng.uniform(1, 20))
        said.append(call | {"event_type": "BYE" if answered else "CANCEL", "timestamp": end})
    return said


def judged(of: Stream, model: bytes) -> float | None:
    """The highest probability of a call to the burst's number; None where it does not meet the rule."""
    engine = Engine()
    engine.set_model(Model(model))
    replay = Replay(engine, now=_FAR_FUTURE)
    lines = b"".join(json.dumps(event).encode() + b"\n" for event in events(of))
    changes = [*replay.feed(lines).changes, *replay.close().changes, *replay.finish().changes]
    return max((change.probability for change in changes if change.b_number == _B), default=None)


def section(model: bytes, count: int) -> str:
    """What the model makes of `count` of these streams, in a table by what they differ in."""
    streams = [stream(number) for number in range(count)]
    with ProcessPoolExecutor(_PROCESSES) as pool:
        scores = list(pool.map(partial(judged, model=model), streams, chunksize=4))
    told: dict[str, tuple[list[float], list[float]]] = {}
    for of, score in zip(streams, scores, strict=True):
        if score is not None:
            for knob in ("all", *_knobs(of)):
                told.setdefault(knob, ([], []))[of.is_attack].append(score)
    rows = [
        f"| {knob} | {_share(attacks, _SUSPECT)} | {_share(hotlines, _SUSPECT)} | {_share(hotlines, _SURE)} |"
        for knob, (hotlines, attacks) in sorted(told.items())
    ]
    return "\n".join((_TEXT, "", _HEAD, "| --- | --- | --- | --- |", *rows))


def _knobs(of: Stream) -> tuple[str, ...]:
    size = next(size for size in _SIZES if of.callers <= size)
    return (
        f"kind: {of.kind}",
        f"background: {of.background:,.0f} s",
        f"callers: {f'{of.pool:,} in all' if of.pool else 'ever new ones'}",
        f"trunks: {of.trunks or 'not told'}",
        f"address: {of.address}",
        f"clock: {'whole seconds' if of.clock == 1.0 else 'microseconds'}",
        f"told: {of.told}",
        f"intervals: {'even' if of.even else 'by chance'}",
        f"in the burst: up to {size} callers",
    )


def _share(scores: list[float], threshold: float) -> str:
    found = sum(score >= threshold for score in scores)
    return f"{100 * found / len(scores):.1f}% of {len(scores)}" if scores else "–"
