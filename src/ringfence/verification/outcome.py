"""What a denied transaction leaves to be kept, as every pillar's findings are: what was told, and of whom."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from ringfence.identifiers import Regions, find
from ringfence.identifiers.said_secrets import without_secrets
from ringfence.model.finding import Evidence, Finding, FindingKind
from ringfence.model.identifier import Identifier, IdentifierKind
from ringfence.model.transaction import Transaction, TransactionStatus
from ringfence.model.verification import Answer, Dialogue, Heard, Step, Understood

CALL = "verification"
"""The kind of evidence: a call, known by its id; the hash is of what was heard."""
_ID_LENGTH = 32
_OF_OTHERS = frozenset(
    (
        IdentifierKind.PHONE,
        IdentifierKind.WHATSAPP,
        IdentifierKind.TELEGRAM,
        IdentifierKind.UPI,
        IdentifierKind.EMAIL,
        IdentifierKind.URL,
        IdentifierKind.DOMAIN,
        IdentifierKind.REMOTE_TOOL,
    )
)
"""Kinds that a card holder may name of somebody else; accounts, cards and documents would be the card holder's own."""


def finding(
    call_id: str,
    transaction: Transaction,
    at_the_end: Dialogue,
    answers: Sequence[Answer],
    regions: Regions,
    at: int,
) -> Finding | None:
    """None where nothing was denied. The same call gives the same finding but for `at`, nanoseconds since 1970 UTC."""
    if at_the_end.outcome is not TransactionStatus.FRAUD:
        return None
    heard = "\n".join(f"{one.step} {one.understood} {_words(one.heard)}" for one in answers)
    return Finding(
        finding_id=sha256(f"{FindingKind.DENIED_TRANSACTION}\0{call_id}".encode()).hexdigest()[:_ID_LENGTH],
        kind=FindingKind.DENIED_TRANSACTION,
        at=at,
        confidence=_confidence(answers),
        scam_type=None,
        identifiers=_named(answers, transaction.phone, regions),
        fingerprint=None,
        summary=_summary(transaction, answers),
        evidence=(Evidence(CALL, call_id, sha256(heard.encode()).hexdigest()),),
    )


def safe(heard: Heard, regions: Regions) -> Heard:
    """As it may be kept: a card number, a code or a password that somebody says or types in fright is not in it."""
    speech = None if heard.speech is None else without_secrets(heard.speech, regions)
    digits = None if heard.digits is None else heard.digits[:1]
    return replace(heard, speech=speech, digits=digits)


def _summary(transaction: Transaction, answers: Sequence[Answer]) -> str:
    told = [
        f"The card holder denies a payment of {transaction.amount:,.2f} {transaction.currency} at "
        f"{transaction.merchant_name} on {transaction.made_on}."
    ]
    for step, about in ((Step.SHARED, "Card details shared"), (Step.OTHERS, "Other transactions denied")):
        told.append(f"{about}: {_told(answers, step)}.")
    coached = next((one for one in reversed(answers) if one.understood is Understood.COACHED), None)
    if coached is not None:
        told.append(f"Somebody told the card holder what to say{_quoted(coached.heard)}.")
    return " ".join(told)


def _told(answers: Sequence[Answer], step: Step) -> str:
    """What was taken as yes or no, else the last that was heard there."""
    taken = _last(answers, step)
    if taken is not None:
        return f"{taken.understood}{_quoted(taken.heard)}"
    heard = [one.heard for one in answers if one.step is step and _words(one.heard)]
    return f"not clear{_quoted(heard[-1])}" if heard else "not said"


def _confidence(answers: Sequence[Answer]) -> float:
    """Of the no: that of the recogniser; a key that was pressed is sure, and so is one of which nothing is known."""
    denied = _last(answers, Step.AUTHORISED)
    sure = denied is None or denied.heard.digits or denied.heard.confidence is None
    return 1.0 if sure or denied is None else round(denied.heard.confidence or 0.0, 4)


def _last(answers: Sequence[Answer], step: Step) -> Answer | None:
    """The answer that was taken as yes or no."""
    taken = (one for one in reversed(answers) if one.step is step)
    return next((one for one in taken if one.understood in (Understood.YES, Understood.NO)), None)


def _named(answers: Sequence[Answer], own: str, regions: Regions) -> tuple[Identifier, ...]:
    found = [
        replace(one, span=None)
        for answer in answers
        if answer.heard.speech
        for one in find(answer.heard.speech, regions)
        if one.kind in _OF_OTHERS and one.value != own
    ]
    return tuple({(one.kind, one.value): one for one in found}.values())


def _quoted(heard: Heard) -> str:
    said = _words(heard)
    return f" (“{said}”)" if said else ""


def _words(heard: Heard) -> str:
    if heard.digits:
        return f"key {heard.digits}"
    return " ".join((heard.speech or "").split())
