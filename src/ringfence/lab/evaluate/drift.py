"""How far live alerts have moved from what a model was trained on, feature by feature.

>>> report = DriftReport.of(reference, records.reviews())
>>> report.features[0].feature, report.features[0].psi
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt
from typing import Literal

from pydantic import BaseModel, Field, FiniteFloat, NonNegativeFloat, ValidationError, model_validator

from ringfence.errors import BadInput
from ringfence.model.review import Review

ENOUGH = 50
"""Rows below which nothing is compared: chance alone would move every feature."""
MODERATE, LARGE = 0.1, 0.25
_Z = 1.6448536269514722
"""Of 95 %, one side."""
_ROUNDING = 0.01


class Spread(BaseModel):
    """`shares` of the rows without a value, then of those in each bin; a value on an edge is in the bin above."""

    edges: list[FiniteFloat]
    shares: list[NonNegativeFloat]

    @model_validator(mode="after")
    def _agrees(self) -> "Spread":
        if any(low > high for low, high in pairwise(self.edges)):
            raise ValueError("the edges do not ascend")
        if len(self.shares) != len(self.edges) + 2:
            raise ValueError(f"{len(self.edges)} edges need {len(self.edges) + 2} shares")
        if abs(sum(self.shares) - 1) > _ROUNDING:
            raise ValueError("the shares do not add up to 1")
        return self

    def bin_of(self, value: float | None) -> int:
        return 0 if value is None else 1 + bisect_right(self.edges, value)


class Reference(BaseModel):
    """What a model file tells of the rows it was trained on."""

    version: str
    features: list[str] = Field(min_length=1)
    distribution: dict[str, Spread] | None = None

    @classmethod
    def read(cls, data: bytes, name: str) -> "Reference":
        """`name` is the file's, for the errors. Raises BadInput."""
        try:
            reference = cls.model_validate_json(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = ".".join(map(str, first["loc"]))
            told = first["msg"].removeprefix("Value error, ")
            raise _bad(name, f"{where}: {told}" if where else told) from None
        if reference.distribution is None:
            raise _bad(name, "it has no distribution of its features to compare with; train the model anew")
        missing = [feature for feature in reference.features if feature not in reference.distribution]
        if missing:
            raise _bad(name, f"its distribution says nothing of {missing[0]}")
        return reference

    @property
    def spreads(self) -> list[Spread]:
        """In the order of the features."""
        told = self.distribution or {}
        return [told[feature] for feature in self.features]


def _bad(name: str, reason: str) -> BadInput:
    return BadInput(f"Cannot use the model file {name}: {reason}", code="model_invalid")


Verdict = Literal["stable", "moderate", "large"]


@dataclass(frozen=True, slots=True)
class Bin:
    """Values from `low` to below `high`, None where it is open; `missing` holds rows without a value."""

    missing: bool
    low: float | None
    high: float | None
    training: float
    live: float


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """`psi` is the population stability index. Up to `chance` it could be chance: rows drawn from the training itself
    stay below it 19 times in 20."""

    feature: str
    psi: float
    verdict: Verdict
    chance: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class DriftReport:
    """`rows` are the alerts compared. Not compared are `without_row` and, scored on another list of features than
    the model's, `other_features`. `features` come with the largest index first; none where the rows are not `enough`.
    """

    model: str
    rows: int
    enough: bool
    without_row: int
    other_features: int
    features: tuple[FeatureDrift, ...]

    @classmethod
    def of(cls, reference: Reference, reviews: Iterable[Review]) -> "DriftReport":
        spreads, names = reference.spreads, tuple(reference.features)
        counts = [[0] * len(spread.shares) for spread in spreads]
        rows = without_row = other_features = 0
        for review in reviews:
            if not review.label.of_window:
                continue
            if review.features is None:
                without_row += 1
            elif review.features.names != names:
                other_features += 1
            else:
                rows += 1
                for spread, told, value in zip(spreads, counts, review.features.values, strict=True):
                    told[spread.bin_of(value)] += 1
        enough = rows >= ENOUGH
        found = map(_drift, names, spreads, counts) if enough else ()
        features = tuple(sorted(found, key=lambda drift: -drift.psi))
        return cls(reference.version, rows, enough, without_row, other_features, features)


def _drift(feature: str, spread: Spread, counts: list[int]) -> FeatureDrift:
    rows = sum(counts)
    live = [count / rows for count in counts]
    index = psi(live, spread.shares, rows)
    verdict: Verdict = "stable" if index < MODERATE else "moderate" if index < LARGE else "large"
    limits = [None, *spread.edges, None]
    ranges = [(None, None), *pairwise(limits)]
    bins = tuple(
        Bin(place == 0, low, high, training, now)
        for place, ((low, high), training, now) in enumerate(zip(ranges, spread.shares, live, strict=True))
    )
    return FeatureDrift(feature, index, verdict, chance(sum(map(bool, spread.shares)), rows), bins)


def psi(live: list[float], training: list[float], rows: int) -> float:
    """Σ (p − q) ln(p / q) over the bins, where a share is never less than half a live row."""
    least = 0.5 / rows
    floored = ((max(p, least), max(q, least)) for p, q in zip(live, training, strict=True))
    return sum((p - q) * log(p / q) for p, q in floored)


def chance(bins: int, rows: int) -> float:
    """The index that rows drawn from the training itself exceed 1 time in 20.

    It is χ² over the rows, with a degree less than `bins` in use (quantile by Wilson and Hilferty).
    """
    degrees = bins - 1
    if degrees < 1:
        return 0.0
    spread = 2 / (9 * degrees)
    return float(degrees * (1 - spread + _Z * sqrt(spread)) ** 3 / rows)
