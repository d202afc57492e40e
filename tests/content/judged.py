"""Verdicts for tests of what is made of them: the text truly read, the judgement given."""

from ringfence.content.fingerprint import fingerprint
from ringfence.content.reading import read
from ringfence.model.scam import Label, ScamType
from ringfence.model.verdict import EvidenceLevel, Reason, Verdict


def verdict(
    text: str,
    label: Label = Label.SCAM,
    probability: float = 0.97,
    scam_type: ScamType | None = ScamType.KYC,
    reasons: tuple[Reason, ...] = (),
) -> Verdict:
    reading = read(text)
    return Verdict(
        label=label,
        scam_probability=probability,
        confidence=probability,
        scam_type=scam_type,
        reasons=reasons,
        evidence=EvidenceLevel.MEDIUM,
        language="en",
        identifiers=reading.identifiers,
        fingerprint=fingerprint(reading),
        method="test-1",
    )
