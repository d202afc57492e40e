"""What a card holder says or presses is taken for what it means, and for nothing where it might mean something else."""

import time
import unicodedata
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.verification.rows import Row, rows

from ringfence.model.verification import Heard, Step, Understood
from ringfence.verification.answers import SURE, understand

FILES = ("en.txt", "hi.txt", "blind.txt", "second.txt", "third.txt", "consent.txt", "stories.txt")
ROWS = [row for name in FILES for row in rows(name)]
YES_ROWS = [row for row in ROWS if row.expected is Understood.YES]
STEPS = st.sampled_from(Step)
LANGUAGES = st.sampled_from(["en-IN", "en-GB", "en-US", "hi-IN", "en", "ta-IN", "de-DE", "", "hi_IN"])


def _understood(row: Row, text: str) -> Understood:
    return understand(Heard(speech=text, confidence=row.confidence), row.step, row.language)


@pytest.mark.parametrize("name", FILES)
def test_answers_are_taken_for_what_they_mean(name: str) -> None:
    wrong = [
        (row.step.value, row.text, row.expected.value, got.value)
        for row in rows(name)
        if (got := understand(row.heard, row.step, row.language)) is not row.expected
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("step", "digits", "expected"),
    [
        (Step.START, "1", Understood.YES),
        (Step.AUTHORISED, "1", Understood.YES),
        (Step.AUTHORISED, "2", Understood.NO),
        (Step.SHARED, "2", Understood.NO),
        (Step.KIND_OF_CARD, "1", Understood.PHYSICAL),
        (Step.KIND_OF_CARD, "2", Understood.VIRTUAL),
        (Step.KIND_OF_CARD, "9", Understood.PERSON),
        (Step.AUTHORISED, "9", Understood.PERSON),
        (Step.AUTHORISED, "0", Understood.REPEAT),
        (Step.OTHERS, "*", Understood.REPEAT),
        (Step.AUTHORISED, "3", Understood.UNCLEAR),
        (Step.AUTHORISED, "11", Understood.UNCLEAR),
        (Step.AUTHORISED, "12", Understood.UNCLEAR),
        (Step.AUTHORISED, "#", Understood.UNCLEAR),
        (Step.AUTHORISED, "", Understood.NOTHING),
    ],
)
def test_keys_mean_what_the_question_named_them_for(step: Step, digits: str, expected: Understood) -> None:
    assert understand(Heard(digits=digits), step, "en-IN") is expected


@pytest.mark.parametrize(
    ("step", "speech", "digits"),
    [
        (Step.AUTHORISED, "no", "1"),
        (Step.AUTHORISED, "I didn't make it", "1"),
        (Step.AUTHORISED, "yes", "2"),
        (Step.AUTHORISED, "that was me", "2"),
        (Step.AUTHORISED, "no, that was me", "1"),
        (Step.AUTHORISED, "no, that was me", "2"),
        (Step.AUTHORISED, "wrong number", "2"),
        (Step.CONSENT, "no", "1"),
        (Step.START, "this is his wife", "1"),
        (Step.KIND_OF_CARD, "virtual", "1"),
        (Step.KIND_OF_CARD, "the plastic one", "2"),
    ],
)
def test_a_key_and_words_against_it_are_asked_again(step: Step, speech: str, digits: str) -> None:
    assert understand(Heard(speech, 0.9, digits), step, "en-IN") is Understood.BOTH


@pytest.mark.parametrize(
    ("speech", "confidence"),
    [(None, None), ("yes", 0.9), ("no", 0.2), ("hold on a moment", 0.9), ("what", 0.9), ("mumble", 0.9)],
)
def test_silence_noise_and_words_that_say_the_same_leave_a_key_as_it_is(
    speech: str | None, confidence: float | None
) -> None:
    assert understand(Heard(speech, confidence, "1"), Step.AUTHORISED, "en-IN") is Understood.YES


@pytest.mark.parametrize("speech", ["yes", "no", "that was me", "agent", "wrong number", "repeat", "what"])
def test_where_keys_alone_are_asked_for_words_count_for_nothing(speech: str) -> None:
    def keys_alone(digits: str | None) -> Understood:
        return understand(Heard(speech, 0.95, digits), Step.AUTHORISED, "en-IN", digits_only=True)

    assert keys_alone(None) is Understood.UNCLEAR
    assert (keys_alone("1"), keys_alone("2")) == (Understood.YES, Understood.NO)


def test_whoever_is_told_what_to_say_is_believed_where_keys_alone_are_asked_for() -> None:
    heard = Heard("they told me to say yes", 0.1)
    assert understand(heard, Step.AUTHORISED, "en-IN", digits_only=True) is Understood.COACHED


def test_whoever_is_told_what_to_say_is_believed_whatever_key_was_pressed() -> None:
    heard = Heard("they told me to press one", 0.1, "1")
    assert understand(heard, Step.AUTHORISED, "en-IN") is Understood.COACHED


def test_silence_is_nothing() -> None:
    assert understand(Heard(), Step.AUTHORISED, "en-IN") is Understood.NOTHING
    assert understand(Heard(speech="  "), Step.START, "hi-IN") is Understood.NOTHING


@given(st.text(max_size=300), st.floats() | st.none(), st.text(max_size=3) | st.none(), STEPS, LANGUAGES)
def test_nothing_that_can_be_heard_is_an_error(
    text: str, confidence: float | None, digits: str | None, step: Step, language: str
) -> None:
    assert isinstance(understand(Heard(text, confidence, digits), step, language), Understood)


@given(st.sampled_from(ROWS), st.floats(max_value=SURE, exclude_max=True) | st.just(float("nan")))
def test_no_yes_and_no_choice_is_taken_below_the_threshold(row: Row, confidence: float) -> None:
    got = understand(Heard(row.text, confidence), row.step, row.language)
    assert got not in (Understood.YES, Understood.NO, Understood.PHYSICAL, Understood.VIRTUAL)


NOES = ("not me", "nahi", "no", "I didn't", "नहीं", "it wasn't me", "maine nahi kiya", "never")


@settings(max_examples=500)
@given(st.sampled_from(YES_ROWS), st.sampled_from(NOES), st.booleans())
def test_a_no_beside_a_yes_leaves_no_yes(row: Row, no: str, before: bool) -> None:
    text = f"{no} {row.text}" if before else f"{row.text} {no}"
    assert understand(Heard(text), row.step, "en-IN") is not Understood.YES


def test_no_yes_is_left_by_any_no_at_any_place() -> None:
    for row in YES_ROWS:
        words = row.text.split()
        for at in range(len(words) + 1):
            for no in NOES:
                text = " ".join([*words[:at], no, *words[at:]])
                assert understand(Heard(text), row.step, "hi-IN") is not Understood.YES, text


@pytest.mark.parametrize(
    "doubt", ["maybe", "I think", "shayad", "um", "but", "if", "लेकिन", "pata nahi", "who"]
)
def test_a_doubt_beside_a_yes_leaves_no_yes(doubt: str) -> None:
    for row in YES_ROWS:
        for text in (f"{doubt} {row.text}", f"{row.text} {doubt}"):
            assert understand(Heard(text), row.step, "hi-IN") is not Understood.YES, text


WAYS: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "capitals": str.capitalize,
    "apart": partial(unicodedata.normalize, "NFD"),
    "together": partial(unicodedata.normalize, "NFKC"),
    "wide": lambda text: "".join(chr(ord(one) + 0xFEE0) if "A" <= one <= "z" else one for one in text),
    "unseen": lambda text: "\u200b".join(text) + "\ufeff",
}


@given(st.sampled_from(ROWS), st.sampled_from(sorted(WAYS)))
def test_case_and_spelling_in_unicode_do_not_matter(row: Row, way: str) -> None:
    assert _understood(row, WAYS[way](row.text)) is _understood(row, row.text)


@given(st.sampled_from(ROWS), st.data())
def test_punctuation_does_not_matter(row: Row, data: st.DataObject) -> None:
    signs = data.draw(
        st.lists(st.sampled_from([" ", ", ", ". ", "! ", " - ", "; ", "।  "]), min_size=40, max_size=40)
    )
    words = row.text.split()
    text = "".join(word + signs[at % len(signs)] for at, word in enumerate(words))
    assert _understood(row, text) is _understood(row, row.text)


@given(st.sampled_from(ROWS))
def test_a_question_mark_makes_no_yes(row: Row) -> None:
    assert _understood(row, row.text + "?") is not Understood.YES


def test_of_an_endless_answer_no_yes_is_taken() -> None:
    assert understand(Heard("yes " * 100), Step.AUTHORISED, "en-IN") is Understood.YES
    assert understand(Heard("yes " * 100_000), Step.AUTHORISED, "en-IN") is Understood.UNCLEAR
    assert understand(Heard("they told me to say yes " * 9_999), Step.START, "en-IN") is Understood.COACHED


@pytest.mark.parametrize(
    "text",
    [
        "yes " * 1_000_000,
        "he said i " * 100_000,
        "they told me i have to " * 100_000,
        "maine ye wo transaction " * 100_000,
        "a " * 500_000,
        "ﷺ" * 100_000,
        "e\u0301\u0301\u0301" * 100_000,
        "n" * 1_000_000,
        "हाँ " * 100_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_a_hostile_text_takes_no_longer_than_an_answer(text: str) -> None:
    heard = Heard(speech=text, confidence=0.9)
    understand(heard, Step.AUTHORISED, "hi-IN")
    began = time.process_time()
    for _ in range(5):
        understand(heard, Step.AUTHORISED, "hi-IN")
    assert (time.process_time() - began) / 5 < 0.05
