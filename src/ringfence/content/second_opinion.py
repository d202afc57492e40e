"""When a language model is asked, and what its opinion does to the embedded verdict.

Both are deterministic: the same verdict, opinion and settings give the same. What the model says is not, so the same
message may be raised on one day and not on another; the embedded part of the answer never changes.
"""

from dataclasses import replace

from ringfence.content.evidence import evidence_level
from ringfence.model.opinion import Ask, Opinion
from ringfence.model.scam import Label
from ringfence.model.verdict import SCAM_FROM, EvidenceLevel, Verdict

HIGHEST = 0.95
"""No opinion raises the probability above this: a model that says it is certain has not been calibrated."""
_ORDER = tuple(EvidenceLevel)


def wanted(verdict: Verdict, rule: Ask, band: tuple[float, float]) -> bool:
    """`band` is of the probability of a scam, its ends included."""
    if rule is Ask.UNSURE:
        return band[0] <= verdict.scam_probability <= band[1]
    return rule is Ask.ALWAYS


def raised(verdict: Verdict, opinion: Opinion) -> Verdict:
    """The verdict, raised where the opinion is a scam and at least half sure of it; never lowered.

    The probability becomes the opinion's confidence, at most `HIGHEST`, where that is more. A type that the
    embedded verdict has stays.
    """
    if opinion.label is not Label.SCAM or opinion.confidence < SCAM_FROM:
        return verdict
    probability = max(verdict.scam_probability, round(min(opinion.confidence, HIGHEST), 4))
    before = verdict.confidence if verdict.label is Label.SCAM else 0.0
    level = evidence_level(probability, verdict.fingerprint, verdict.identifiers)
    return replace(
        verdict,
        label=Label.SCAM,
        scam_probability=probability,
        confidence=max(before, probability),
        scam_type=verdict.scam_type or opinion.scam_type,
        evidence=max(verdict.evidence, level, key=_ORDER.index),
    )
