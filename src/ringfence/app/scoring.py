"""Who scores origin clusters, as the settings want it: a trained model read from its file, or the scorecard.

And who scores them in the shadow, beside the live one: nothing follows from that.
"""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeGuard

from ringfence_engine import Engine, Model

from ringfence.errors import BadFile
from ringfence.model.audit import AuditEntry, ChangeKind
from ringfence.ports import AlertRecords
from ringfence.settings import PREFIX, SignallingSettings
from ringfence.signalling import RULE, SCORECARD, Costs

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
    if not signalling.features:
        return Scorer(signalling.model, RULE)
    return _read(signalling.model, "signalling.model")


def read_shadow(signalling: SignallingSettings, live: Scorer) -> Scorer | None:
    """Who scores beside the live one, which may be the same under another threshold. Raises as `read_scorer`."""
    shadow = signalling.shadow
    if not shadow.on:
        return None
    return live if shadow.model is None else _read(shadow.model, "signalling.shadow.model")


def _read(source: str, setting: str) -> Scorer:
    if source == OFF:
        return Scorer(source, SCORECARD)
    place: Traversable = files("ringfence.app") / _PACKAGED if source == BUILTIN else Path(source)
    if source == BUILTIN and not place.is_file():
        _log.warning(
            "This installation comes without a trained model, so the scorecard judges. Name a model file in "
            "%s, or set it to off (%s=off)",
            setting,
            _variable(setting),
        )
        return Scorer(source, SCORECARD)
    return _scorer(source, place, setting)


def _variable(setting: str) -> str:
    return PREFIX + setting.upper().replace(".", "__")


def _scorer(source: str, place: Traversable, setting: str) -> Scorer:
    try:
        data = _bytes(place)
    except (OSError, ValueError) as error:  # a ValueError for a path that holds a zero byte
        reason = error.strerror if isinstance(error, OSError) else None
        raise _bad(place, reason or str(error), "model_unreadable", setting) from None
    try:
        model = Model(data)
    except ValueError as error:
        code, detail = error.args
        raise _bad(place, detail, code, setting) from None
    if model.version in (SCORECARD, RULE):
        # Alerts tell by this name who judged them.
        what = f"its version is {model.version}, which is no name for a model"
        raise _bad(place, what, "model_invalid", setting)
    return Scorer(source, model.version, model, data)


def _bytes(place: Traversable) -> bytes:
    """No more of the file than tells that it is too large."""
    with place.open("rb") as file:
        return file.read(_MOST_BYTES + 1)


def _bad(place: Traversable, reason: str, code: str, setting: str) -> BadFile:
    return BadFile(
        f"Cannot use the model file {place}: {reason.rstrip('.')}. Name a file that `ringfence train masking` of this "
        f"version wrote in {setting}, or set it to builtin, or to off for the scorecard ({_variable(setting)})",
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


def costs_of(signalling: SignallingSettings, scorer: Scorer, said: Said) -> Costs:
    """What the model can keep; entries that are no pair of a cost and a probability say nothing."""
    told = [step for step in said.thresholds if isinstance(step, dict)]
    pairs = [(step.get("false_cuts_per_million"), step.get("threshold")) for step in told]
    listed = tuple(
        (float(cost), float(threshold))
        for cost, threshold in pairs
        if _is_number(cost) and _is_number(threshold) and 0 <= cost <= 1_000_000 and 0 <= threshold <= 1
    )
    return Costs(scorer.method, listed, signalling.probability_threshold)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class InForce:
    """Who scores new alerts, what the model's file says of it, and who scores in the shadow, if anybody does."""

    scorer: Scorer
    said: Said
    shadow: Scorer | None = None

    @property
    def names(self) -> str:
        """For the audit trail."""
        told = {"version": self.scorer.method}
        return json.dumps(told if self.shadow is None else told | {"shadow": self.shadow.method})


class Scoring:
    """The scorers in force, which can be read again while the server runs. Safe to share between threads."""

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
        self._users: tuple[Callable[[Costs], None], ...] = ()
        self.in_force = InForce(scorer, said_of(scorer), read_shadow(signalling, scorer))
        self._cast_shadow()

    @property
    def costs(self) -> Costs:
        return costs_of(self._signalling, self.in_force.scorer, self.in_force.said)

    def on_change(self, *users: Callable[[Costs], None]) -> None:
        """Each is called with what a new model can keep."""
        self._users = users

    def reload(self, who: str) -> tuple[InForce, bool]:
        """Reads the files again; answers who scored before, and whether there was a file to read.

        Alerts that are open keep who they have. Raises BadFile; then those before go on.
        """
        with self._change:
            before, now = self.in_force, self._read_again()
            if now is None:
                return before, False
            source = now.shadow.source if now.shadow and now.scorer is before.scorer else now.scorer.source
            change = AuditEntry(self._clock(), who, ChangeKind.MODEL_RELOAD, source, before.names, now.names)
            self._records.write((), change=change).result()
            self.in_force = now
            self._engine.set_model(now.scorer.model)
            self._cast_shadow()
            for use in self._users:
                use(self.costs)
        return before, True

    def _read_again(self) -> InForce | None:
        """None where there is no file to read; of two, the one without stays."""
        before, scorer = self.in_force, read_scorer(self._signalling)
        if scorer.model is None:
            scorer = before.scorer
        shadow = read_shadow(self._signalling, scorer)
        if shadow is not None and shadow.model is None:
            shadow = before.shadow
        if scorer is before.scorer and shadow in (scorer, before.shadow):
            return None
        return InForce(scorer, said_of(scorer), shadow)

    def _cast_shadow(self) -> None:
        shadow = self.in_force.shadow
        if shadow is not None:
            own, live = self._signalling.shadow.threshold, self._signalling.probability_threshold
            self._engine.set_shadow(shadow.model, suspect=live if own is None else own)
