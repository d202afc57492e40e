"""A speaker of a language adds a file of phrases, and is told where a line is wrong."""

import pytest

from ringfence.model.verification import Step
from ringfence.verification.lexicon import Lexicon, Meaning, lexicon
from ringfence.verification.spelling import words_of

TAMIL = """\
! ta ta-*
~ illai: இல்லை ille
@ who: avar / antha aal
= yes
aamaa
= did at step0
naan seythen ithai?
= no
illai
= named at start
naan _ pesugiren
= coached
<who> * sonnaar
"""


def _meanings(text: str, step: Step = Step.AUTHORISED) -> list[tuple[str, int]]:
    made = Lexicon()
    made.add("ta.txt", TAMIL)
    return [(part.meaning.value, part.words) for part in made.read(words_of(text)[0], step).parts]


def test_a_language_is_a_file_of_phrases() -> None:
    assert _meanings("Aamaa, naan seythen!") == [("yes", 1), ("did", 2)]
    assert _meanings("naan seythen ithai") == [("did", 3)]
    assert _meanings("இல்லை") == _meanings("ille") == [("no", 1)]
    assert _meanings("antha aal appadi sonnaar") == [("coached", 4)]


def test_a_phrase_of_another_question_is_another_matter() -> None:
    assert _meanings("naan seythen", Step.SHARED) == [("other", 2)]


def test_a_name_is_a_word_that_no_phrase_knows() -> None:
    assert _meanings("naan asha pesugiren", Step.START) == [("named", 3)]
    assert _meanings("naan illai pesugiren", Step.START) == [("unknown", 1), ("no", 1), ("unknown", 1)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("= yes\nda\n= no\nda", "line 4: 'da': means yes already"),
        ("= oui\nda", "line 1: '= oui': 'oui' is not a valid Meaning"),
        ("= yes at step12\nda", "line 1: '= yes at step12': 'step12' is not a valid Step"),
        ("= yes\n<who> da", "line 2: '<who> da': no list has the name <who>"),
        ("= yes\nda?", "line 2: 'da?': a phrase needs a word that can't be left out"),
    ],
)
def test_a_wrong_line_is_named(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=r"ru\.txt, ") as error:
        Lexicon().add("ru.txt", text)
    assert str(error.value) == f"ru.txt, {fault}"


def test_hindi_is_heard_where_it_is_spoken() -> None:
    for language in ("hi-IN", "hi", "en-IN", "en_IN", "EN-in", "en", "ta-IN"):
        assert lexicon(language).read(["haan"], Step.AUTHORISED).parts[0].meaning is Meaning.YES
    for language in ("en-US", "en-GB", "de-DE"):
        assert lexicon(language).read(["haan"], Step.AUTHORISED).parts[0].meaning is Meaning.UNKNOWN
        assert lexicon(language).read(["yes"], Step.AUTHORISED).parts[0].meaning is Meaning.YES
