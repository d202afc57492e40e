"""A detector's alerts and actions, line by line: files of any size, gzip or not."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ringfence.errors import BadInput
from ringfence.lab.simulate import Truth

Lines = Iterable[str | bytes]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_KINDS = ("flag", "block", "disconnect")
_CUTS = ("block", "disconnect")


@dataclass(frozen=True, slots=True)
class Cut:
    """An action that ends a call; `decided_at` is microseconds since 1970 UTC."""

    call_id: str
    a_number: str
    b_number: str
    decided_at: int


@dataclass(frozen=True, slots=True)
class AlertSpan:
    """What of an alert says which attack it is about."""

    b_number: str
    opened_at: int
    last_seen_at: int
    call_ids: frozenset[str]


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of a file, gzip by its content. Raises BadInput where it can't be read."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            yield from gzip.GzipFile(fileobj=file) if packed else file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInput(f"{path} is cut off or damaged: its gzip data does not end well") from error
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror}", code="file_unreadable") from error


def truth_of(path: Path) -> Truth:
    """What was planted in simulated traffic. Raises BadInput where the file can't be read or is no truth."""
    try:
        return Truth.from_lines(line.decode(errors="replace") for line in lines_of(path))
    except BadInput as error:
        if str(path) in error.detail:
            raise
        raise BadInput(f"{path}: {error.detail}", code="truth_invalid") from error


def read_cuts(lines: Lines, name: str) -> Iterator[Cut]:
    """The actions that end a call; flags and actions that name no call are passed over.

    Raises BadInput with the number of a line of `name` that is no action.
    """
    for number, record in _records(lines, name):
        kind = record.get("kind")
        if kind not in _KINDS:
            raise BadInput(f"line {number} of {name} has no kind of {', '.join(_KINDS)}")
        if kind in _CUTS and record.get("call_id") is not None:
            try:
                yield Cut(
                    _text(record, "call_id"),
                    _text(record, "a_number") if record.get("a_number") is not None else "",
                    _text(record, "b_number"),
                    microseconds(_text(record, "decided_at")),
                )
            except ValueError as error:
                raise BadInput(f"line {number} of {name}: {error}") from error


def read_alerts(lines: Lines, name: str) -> Iterator[AlertSpan]:
    """Raises BadInput with the number of a line of `name` that is no alert."""
    for number, record in _records(lines, name):
        try:
            opened = microseconds(_text(record, "opened_at"))
            last = opened
            if record.get("last_seen_at") is not None:
                last = microseconds(_text(record, "last_seen_at"))
            calls = (*_texts(record, "call_ids"), *_texts(record, "suspect_call_ids"))
            yield AlertSpan(_text(record, "b_number"), opened, last, frozenset(calls))
        except ValueError as error:
            raise BadInput(f"line {number} of {name}: {error}") from error


def microseconds(text: str) -> int:
    """An RFC 3339 time as microseconds since 1970 UTC. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is not a time such as 2026-01-05T09:30:00Z") from None
    if moment.tzinfo is None:
        raise ValueError(f"{text} names no zone: add Z for UTC")
    return (moment - _EPOCH) // _MICROSECOND


def _records(lines: Lines, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"line {number} of {name} is not JSON") from error
        if not isinstance(record, dict):
            raise BadInput(f"line {number} of {name} is not a JSON object")
        yield number, record


def _text(record: dict[str, Any], field: str) -> str:
    value = record.get(field)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{field} is missing or no text")
    return value


def _texts(record: dict[str, Any], field: str) -> list[str]:
    value = record.get(field, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{field} is no list of texts")
    return value
