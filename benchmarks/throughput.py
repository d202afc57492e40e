"""Events a second of the engine and of the Python window, on the same bytes, in turns."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

from ringfence_engine import Engine, Replay

from benchmarks import traffic
from benchmarks.traffic import Chunk
from benchmarks.window import PythonWindow

_Item = TypeVar("_Item")

PYTHON_BYTES, PYTHON_DECODED = "Python window, from bytes", "Python window, from decoded"
RULE, FEATURES = "engine, from bytes, features=False", "engine, from bytes, features=True"
DECODED, DECODED_FEATURES = "engine, from decoded, features=False", "engine, from decoded, features=True"
DECODE, REPLAY = "engine, decoding alone", "engine, Replay, features=True"


@dataclass(slots=True)
class Timing:
    """Seconds of each round, by the clock and of the processor."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Throughput:
    """All rounds over one file."""

    file: str
    events: int
    size: int
    timings: dict[str, Timing]
    alerts: dict[str, int]

    def ratio(self, base: str, name: str) -> float:
        """How many times as fast `name` is as `base`: the median over rounds of what each round says."""
        pairs = zip(self.timings[base].wall, self.timings[name].wall, strict=True)
        return median(slow / fast for slow, fast in pairs)

    def cpu_ratio(self, base: str, name: str) -> float:
        pairs = zip(self.timings[base].cpu, self.timings[name].cpu, strict=True)
        return median(slow / fast for slow, fast in pairs)

    def rate(self, name: str) -> float:
        return self.events / median(self.timings[name].wall)


def measure(file: str, chunks: Sequence[Chunk], rounds: int) -> Throughput:
    events = sum(chunk.lines.count(b"\n") for chunk in chunks)
    result = Throughput(file, events, sum(len(chunk.lines) for chunk in chunks), {}, {})
    gc.collect()
    gc.disable()
    for number in range(rounds):
        print(f"  {file}: round {number + 1} of {rounds}", flush=True)
        _python_bytes(result, chunks)
        _python_decoded(result, chunks)
        for features in (False, True):
            _engine_bytes(result, chunks, features)
            _engine_decoded(result, chunks, features)
        _decoding(result, chunks)
        _replay(result, chunks)
    gc.enable()
    return result


def _timed(result: Throughput, name: str, work: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    timing = result.timings.setdefault(name, Timing())
    timing.wall.append(time.perf_counter() - wall)
    timing.cpu.append(time.process_time() - cpu)


def _each(work: Callable[[_Item], object], items: Sequence[_Item]) -> None:
    for item in items:
        work(item)


def _timed_each(
    result: Throughput,
    name: str,
    chunks: Sequence[Chunk],
    prepare: Callable[[Chunk], _Item],
    work: Callable[[_Item, Chunk], object],
) -> None:
    """Times `work` on what `prepare` makes of each chunk just before, as a stream would bring it."""
    wall = cpu = 0.0
    for chunk in chunks:
        prepared = prepare(chunk)
        began = time.perf_counter(), time.process_time()
        work(prepared, chunk)
        wall += time.perf_counter() - began[0]
        cpu += time.process_time() - began[1]
        del prepared
    timing = result.timings.setdefault(name, Timing())
    timing.wall.append(wall)
    timing.cpu.append(cpu)


def _python_bytes(result: Throughput, chunks: Sequence[Chunk]) -> None:
    window = PythonWindow()
    _timed(result, PYTHON_BYTES, lambda: _each(window.ingest, [chunk.lines for chunk in chunks]))
    result.alerts[PYTHON_BYTES] = window.alerts


def _python_decoded(result: Throughput, chunks: Sequence[Chunk]) -> None:
    window = PythonWindow()
    _timed_each(
        result,
        PYTHON_DECODED,
        chunks,
        lambda chunk: window.decode(chunk.lines),
        lambda events, chunk: window.process(events),
    )


def _engine_bytes(result: Throughput, chunks: Sequence[Chunk], features: bool) -> None:
    engine = Engine(features=features)
    name = FEATURES if features else RULE
    _timed(result, name, lambda: [engine.ingest(chunk.lines, chunk.newest) for chunk in chunks])
    result.alerts[name] = engine.counters()["alerts"]


def _engine_decoded(result: Throughput, chunks: Sequence[Chunk], features: bool) -> None:
    engine = Engine(features=features)
    _timed_each(
        result,
        DECODED_FEATURES if features else DECODED,
        chunks,
        lambda chunk: engine.decode(chunk.lines),
        lambda batch, chunk: engine.process(batch, chunk.newest),
    )


def _decoding(result: Throughput, chunks: Sequence[Chunk]) -> None:
    engine = Engine()
    _timed(result, DECODE, lambda: [engine.decode(chunk.lines) for chunk in chunks])


def _replay(result: Throughput, chunks: Sequence[Chunk]) -> None:
    replay = Replay(Engine(), now=chunks[-1].newest)
    _timed(
        result,
        REPLAY,
        lambda: [*(replay.feed(chunk.lines) for chunk in chunks), replay.close(), replay.finish()],
    )


def run(events: int, rounds: int) -> list[Throughput]:
    results = []
    for file, make in (("calls", traffic.calls), ("day", traffic.day)):
        print(f"  {file}: making {events:,} events", flush=True)
        results.append(measure(file, make(events), rounds))
    return results
