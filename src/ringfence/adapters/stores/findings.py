"""Findings as rows of SQL."""

from sqlalchemy import ColumnElement, Connection, and_, func, select

from ringfence.adapters.stores import tables as t
from ringfence.model.finding import Finding
from ringfence.model.finding_row import FindingRow, finding_of
from ringfence.ports import FindingFilter

INSERT = """INSERT INTO findings
(finding_id, kind, at, confidence, scam_type, identifiers, fingerprint, summary, evidence)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (finding_id) DO NOTHING"""
_ALL = select(*(t.findings.c[name] for name in FindingRow._fields))


def read(connection: Connection, finding_id: str) -> Finding | None:
    row = connection.execute(_ALL.where(t.findings.c.finding_id == finding_id)).first()
    return None if row is None else finding_of(FindingRow(*row))


def read_page(
    connection: Connection, wanted: FindingFilter, limit: int, offset: int
) -> tuple[tuple[Finding, ...], int]:
    where = _where(wanted)
    total = connection.execute(select(func.count()).select_from(t.findings).where(where)).scalar_one()
    newest = _ALL.where(where).order_by(t.findings.c.at.desc(), t.findings.c.finding_id)
    rows = connection.execute(newest.limit(limit).offset(offset))
    return tuple(finding_of(FindingRow(*row)) for row in rows), total


def _where(wanted: FindingFilter) -> ColumnElement[bool]:
    columns = t.findings.c
    tests: list[ColumnElement[bool]] = [columns.finding_id.is_not(None)]
    if wanted.kind is not None:
        tests.append(columns.kind == wanted.kind.value)
    if wanted.scam_type is not None:
        tests.append(columns.scam_type == wanted.scam_type.value)
    if wanted.since is not None:
        tests.append(columns.at >= wanted.since)
    if wanted.until is not None:
        tests.append(columns.at < wanted.until)
    return and_(*tests)
