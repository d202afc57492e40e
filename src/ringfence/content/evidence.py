"""How much a judged message leaves somebody who follows the scam up."""

from collections.abc import Sequence

from ringfence.model.fingerprint import Fingerprint
from ringfence.model.identifier import Identifier, IdentifierKind, IdentifierRole
from ringfence.model.verdict import SCAM_FROM, EvidenceLevel

_SURE = 0.9
_TRACES = frozenset(
    {
        IdentifierKind.PHONE,
        IdentifierKind.UPI,
        IdentifierKind.BANK_ACCOUNT,
        IdentifierKind.URL,
        IdentifierKind.EMAIL,
        IdentifierKind.BTC,
        IdentifierKind.ETH,
        IdentifierKind.TELEGRAM,
        IdentifierKind.WHATSAPP,
        IdentifierKind.REMOTE_TOOL,
    }
)
_LEVELS = (EvidenceLevel.LOW, EvidenceLevel.LOW, EvidenceLevel.MEDIUM, EvidenceLevel.HIGH)


def evidence_level(
    scam_probability: float, fingerprint: Fingerprint, identifiers: Sequence[Identifier]
) -> EvidenceLevel:
    """NONE where it is no scam; else a point each for a probability of 0.9, two tactics, and something that leads to
    the scammer: LOW under two points, MEDIUM at two, HIGH at three."""
    if scam_probability < SCAM_FROM:
        return EvidenceLevel.NONE
    leads = any(one.kind in _TRACES and one.role is not IdentifierRole.MENTIONED for one in identifiers)
    return _LEVELS[(scam_probability >= _SURE) + (len(fingerprint.tactics) >= 2) + leads]
