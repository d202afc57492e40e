"""When a second opinion is asked for, and that it never makes a verdict milder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.content.fingerprint import fingerprint
from ringfence.content.reading import read
from ringfence.content.second_opinion import HIGHEST, raised, wanted
from ringfence.identifiers import find
from ringfence.model.opinion import Ask, Opinion
from ringfence.model.scam import Label, ScamType
from ringfence.model.verdict import EvidenceLevel, Verdict

BLOCK = "Your SBI account will be blocked within 24 hours. Share the OTP or call 98310 44127 immediately."
BAND = (0.2, 0.8)
LEVELS = tuple(EvidenceLevel)


def verdict(probability: float, *, kind: ScamType | None = None, text: str = BLOCK) -> Verdict:
    scam = probability >= 0.5
    return Verdict(
        label=Label.SCAM if scam else Label.LEGIT,
        scam_probability=probability,
        confidence=probability if scam else round(1 - probability, 4),
        scam_type=kind or (ScamType.OTHER if scam else None),
        reasons=(),
        evidence=EvidenceLevel.LOW if scam else EvidenceLevel.NONE,
        language="en",
        identifiers=find(text),
        fingerprint=fingerprint(read(text)),
        method="of-this-test",
    )


def scam(confidence: float, kind: ScamType = ScamType.OTP_THEFT) -> Opinion:
    return Opinion(Label.SCAM, kind, confidence, "It asks for a one-time code.")


@pytest.mark.parametrize(
    ("probability", "rule", "asked"),
    [
        (0.5, Ask.UNSURE, True),
        (0.2, Ask.UNSURE, True),
        (0.8, Ask.UNSURE, True),
        (0.1999, Ask.UNSURE, False),
        (0.8001, Ask.UNSURE, False),
        (0.0, Ask.ALWAYS, True),
        (1.0, Ask.ALWAYS, True),
        (0.5, Ask.OFF, False),
    ],
)
def test_it_is_asked_for_as_the_setting_says(probability: float, rule: Ask, asked: bool) -> None:
    assert wanted(verdict(probability), rule, BAND) is asked


def test_a_missed_scam_is_raised_with_all_that_follows() -> None:
    told = raised(verdict(0.3), scam(0.92))
    assert (told.label, told.scam_type) == (Label.SCAM, ScamType.OTP_THEFT)
    assert (told.scam_probability, told.confidence) == (0.92, 0.92)
    assert told.evidence is EvidenceLevel.HIGH
    assert (told.reasons, told.method, told.language) == ((), "of-this-test", "en")


def test_a_model_that_is_certain_is_not_quite_believed() -> None:
    assert raised(verdict(0.3), scam(1.0)).scam_probability == HIGHEST == 0.95


def test_the_embedded_type_and_a_higher_probability_stay() -> None:
    told = raised(verdict(0.97, kind=ScamType.KYC), scam(0.8))
    assert (told.scam_type, told.scam_probability, told.confidence) == (ScamType.KYC, 0.97, 0.97)


def test_half_a_suspicion_changes_nothing() -> None:
    assert raised(verdict(0.3), scam(0.49)) == verdict(0.3)


@pytest.mark.parametrize("label", [Label.LEGIT, Label.PROMO])
@pytest.mark.parametrize("probability", [0.3, 0.55, 0.99])
def test_an_opinion_that_all_is_well_changes_nothing(label: Label, probability: float) -> None:
    assert raised(verdict(probability), Opinion(label, None, 1.0, "All is well.")) == verdict(probability)


@st.composite
def opinions(draw: st.DrawFn) -> Opinion:
    label = draw(st.sampled_from(Label))
    kind = draw(st.sampled_from(ScamType)) if label is Label.SCAM else None
    return Opinion(label, kind, draw(st.floats(0, 1)), draw(st.text(max_size=300)))


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    """Also such as no embedded model gives."""
    texts = st.sampled_from([BLOCK, "See you at seven.", "Pay refund@okaxis now or be arrested"])
    made = verdict(draw(st.floats(0, 1)), text=draw(texts))
    level, label = draw(st.sampled_from(LEVELS)), draw(st.sampled_from(Label))
    kind = draw(st.sampled_from([None, *ScamType]))
    return Verdict(
        label,
        made.scam_probability,
        draw(st.floats(0, 1)),
        kind,
        (),
        level,
        "en",
        made.identifiers,
        made.fingerprint,
        "m",
    )


@given(before=verdicts(), opinion=opinions())
def test_no_opinion_ever_lowers_a_verdict(before: Verdict, opinion: Opinion) -> None:
    after = raised(before, opinion)
    assert after.scam_probability >= before.scam_probability
    assert LEVELS.index(after.evidence) >= LEVELS.index(before.evidence)
    assert before.label is not Label.SCAM or after.label is Label.SCAM
    assert before.label is not Label.SCAM or after.confidence >= before.confidence
    assert before.scam_type is None or after.scam_type is before.scam_type
    assert (after.reasons, after.identifiers, after.fingerprint) == (
        before.reasons,
        before.identifiers,
        before.fingerprint,
    )
    assert raised(before, opinion) == after, "the same opinion does the same again"
    assert raised(after, opinion) == after, "and nothing twice"
