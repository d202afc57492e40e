"""The bulk form of `ringfence analyze`: a line in, a line out, in the same order."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

import typer

from ringfence.app.answer import answer
from ringfence.app.bulk import BadLine, Line, read_line
from ringfence.app.content_model import open_analyser
from ringfence.app.turns import Turn, Turns
from ringfence.cli.progress import reading
from ringfence.errors import BadInput
from ringfence.settings import load_settings

_LONGEST_LINE = 1 << 20


def bulk(source: str, out: str | None, *, as_json: bool) -> None:
    """Bad lines are answered in their place, and counted."""
    if out is None:
        raise BadInput("--ndjson IN needs --out OUT, where - is standard output")
    if out == "-" and as_json:
        raise BadInput("--json and --out - would both write to standard output: name a file for the answers")
    if source == out != "-":
        raise BadInput(f"{out} is read and cannot be written at the same time")
    turns = Turns(open_analyser(load_settings()))
    begun = time.perf_counter()
    with ExitStack() as opened:
        file, size = _source(source, opened)
        to = _target(out, opened)
        progress = opened.enter_context(reading("Analysing", size))
        counts: Counter[str] = Counter()
        for told in _answers(turns, file, progress):
            counts["bad" if "error" in told else told["label"]] += 1
            to.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
    _say(counts, time.perf_counter() - begun, as_json=as_json)


def _answers(turns: Turns, file: BinaryIO, progress: Callable[[int], None]) -> Iterator[dict[str, Any]]:
    name = token_hex(6)
    for number, raw in _lines(file, progress):
        line = _read(raw, number)
        if isinstance(line, BadLine):
            yield line.told()
        else:
            turn, now = Turn(line.message, session_id=line.session_id), time.time_ns()
            done = turns.conclude(turn, turns.judge(turn, now), None, now)
            yield {"id": line.id, **answer(done, request_id=f"{name}-{number}", mode="shield")}


def _read(raw: bytes | None, number: int) -> Line | BadLine:
    if raw is None:
        return BadLine(None, number, "line_too_long", f"The line is over {_LONGEST_LINE} bytes")
    return read_line(raw, number)


def _lines(file: BinaryIO, progress: Callable[[int], None]) -> Iterator[tuple[int, bytes | None]]:
    """Each line that isn't empty, with its number; None for one that is too long."""
    number = 0
    while line := file.readline(_LONGEST_LINE + 1):
        number += 1
        size, whole = len(line), line.endswith(b"\n") or len(line) <= _LONGEST_LINE
        while not whole:
            rest = file.readline(_LONGEST_LINE)
            size += len(rest)
            whole = not rest or rest.endswith(b"\n")
        progress(size)
        if not line.isspace():
            yield number, line if size <= _LONGEST_LINE else None


def _source(source: str, opened: ExitStack) -> tuple[BinaryIO, int]:
    if source == "-":
        return sys.stdin.buffer, 0
    try:
        return opened.enter_context(Path(source).open("rb")), Path(source).stat().st_size
    except OSError as error:
        raise BadInput(f"cannot read {source}: {error.strerror}") from None


def _target(out: str, opened: ExitStack) -> BinaryIO:
    if out == "-":
        return sys.stdout.buffer
    try:
        return opened.enter_context(Path(out).open("wb"))
    except OSError as error:
        raise BadInput(f"cannot write {out}: {error.strerror}") from None


def _say(counts: Counter[str], seconds: float, *, as_json: bool) -> None:
    messages = counts.total()
    told = {
        "messages": messages,
        **{label: counts[label] for label in ("scam", "promo", "legit")},
        "malformed": counts["bad"],
        "seconds": round(seconds, 6),
        "messages_per_second": round(messages / seconds, 1) if seconds else 0.0,
    }
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
        return
    typer.echo(
        f"{messages:,} messages: {counts['scam']:,} scams, {counts['promo']:,} advertising, "
        f"{counts['legit']:,} honest, {counts['bad']:,} bad lines, in {seconds:.2f} s",
        err=True,
    )
