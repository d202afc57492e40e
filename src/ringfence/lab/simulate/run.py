"""One simulation into files: the traffic and, beside it, the truth."""

import gzip
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from ringfence.errors import BadInput
from ringfence.lab.simulate.operator import Operator
from ringfence.lab.simulate.truth import Truth
from ringfence.lab.simulate.writers import TrafficFormat, traffic_writer

_TICK = 4_096
"""Events between two reports of progress."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What came out; `rule_attacks` are the attacks and drips that satisfy the rule."""

    out: str
    truth: str | None
    format: str
    calls: int
    events: int
    attacks: int
    rule_attacks: int
    drips: int
    hotline_bursts: int
    fan_in_numbers: int
    asr: float
    acd_seconds: float
    seconds: float
    events_per_second: int


def simulate_to_file(
    operator: Operator,
    out: str,
    *,
    kind: TrafficFormat,
    truth_file: Path | None,
    progress: Callable[[int], None] = lambda at: None,
) -> RunSummary:
    """Writes the whole run to `out` (`-` is standard output) and its truth to `truth_file`.

    `progress` is told now and then which instant has been reached. Raises BadInput where a file cannot be
    made.
    """
    if truth_file is not None and str(truth_file) == out:
        raise BadInput(f"the traffic and its truth cannot both go to {out}")
    began = time.perf_counter()
    events = 0
    with ExitStack() as files:
        file = files.enter_context(_opened(out))
        known = None if truth_file is None else files.enter_context(_opened(str(truth_file)))
        writer = traffic_writer(kind, file)
        for event in operator.events(on_the_wire=kind is TrafficFormat.PCAP):
            writer.write(event)
            events += 1
            if events % _TICK == 0:
                progress(event.at)
        writer.close()
        truth = operator.truth()
        if known is not None:
            known.writelines(f"{line}\n".encode() for line in truth.to_lines())
    seconds = time.perf_counter() - began
    named = None if truth_file is None else str(truth_file)
    return _summary(truth, out, named, kind, events, seconds)


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    """The file to write; gzip by its name, without a time stamp so that the same run gives the same bytes."""
    if name == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with _created(name) as raw:
        if not name.endswith(".gz"):
            yield raw
            return
        with gzip.GzipFile(filename="", mode="wb", compresslevel=3, fileobj=raw, mtime=0) as packed:
            yield cast("IO[bytes]", packed)


def _created(name: str) -> IO[bytes]:
    try:
        return Path(name).open("wb")
    except OSError as error:
        raise BadInput(f"cannot write {name}: {error.strerror}") from error


def _summary(
    truth: Truth, out: str, named: str | None, kind: TrafficFormat, events: int, seconds: float
) -> RunSummary:
    drips = sum(attack.drip for attack in truth.attacks)
    return RunSummary(
        out=out,
        truth=named,
        format=kind,
        calls=truth.run.calls,
        events=events,
        attacks=len(truth.attacks) - drips,
        rule_attacks=sum(attack.reaches_rule for attack in truth.attacks),
        drips=drips,
        hotline_bursts=len(truth.bursts),
        fan_in_numbers=len(truth.fan_ins),
        asr=truth.run.asr,
        acd_seconds=truth.run.acd_seconds,
        seconds=round(seconds, 3),
        events_per_second=round(events / seconds) if seconds else 0,
    )
