"""Phrases are found in a text whatever their language, once each, where they stand."""

import time

from hypothesis import given
from hypothesis import strategies as st

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
