"""Findings as rows: what is looked for in columns, the rest as JSON."""

import json
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, select

from ringfence.adapters.stores import tables as t
from ringfence.adapters.stores.database import Row
from ringfence.model.finding import Evidence, Finding, FindingKind
from ringfence.model.fingerprint import Authority, Fingerprint, Tactic
from ringfence.model.identifier import (
    BankBranch,
    Facts,
    Identifier,
    IdentifierKind,
    IdentifierRole,
    Link,
    Money,
    Routing,
    Tool,
)
from ringfence.model.scam import ScamType
from ringfence.ports import FindingFilter

INSERT = """INSERT INTO findings
(finding_id, kind, at, confidence, scam_type, identifiers, fingerprint, summary, evidence)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (finding_id) DO NOTHING"""


def row_of(finding: Finding) -> Row:
    return (
        finding.finding_id,
        finding.kind.value,
        finding.at,
        finding.confidence,
        None if finding.scam_type is None else finding.scam_type.value,
        _text([_identifier_told(one) for one in finding.identifiers]),
        None if finding.fingerprint is None else _text(_fingerprint_told(finding.fingerprint)),
        finding.summary,
        _text([[one.kind, one.id, one.sha256] for one in finding.evidence]),
    )


def read(connection: Connection, finding_id: str) -> Finding | None:
    found = select(t.findings).where(t.findings.c.finding_id == finding_id)
    row = connection.execute(found).mappings().first()
    return None if row is None else _finding(row)


def read_page(
    connection: Connection, wanted: FindingFilter, limit: int, offset: int
) -> tuple[tuple[Finding, ...], int]:
    where = _where(wanted)
    total = connection.execute(select(func.count()).select_from(t.findings).where(where)).scalar_one()
    newest = select(t.findings).where(where).order_by(t.findings.c.at.desc(), t.findings.c.finding_id)
    rows = connection.execute(newest.limit(limit).offset(offset)).mappings()
    return tuple(map(_finding, rows)), total


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


def _finding(row: RowMapping) -> Finding:
    fingerprint = row["fingerprint"]
    return Finding(
        finding_id=row["finding_id"],
        kind=FindingKind(row["kind"]),
        at=row["at"],
        confidence=row["confidence"],
        scam_type=None if row["scam_type"] is None else ScamType(row["scam_type"]),
        identifiers=tuple(map(_identifier, json.loads(row["identifiers"]))),
        fingerprint=None if fingerprint is None else _fingerprint(json.loads(fingerprint)),
        summary=row["summary"],
        evidence=tuple(Evidence(*one) for one in json.loads(row["evidence"])),
    )


def _identifier_told(one: Identifier) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "value": one.value,
        "surface": one.surface,
        "span": one.span,
        "valid": one.valid,
        "role": one.role.value,
        "facts": _facts_told(one.facts),
    }


def _identifier(told: dict[str, Any]) -> Identifier:
    return Identifier(
        IdentifierKind(told["kind"]),
        told["value"],
        told["surface"],
        None if told["span"] is None else (told["span"][0], told["span"][1]),
        told["valid"],
        IdentifierRole(told["role"]),
        _facts(told["facts"]),
    )


def _facts_told(facts: Facts | None) -> list[Any] | None:
    """Their name, then their fields."""
    match facts:
        case BankBranch(bank, bank_name, branch):
            return ["branch", bank, bank_name, branch]
        case Routing(code):
            return ["routing", code]
        case Link(host, domain, shortener, imitates, official):
            return ["link", host, domain, shortener, imitates, official]
        case Money(currency, number):
            return ["money", currency, str(number)]
        case Tool(name):
            return ["tool", name]
    return None


def _facts(told: list[Any] | None) -> Facts | None:
    match told:
        case ["branch", bank, bank_name, branch]:
            return BankBranch(bank, bank_name, branch)
        case ["routing", code]:
            return Routing(code)
        case ["link", host, domain, shortener, imitates, official]:
            return Link(host, domain, shortener, imitates, official)
        case ["money", currency, number]:
            return Money(currency, Decimal(number))
        case ["tool", name]:
            return Tool(name)
    return None


def _fingerprint_told(of: Fingerprint) -> dict[str, Any]:
    return {name: getattr(of, name) for name in Fingerprint.__dataclass_fields__}


def _fingerprint(told: dict[str, Any]) -> Fingerprint:
    return Fingerprint(
        version=told["version"],
        urgency=told["urgency"],
        urgency_phrases=tuple(told["urgency_phrases"]),
        authorities=tuple(map(Authority, told["authorities"])),
        tactics=tuple(map(Tactic, told["tactics"])),
        payment_escalation=told["payment_escalation"],
        channel_switch=told["channel_switch"],
        credentials=tuple(told["credentials"]),
        vector=tuple(told["vector"]),
        summary=told["summary"],
    )


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
