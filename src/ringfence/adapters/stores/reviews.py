"""Alerts as they are learnt from, page by page."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select, tuple_

from ringfence.adapters.stores import features
from ringfence.adapters.stores import tables as t
from ringfence.model.alert import AlertLabel, AlertVerdict
from ringfence.model.audit import ChangeKind
from ringfence.model.review import Review

_PAGE = 500
_FIRST = -(2**63)
_COLUMNS = ("alert_id", "b_number", "label", "opened_at", "method", "trunks", "verdict", *features.COLUMNS)

_Place = tuple[int, str]
_Said = tuple[int, str]


def start(since: int | None) -> _Place:
    """The place before the first alert that opened at `since` or later."""
    return (_FIRST if since is None else since, "")


def end(page: Sequence[Review]) -> _Place:
    """The place after a page's last alert."""
    return (page[-1].opened_at, page[-1].alert_id)


def read_page(connection: Connection, after: _Place) -> tuple[Review, ...]:
    place = tuple_(t.alerts.c.opened_at, t.alerts.c.alert_id)
    found = select(*(t.alerts.c[name] for name in _COLUMNS)).where(place > tuple_(*after))
    in_order = found.order_by(t.alerts.c.opened_at, t.alerts.c.alert_id).limit(_PAGE)
    rows = connection.execute(in_order).mappings().all()
    lists = features.read_names(connection) if rows else {}
    suspects = _suspect_trunks(connection, [row["alert_id"] for row in rows])
    said = _said(connection, [row["alert_id"] for row in rows if row["verdict"] is not None])
    return tuple(
        _review(row, lists, suspects.get(row["alert_id"], ()), said.get(row["alert_id"])) for row in rows
    )


def _review(
    row: RowMapping, lists: dict[str, tuple[str, ...]], suspects: tuple[str, ...], said: _Said | None
) -> Review:
    labelled_at, labelled_by = said or (None, None)
    return Review(
        alert_id=row["alert_id"],
        b_number=row["b_number"],
        label=AlertLabel(row["label"]),
        opened_at=row["opened_at"],
        method=row["method"],
        trunks=suspects or tuple(row["trunks"]),
        features=features.row_of(row, lists),
        verdict=None if row["verdict"] is None else AlertVerdict(row["verdict"]),
        labelled_at=labelled_at,
        labelled_by=labelled_by,
    )


def _suspect_trunks(connection: Connection, alert_ids: list[str]) -> dict[str, tuple[str, ...]]:
    calls = t.alert_calls.c
    wanted = calls.alert_id.in_(alert_ids) & calls.suspect & (calls.trunk != "")
    found: dict[str, tuple[str, ...]] = {}
    distinct = select(calls.alert_id, calls.trunk).where(wanted).distinct()
    for alert_id, trunk in connection.execute(distinct.order_by(calls.alert_id, calls.trunk)):
        found[alert_id] = (*found.get(alert_id, ()), trunk)
    return found


def _said(connection: Connection, alert_ids: list[str]) -> dict[str, _Said]:
    """When each was last given its verdict, and by whom: the audit trail knows."""
    lines = t.audit.c
    wanted = lines.target.in_(alert_ids) & (lines.what == ChangeKind.ALERT_ANNOTATE.value)
    in_order = select(lines.target, lines.at, lines.who, lines.after).where(wanted).order_by(lines.audit_id)
    return {
        line.target: (line.at, line.who)
        for line in connection.execute(in_order)
        if "verdict" in json.loads(line.after)
    }
