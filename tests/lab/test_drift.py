"""How far live alerts have moved from the training; every figure here was worked out by hand."""

import json
from math import log
from typing import Any

import pytest

from ringfence.errors import BadInput
from ringfence.lab.evaluate.drift import DriftReport, Reference, chance, psi
from ringfence.model.alert import AlertLabel, FeatureRow
from ringfence.model.review import Review

NAMES = ("callers", "attested")


def reference(**spreads: Any) -> Reference:
    told = {"version": "masking-1", "features": [*spreads], "distribution": spreads}
    return Reference.read(json.dumps(told).encode(), "model.json")


HALVES = {"edges": [6.0], "shares": [0.0, 0.5, 0.5]}
UNSIGNED = {"edges": [], "shares": [0.9, 0.1]}


def review(
    row: tuple[float | None, ...] | None,
    names: tuple[str, ...] = NAMES,
    label: AlertLabel = AlertLabel.MASKING,
) -> Review:
    return Review(
        "a", "+12125550100", label, 1, "masking-1", (), None if row is None else FeatureRow(names, row)
    )


def test_the_index_is_summed_over_the_bins_and_the_largest_comes_first() -> None:
    rows = [*[(5.0, None)] * 25, *[(6.0, None)] * 65, *[(9.0, 1.0)] * 10]
    report = DriftReport.of(reference(callers=HALVES, attested=UNSIGNED), map(review, reversed(rows)))
    assert (report.model, report.rows, report.enough) == ("masking-1", 100, True)
    callers, attested = report.features
    assert (callers.feature, callers.verdict) == ("callers", "large")
    assert callers.psi == pytest.approx(0.25 * log(2) + 0.25 * log(1.5))
    assert [(part.missing, part.low, part.high, part.training, part.live) for part in callers.bins] == [
        (True, None, None, 0.0, 0.0),
        (False, None, 6.0, 0.5, 0.25),
        (False, 6.0, None, 0.5, 0.75),
    ]
    assert attested.psi == pytest.approx(0.0)
    assert attested.verdict == "stable"


@pytest.mark.parametrize(
    ("low_share", "verdict"),
    [(0.5, "stable"), (0.35, "stable"), (0.34, "moderate"), (0.27, "moderate"), (0.26, "large")],
)
def test_the_words_change_at_a_tenth_and_a_quarter(low_share: float, verdict: str) -> None:
    low = round(100 * low_share)
    rows = [*[(5.0,)] * low, *[(7.0,)] * (100 - low)]
    (drift,) = DriftReport.of(reference(callers=HALVES), (review(row, ("callers",)) for row in rows)).features
    assert drift.verdict == verdict


def test_a_share_is_never_less_than_half_a_row() -> None:
    assert psi([0.0, 1.0], [0.5, 0.5], 50) == pytest.approx(0.49 * log(50) + 0.5 * log(2))
    assert psi([0.0, 1.0], [0.0, 1.0], 50) == 0


def test_what_chance_alone_does_is_told() -> None:
    assert chance(10, 100) == pytest.approx(0.16919, rel=0.005), "16.919 is the quantile of nine degrees"
    assert chance(2, 1000) == pytest.approx(0.003841, rel=0.03)
    assert chance(1, 100) == 0


def test_alerts_that_cannot_be_compared_are_counted() -> None:
    reviews = [
        *[review((5.0, None))] * 49,
        review(None),
        review((None, 5.0), NAMES[::-1]),
        review((5.0,), ("callers",)),
        review(None, label=AlertLabel.DENIED_CALLER),
    ]
    report = DriftReport.of(reference(callers=HALVES, attested=UNSIGNED), reviews)
    assert (report.rows, report.without_row, report.other_features) == (49, 1, 2)
    assert (report.enough, report.features) == (False, ())


@pytest.mark.parametrize(
    ("spread", "told"),
    [
        (
            {"edges": [2.0, 1.0], "shares": [0.0, 0.5, 0.25, 0.25]},
            "distribution.callers: the edges do not ascend",
        ),
        ({"edges": [1.0], "shares": [0.5, 0.5]}, "distribution.callers: 1 edges need 3 shares"),
        ({"edges": [1.0], "shares": [0.5, 0.5, 0.5]}, "distribution.callers: the shares do not add up to 1"),
        ({"edges": [1.0], "shares": [-0.5, 1.0, 0.5]}, "distribution.callers.shares.0: "),
        ({"edges": [float("nan")], "shares": [0.0, 0.5, 0.5]}, "distribution.callers.edges.0: "),
        ({"edges": ["one"], "shares": [0.0, 0.5, 0.5]}, "distribution.callers.edges.0: "),
        ({"shares": [1.0]}, "distribution.callers.edges: "),
    ],
)
def test_a_distribution_that_contradicts_itself_is_refused(spread: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput) as refused:
        reference(callers=spread)
    assert refused.value.detail.startswith(f"Cannot use the model file model.json: {told}")
