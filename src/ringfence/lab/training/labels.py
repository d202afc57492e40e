"""Analysts' verdicts among what the masking model learns from: what each weighs, and how right models are about them.

A verdict is real and the simulation is not. But verdicts are few, given on whatever somebody had the time to look at,
alike where one hand called forty numbers, and sometimes wrong. So each counts as one simulated attack, those of one
campaign less, and what a trunk, an analyst and all of them count together has an end.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ringfence_engine import FEATURES, Model

from ringfence.app.learning import LabelledRow, LabelledRows
from ringfence.lab.evaluate.labels import wilson
from ringfence.lab.training.examples import Examples

ONE_TRUNK = 0.005
"""Most that the verdicts on one trunk's alerts count, as a share of all simulated attacks; masking and other verdicts
each by themselves."""
ONE_ANALYST = 0.01
"""The same of those that one analyst gave."""
ALL = 0.02
"""The same of all."""
FOLDS = 3

Verdicts = Sequence[LabelledRow]


def beside(
    simulated: Examples, weight: NDArray[np.float64], verdicts: Verdicts
) -> tuple[Examples, NDArray[np.float64]]:
    """The simulated examples and their weights, which stay as they are, and the verdicts after them."""
    share = shares(verdicts, _attacks(simulated))
    both = Examples.joined([simulated, _examples(verdicts)])
    return both, np.concatenate([weight, share * weight[simulated.masking].sum()])


def _attacks(simulated: Examples) -> int:
    return len(np.unique(simulated.alert[simulated.masking]))


def shares(verdicts: Verdicts, attacks: int) -> NDArray[np.float64]:
    """What each verdict weighs, as a share of what so many simulated attacks weigh together.

    Of n verdicts that say the same each counts 1/√n where they are on one called number, or on one trunk on one day,
    whichever are more.
    """
    numbers = Counter((said.masking, said.b_number) for said in verdicts)
    campaigns = Counter((said.masking, said.trunk, day(said)) for said in verdicts)
    alike = [
        max(numbers[said.masking, said.b_number], campaigns[said.masking, said.trunk, day(said)])
        for said in verdicts
    ]
    share = np.array([1 / (max(1, attacks) * sqrt(count)) for count in alike], dtype=np.float64)
    bounds: tuple[tuple[float, Callable[[LabelledRow], Hashable]], ...] = (
        (ONE_TRUNK, lambda said: (said.masking, said.trunk)),
        (ONE_ANALYST, lambda said: (said.masking, said.analyst)),
        (ALL, lambda said: said.masking),
    )
    for most, source in bounds:
        for places in _together(verdicts, source).values():
            share[places] *= min(1.0, most / share[places].sum())
    return share


def day(said: LabelledRow) -> date:
    """On which the alert opened, UTC."""
    return datetime.fromtimestamp(said.opened_at // 1_000_000_000, UTC).date()


def _together(verdicts: Verdicts, key: Callable[[LabelledRow], Hashable]) -> dict[Hashable, list[int]]:
    """Places of the verdicts with the same key, by key, in order of the first."""
    places: dict[Hashable, list[int]] = {}
    for place, said in enumerate(verdicts):
        places.setdefault(key(said), []).append(place)
    return places


def _examples(verdicts: Verdicts) -> Examples:
    """Each by itself; of its calls nothing is known but the row."""
    nothing = np.zeros(len(verdicts), dtype=np.int32)
    return Examples(
        rows=_rows(verdicts),
        share=np.array([said.masking for said in verdicts], dtype=np.float32),
        calls=nothing,
        honest=nothing,
        alert=np.arange(len(verdicts), dtype=np.int32),
    )


def _rows(verdicts: Verdicts) -> NDArray[np.float32]:
    told = [[np.nan if value is None else value for value in said.row] for said in verdicts]
    return np.array(told, dtype="<f4").reshape(-1, len(FEATURES))


def about_labels(labels: LabelledRows, simulated: Examples) -> dict[str, object]:
    """What a model file says of the verdicts in it: how many, of when, from how many places, and nothing of anybody."""
    verdicts = labels.rows
    masking = np.array([said.masking for said in verdicts], dtype=np.bool_)
    share = shares(verdicts, _attacks(simulated))
    days = [day(said) for said in verdicts]
    return {
        "verdicts": len(verdicts),
        "masking": int(masking.sum()),
        "others": int((~masking).sum()),
        "first_day": min(days).isoformat(),
        "last_day": max(days).isoformat(),
        "trunks": len({said.trunk for said in verdicts} - {""}),
        "called_numbers": len({said.b_number for said in verdicts}),
        "analysts": len({said.analyst for said in verdicts}),
        "without_row": labels.without_row,
        "other_features": labels.other_features,
        "masking_share": float(share[masking].sum()),
        "others_share": float(share[~masking].sum()),
    }


@dataclass(frozen=True, slots=True)
class Judged:
    """What a model makes of alerts with a verdict: those it takes for masking, and those of them that analysts call so;
    `precision` with Wilson's 95 % interval; and `missed`, which analysts call masking and it does not."""

    taken: int
    confirmed: int
    precision: float | None
    low: float | None
    high: float | None
    missed: int

    @classmethod
    def of(cls, taken: NDArray[np.bool_], verdicts: Verdicts) -> "Judged":
        masking = np.array([said.masking for said in verdicts], dtype=np.bool_)
        count, confirmed = int(taken.sum()), int((taken & masking).sum())
        low, high = wilson(confirmed, count) if count else (None, None)
        precision = confirmed / count if count else None
        return cls(count, confirmed, precision, low, high, int((masking & ~taken).sum()))


@dataclass(frozen=True, slots=True)
class Check:
    """How right models are about the verdicts: one that learnt none of them, and others that learnt all but those they
    are asked about. `learnt` is None where the verdicts can't be parted; `parted_by` says what stayed together."""

    threshold: float
    parted_by: str | None
    without: Judged
    learnt: Judged | None


def taken_for_masking(model: Model, verdicts: Verdicts, threshold: float) -> NDArray[np.bool_]:
    return np.array(model.predict(_rows(verdicts).tobytes())) >= threshold


def check(verdicts: Verdicts, without: Model, fit: Callable[[Verdicts], Model], threshold: float) -> Check:
    """`without` has learnt no verdict, `fit` makes a model that has learnt those it is given."""
    parted_by, parts = folds(verdicts)
    taken = np.zeros(len(verdicts), dtype=np.bool_)
    for part in parts:
        asked = set(part)
        model = fit([said for place, said in enumerate(verdicts) if place not in asked])
        taken[part] = taken_for_masking(model, [verdicts[place] for place in part], threshold)
    return Check(
        threshold=threshold,
        parted_by=parted_by,
        without=Judged.of(taken_for_masking(without, verdicts, threshold), verdicts),
        learnt=Judged.of(taken, verdicts) if parts else None,
    )


@dataclass(frozen=True, slots=True)
class InForce:
    """How right the model in force is about the verdicts, some of which it may have learnt. It has no part in the file:
    whoever trains again must get the same one."""

    version: str
    judged: dict[str, Any]

    @classmethod
    def of(cls, model: Model, verdicts: Verdicts, threshold: float) -> "InForce":
        taken = taken_for_masking(model, verdicts, threshold)
        return cls(model.version, asdict(Judged.of(taken, verdicts)))


def folds(verdicts: Verdicts) -> tuple[str | None, list[list[int]]]:
    """Places of the verdicts in parts of about one size that have no day in common, where there are too few days no
    called number; none where there are too few of these, too."""
    keys: tuple[tuple[str, Callable[[LabelledRow], Hashable]], ...] = (
        ("day", day),
        ("called number", lambda said: said.b_number),
    )
    for name, key in keys:
        together = sorted(_together(verdicts, key).values(), key=len, reverse=True)
        if len(together) >= FOLDS:
            parts: list[list[int]] = [[] for _ in range(FOLDS)]
            for places in together:
                min(parts, key=len).extend(places)
            return name, parts
    return None, []
