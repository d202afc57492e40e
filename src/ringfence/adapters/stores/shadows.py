"""What a second judge makes of alerts and their calls, as columns of their rows."""

from typing import Any

from sqlalchemy import ColumnElement, RowMapping, tuple_

from ringfence.adapters.stores import tables as t
from ringfence.model.alert import AlertCall, AlertLabel, AlertShadow, CallShadow

Place = tuple[int, str]
"""When an alert opened, and its id."""

COLUMNS = ("shadow_method", "shadow_label", "shadow_probability")
"""The columns of an alert that hold it."""


def columns_of(shadow: AlertShadow | None) -> dict[str, Any]:
    if shadow is None:
        return dict.fromkeys(COLUMNS)
    return dict(zip(COLUMNS, (shadow.method, shadow.label.value, shadow.probability), strict=True))


def shadow_of(row: RowMapping) -> AlertShadow | None:
    method = row["shadow_method"]
    if method is None:
        return None
    return AlertShadow(method, AlertLabel(row["shadow_label"]), row["shadow_probability"])


def call_columns_of(call: AlertCall) -> dict[str, Any]:
    shadow = call.shadow
    score, suspect = (None, None) if shadow is None else (shadow.score, shadow.suspect)
    return {"shadow_score": score, "shadow_suspect": suspect}


def call_shadow_of(row: Any) -> CallShadow | None:
    return None if row.shadow_score is None else CallShadow(row.shadow_score, row.shadow_suspect)


def behind(place: Place) -> ColumnElement[bool]:
    """Alerts that a shadow judged, behind this place in order of opening."""
    columns = t.alerts.c
    return columns.shadow_method.is_not(None) & (tuple_(columns.opened_at, columns.alert_id) > tuple_(*place))
