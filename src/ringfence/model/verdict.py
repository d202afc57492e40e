"""What a message or a call was judged to be, and why."""

from dataclasses import dataclass
from enum import StrEnum

from ringfence.model.fingerprint import Fingerprint
from ringfence.model.identifier import Identifier
from ringfence.model.scam import Label, ScamType

SCAM_FROM = 0.5
"""Probability from which on a message is called a scam."""


class EvidenceLevel(StrEnum):
    """How much there is to go on for somebody who follows a scam up."""

    NONE = "NONE"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence on what in the message spoke for a scam, or against one. `span` is where it stands, `weight` what it
    added to the log-odds of a scam: negative, where it spoke against."""

    text: str
    span: tuple[int, int]
    weight: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """`scam_probability` is calibrated; the label is `scam` from 0.5 on. `confidence` is that of the label.

    `reasons` begin with the weightiest; `language` is told as BCP 47 has it; `method` is the version of the model.
    """

    label: Label
    scam_probability: float
    confidence: float
    scam_type: ScamType | None
    reasons: tuple[Reason, ...]
    evidence: EvidenceLevel
    language: str
    identifiers: tuple[Identifier, ...]
    fingerprint: Fingerprint
    method: str
