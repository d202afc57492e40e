"""Alerts with their calls and actions, as rows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from ringfence.adapters.stores import features, shadows
from ringfence.adapters.stores import tables as t
from ringfence.model.action import Action, ActionKind, ActionMode, ActionOutcome, ActionResult
from ringfence.model.alert import (
    Alert,
    AlertCall,
    AlertLabel,
    AlertStatus,
    AlertVerdict,
    RiskLevel,
    Severity,
)
from ringfence.ports import AlertFilter, Settled

CLOSED_BY_RESTART = "Closed when the server started again: it had ended while this alert was open"

_SHADOWED_PAGE = 50
"""Alerts, of up to thousands of calls each."""
_ANALYSTS = {"status", "verdict", "note"}

_alert_insert = insert(t.alerts)
_ALERT_UPSERT = _alert_insert.on_conflict_do_update(
    index_elements=["alert_id"],
    set_={c.name: c for c in _alert_insert.excluded if c.name not in _ANALYSTS | {"alert_id", "opened_at"}},
)
_call_insert = insert(t.alert_calls)
_CALL_UPSERT = _call_insert.on_conflict_do_update(
    index_elements=["alert_id", "call_id"],
    set_={c.name: c for c in _call_insert.excluded if c.name not in {"alert_id", "call_id"}},
)
_ACTION_INSERT = insert(t.actions).on_conflict_do_nothing(index_elements=["action_id"])


def write_alert(connection: Connection, alert: Alert) -> None:
    row = {
        "alert_id": alert.alert_id,
        "b_number": alert.b_number,
        "label": alert.label.value,
        "severity": alert.severity.value,
        "risk_level": alert.risk_level.value,
        "opened_at": alert.opened_at,
        "last_seen_at": alert.last_seen_at,
        "closed_at": alert.closed_at,
        "distinct_callers": alert.distinct_callers,
        "trunks": list(alert.trunks),
        "masking_probability": alert.masking_probability,
        "method": alert.method,
        "reasons": list(alert.reasons),
        "action": alert.action,
        "callers": len(alert.a_numbers) + alert.more_a_numbers,
        "more_calls": alert.more_calls,
        "status": alert.status.value,
        "verdict": None if alert.verdict is None else alert.verdict.value,
        "note": alert.note,
        **features.columns_of(alert.features),
        **shadows.columns_of(alert.shadow),
    }
    connection.execute(_ALERT_UPSERT, row)


def write_calls(connection: Connection, alert_id: str, calls: Iterable[AlertCall]) -> None:
    """`calls` are those that are new or changed."""
    rows = [
        {
            "alert_id": alert_id,
            "call_id": call.call_id,
            "a_number": call.a_number,
            "begun_at": call.begun_at,
            "trunk": call.trunk,
            "score": call.score,
            "suspect": call.suspect,
            "ended_at": call.ended_at,
            **shadows.call_columns_of(call),
        }
        for call in calls
    ]
    if rows:
        connection.execute(_CALL_UPSERT, rows)


def drop_calls(connection: Connection, alert_id: str, call_ids: Iterable[str]) -> None:
    """Takes out calls that had to give way to earlier ones under the alert's cap."""
    where = (t.alert_calls.c.alert_id == alert_id, t.alert_calls.c.call_id.in_(list(call_ids)))
    connection.execute(delete(t.alert_calls).where(*where))


def write_actions(connection: Connection, actions: Sequence[Action]) -> None:
    rows = [
        {
            "action_id": action.action_id,
            "alert_id": action.alert_id,
            "kind": action.kind.value,
            "call_id": action.call_id,
            "a_number": action.a_number,
            "b_number": action.b_number,
            "decided_at": action.decided_at,
        }
        for action in actions
    ]
    if rows:
        connection.execute(_ACTION_INSERT, rows)


def write_result(connection: Connection, result: ActionResult) -> None:
    connection.execute(
        update(t.actions).where(t.actions.c.action_id == result.action_id),
        {
            "mode": result.mode.value,
            "outcome": result.outcome.value,
            "detail": result.detail,
            "finished_at": result.finished_at,
        },
    )


def read_alert(connection: Connection, alert_id: str) -> Alert | None:
    row = connection.execute(select(t.alerts).where(t.alerts.c.alert_id == alert_id)).mappings().first()
    if row is None:
        return None
    alert = _alert(row, _calls(connection, [alert_id]).get(alert_id, []))
    return replace(alert, features=features.row_of(row, features.read_names(connection)))


def read_page(
    connection: Connection, wanted: AlertFilter, limit: int, offset: int
) -> tuple[tuple[Alert, ...], int]:
    """Without the rows of features."""
    where = _where(wanted)
    total = connection.execute(select(func.count()).select_from(t.alerts).where(where)).scalar_one()
    newest = select(t.alerts).where(where).order_by(t.alerts.c.opened_at.desc(), t.alerts.c.alert_id.desc())
    rows = connection.execute(newest.limit(limit).offset(offset)).mappings().all()
    calls = _calls(connection, [row["alert_id"] for row in rows])
    return tuple(_alert(row, calls.get(row["alert_id"], [])) for row in rows), total


def read_shadowed(connection: Connection, after: shadows.Place) -> tuple[Alert, ...]:
    """Alerts that a shadow judged, behind this place in order of opening; without the rows of features."""
    in_order = (
        select(t.alerts).where(shadows.behind(after)).order_by(t.alerts.c.opened_at, t.alerts.c.alert_id)
    )
    rows = connection.execute(in_order.limit(_SHADOWED_PAGE)).mappings().all()
    calls = _calls(connection, [row["alert_id"] for row in rows])
    return tuple(_alert(row, calls.get(row["alert_id"], [])) for row in rows)


def read_actions(connection: Connection, alert_id: str) -> tuple[tuple[Action, ActionResult | None], ...]:
    order = (t.actions.c.decided_at, t.actions.c.kind, t.actions.c.call_id)
    rows = connection.execute(select(t.actions).where(t.actions.c.alert_id == alert_id).order_by(*order))
    return tuple((_action(row), _result(row)) for row in rows.mappings())


def settle(connection: Connection, at: int) -> Settled:
    """Ends what a crash left open; see `ringfence.ports.AlertRecords.settle`."""
    columns = (t.alerts.c.alert_id, t.alerts.c.last_seen_at, t.alerts.c.reasons)
    left = connection.execute(select(*columns).where(t.alerts.c.closed_at.is_(None))).all()
    for alert_id, last_seen_at, reasons in left:
        connection.execute(
            update(t.alerts).where(t.alerts.c.alert_id == alert_id),
            {"closed_at": last_seen_at, "reasons": [*reasons, CLOSED_BY_RESTART]},
        )
    unknown = connection.execute(
        update(t.actions).where(t.actions.c.outcome.is_(None)),
        {
            "mode": ActionMode.DRY_RUN.value,
            "outcome": ActionOutcome.UNKNOWN.value,
            "detail": "the server ended before the result was known",
            "finished_at": at,
        },
    )
    return Settled(len(left), unknown.rowcount)


def _where(wanted: AlertFilter) -> ColumnElement[bool]:
    columns = t.alerts.c
    tests: list[ColumnElement[bool]] = [columns.alert_id.is_not(None)]
    for column, value in (
        (columns.b_number, wanted.b_number),
        (columns.label, wanted.label),
        (columns.severity, wanted.severity),
        (columns.status, wanted.status),
    ):
        if value is not None:
            tests.append(column == str(value))
    if wanted.since is not None:
        tests.append(columns.opened_at >= wanted.since)
    if wanted.until is not None:
        tests.append(columns.opened_at < wanted.until)
    if wanted.open is not None:
        tests.append(columns.closed_at.is_(None) if wanted.open else columns.closed_at.is_not(None))
    return and_(*tests)


_IN_ORDER = (t.alert_calls.c.alert_id, t.alert_calls.c.begun_at, t.alert_calls.c.call_id)


def _calls(connection: Connection, alert_ids: Sequence[str]) -> dict[str, list[AlertCall]]:
    found: dict[str, list[AlertCall]] = {}
    if not alert_ids:
        return found
    wanted = select(t.alert_calls).where(t.alert_calls.c.alert_id.in_(alert_ids))
    for row in connection.execute(wanted.order_by(*_IN_ORDER)):
        call = AlertCall(
            call_id=row.call_id,
            a_number=row.a_number,
            begun_at=row.begun_at,
            trunk=row.trunk,
            score=row.score,
            suspect=row.suspect,
            ended_at=row.ended_at,
            shadow=shadows.call_shadow_of(row),
        )
        found.setdefault(row.alert_id, []).append(call)
    return found


def _alert(row: RowMapping, calls: list[AlertCall]) -> Alert:
    values: dict[str, Any] = dict(row)
    callers = values.pop("callers")
    for name in (*features.COLUMNS, *shadows.COLUMNS):
        del values[name]
    a_numbers = tuple(dict.fromkeys(call.a_number for call in calls))
    return Alert(
        **values
        | {
            "label": AlertLabel(row["label"]),
            "severity": Severity(row["severity"]),
            "risk_level": RiskLevel(row["risk_level"]),
            "trunks": tuple(row["trunks"]),
            "reasons": tuple(row["reasons"]),
            "status": AlertStatus(row["status"]),
            "verdict": None if row["verdict"] is None else AlertVerdict(row["verdict"]),
            "calls": tuple(calls),
            "a_numbers": a_numbers,
            "more_a_numbers": max(callers - len(a_numbers), 0),
            "shadow": shadows.shadow_of(row),
        }
    )


def _action(row: RowMapping) -> Action:
    return Action(
        action_id=row["action_id"],
        alert_id=row["alert_id"],
        kind=ActionKind(row["kind"]),
        call_id=row["call_id"],
        a_number=row["a_number"],
        b_number=row["b_number"],
        decided_at=row["decided_at"],
    )


def _result(row: RowMapping) -> ActionResult | None:
    if row["outcome"] is None:
        return None
    return ActionResult(
        action_id=row["action_id"],
        mode=ActionMode(row["mode"]),
        outcome=ActionOutcome(row["outcome"]),
        detail=row["detail"],
        finished_at=row["finished_at"],
    )
