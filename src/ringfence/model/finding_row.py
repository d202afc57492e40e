"""A finding as the records keep it: what is looked for in columns, the rest as JSON."""

import json
from decimal import Decimal
from typing import Any, NamedTuple

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


class FindingRow(NamedTuple):
    """`at` in nanoseconds since 1970 UTC; `identifiers`, `fingerprint` and `evidence` are JSON."""

    finding_id: str
    kind: str
    at: int
    confidence: float
    scam_type: str | None
    identifiers: str
    fingerprint: str | None
    summary: str
    evidence: str


def row_of(finding: Finding) -> FindingRow:
    return FindingRow(
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


def finding_of(row: FindingRow) -> Finding:
    return Finding(
        finding_id=row.finding_id,
        kind=FindingKind(row.kind),
        at=row.at,
        confidence=row.confidence,
        scam_type=None if row.scam_type is None else ScamType(row.scam_type),
        identifiers=tuple(map(_identifier, json.loads(row.identifiers))),
        fingerprint=None if row.fingerprint is None else _fingerprint(json.loads(row.fingerprint)),
        summary=row.summary,
        evidence=tuple(Evidence(*one) for one in json.loads(row.evidence)),
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
