"""What becomes of analysts' verdicts as examples."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ringfence.adapters.stores.records import SqlRecords
from ringfence.app.learning import LabelledRow, LabelledRows, labelled_rows
from ringfence.model.alert import (
    Alert,
    AlertCall,
    AlertLabel,
    AlertVerdict,
    FeatureRow,
    RiskLevel,
    Severity,
)
from ringfence.ports import Records

NOON = 1_768_478_400_000_000_000
NAMES = ("callers", "sequential")
ROW = FeatureRow(NAMES, (5.0, None))


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    store = SqlRecords(f"sqlite:///{tmp_path}/ringfence.db")
    yield store
    store.close()


def alert(n: int, row: FeatureRow | None = ROW, trunks: tuple[str, ...] = ("north",)) -> Alert:
    call = AlertCall(f"c{n}@gw", "+12025550001", NOON + n)
    return Alert(
        alert_id=f"a{n}",
        b_number="+12125550100",
        label=AlertLabel.MASKING,
        severity=Severity.HIGH,
        risk_level=RiskLevel.HIGH,
        opened_at=NOON + n,
        last_seen_at=NOON + n,
        closed_at=NOON + n,
        distinct_callers=5,
        a_numbers=(call.a_number,),
        calls=(call,),
        trunks=trunks,
        masking_probability=0.9,
        method="scorecard",
        reasons=(),
        action="flag",
        features=row,
    )


def say(records: Records, n: int, verdict: AlertVerdict | None) -> None:
    clear = verdict is None
    records.annotate(
        f"a{n}", status=None, verdict=verdict, clear_verdict=clear, note=None, who="asha", at=NOON + 100 + n
    )


def test_each_verdict_on_a_row_of_these_features_is_an_example(records: Records) -> None:
    records.write([alert(1), alert(2, trunks=("north", "south")), alert(3), alert(4)]).result()
    for n, verdict in ((1, AlertVerdict.MASKING), (2, AlertVerdict.FAN_IN), (3, AlertVerdict.FALSE_ALARM)):
        say(records, n, verdict)
    first, second, third = labelled_rows(records, NAMES).rows
    assert first == LabelledRow(
        (5.0, None), True, "north", "a1", "+12125550100", NOON + 1, NOON + 101, "asha"
    )
    assert second == replace(
        first, masking=False, trunk="", alert_id="a2", opened_at=NOON + 2, labelled_at=NOON + 102
    )
    assert third == replace(second, trunk="north", alert_id="a3", opened_at=NOON + 3, labelled_at=NOON + 103)
    assert [row.alert_id for row in labelled_rows(records, NAMES, since=NOON + 3).rows] == ["a3"]


def test_a_verdict_that_is_taken_back_is_none(records: Records) -> None:
    records.write([alert(1)]).result()
    say(records, 1, AlertVerdict.MASKING)
    say(records, 1, None)
    assert labelled_rows(records, NAMES) == LabelledRows((), without_row=0, other_features=0)


def test_verdicts_on_other_features_or_none_are_counted(records: Records) -> None:
    listed = replace(alert(4, None), label=AlertLabel.DENIED_CALLER)
    turned = FeatureRow(NAMES[::-1], (0.5, 5.0))
    records.write([alert(1, turned), alert(2, None), alert(3, None), listed]).result()
    for n in (1, 2, 3, 4):
        say(records, n, AlertVerdict.FALSE_ALARM)
    assert labelled_rows(records, NAMES) == LabelledRows((), without_row=2, other_features=1)
