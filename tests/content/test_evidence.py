"""The rule by which evidence has a level."""

import pytest

from ringfence.content.evidence import evidence_level
from ringfence.content.fingerprint import fingerprint
from ringfence.content.reading import read
from ringfence.identifiers import find
from ringfence.model.verdict import EvidenceLevel

PRESSED = "Your account will be blocked within 24 hours. Share the OTP immediately."
TRACED = "Call 98310 44127."
PLAIN = "See you at seven."


@pytest.mark.parametrize(
    ("probability", "text", "level"),
    [
        (0.4999, f"{PRESSED} {TRACED}", EvidenceLevel.NONE),
        (0.5, PLAIN, EvidenceLevel.LOW),
        (0.9, PLAIN, EvidenceLevel.LOW),
        (0.5, TRACED, EvidenceLevel.LOW),
        (0.5, PRESSED, EvidenceLevel.LOW),
        (0.9, PRESSED, EvidenceLevel.MEDIUM),
        (0.5, f"{PRESSED} {TRACED}", EvidenceLevel.MEDIUM),
        (0.9, f"{PRESSED} {TRACED}", EvidenceLevel.HIGH),
    ],
)
def test_the_level_counts_what_speaks_for_it(probability: float, text: str, level: EvidenceLevel) -> None:
    assert evidence_level(probability, fingerprint(read(text)), find(text)) is level
