"""Spellings that are meant to pass a filter are undone, and honest ones left alone."""

import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.content.spelling import usual
from ringfence.lab.messages.noise import disguised


@pytest.mark.parametrize(
    ("written", "meant", "words"),
    [
        ("Your acc0unt will be bl0cked", "Your account will be blocked", 2),
        ("v3r1fy y0ur p@ssw0rd", "verify your password", 3),
        ("c1ick the 1ink", "click the link", 2),
        ("Update K Y C now", "Update KYC now", 1),
        ("b.a.n.k and k-y-c", "bank and kyc", 2),
        ("pass-word, ver*ify", "password, verify", 2),
        ("Yоur bаnk", "Your bank", 2),
        ("O\u200bTP", "OTP", 0),
        ("Vérify yoúr açcount", "Verify your account", 0),
    ],
)
def test_a_disguise_is_undone(written: str, meant: str, words: int) -> None:
    folded, count = usual(written)
    assert folded.text.lower() == meant.lower()
    assert count == words


@pytest.mark.parametrize(
    "honest",
    [
        "He has a B.A. and a B.Sc. from I.I.T.",
        "Meet at 7pm, gate B2, flat 4C, 2nd floor",
        "Dr. A P J Abdul Kalam road",
        "well-known part-time follow-up",
        "आपका खाता सुरक्षित है।",
        "Привет, как дела?",
    ],
)
def test_an_honest_spelling_stays(honest: str) -> None:
    folded, count = usual(honest)
    assert (folded.text, count) == (honest, 0)


def test_most_words_that_a_scammer_hides_are_found_again() -> None:
    told = "your bank account will be blocked verify your kyc click the link"
    found = [usual(disguised(told, Random(seed)))[0].text.lower() for seed in range(200)]
    share = [sum(word in text.split() for word in told.split()) / len(told.split()) for text in found]
    assert sum(share) / len(share) > 0.9


@given(st.text(max_size=200))
def test_each_place_leads_back_into_the_text(text: str) -> None:
    folded, _ = usual(text)
    for at in range(len(folded.text)):
        start, end = folded.span(at, at + 1)
        assert 0 <= start < end <= len(text)


def test_a_megabyte_of_anything_takes_no_longer_than_another() -> None:
    for text in ("a " * 500_000, "b a n k " * 120_000, "1" * 1_000_000, "a1!|" * 250_000, "a.b" * 300_000):
        began = time.process_time()
        usual(text)
        assert time.process_time() - began < 4
