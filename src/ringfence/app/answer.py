"""What is answered about a message, the same by HTTP and on the command line. No card is told whole."""

from collections.abc import Iterable, Sequence
from typing import Any

from ringfence.app.shown import rfc3339, shown_text
from ringfence.app.shown_words import HIDDEN_FROM_VIEWERS, last_four, shown_words
from ringfence.app.turns import Concluded
from ringfence.content.cards import CardMask
from ringfence.content.told import told
from ringfence.model.finding import Finding
from ringfence.model.fingerprint import Fingerprint
from ringfence.model.identifier import (
    BankBranch,
    Facts,
    Identifier,
    IdentifierKind,
    Link,
    Money,
    Routing,
    Tool,
)
from ringfence.model.key import Role
from ringfence.model.opinion import SecondOpinion
from ringfence.model.scam import Label

_MOST_PHRASES = 10


def answer(done: Concluded, *, request_id: str, mode: str) -> dict[str, Any]:
    """Every field, those of older clients first."""
    mask = CardMask(done.verdict.identifiers)
    verdict = mask.verdict(done.verdict)
    strategy = verdict.fingerprint
    return {
        "request_id": request_id,
        "session_id": done.turn.session_id,
        "timestamp": rfc3339(done.at),
        "is_scam": verdict.label is Label.SCAM,
        "confidence": round(verdict.confidence, 2),
        "scam_type": verdict.scam_type,
        "transcript": None,
        "original_message": mask.hidden(done.turn.text),
        "extracted_entities": {
            "upi_ids": _values(verdict.identifiers, IdentifierKind.UPI),
            "bank_accounts": _values(verdict.identifiers, IdentifierKind.BANK_ACCOUNT),
            "urls": _values(verdict.identifiers, IdentifierKind.URL),
            "phone_numbers": _values(verdict.identifiers, IdentifierKind.PHONE),
        },
        "ssf_profile": {
            "urgency_score": strategy.urgency,
            "authority_claims": strategy.authorities,
            "payment_escalation": strategy.payment_escalation,
            "channel_switch_intent": strategy.channel_switch,
            "urgency_phrases": strategy.urgency_phrases[:_MOST_PHRASES],
            "strategy_summary": strategy.summary,
        },
        "voice_analysis": None,
        "honeypot_result": None,
        "agent_summary": told(verdict),
        "evidence_level": verdict.evidence,
        "operation_mode": mode,
        "label": verdict.label,
        "scam_probability": round(verdict.scam_probability, 4),
        "reasons": [
            {"text": reason.text, "span": reason.span, "weight": round(reason.weight, 3)}
            for reason in verdict.reasons
        ],
        "second_opinion": None if done.second is None else second_opinion_view(done.second, mask),
        "language": verdict.language,
        "identifiers": [identifier_view(one) for one in verdict.identifiers],
        "fingerprint": fingerprint_view(strategy),
        "finding": None if done.finding is None else finding_view(done.finding, Role.ANALYST),
        "method": verdict.method,
    }


def identifier_view(one: Identifier) -> dict[str, Any]:
    """What more is known of it stands beside its fields."""
    return {
        "kind": one.kind,
        "value": one.value,
        "surface": one.surface,
        "span": one.span,
        "valid": one.valid,
        "role": one.role,
        **_facts(one.facts),
    }


def second_opinion_view(of: SecondOpinion, mask: CardMask) -> dict[str, Any]:
    opinion = of.opinion and {
        "label": of.opinion.label,
        "scam_type": of.opinion.scam_type,
        "confidence": round(of.opinion.confidence, 2),
        "explanation": mask.hidden(of.opinion.explanation),
    }
    return {
        "status": of.status,
        "opinion": opinion,
        "model": of.model,
        "detail": of.detail,
        "cached": of.cached,
    }


def fingerprint_view(of: Fingerprint) -> dict[str, Any]:
    return {name: getattr(of, name) for name in Fingerprint.__dataclass_fields__}


def finding_view(finding: Finding, role: Role) -> dict[str, Any]:
    """Viewers see the last four of numbers and accounts, in the words, too."""
    identifiers: Iterable[Identifier] = finding.identifiers
    fingerprint = None if finding.fingerprint is None else fingerprint_view(finding.fingerprint)
    if role is Role.VIEWER and fingerprint is not None:
        fingerprint["urgency_phrases"] = [shown_words(one, role) for one in fingerprint["urgency_phrases"]]
    return {
        "finding_id": finding.finding_id,
        "kind": finding.kind,
        "at": rfc3339(finding.at),
        "confidence": round(finding.confidence, 4),
        "scam_type": finding.scam_type,
        "identifiers": [_shown(identifier_view(one), role) for one in identifiers],
        "fingerprint": fingerprint,
        "summary": shown_words(finding.summary, role),
        "evidence": [{"kind": one.kind, "id": one.id, "sha256": one.sha256} for one in finding.evidence],
    }


def _values(identifiers: Sequence[Identifier], kind: IdentifierKind) -> list[str]:
    """In order, each once."""
    return list(dict.fromkeys(one.value for one in identifiers if one.kind is kind))


def _facts(facts: Facts | None) -> dict[str, Any]:
    match facts:
        case BankBranch(bank, bank_name, branch):
            return {"bank": bank, "bank_name": bank_name, "branch": branch}
        case Routing(code):
            return {"routing": code}
        case Link(host, domain, shortener, imitates, official):
            return {
                "host": host,
                "domain": domain,
                "shortener": shortener,
                "imitates": imitates,
                "official": official,
            }
        case Money(currency, number):
            return {"currency": currency, "number": str(number)}
        case Tool(name):
            return {"tool": name}
    return {}


def _shown(view: dict[str, Any], role: Role) -> dict[str, Any]:
    if role is not Role.VIEWER:
        return view
    if view["kind"] in HIDDEN_FROM_VIEWERS:
        return view | {"value": last_four(view["value"]), "surface": last_four(view["surface"])}
    return view | {"value": shown_text(view["value"], role), "surface": shown_text(view["surface"], role)}
