"""What analysts said of alerts, as examples that a model can learn from."""

from collections.abc import Sequence
from dataclasses import dataclass

from ringfence.model.alert import AlertVerdict
from ringfence.model.review import Review
from ringfence.ports import AlertRecords


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """`masking`: what an analyst says of the group of calls whose features these are, None where one was missing.

    `trunk` is empty where the calls came in on several or on none that is known. `analyst` gave the verdict, the last
    where several did.
    """

    row: tuple[float | None, ...]
    masking: bool
    trunk: str
    alert_id: str
    b_number: str
    opened_at: int
    labelled_at: int | None
    analyst: str | None


@dataclass(frozen=True, slots=True)
class LabelledRows:
    """`rows`, oldest alert first, and how many alerts with a verdict are no example."""

    rows: tuple[LabelledRow, ...]
    without_row: int
    """Of older releases, or judged while `signalling.features` was off."""
    other_features: int
    """Scored on another list of features."""


def labelled_rows(records: AlertRecords, features: Sequence[str], since: int | None = None) -> LabelledRows:
    """The verdicts on alerts that opened at `since` or later and were scored on just these `features`."""
    rows: list[LabelledRow] = []
    without_row = other_features = 0
    wanted = tuple(features)
    for review in records.reviews(since):
        if review.verdict is None or not review.label.of_window:
            continue
        if review.features is None:
            without_row += 1
        elif review.features.names != wanted:
            other_features += 1
        else:
            rows.append(_labelled(review, review.features.values, review.verdict))
    return LabelledRows(tuple(rows), without_row, other_features)


def _labelled(review: Review, row: tuple[float | None, ...], verdict: AlertVerdict) -> LabelledRow:
    return LabelledRow(
        row=row,
        masking=verdict is AlertVerdict.MASKING,
        trunk=review.trunks[0] if len(review.trunks) == 1 else "",
        alert_id=review.alert_id,
        b_number=review.b_number,
        opened_at=review.opened_at,
        labelled_at=review.labelled_at,
        analyst=review.labelled_by,
    )
