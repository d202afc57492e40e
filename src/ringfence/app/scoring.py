"""Who scores origin clusters, as the settings want it: a trained model read from its file, or the scorecard."""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ringfence_engine import Engine, Model

from ringfence.errors import BadFile
from ringfence.model.audit import AuditEntry, ChangeKind
from ringfence.ports import AlertRecords
from ringfence.settings import SignallingSettings
from ringfence.signalling import RULE, SCORECARD

BUILTIN = "builtin"
OFF = "off"
_PACKAGED = "masking-model.json"
_MOST_BYTES = 16 << 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scorer:
    """A model; without one, the scorecard or nobody, as `method` says."""

    source: str
    """As the setting has it."""
    method: str
    model: Model | None = None
    file: bytes = b""
    """What the model was read from."""


def read_scorer(signalling: SignallingSettings) -> Scorer:
    """Raises BadFile that says what is wrong with the file, and how to go on."""
    source = signalling.model
    if not signalling.features:
        return Scorer(source, RULE)
    if source == OFF:
        return Scorer(source, SCORECARD)
    place: Traversable = files("ringfence.app") / _PACKAGED if source == BUILTIN else Path(source)
    if source == BUILTIN and not place.is_file():
        _log.warning(
            "This installation comes without a trained model, so the scorecard judges. Name a model file in "
            "signalling.model, or set it to off (RINGFENCE_SIGNALLING__MODEL=off)"
        )
        return Scorer(source, SCORECARD)
    return _scorer(source, place)


def _scorer(source: str, place: Traversable) -> Scorer:
    try:
        data = _bytes(place)
    except (OSError, ValueError) as error:  # a ValueError for a path that holds a zero byte
        reason = error.strerror if isinstance(error, OSError) else None
        raise _bad(place, reason or str(error), "model_unreadable") from None
    try:
        model = Model(data)
    except ValueError as error:
        code, detail = error.args
        raise _bad(place, detail, code) from None
    if model.version in (SCORECARD, RULE):
        # Alerts tell by this name who judged them.
        raise _bad(place, f"its version is {model.version}, which is no name for a model", "model_invalid")
    return Scorer(source, model.version, model, data)


def _bytes(place: Traversable) -> bytes:
    """No more of the file than tells that it is too large."""
    with place.open("rb") as file:
        return file.read(_MOST_BYTES + 1)


def _bad(place: Traversable, reason: str, code: str) -> BadFile:
    return BadFile(
        f"Cannot use the model file {place}: {reason.rstrip('.')}. Name a file that `ringfence train masking` of this "
        "version wrote in signalling.model, or set it to builtin, or to off for the scorecard "
        "(RINGFENCE_SIGNALLING__MODEL)",
        code=code,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What a model's file says of it, as it stands there."""

    thresholds: list[Any] = field(default_factory=list)
    metrics: dict[str, Any] = field(default_factory=dict)


def said_of(scorer: Scorer) -> Said:
    """Nothing where the file has nothing, or more than JSON can hold. `replay` has no time to read all this."""
    try:
        members = json.loads(scorer.file or b"{}")
        told = {name: members.get(name) for name in ("thresholds", "metrics")}
        json.dumps(told, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return Said()
    thresholds, metrics = told["thresholds"], told["metrics"]
    return Said(
        thresholds if isinstance(thresholds, list) else [], metrics if isinstance(metrics, dict) else {}
    )


class Scoring:
    """The scorer in force, which can be read again while the server runs. Safe to share between threads."""

    def __init__(
        self,
        signalling: SignallingSettings,
        scorer: Scorer,
        engine: Engine,
        records: AlertRecords,
        clock: Callable[[], int],
    ) -> None:
        self._signalling = signalling
        self._engine = engine
        self._records = records
        self._clock = clock
        self._change = threading.Lock()
        self.in_force = scorer, said_of(scorer)

    @property
    def scorer(self) -> Scorer:
        return self.in_force[0]

    def reload(self, who: str) -> tuple[Scorer, Scorer | None]:
        """Reads the file again; answers who scored before and who does now, None where there is no file to read.

        Alerts that are open keep who they have. Raises BadFile; then the one before goes on.
        """
        with self._change:
            before, read = self.scorer, read_scorer(self._signalling)
            if read.model is None:
                return before, None
            names = [json.dumps({"version": scorer.method}) for scorer in (before, read)]
            change = AuditEntry(self._clock(), who, ChangeKind.MODEL_RELOAD, read.source, *names)
            self._records.write((), change=change).result()
            self._engine.set_model(read.model)
            self.in_force = read, said_of(read)
        return before, read
