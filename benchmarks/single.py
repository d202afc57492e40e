"""One event at a time from Python: how long a decision takes, and whether the engine stalls more than doing nothing.

An empty loop and the engine take turns of equal length on the same core, so that whatever else the machine does hits
both alike.
"""

import gc
import math
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from ringfence_engine import Engine, Model

from benchmarks import traffic
from benchmarks.traffic import Chunk
from ringfence.app.scoring import read_scorer
from ringfence.settings import SignallingSettings

STALL = 1_000_000
"""Nanoseconds from which a step counts as a stall."""
_CHUNKS = 16
"""Megabytes of lines in a turn, split before it begins; to decide them takes about a tenth of a second."""


@dataclass(slots=True)
class Loop:
    """Steps of one loop: their number, the time spent in it in nanoseconds, and its stalls."""

    steps: int = 0
    spent: int = 0
    stalls: int = 0

    @property
    def rate(self) -> float:
        """Stalls a second of running."""
        return self.stalls / (self.spent / 1e9) if self.spent else 0.0


@dataclass(frozen=True, slots=True)
class Times:
    """Of each event the nanoseconds, and whether its call is in an alert."""

    spent: "array[int]"
    scored: bytearray


@dataclass(frozen=True, slots=True)
class Single:
    """Decision times in microseconds, and the two loops. `scored` are the events whose call is in an alert: they
    alone are scored."""

    events: int
    median: float
    p99: float
    p999: float
    scored: int
    scored_median: float
    scored_p99: float
    engine: Loop
    empty: Loop

    @property
    def ratio_interval(self) -> tuple[float, float]:
        """95 % interval of (stalls a second of the engine) / (stalls a second of the empty loop)."""
        return rate_ratio(self.engine.stalls, self.engine.spent, self.empty.stalls, self.empty.spent)

    @property
    def alike(self) -> bool:
        low, high = self.ratio_interval
        return low <= 1.0 <= high or high < 1.0


def rate_ratio(count: int, time: float, base: int, base_time: float) -> tuple[float, float]:
    """Interval of the ratio of two Poisson rates: given their sum, `count` is binomial (Clopper and Pearson)."""
    if count + base == 0:
        return 0.0, math.inf
    low = 0.0 if count == 0 else _solve(lambda p: 1 - _cdf(count - 1, count + base, p), 0.025)
    high = 1.0 if base == 0 else _solve(lambda p: 1 - _cdf(count, count + base, p), 0.975)
    scale = base_time / time
    return low / (1 - low) * scale, high / (1 - high) * scale if high < 1 else math.inf


def _cdf(most: int, n: int, p: float) -> float:
    if p <= 0.0 or p >= 1.0:
        return 1.0 if p <= 0.0 or most >= n else 0.0
    logs = (
        math.lgamma(n + 1)
        - math.lgamma(k + 1)
        - math.lgamma(n - k + 1)
        + k * math.log(p)
        + (n - k) * math.log1p(-p)
        for k in range(most + 1)
    )
    return math.fsum(map(math.exp, logs))


def _solve(rising: Callable[[float], float], wanted: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return high


def run(warm: int, events: int, rounds: int) -> Single:
    """`warm` events fill an engine first; `events` are then decided one by one; anew in each round. The packaged
    model scores."""
    # Made and touched before: a list that grew beside the engine would stall it by its own memory.
    times = Times(array("q", bytes(8 * rounds * events)), bytearray(rounds * events))
    busy, empty = Loop(), Loop()
    model = read_scorer(SignallingSettings()).model
    for number in range(rounds):
        print(
            f"  single: round {number + 1} of {rounds}, {warm:,} events to fill, {events:,} one by one",
            flush=True,
        )
        _round(model, traffic.day(warm + events, seed=2 + number), warm, times, busy, empty)
    every = times.spent[: busy.steps]
    scored = [spent for spent, member in zip(every, times.scored, strict=False) if member]
    return Single(
        events=len(every),
        median=_quantile(every, 0.5),
        p99=_quantile(every, 0.99),
        p999=_quantile(every, 0.999),
        scored=len(scored),
        scored_median=_quantile(scored, 0.5),
        scored_p99=_quantile(scored, 0.99),
        engine=busy,
        empty=empty,
    )


def _quantile(spent: Sequence[int], share: float) -> float:
    """In microseconds."""
    return sorted(spent)[int(len(spent) * share)] / 1e3


def _round(
    model: Model | None, chunks: list[Chunk], warm: int, times: "Times", busy: Loop, empty: Loop
) -> None:
    engine = Engine()
    engine.set_model(model)
    filled = 0
    while filled < warm:
        chunk = chunks.pop(0)
        engine.ingest(chunk.lines, chunk.newest)
        filled += chunk.lines.count(b"\n")
    gc.collect()
    gc.disable()
    for first in range(0, len(chunks), _CHUNKS):
        bodies = [body for chunk in chunks[first : first + _CHUNKS] for body in _bodies(chunk)]
        spent = _decide(engine, bodies, busy, times)
        _idle(empty, spent)
    gc.enable()


def _bodies(chunk: Chunk) -> Iterator[tuple[bytes, int]]:
    return zip(chunk.lines.splitlines(), cycle([chunk.newest]), strict=False)


def _decide(engine: Engine, bodies: list[tuple[bytes, int]], loop: Loop, times: "Times") -> int:
    clock, ingest_one = time.perf_counter_ns, engine.ingest_one
    spent, scored = times.spent, times.scored
    begin = before = clock()
    for body, now in bodies:
        start = clock()
        decision = ingest_one(body, now)
        end = clock()
        spent[loop.steps] = end - start
        scored[loop.steps] = decision.member
        loop.stalls += end - before >= STALL
        loop.steps += 1
        before = end
    loop.spent += before - begin
    return before - begin


def _idle(loop: Loop, turn: int) -> None:
    clock = time.perf_counter_ns
    begin = before = clock()
    while before - begin < turn:
        end = clock()
        loop.stalls += end - before >= STALL
        loop.steps += 1
        before = end
    loop.spent += before - begin
