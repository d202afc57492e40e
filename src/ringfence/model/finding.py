"""What a pillar has learnt: one noun for all of them, which only `cases` joins."""

from dataclasses import dataclass
from enum import StrEnum

from ringfence.model.fingerprint import Fingerprint
from ringfence.model.identifier import Identifier
from ringfence.model.scam import ScamType


class FindingKind(StrEnum):
    MASKING_ALERT = "masking_alert"
    SCAM_MESSAGE = "scam_message"
    SCAM_RECORDING = "scam_recording"
    ENGAGEMENT = "engagement"
    DENIED_TRANSACTION = "denied_transaction"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A reference: what kind of thing shows it, which one, and the SHA-256 (hex) of its content."""

    kind: str
    id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Finding:
    """`finding_id` follows from what was found: the same found twice is one. `at` in nanoseconds since 1970 UTC,
    `confidence` 0 to 1."""

    finding_id: str
    kind: FindingKind
    at: int
    confidence: float
    scam_type: ScamType | None
    identifiers: tuple[Identifier, ...]
    fingerprint: Fingerprint | None
    summary: str
    evidence: tuple[Evidence, ...]
