"""Phrases are found in a text whatever their language, once each, where they stand."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.content.fingerprint import demands
from ringfence.content.lexicon import Lexicon, lexicon, read
from ringfence.content.words import words_of

PHRASES = """\
= block
[en]
will be blocked
block*
within # hour*
[hi]
बंद हो
= other
pay _ now
"""


def _found(text: str) -> list[tuple[str, str]]:
    return [
        (hit.phrase.kind, text[hit.start : hit.end])
        for hit in Lexicon(list(read("fear", PHRASES))).find(words_of(text))
    ]


def test_the_longest_phrase_is_told_and_told_once() -> None:
    assert _found("Your card WILL be Blocked.") == [("block", "WILL be Blocked")]
    assert _found("blocking it") == [("block", "blocking")]


def test_numbers_and_any_word_have_their_places() -> None:
    assert _found("within 24 hours, pay it now") == [("block", "within 24 hours"), ("other", "pay it now")]
    assert _found("within some hours") == []


def test_no_phrase_goes_on_in_the_next_sentence() -> None:
    assert _found("It will be. Blocked numbers are free") == [("block", "Blocked")]
    assert _found("Please pay. Now go") == []


def test_vowel_signs_belong_to_their_word() -> None:
    assert [word.text for word in words_of("खाता बंद हो जाएगा।")] == ["खाता", "बंद", "हो", "जाएगा", "."]
    assert _found("खाता बंद हो जाएगा।") == [("block", "बंद हो")]


def test_an_apostrophe_is_part_of_its_word_however_it_is_written() -> None:
    assert [word.text for word in words_of("Don’t tell 'mum'")] == ["don't", "tell", "mum"]


@given(st.text(max_size=300))
def test_every_hit_stands_in_the_text(text: str) -> None:
    for hit in lexicon().find(words_of(text)):
        assert 0 <= hit.start < hit.end <= len(text)


def test_a_megabyte_of_beginnings_takes_no_longer_than_another() -> None:
    for text in ("your " * 200_000, "will be " * 125_000, "24 " * 330_000):
        began = time.process_time()
        lexicon().find(words_of(text))
        assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("demand", "advice"),
    [
        (
            "Madam, share the OTP that came just now.",
            "Never share the OTP with anyone.",
        ),
        (
            "ಮೇಡಂ, ಈಗ ಬಂದ ಒಟಿಪಿ ಹೇಳಿ.",
            "ಒಟಿಪಿ ಯಾರಿಗೂ ಹೇಳಬೇಡಿ.",
        ),
        (
            "ম্যাডাম, ওটিপিটা এখন বলুন।",
            "ওটিপি কাউকে বলবেন না।",
        ),
        (
            "மேடம், ஓடிபி சொல்லுங்கள்.",
            "ஓடிபியை யாரிடமும் பகிர வேண்டாம்.",
        ),
        (
            "sir abhi jo aaya hai wo OTP bataiye",
            "OTP kisi ko na bataye, bank kabhi nahi mangta",
        ),
        (
            "Nitumie code uliyopokea sasa hivi.",
            "Usimpe mtu PIN yako, hatuombi PIN kwa simu.",
        ),
    ],
)
def test_a_demand_for_a_code_is_told_from_the_advice_to_keep_it(demand: str, advice: str) -> None:
    assert _asked_for(demand) == {"otp"}
    assert _asked_for(advice) == set()
    assert "advice" in {hit.phrase.tactic for hit in lexicon().find(words_of(advice))}


@pytest.mark.parametrize(
    ("text", "tactic", "kind"),
    [
        ("ನಿಮ್ಮ ಖಾತೆ ಇಂದು ಬ್ಲಾಕ್ ಆಗುತ್ತದೆ", "fear", "block"),
        ("तुमचे खाते आज बंद होईल", "fear", "block"),
        ("ਫੋਨ ਨਾ ਕੱਟੋ, ਲਾਈਨ ਤੇ ਰਹੋ", "secrecy", "isolation"),
        ("ప్రాసెసింగ్ ఫీజు కట్టండి", "payment", "fee"),
        ("ഈ ലിങ്കിൽ ക്ലിക്ക് ചെയ്യുക", "remote", "link"),
        ("آپ کو گرفتار کیا جائے گا", "fear", "legal"),
        ("hongera umeshinda laki moja", "reward", "prize"),
    ],
)
def test_a_deed_is_seen_in_the_languages_it_is_done_in(text: str, tactic: str, kind: str) -> None:
    assert (tactic, kind) in {(hit.phrase.tactic, hit.phrase.kind) for hit in lexicon().find(words_of(text))}


def test_every_phrase_is_in_the_spelling_that_texts_have() -> None:
    phrases = [" ".join(phrase.words) for phrase in lexicon().phrases]
    assert all(phrases)
    assert [phrase for phrase in phrases if not unicodedata.is_normalized("NFC", phrase)] == []
    assert [phrase for phrase in phrases if "\u200c" in phrase or "\u200d" in phrase] == []


def _asked_for(text: str) -> set[str]:
    return {
        hit.phrase.kind
        for hit in demands(lexicon().find(words_of(text)))
        if hit.phrase.tactic == "credential"
    }
