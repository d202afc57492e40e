"""What a language model says of a message, beside the embedded verdict."""

from dataclasses import dataclass
from enum import StrEnum

from ringfence.model.scam import Label, ScamType

LONGEST_EXPLANATION = 300
"""Characters."""


class Ask(StrEnum):
    """When a second opinion is asked for."""

    OFF = "off"
    UNSURE = "unsure"
    """Where the probability of a scam lies within a band."""
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Opinion:
    """`confidence` is that of the label, 0 to 1; only a scam has a type."""

    label: Label
    scam_type: ScamType | None
    confidence: float
    explanation: str

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError("confidence is 0 to 1")
        if (self.scam_type is not None) != (self.label is Label.SCAM):
            raise ValueError("a scam has a type, and nothing else has one")
        if len(self.explanation) > LONGEST_EXPLANATION:
            raise ValueError(f"an explanation has at most {LONGEST_EXPLANATION} characters")


class OpinionStatus(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    """The model, or its provider's filter, would not judge this message."""
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    LIMITED = "limited"
    """Not asked, or not answered, for the sake of a limit: ours or the provider's."""


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What an answer tells of it. `opinion` is there where it was given; `detail` is a sentence for people; `cached`
    says that the question was answered before."""

    status: OpinionStatus
    opinion: Opinion | None
    model: str
    detail: str
    cached: bool = False
