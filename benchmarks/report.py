"""benchmarks/README.md: the figures of one run, the bars they are held against, and how they were made."""

import platform
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import msgspec

from benchmarks import machine
from benchmarks import throughput as t
from benchmarks.http import Http
from benchmarks.scale import Size
from benchmarks.single import Single
from benchmarks.throughput import Throughput
from benchmarks.traffic import MIX

TARGET = Path(__file__).with_name("README.md")


@dataclass(frozen=True, slots=True)
class Results:
    """All that one run measured."""

    command: str
    throughput: list[Throughput]
    sizes: dict[int, Size]
    single: Single
    http: Http | None


def write(results: Results) -> str:
    parts = [
        "# Benchmarks",
        f"Written by `{results.command}`; every figure below is from that one run.",
        machine.describe(f"CPython {platform.python_version()}", f"msgspec {msgspec.__version__}"),
        "## Bars",
        _bars(results),
        *(_throughput(one) for one in results.throughput),
        _single(results.single),
        _sizes(results.sizes),
        _http(results.http),
        "## Method",
        _METHOD,
        MIX,
    ]
    return "\n\n".join(parts) + "\n"


_METHOD = """\
What is compared takes turns in one process (A B A B), a fresh engine and a fresh window each time, garbage collection
off. Rates are medians over the rounds; a ratio is the median of the rounds' own ratios, so that a slow minute of a
shared machine hits both sides. "Processor" is the same ratio of processor time, which other processes disturb less.
`now` of each megabyte is its newest timestamp, as live traffic would have it. "From decoded" leaves decoding out on
both sides: `Engine.decode`, then `Engine.process`, against msgspec structs, a megabyte decoded just before it is timed,
as a stream would bring it. The Python window
(window.py) holds INVITEs alone, counts a Call-ID once and keeps calls and callers in a deque and a dict for each
B-number; it normalises no number, keeps no origin, metrics or call's end, and forgets nothing, which is all in its
favour."""


def _bars(results: Results) -> str:
    calls = results.throughput[0]
    few, many = (results.sizes[keys] for keys in sorted(results.sizes))
    low, high = results.single.ratio_interval
    rows: list[tuple[str, str, str, bool]] = []

    def bar(what: str, wanted: str, figure: str, holds: bool) -> None:
        rows.append((what, wanted, figure, holds))

    def times(what: str, base: str, name: str, least: float) -> None:
        ratio = calls.ratio(base, name)
        bar(what, f"≥ {least:.0f}×", f"{ratio:.1f}×", ratio >= least)

    times("From NDJSON bytes to alerts", t.PYTHON_BYTES, t.RULE, 6)
    times("… with origin clusters and metrics", t.PYTHON_BYTES, t.FEATURES, 3)
    times("From decoded events", t.PYTHON_DECODED, t.DECODED, 15)
    single = results.single
    bar("One decision from Python, p99", "< 20 µs", f"{single.p99:.1f} µs", single.p99 < 20)
    bar("… of a call that is scored, p99", "< 50 µs", f"{single.scored_p99:.1f} µs", single.scored_p99 < 50)
    bar(
        "Stalls over 1 ms against an empty loop's, 95 %",
        "holds 1 or less",
        f"{low:.2f} to {high:.2f}",
        single.alike,
    )
    bar("Window slot of a B-number", "≤ 200 B", f"{many.window:.0f} B", many.window <= 200)
    growth = many.wall / few.wall
    bar(
        f"Cost per event at {many.keys:,} B-numbers against {few.keys:,}",
        "≤ 2×",
        f"{growth:.2f}×",
        growth <= 2,
    )
    http = results.http
    if http is not None:
        bar("POST /event against an empty validated route", "≥ 4×", f"{http.ratio:.1f}×", http.ratio >= 4)
        bar("POST /event, one connection, p99", "< 1 ms", f"{http.p99:.3f} ms", http.p99 < 1)
    lines = [
        f"| {what} | {wanted} | {figure} | {'yes' if holds else 'no'} |"
        for what, wanted, figure, holds in rows
    ]
    return "\n".join(["| | bar | measured | met |", "|---|---|---|---|", *lines])


def _throughput(one: Throughput) -> str:
    lines = [
        f"## {one.file}: {one.events:,} events, {one.size / one.events:.0f} bytes a line",
        f"Alerts: Python {one.alerts[t.PYTHON_BYTES]:,}, engine {one.alerts[t.RULE]:,}.",
        "| | events a second | ns an event | against Python | processor |\n|---|---|---|---|---|",
    ]
    for name, timing in one.timings.items():
        base = t.PYTHON_DECODED if "decoded" in name else t.PYTHON_BYTES
        wall = median(timing.wall) / one.events * 1e9
        ratio = f"{one.ratio(base, name):.2f}× | {one.cpu_ratio(base, name):.2f}×"
        lines[-1] += f"\n| {name} | {one.rate(name):,.0f} | {wall:,.0f} | {ratio} |"
    return "\n\n".join(lines)


def _single(single: Single) -> str:
    loops = "\n".join(
        f"| {name} | {loop.steps:,} | {loop.spent / 1e9:.1f} | {loop.stalls} | {loop.rate:.2f} |"
        for name, loop in (("`ingest_one`", single.engine), ("empty loop", single.empty))
    )
    return (
        f"## One event at a time\n\n{single.events:,} events of the file *day* through `Engine.ingest_one`, features "
        f"on and the packaged model in force: median {single.median:.1f} µs, p99 {single.p99:.1f} µs, p99.9 "
        f"{single.p999:.1f} µs. Of {single.scored:,} events whose call is in an alert and scored: median "
        f"{single.scored_median:.1f} µs, p99 {single.scored_p99:.1f} µs.\n\n"
        "| in turns of equal length | steps | seconds | stalls over 1 ms | a second |\n|---|---|---|---|---|\n"
        + loops
    )


def _sizes(sizes: dict[int, Size]) -> str:
    rows = "\n".join(
        f"| {keys:,} | {one.wall:.0f} | {one.cpu:.0f} | {one.resident:,.0f} | {one.window:.0f} | {one.calls:.1f} |"
        for keys, one in sorted(sizes.items())
    )
    return (
        "## Active B-numbers\n\nEvery B-number is called by three callers of its own; 20,000 INVITEs a second in all. "
        "Memory is the growth of the process once each was called once: the B-number's record, its call, the call's "
        "texts and the indexes, whose tables are sized for the most there may be.\n\n"
        "| B-numbers | ns an event | of processor | resident bytes each | record | calls each |\n"
        "|---|---|---|---|---|---|\n" + rows
    )


def _http(http: Http | None) -> str:
    if http is None:
        return "## POST /event\n\nNot measured: wrk was not installed."
    return (
        "## POST /event\n\nwrk with 32 connections on loopback; the route beside "
        "it is FastAPI's, validates the same body with pydantic and does nothing. Both run on uvicorn, uvloop and "
        "httptools; ours with its own short way through uvicorn's protocol class (api/protocol.py).\n\n"
        f"| | requests a second |\n|---|---|\n| `POST /event` | {http.event:,.0f} |\n"
        f"| FastAPI and pydantic alone | {http.fastapi:,.0f} |\n\n"
        f"One connection: median {http.median:.3f} ms, p99 {http.p99:.3f} ms."
    )
