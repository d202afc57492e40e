"""What is kept of a scam message, and how it is put in words."""

from dataclasses import replace
from hashlib import sha256

import pytest

from ringfence.content.finding import finding
from ringfence.content.told import told
from ringfence.model.finding import Evidence, FindingKind
from ringfence.model.scam import Label, ScamType

from .judged import verdict

NOON = 1_768_478_400_000_000_000
KYC = (
    "Your SBI account will be blocked today. Update KYC at http://sbi-kyc.top/x immediately, pay Rs 10 to kyc@ybl "
    "with card 4111 1111 1111 1111"
)


def test_a_scam_leaves_a_finding_without_its_text() -> None:
    found = finding(KYC, verdict(KYC), "s1", NOON)
    assert found is not None
    digest = sha256(KYC.encode()).hexdigest()
    assert (found.kind, found.at, found.scam_type) == (FindingKind.SCAM_MESSAGE, NOON, ScamType.KYC)
    assert found.evidence == (Evidence("message", digest[:32], digest),)
    values = {one.kind.value: one.value for one in found.identifiers}
    assert (values["upi"], values["url"]) == ("kyc@ybl", "http://sbi-kyc.top/x")
    assert {one.span for one in found.identifiers} == {None}
    assert KYC not in repr(found)


def test_of_a_card_the_last_four_digits_are_kept() -> None:
    found = finding(KYC, verdict(KYC), "s1", NOON)
    assert found is not None
    card = next(one for one in found.identifiers if one.kind == "card")
    assert (card.value, card.surface) == ("************1111", "")


def test_the_same_message_in_the_same_session_is_one_finding() -> None:
    first, again, elsewhere = (finding(KYC, verdict(KYC), name, NOON) for name in ("s1", "s1", "s2"))
    assert first is not None
    assert first == again
    assert elsewhere is not None
    assert elsewhere.finding_id != first.finding_id


@pytest.mark.parametrize("label", [Label.LEGIT, Label.PROMO])
def test_what_is_no_scam_leaves_none(label: Label) -> None:
    assert finding(KYC, verdict(KYC, label, 0.1, None), "s1", NOON) is None


def test_a_verdict_in_words_says_what_it_is_what_it_wants_and_what_to_do() -> None:
    said = told(verdict(KYC))
    assert said.startswith("Scam, a pretended KYC update. The sender claims to be a bank")
    assert "Do not pay" in said
    bare = "hi there, long time"
    assert told(verdict(bare, scam_type=None)) == (
        "Scam. Do not answer; who is truly meant can be asked at the number they publish."
    )
    assert told(verdict(bare, Label.LEGIT, 0.02, None)) == "No sign of a scam."
    assert told(verdict(bare, Label.PROMO, 0.02, None)).startswith("Advertising")
    assert "ask the sender" in told(verdict(bare, Label.LEGIT, 0.4, None))


@pytest.mark.parametrize("scam_type", list(ScamType))
def test_every_type_has_its_words(scam_type: ScamType) -> None:
    assert told(replace(verdict("hi"), scam_type=scam_type)).startswith("Scam, ")
