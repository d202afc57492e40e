"""How often the detector was right, by what analysts said of its alerts.

Nobody labels every alert, and hardly anybody those that were not taken for masking. So there is a precision, and what
is known of misses is counted; a recall can't be told.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt

from ringfence.model.alert import AlertLabel, AlertVerdict, FeatureRow
from ringfence.model.review import Review

ENOUGH = 30
"""Fewer verdicts than this are called few; from here on the interval spans a third at most."""
UNKNOWN = "unknown"
_Z = 1.959963984540054
"""Of 95 %, both sides."""

_SHARED = (
    ("shared_sdp_origin", "one SDP origin"),
    ("shared_source", "one address"),
    ("shared_trunk", "one trunk"),
    ("shared_agent", "one agent"),
)
"""The share of calls that show it, and what it is called where all do, the narrowest first."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What was said of some alerts. `low` to `high` is Wilson's 95 % interval of the precision.

    Of alerts taken for masking `confirmed` are those that analysts call masking, `fan_in` and `false_alarm` the
    others. `few` says that these are too few to rely on. `not_taken` are alerts with a verdict that were
    not taken for masking, `missed` those of them that analysts call masking.
    """

    taken: int
    confirmed: int
    fan_in: int
    false_alarm: int
    precision: float | None
    low: float | None
    high: float | None
    few: bool
    not_taken: int
    missed: int


@dataclass(frozen=True, slots=True)
class LabelReport:
    """`alerts` are those of the masking detector, `labelled` those of them with a verdict, `of_lists` the verdicts
    on alerts of the deny and watch lists, which are in no figure. An alert over several trunks counts for each."""

    alerts: int
    labelled: int
    of_lists: int
    all: Verdicts
    by_trunk: dict[str, Verdicts]
    by_scenario: dict[str, Verdicts]
    by_method: dict[str, Verdicts]
    missed: tuple[str, ...]
    """Alerts that analysts call masking and we did not, oldest first."""

    @classmethod
    def of(cls, reviews: Iterable[Review]) -> "LabelReport":
        alerts = of_lists = 0
        labelled: list[Review] = []
        for review in reviews:
            alerts += review.label.of_window
            if review.verdict is not None and review.label.of_window:
                labelled.append(review)
            elif review.verdict is not None:
                of_lists += 1
        return cls(
            alerts=alerts,
            labelled=len(labelled),
            of_lists=of_lists,
            all=_verdicts(labelled),
            by_trunk=_parted(labelled, lambda review: review.trunks or (UNKNOWN,)),
            by_scenario=_parted(labelled, lambda review: (scenario(review.features),)),
            by_method=_parted(labelled, lambda review: (review.method,)),
            missed=tuple(review.alert_id for review in labelled if _is_missed(review)),
        )


def scenario(row: FeatureRow | None) -> str:
    """The narrowest that all calls of the most suspect group share, and the fact that spoke most for masking."""
    if row is None:
        return UNKNOWN
    known = dict(zip(row.names, row.values, strict=True))
    shared = next((words for name, words in _SHARED if known.get(name) == 1), "nothing shared")
    return f"{shared} · {row.leading.replace('_', ' ') or 'nothing for masking'}"


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of `count`, at least 1, that never leaves 0 to 1."""
    share, z2 = hits / count, _Z * _Z / count
    middle = (share + z2 / 2) / (1 + z2)
    half = _Z * sqrt(share * (1 - share) / count + z2 / (4 * count)) / (1 + z2)
    return max(0.0, middle - half), min(1.0, middle + half)


def _parted(reviews: list[Review], parts_of: Callable[[Review], tuple[str, ...]]) -> dict[str, Verdicts]:
    """The parts with the most alerts taken for masking first, then those with the most others."""
    parts: dict[str, list[Review]] = {}
    for review in reviews:
        for name in parts_of(review):
            parts.setdefault(name, []).append(review)
    told = {name: _verdicts(part) for name, part in parts.items()}
    return dict(sorted(told.items(), key=lambda part: (-part[1].taken, -part[1].not_taken, part[0])))


def _verdicts(reviews: list[Review]) -> Verdicts:
    told = Counter(review.verdict for review in reviews if review.label is AlertLabel.MASKING)
    taken, confirmed = told.total(), told[AlertVerdict.MASKING]
    low, high = wilson(confirmed, taken) if taken else (None, None)
    return Verdicts(
        taken=taken,
        confirmed=confirmed,
        fan_in=told[AlertVerdict.FAN_IN],
        false_alarm=told[AlertVerdict.FALSE_ALARM],
        precision=confirmed / taken if taken else None,
        low=low,
        high=high,
        few=taken < ENOUGH,
        not_taken=len(reviews) - taken,
        missed=sum(map(_is_missed, reviews)),
    )


def _is_missed(review: Review) -> bool:
    return review.label is AlertLabel.FAN_IN and review.verdict is AlertVerdict.MASKING
