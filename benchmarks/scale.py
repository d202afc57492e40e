"""What a B-number costs: memory of each active one, and time per event as they grow in number.

Each size is measured in a process of its own, in turns.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ringfence_engine import Engine

from benchmarks import traffic


@dataclass(frozen=True, slots=True)
class Size:
    """One number of active B-numbers. Nanoseconds per event; bytes per B-number."""

    keys: int
    wall: float
    cpu: float
    resident: float
    window: float
    """Bytes of the B-number's record, window slot and statistics."""
    calls: float
    """Remembered calls per B-number."""


def measure(keys: int, events: int, *, features: bool) -> Size:
    """Calls every B-number once, then `events` times at random; only the latter are timed."""
    before = _resident()
    engine = Engine(features=features)
    for begin in range(0, keys, 100_000):
        for chunk in traffic.spread(keys, min(100_000, keys - begin), begin=begin):
            engine.ingest(chunk.lines, chunk.newest)
    resident = _resident() - before
    counters = engine.counters()
    calls = counters["calls_remembered"] / keys
    spent, spent_cpu = 0.0, 0.0
    for begin in range(keys, keys + events, 100_000):
        for chunk in traffic.spread(keys, min(100_000, keys + events - begin), begin=begin):
            wall, cpu = time.perf_counter(), time.process_time()
            engine.ingest(chunk.lines, chunk.newest)
            spent += time.perf_counter() - wall
            spent_cpu += time.process_time() - cpu
    active = engine.counters()["keys"]
    if active != keys:
        raise RuntimeError(f"{active} of {keys} B-numbers are active")
    return Size(
        keys,
        spent / events * 1e9,
        spent_cpu / events * 1e9,
        resident / keys,
        counters["bytes_keys"] / keys,
        calls,
    )


def run(sizes: Sequence[int], events: int, rounds: int) -> dict[int, Size]:
    """The median of each figure over the rounds."""
    found: dict[int, list[Size]] = {size: [] for size in sizes}
    for number in range(rounds):
        for size in sizes:
            print(f"  scale: {size:,} B-numbers, round {number + 1} of {rounds}", flush=True)
            command = [sys.executable, "-m", "benchmarks.scale", str(size), str(events)]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found[size].append(Size(**json.loads(told)))
    fields = Size.__dataclass_fields__
    return {
        size: Size(**{name: median(getattr(one, name) for one in each) for name in fields})
        for size, each in found.items()
    }


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


if __name__ == "__main__":
    size = measure(int(sys.argv[1]), int(sys.argv[2]), features=True)
    print(json.dumps({name: getattr(size, name) for name in Size.__dataclass_fields__}))
