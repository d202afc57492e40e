"""Rows of features as the engine judged them on simulated traffic, with the truth about each group of calls.

The engine takes the rows down while it scores (`Engine(record=True)`), so what is learnt is what is served.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

import numpy as np
from numpy.typing import NDArray
from ringfence_engine import FEATURES, Engine, Example, Model, Replay

from ringfence.lab.simulate import Operator
from ringfence.lab.simulate.call import SimulatedEvent
from ringfence.lab.simulate.chance import Range, log_uniform, stream, whole_us

_LINES = 4_000
_CAPTURE: Range = (10.0, 1_800.0)
"""Seconds that a piece of an operator's traffic lasts, where it is read in pieces."""
_FAR_FUTURE = 4_000_000_000_000_000_000
"""A replay's present: nothing simulated is ahead of it."""
NEVER = 2.0
"""A threshold that no probability reaches: no group is taken out of the others."""
MASKING = 0.9
"""Share of a group's calls that one attack must have made for the group to be that attack."""
DOUBTFUL = 0.7
"""From this share to `MASKING` a group is neither: nothing is learnt from it."""


@dataclass(frozen=True, slots=True)
class Examples:
    """`rows` is (n, features) float32, all else (n,): the largest share of the group's calls that one attack made,
    calls of the group, calls of no attack in it, and the number of its alert."""

    rows: NDArray[np.float32]
    share: NDArray[np.float32]
    calls: NDArray[np.int32]
    honest: NDArray[np.int32]
    alert: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def masking(self) -> NDArray[np.bool_]:
        return self.share >= MASKING

    def certain(self) -> "Examples":
        """Without the groups that are neither."""
        return self.where((self.share >= MASKING) | (self.share < DOUBTFUL))

    def thinned(self, most: int) -> "Examples":
        """At most so many of each alert, evenly from its first to its last: the others say much of the same."""
        _, alert, rows = np.unique(self.alert, return_inverse=True, return_counts=True)
        order = np.argsort(alert, kind="stable")
        place = np.empty(len(self), dtype=np.int64)
        place[order] = np.arange(len(self)) - (np.cumsum(rows) - rows)[alert[order]]
        return self.where(place % -(-rows // most)[alert] == 0)

    def where(self, chosen: NDArray[np.bool_]) -> "Examples":
        return Examples(*(getattr(self, name)[chosen] for name in Examples.__slots__))

    @classmethod
    def joined(cls, parts: Iterable["Examples"]) -> "Examples":
        """One after the other; alerts get numbers of their own."""
        parts = [part for part in parts if len(part)]
        if not parts:
            return _built([], [])
        alerts = np.cumsum([0, *(int(part.alert.max()) + 1 for part in parts)])
        columns = {name: [getattr(part, name) for part in parts] for name in cls.__slots__}
        columns["alert"] = [part.alert + first for part, first in zip(parts, alerts, strict=False)]
        return cls(*(np.concatenate(columns[name]) for name in cls.__slots__))


def examples_of(
    operator: Operator, model: bytes | None, suspect: float = NEVER, *, in_captures: bool = False
) -> tuple[Examples, int]:
    """Every group that the engine judges in the operator's traffic, and how many benign calls there were.

    `model` and `suspect` decide which groups are taken for one origin and out of the others, as they will when the
    model serves; None is the scorecard. `in_captures` has the traffic judged piece by piece, each by an engine that
    has seen nothing before.
    """
    reading = _Reading(operator, None if model is None else Model(model), suspect)
    for events in _captures(operator) if in_captures else (operator.events(),):
        reading.judge(events)
    return reading.examples()


def _captures(operator: Operator) -> Iterator[Iterable[SimulatedEvent]]:
    """The traffic in pieces, as somebody has it who records for a while and then asks."""
    rng = stream(operator.seed, "captures")
    number, end = 0, operator.start

    def piece(event: SimulatedEvent) -> int:
        nonlocal number, end
        while event.at >= end:
            number, end = number + 1, end + whole_us(log_uniform(rng, _CAPTURE))
        return number

    return (events for _, events in groupby(operator.events(), piece))


class _Reading:
    """What engines made of an operator's traffic so far."""

    def __init__(self, operator: Operator, model: Model | None, suspect: float) -> None:
        self._region = operator.profile.plan.region
        self._model, self._suspect = model, suspect
        self._attack_of: dict[str, int] = {}
        self._told: list[Example] = []
        self._labels: list[tuple[float, int]] = []
        self._begun: set[str] = set()

    def judge(self, events: Iterable[SimulatedEvent]) -> None:
        """By an engine of their own."""
        engine = Engine(record=True, suspect=self._suspect, region=self._region)
        if self._model is not None:
            engine.set_model(self._model)
        replay = Replay(engine, now=_FAR_FUTURE)
        lines = map(self._line, events)
        while fed := b"".join(islice(lines, _LINES)):
            replay.feed(fed)
            self._take(engine)
        replay.close()
        replay.finish()
        self._take(engine)

    def _line(self, event: SimulatedEvent) -> bytes:
        call = event.call
        self._begun.add(call.call_id)
        if call.attack:
            self._attack_of[call.call_id] = call.attack
        return event.to_json()

    def _take(self, engine: Engine) -> None:
        fresh = engine.take_examples()
        self._told.extend(fresh)
        self._labels.extend(_label(example, self._attack_of) for example in fresh)

    def examples(self) -> tuple[Examples, int]:
        """And how many benign calls there were."""
        return _built(self._told, self._labels), len(self._begun) - len(self._attack_of)


def _label(example: Example, attack_of: dict[str, int]) -> tuple[float, int]:
    """The largest share of the group's calls that one attack made, and its calls of none."""
    attacks = Counter(attack_of.get(call_id, 0) for call_id in example.calls)
    honest = attacks.pop(0, 0)
    return max(attacks.values(), default=0) / len(example.calls), honest


def _built(told: list[Example], labels: list[tuple[float, int]]) -> Examples:
    rows = np.frombuffer(b"".join(example.row for example in told), dtype="<f4").reshape(-1, len(FEATURES))
    alerts: dict[str, int] = {}
    return Examples(
        rows=rows,
        share=np.array([share for share, _ in labels], dtype=np.float32),
        calls=np.array([len(example.calls) for example in told], dtype=np.int32),
        honest=np.array([honest for _, honest in labels], dtype=np.int32),
        alert=np.array(
            [alerts.setdefault(example.alert_id, len(alerts)) for example in told], dtype=np.int32
        ),
    )
