"""What a scam message leaves to be kept: who it names and how it works, without the message itself."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from ringfence.content.cards import without_cards
from ringfence.content.told import told
from ringfence.model.finding import Evidence, Finding, FindingKind
from ringfence.model.identifier import Identifier, IdentifierKind
from ringfence.model.scam import Label
from ringfence.model.verdict import Verdict

MESSAGE = "message"
"""The kind of evidence: a message, known by its hash."""
_ID_LENGTH = 32


def finding(text: str, verdict: Verdict, session_id: str, at: int) -> Finding | None:
    """None where the message is no scam. `session_id` is empty where the message stands by itself.

    The same message in the same session is the same finding. Of a card the last four digits are in it, and neither the
    text nor a place in it.
    """
    if verdict.label is not Label.SCAM:
        return None
    safe = without_cards(verdict)
    digest = sha256(text.encode()).hexdigest()
    name = f"{FindingKind.SCAM_MESSAGE}\0{digest}\0{session_id}"
    return Finding(
        finding_id=sha256(name.encode()).hexdigest()[:_ID_LENGTH],
        kind=FindingKind.SCAM_MESSAGE,
        at=at,
        confidence=safe.confidence,
        scam_type=safe.scam_type,
        identifiers=_kept(safe.identifiers),
        fingerprint=safe.fingerprint,
        summary=told(safe),
        evidence=(Evidence(MESSAGE, digest[:_ID_LENGTH], digest),),
    )


def _kept(identifiers: Sequence[Identifier]) -> tuple[Identifier, ...]:
    """Spans say nothing without the text, and of a card's own writing nothing is kept."""
    return tuple(
        replace(one, span=None, surface="" if one.kind is IdentifierKind.CARD else one.surface)
        for one in identifiers
    )
