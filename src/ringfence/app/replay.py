"""Files of traffic through engine and pillar, without a server: what would have been alerted and done.

The stream is judged by its own clock, so that the same files always give the same alerts and actions.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ringfence.errors import BadInput
from ringfence.model.action import Action, ActionMode, ActionOutcome, ActionResult
from ringfence.model.alert import Alert
from ringfence.signalling import HitDetector, Judgement, MaskingDetector

if TYPE_CHECKING:
    from ringfence_engine import Batch, Engine, SipSummary

_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_FAULTS_TOLD = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, and why parts of it were not."""

    summary: "SipSummary"
    malformed: dict[str, int]


@dataclass(slots=True)
class ReplayResult:
    """Alerts in their final form and every action, both in order of event time."""

    alerts: tuple[Alert, ...]
    actions: tuple[tuple[Action, ActionResult], ...]
    summary: "SipSummary"
    malformed: dict[str, int] = field(default_factory=dict)


class TrafficReader:
    """Reads files one after the other into one engine and hands on what it finds, batch by batch.

    `now` is the present, nanoseconds since 1970 UTC.
    """

    def __init__(self, engine: "Engine", judge: Callable[["Batch"], None], *, sort: bool, now: int) -> None:
        from ringfence_engine import Replay

        self._engine = engine
        self._judge = judge
        self._now = now
        self._replay = Replay(engine, sort=sort, now=now)
        self._malformed: dict[str, int] = {}

    def read(self, path: Path, progress: Callable[[int], None] = lambda read: None) -> None:
        """Reads a file of any kind the engine knows, gzip or not. `progress` is told bytes read.

        Raises BadInput where the file can't be opened, is of no kind that can be read, or has lines of which not
        one can be read. One of blank lines is an empty one.
        """
        before = self._replay.summary()
        try:
            with path.open("rb") as file:
                pieces = self._plain(file, progress)
                first, blank_lines = _begin(pieces)
                for data in chain((first,), pieces):
                    self._judge(self._replay.feed(data))
                self._judge(self._replay.close())
        except OSError as error:
            raise BadInput(f"Cannot read {path}: {error.strerror}", code="file_unreadable") from None
        except ValueError as error:
            raise BadInput(f"Cannot read {path}: {error.args[-1]}", code="unknown_kind") from None
        self._refuse_unread(path, before, first, blank_lines)

    def finish(self) -> Reading:
        """No more files: what was held back for its order is judged."""
        self._judge(self._replay.finish())
        summary = self._replay.summary()
        malformed = dict(summary.malformed)
        for reason, count in self._malformed.items():
            malformed[reason] = malformed.get(reason, 0) + count
        return Reading(summary, malformed)

    def _refuse_unread(self, path: Path, before: "SipSummary", first: bytes, blank_lines: int) -> None:
        """Lines of which none is an event are another kind of file, not a stream with bad lines in it."""
        after = self._replay.summary()
        if (after.events, after.messages) != (before.events, before.messages):
            return
        unread = {code: count - before.malformed.get(code, 0) for code, count in after.malformed.items()}
        # The replay counts refused lines and keeps none. In a capture, nothing is amiss that is amiss in a line.
        faults = [
            f"line {line + blank_lines}: {detail}"
            for line, code, detail in self._engine.ingest(first, self._now).errors
            if unread.get(code)
        ]
        if faults or unread.get("line_too_long"):
            told = faults[:_FAULTS_TOLD] or ["The line is over 1 MiB long"]
            raise BadInput(
                f"Cannot read {path}: not one of its lines is a call event. An event is one JSON object a line "
                f"(docs/formats.md shows it, and how to make it from CSV). {'; '.join(told)}",
                code="no_line_readable",
            )

    def _plain(self, file: BinaryIO, progress: Callable[[int], None]) -> Iterator[bytes]:
        first = file.read(_CHUNK)
        chunks = _chunks(first, file, progress)
        return self._inflate(chunks) if first.startswith(_GZIP) else chunks

    def _inflate(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Inflates in pieces of bounded size; what is cut off or damaged is read as far as it goes."""
        inflater = zlib.decompressobj(wbits=31)
        try:
            for chunk in chunks:
                data = chunk
                while data:
                    yield inflater.decompress(data, _CHUNK)
                    data = inflater.unconsumed_tail
                    if inflater.eof and (data := inflater.unused_data):
                        inflater = zlib.decompressobj(wbits=31)
            if not inflater.eof:
                self._count("gzip_truncated")
        except zlib.error:
            self._count("gzip_corrupt")

    def _count(self, reason: str) -> None:
        self._malformed[reason] = self._malformed.get(reason, 0) + 1


class FileReplay:
    """Files through engine and pillar; keeps every alert and action."""

    def __init__(
        self, engine: "Engine", masking: MaskingDetector, hits: HitDetector, *, sort: bool, now: int
    ) -> None:
        self._reader = TrafficReader(engine, self._judge, sort=sort, now=now)
        self._masking = masking
        self._hits = hits
        self._alerts: dict[str, Alert] = {}
        self._actions: dict[str, tuple[Action, ActionResult]] = {}

    def read(self, path: Path, progress: Callable[[int], None] = lambda read: None) -> None:
        """As TrafficReader.read."""
        self._reader.read(path, progress)

    def finish(self) -> ReplayResult:
        """No more files: every alert in its final form."""
        reading = self._reader.finish()
        self._keep(self._hits.finish())
        alerts = sorted(self._alerts.values(), key=lambda alert: (alert.opened_at, alert.alert_id))
        actions = sorted(self._actions.values(), key=lambda pair: (pair[0].decided_at, pair[0].alert_id))
        return ReplayResult(tuple(alerts), tuple(actions), reading.summary, reading.malformed)

    def _judge(self, batch: "Batch") -> None:
        self._keep(self._masking.on_change(change) for change in batch.changes)
        for hit in batch.hits:
            self._keep(self._hits.on_hit(hit))

    def _keep(self, judgements: Iterable[Judgement]) -> None:
        for judgement in judgements:
            self._alerts[judgement.alert.alert_id] = judgement.alert
            for action, _ in judgement.actions:
                self._actions[action.action_id] = (action, _recorded(action))


def _begin(pieces: Iterator[bytes]) -> tuple[bytes, int]:
    """The first piece in which anything stands, and how many lines lie before it."""
    blank_lines = 0
    for piece in pieces:
        if piece and not piece.isspace():
            return piece, blank_lines
        blank_lines += piece.count(b"\n")
    return b"", blank_lines


def _chunks(first: bytes, file: BinaryIO, progress: Callable[[int], None]) -> Iterator[bytes]:
    chunk = first
    while chunk:
        yield chunk
        progress(len(chunk))
        chunk = file.read(_CHUNK)


def _recorded(action: Action) -> ActionResult:
    return ActionResult(
        action.action_id,
        ActionMode.DRY_RUN,
        ActionOutcome.RECORDED,
        "replayed from a file",
        action.decided_at,
    )
