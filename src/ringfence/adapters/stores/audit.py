"""The audit trail as rows: written by the change itself, in its own transaction, and never changed."""

import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select
from sqlalchemy.dialects.sqlite import insert

from ringfence.adapters.stores import tables as t
from ringfence.model.audit import AuditEntry, ChangeKind
from ringfence.ports import AuditFilter


def note(
    connection: Connection,
    at: int,
    who: str,
    what: ChangeKind,
    target: str,
    before: Any = None,
    after: Any = None,
) -> None:
    """One line, from values that JSON holds."""
    write(connection, AuditEntry(at, who, what, target, _text(before), _text(after)))


def write(connection: Connection, entry: AuditEntry) -> None:
    row = {
        "at": entry.at,
        "who": entry.who,
        "what": entry.what.value,
        "target": entry.target,
        "before": entry.before,
        "after": entry.after,
    }
    connection.execute(insert(t.audit), row)


def read_page(
    connection: Connection, wanted: AuditFilter, limit: int, offset: int
) -> tuple[tuple[AuditEntry, ...], int]:
    where = _where(wanted)
    total = connection.execute(select(func.count()).select_from(t.audit).where(where)).scalar_one()
    newest = select(t.audit).where(where).order_by(t.audit.c.audit_id.desc())
    rows = connection.execute(newest.limit(limit).offset(offset))
    entries = (
        AuditEntry(row.at, row.who, ChangeKind(row.what), row.target, row.before, row.after) for row in rows
    )
    return tuple(entries), total


def _where(wanted: AuditFilter) -> ColumnElement[bool]:
    columns = t.audit.c
    tests: list[ColumnElement[bool]] = [columns.audit_id.is_not(None)]
    if wanted.who is not None:
        tests.append(columns.who == wanted.who)
    if wanted.what is not None:
        tests.append(columns.what == wanted.what.value)
    if wanted.target is not None:
        tests.append(columns.target.contains(wanted.target, autoescape=True))
    if wanted.since is not None:
        tests.append(columns.at >= wanted.since)
    if wanted.until is not None:
        tests.append(columns.at < wanted.until)
    return and_(*tests)


def _text(value: Any) -> str:
    return "" if value is None else json.dumps(value, sort_keys=True)
