"""A message is judged, with its kind, its reasons and what it gives away."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfence.content.analysis import Analyser, packaged
from ringfence.model.scam import Label, ScamType
from ringfence.model.verdict import EvidenceLevel, Verdict

BLOCK = "Dear customer, your Canara Bank account will be blocked today. Update your KYC now: http://canara-kyc.top/u"
ALERT = (
    "Rs 1,250.00 debited from A/c XX4471 on 03-11-26 to VPA grocer@okaxis. Avl bal Rs 18,204.10 -Canara Bank"
)


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser.of(packaged())


def test_a_scam_is_found_with_its_kind_and_the_words_that_told(analyser: Analyser) -> None:
    verdict = analyser.analyse(BLOCK).verdict
    assert verdict.label is Label.SCAM
    assert verdict.scam_type is ScamType.KYC
    assert verdict.scam_probability > 0.9
    assert verdict.confidence == verdict.scam_probability
    assert verdict.evidence is EvidenceLevel.HIGH
    told = " ".join(reason.text for reason in verdict.reasons if reason.weight > 0)
    assert "canara-kyc.top" in told
    assert "blocked" in told


def test_a_true_alert_of_the_same_bank_is_none(analyser: Analyser) -> None:
    verdict = analyser.analyse(ALERT).verdict
    assert verdict.label is Label.LEGIT
    assert verdict.scam_type is None
    assert verdict.confidence == pytest.approx(1 - verdict.scam_probability)
    assert verdict.evidence is EvidenceLevel.NONE
    assert any(reason.weight < -1 for reason in verdict.reasons)


def test_advertising_of_a_shop_is_told_apart(analyser: Analyser) -> None:
    verdict = analyser.analyse(
        "Flat 40% off on all kurtas this weekend at FabIndia stores. Shop now at www.fabindia.com T&C apply"
    ).verdict
    assert verdict.label is Label.PROMO


@pytest.mark.parametrize(
    "spelt",
    [
        "Dear custоmer, your Canara Bаnk аccount will be blосked today. Update your KYC now: http://canara-kyc.top/u",
        "Dear cu\u200bstomer, your Canara Ba\u200bnk acc\u200bount will be blo\u200bcked today. Update your K Y C now: "
        "hxxp://canara-kyc[.]top/u",
        "D3ar cust0mer, y0ur Canara B4nk acc0unt w1ll be bl0cked t0day. Upd4te y0ur KYC n0w: http://canara-kyc.top/u",
    ],
)
def test_spelling_does_not_hide_it(analyser: Analyser, spelt: str) -> None:
    verdict = analyser.analyse(spelt).verdict
    assert verdict.label is Label.SCAM
    assert verdict.scam_type is ScamType.KYC


def test_the_same_in_hindi_and_hinglish(analyser: Analyser) -> None:
    hinglish = "Sir aapka bank account aaj band ho jayega, turant KYC update karo, jo OTP aaye wo bata do 98300 51274"
    hindi = "आपका बैंक खाता आज बंद हो जाएगा। तुरंत केवाईसी अपडेट करें और ओटीपी बताएं: 98300 51274"
    verdicts = [analyser.analyse(text).verdict for text in (hinglish, hindi)]
    assert [verdict.label for verdict in verdicts] == [Label.SCAM, Label.SCAM]
    assert [verdict.language for verdict in verdicts] == ["hi-Latn", "hi"]


def test_what_a_turn_continues_counts(analyser: Analyser) -> None:
    before = (
        "This is officer Rao of the CBI, a parcel with drugs was sent in your name.",
        "Do not cut the call.",
    )
    turn = "Ok, now do it as I said."
    assert analyser.analyse(turn).verdict.label is Label.LEGIT
    continued = analyser.analyse(turn, before).verdict
    assert continued.label is Label.SCAM
    assert continued.scam_type is ScamType.DIGITAL_ARREST


def test_the_same_message_gives_the_same_verdict(analyser: Analyser) -> None:
    assert analyser.analyse(BLOCK) == Analyser.of(packaged()).analyse(BLOCK)


@pytest.mark.parametrize("text", ["", "   ", "12", "👍", "https://example.com", "hello"])
def test_little_is_judged_with_little_certainty(analyser: Analyser, text: str) -> None:
    verdict = analyser.analyse(text).verdict
    assert verdict.scam_probability < 0.8


def in_bounds(verdict: Verdict, text: str) -> None:
    assert 0 <= verdict.scam_probability <= 1
    assert (verdict.label is Label.SCAM) == (verdict.scam_probability >= 0.5)
    assert (verdict.scam_type is not None) == (verdict.label is Label.SCAM)
    for reason in verdict.reasons:
        start, end = reason.span
        assert 0 <= start < end <= len(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_judged(text: str) -> None:
    in_bounds(_SHARED.analyse(text).verdict, text)


_SHARED = Analyser.of(packaged())


@pytest.mark.parametrize("piece", ["a ", "1", "pay now ", "http://", "O", "क", "@", "Rs 1 "])
def test_a_megabyte_of_the_worst_text_is_judged_in_bounded_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    begun = time.perf_counter()
    in_bounds(_SHARED.analyse(text).verdict, text)
    assert time.perf_counter() - begun < 5
