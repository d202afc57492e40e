"""Rows of features as the engine judged them on simulated traffic, with the truth about each group of calls.

The engine takes the rows down while it scores (`Engine(record=True)`), so what is learnt is what is served.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ringfence_engine import FEATURES, Engine, Example, Model, Replay

from ringfence.lab.simulate import Operator

_LINES = 4_000
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


def examples_of(operator: Operator, model: bytes | None, suspect: float = NEVER) -> tuple[Examples, int]:
    """Every group that the engine judges in the operator's traffic, and how many benign calls there were.

    `model` and `suspect` decide which groups are taken for one origin and out of the others, as they will when the
    model serves; None is the scorecard.
    """
    engine = Engine(record=True, suspect=suspect, region=operator.profile.plan.region)
    if model is not None:
        engine.set_model(Model(model))
    replay = Replay(engine, now=_FAR_FUTURE)
    attack_of: dict[str, int] = {}
    told: list[Example] = []
    labels: list[tuple[float, int]] = []
    lines: list[bytes] = []
    begun: set[str] = set()

    def judge() -> None:
        replay.feed(b"".join(lines))
        lines.clear()
        take()

    def take() -> None:
        fresh = engine.take_examples()
        told.extend(fresh)
        labels.extend(_label(example, attack_of) for example in fresh)

    for event in operator.events():
        if event.call.attack:
            attack_of[event.call.call_id] = event.call.attack
        begun.add(event.call.call_id)
        lines.append(event.to_json())
        if len(lines) >= _LINES:
            judge()
    judge()
    replay.close()
    replay.finish()
    take()
    return _built(told, labels), len(begun) - len(attack_of)


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
