"""How right the detector was by the analysts' word; every figure here was worked out by hand."""

import pytest

from ringfence.lab.evaluate.labels import LabelReport, scenario, wilson
from ringfence.lab.evaluate.live_table import label_tables
from ringfence.model.alert import AlertLabel, AlertVerdict, FeatureRow
from ringfence.model.review import Review

MASKING, FAN_IN, FALSE_ALARM = AlertVerdict.MASKING, AlertVerdict.FAN_IN, AlertVerdict.FALSE_ALARM
SHARES = ("shared_trunk", "shared_source", "shared_sdp_origin", "shared_agent")
ROW_ON_A_TRUNK = FeatureRow(SHARES, (1.0, 0.25, None, 1.0), "sequential_numbers")
HIDDEN = FeatureRow(SHARES, (1.0, 1.0, 1.0, 1.0), "strange_endpoint")


def review(
    n: int,
    verdict: AlertVerdict | None,
    label: AlertLabel = AlertLabel.MASKING,
    trunks: tuple[str, ...] = ("carrier-7",),
    row: FeatureRow | None = ROW_ON_A_TRUNK,
    method: str = "scorecard",
) -> Review:
    labelled_at = None if verdict is None else n
    return Review(f"a{n}", "+12125550100", label, n, method, trunks, row, verdict, labelled_at, "asha")


def test_precision_is_of_what_we_took_for_masking_and_misses_are_counted_apart() -> None:
    told = [*[MASKING] * 8, FAN_IN, FALSE_ALARM]
    report = LabelReport.of(
        [
            *(review(n, verdict) for n, verdict in enumerate(told)),
            review(20, None),
            review(21, MASKING, AlertLabel.FAN_IN),
            review(22, FAN_IN, AlertLabel.FAN_IN),
            review(23, FALSE_ALARM, AlertLabel.FAN_IN),
        ]
    )
    assert (report.alerts, report.labelled, report.missed) == (14, 13, ("a21",))
    all_ = report.all
    assert (all_.taken, all_.confirmed, all_.fan_in, all_.false_alarm) == (10, 8, 1, 1)
    assert (all_.precision, all_.few) == (0.8, True)
    assert [all_.low, all_.high] == pytest.approx([0.4902, 0.9433], abs=1e-4)
    assert (all_.not_taken, all_.missed) == (3, 1)


def test_verdicts_on_alerts_of_the_lists_say_nothing_of_the_score() -> None:
    report = LabelReport.of(
        [review(1, FALSE_ALARM, AlertLabel.DENIED_CALLER), review(2, None, AlertLabel.WATCHED_CALLER)]
    )
    assert (report.alerts, report.labelled, report.of_lists) == (0, 0, 1)
    assert (report.all.precision, report.all.low, report.by_trunk) == (None, None, {})


def test_an_alert_counts_for_each_trunk_and_the_part_with_most_to_go_by_comes_first() -> None:
    report = LabelReport.of(
        [
            review(1, MASKING, trunks=("north", "south")),
            review(2, FALSE_ALARM, trunks=("south",), row=HIDDEN, method="masking-xgboost-1"),
            review(3, MASKING, AlertLabel.FAN_IN, trunks=(), row=None),
        ]
    )
    assert list(report.by_trunk) == ["south", "north", "unknown"]
    assert [part.precision for part in report.by_trunk.values()] == [0.5, 1.0, None]
    assert [part.missed for part in report.by_trunk.values()] == [0, 0, 1]
    assert list(report.by_scenario) == [
        "one SDP origin · strange endpoint",
        "one trunk · sequential numbers",
        "unknown",
    ]
    assert list(report.by_method) == ["scorecard", "masking-xgboost-1"]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (ROW_ON_A_TRUNK, "one trunk · sequential numbers"),
        (HIDDEN, "one SDP origin · strange endpoint"),
        (FeatureRow(SHARES, (0.5, 1.0, None, 1.0), "in_a_row"), "one address · in a row"),
        (FeatureRow(SHARES, (0.99, 0.5, 0.5, 1.0), ""), "one agent · nothing for masking"),
        (FeatureRow(("callers",), (5.0,), "asr"), "nothing shared · asr"),
        (None, "unknown"),
    ],
)
def test_a_scenario_is_what_the_group_shares_and_what_spoke_most_for_masking(
    row: FeatureRow | None, named: str
) -> None:
    assert scenario(row) == named


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(0, 10, 0.0, 0.2775), (30, 30, 0.8865, 1.0), (15, 30, 0.3315, 0.6685), (1, 1, 0.2065, 1.0)],
)
def test_the_interval_is_wilsons(hits: int, count: int, low: float, high: float) -> None:
    assert [*wilson(hits, count)] == pytest.approx([low, high], abs=1e-4)


def test_thirty_verdicts_are_not_few() -> None:
    assert LabelReport.of(review(n, MASKING) for n in range(29)).all.few
    assert not LabelReport.of(review(n, MASKING) for n in range(30)).all.few


def test_a_trunk_named_by_whoever_is_shown_fit_for_a_line() -> None:
    report = LabelReport.of([review(1, MASKING, trunks=("a\x1b[2Jb" + "c" * 60,))])
    [(trunk, *_)] = dict(label_tables(report))["trunk"]
    assert trunk == "a?[2Jb" + "c" * 33 + "…"
