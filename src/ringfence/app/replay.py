"""Files of traffic through engine and pillar, without a server: what would have been alerted and done.

The stream is judged by its own clock, so that the same files always give the same alerts and actions.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ringfence.errors import BadInput
from ringfence.model.action import Action, ActionMode, ActionOutcome, ActionResult
from ringfence.model.alert import Alert
from ringfence.signalling import Judgement, ListDetector, MaskingDetector

if TYPE_CHECKING:
    from ringfence_engine import Batch, Engine, SipSummary

_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class ReplayResult:
    """Alerts in their final form and every action, both in order of event time."""

    alerts: tuple[Alert, ...]
    actions: tuple[tuple[Action, ActionResult], ...]
    summary: "SipSummary"
    malformed: dict[str, int] = field(default_factory=dict)


class FileReplay:
    """Reads files one after the other into one engine; `now` is the present, nanoseconds since 1970 UTC."""

    def __init__(
        self, engine: "Engine", masking: MaskingDetector, lists: ListDetector, *, sort: bool, now: int
    ) -> None:
        from ringfence_engine import Replay

        self._replay = Replay(engine, sort=sort, now=now)
        self._masking = masking
        self._lists = lists
        self._alerts: dict[str, Alert] = {}
        self._actions: dict[str, tuple[Action, ActionResult]] = {}
        self._malformed: dict[str, int] = {}

    def read(self, path: Path, progress: Callable[[int], None] = lambda read: None) -> None:
        """Reads a file of any kind the engine knows, gzip or not. `progress` is told bytes read.

        Raises BadInput where the file is of no kind that can be read, or can't be opened.
        """
        try:
            with path.open("rb") as file:
                for data in self._plain(file, progress):
                    self._judge(self._replay.feed(data))
                self._judge(self._replay.close())
        except OSError as error:
            raise BadInput(f"Cannot read {path}: {error.strerror}", code="file_unreadable") from None
        except ValueError as error:
            raise BadInput(f"Cannot read {path}: {error.args[-1]}", code="unknown_kind") from None

    def finish(self) -> ReplayResult:
        """No more files: what was held back for its order is judged."""
        self._judge(self._replay.finish())
        self._keep(self._lists.finish())
        summary = self._replay.summary()
        malformed = dict(summary.malformed)
        for reason, count in self._malformed.items():
            malformed[reason] = malformed.get(reason, 0) + count
        alerts = sorted(self._alerts.values(), key=lambda alert: (alert.opened_at, alert.alert_id))
        actions = sorted(self._actions.values(), key=lambda pair: (pair[0].decided_at, pair[0].alert_id))
        return ReplayResult(tuple(alerts), tuple(actions), summary, malformed)

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

    def _judge(self, batch: "Batch") -> None:
        self._keep(self._masking.on_change(change) for change in batch.changes)
        for hit in batch.hits:
            self._keep(self._lists.on_hit(hit))

    def _keep(self, judgements: Iterable[Judgement]) -> None:
        for judgement in judgements:
            self._alerts[judgement.alert.alert_id] = judgement.alert
            for action, _ in judgement.actions:
                self._actions[action.action_id] = (action, _recorded(action))


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
