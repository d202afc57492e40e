"""What is said, held to the verbs and attributes that Twilio's own classes know."""

from itertools import product
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stand_ins.twiml_rules import faults, nested, unknown

from ringfence.adapters.telephony.twiml import LONGEST, spoken
from ringfence.errors import BadInput
from ringfence.model.verification import Listen, Prompt, Step

ANSWER = "https://desk.example/voice/TXN001/step0/response?retry=1&turn=3&call=s3cret"
ON = "https://desk.example/voice/TXN001/step4?turn=4&call=s3cret"
YES_OR_NO = Listen(True, ("yes", "no", "haan", "nahi"))
PROMPTS = [
    Prompt(language, sentences, listen, go_on, transfer_to)
    for language, sentences, (listen, go_on, transfer_to) in product(
        ("en-IN", "hi-IN", "ta-IN"),
        (("Did you make this payment?", "Press 1 for yes, 2 for no."), ("क्या यह भुगतान आपने किया?",), ()),
        (
            (YES_OR_NO, None, None),
            (Listen(False, ("yes",)), None, None),
            (Listen(True, ()), None, None),
            (None, Step.KIND_OF_CARD, None),
            (None, None, "+912212345678"),
            (Listen(False, (), ends=True), None, None),
            (None, None, None),
        ),
    )
]


def document(prompt: Prompt) -> ElementTree.Element:
    return ElementTree.fromstring(spoken(prompt, ANSWER, ON))


@pytest.mark.parametrize("prompt", PROMPTS, ids=str)
def test_every_document_is_one_that_twilio_takes(prompt: Prompt) -> None:
    assert faults(spoken(prompt, ANSWER, ON)) == []
    made = document(prompt)
    assert not [inner for outer, inner in nested(made) if outer == "Gather" and inner.tag != "Say"]


def test_a_question_takes_words_and_keys_and_silence() -> None:
    made = document(Prompt("hi-IN", ("क्या आप आशा राव हैं?", "हाँ के लिए 1 दबाएँ।"), YES_OR_NO))
    (gather,) = made
    assert gather.attrib == {
        "input": "speech dtmf",
        "action": ANSWER,
        "method": "POST",
        "actionOnEmptyResult": "true",
        "timeout": "5",
        "speechTimeout": "1",
        "numDigits": "1",
        "language": "hi-IN",
        "hints": "yes, no, haan, nahi",
    }
    assert [(say.tag, say.text, say.attrib) for say in gather] == [
        ("Say", "क्या आप आशा राव हैं?", {"language": "hi-IN", "voice": "Polly.Aditi"}),
        ("Say", "हाँ के लिए 1 दबाएँ।", {"language": "hi-IN", "voice": "Polly.Aditi"}),
    ]


def test_a_question_by_keys_alone_does_not_listen_to_words() -> None:
    (gather,) = document(Prompt("en-IN", ("Press 1 or 2.",), Listen(False, ("yes",))))
    assert gather.attrib == {
        "input": "dtmf",
        "action": ANSWER,
        "method": "POST",
        "actionOnEmptyResult": "true",
        "timeout": "5",
        "numDigits": "1",
    }


def test_a_step_that_asks_nothing_goes_on_to_the_next() -> None:
    say, redirect = document(Prompt("en-IN", ("We have blocked it.",), go_on=Step.KIND_OF_CARD))
    assert (say.text, redirect.tag, redirect.text) == ("We have blocked it.", "Redirect", ON)
    assert redirect.attrib == {"method": "POST"}


def test_recording_begins_before_the_question_that_follows_a_consent() -> None:
    asked = Prompt("en-IN", ("Did you?",), YES_OR_NO, records=True)
    start, gather = document(asked)
    assert [(inner.tag, inner.attrib) for inner in (start, *start)] == [("Start", {}), ("Recording", {})]
    assert gather.tag == "Gather"
    assert not unknown(document(asked))


def test_a_colleague_is_rung_and_told_first_and_it_is_told_what_became_of_it() -> None:
    say, dial = document(Prompt("en-IN", ("I put you through.",), transfer_to="+912212345678"))
    assert say.tag == "Say"
    assert (dial.tag, dial.attrib) == ("Dial", {"action": ON, "method": "POST", "timeout": "25"})
    (number,) = dial
    assert (number.tag, number.text) == ("Number", "+912212345678")
    assert number.attrib == {"url": ANSWER, "method": "POST"}


def test_whoever_presses_nothing_is_hung_up_on_and_whoever_joins_is_not() -> None:
    gather, hangup = document(Prompt("en-IN", ("Press 1.",), Listen(False, (), ends=True)))
    assert gather.attrib == {
        "input": "dtmf",
        "action": ANSWER,
        "method": "POST",
        "timeout": "5",
        "numDigits": "1",
    }
    assert hangup.tag == "Hangup"
    assert list(document(Prompt("en-IN", (), joins=True))) == []
    assert [inner.tag for inner in document(Prompt("en-IN", ()))] == ["Hangup"]


def test_the_last_words_end_the_call() -> None:
    assert [inner.tag for inner in document(Prompt("en-IN", ("Goodbye.",)))] == ["Say", "Hangup"]


def test_a_language_whose_voice_we_do_not_know_is_spoken_by_that_of_the_account() -> None:
    (say, _) = document(Prompt("ta-IN", ("வணக்கம்.",)))
    assert say.attrib == {"language": "ta-IN"}


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "</Say></Gather><Hangup/><Gather><Say>",
        'Asha "Ace" O\'Neil & Sons',
        "]]><!-- &amp; --> <![CDATA[x",
        "&#60;Dial&#62;",
        "Asha 🙏🏽 Rao",
        "\u202eoaR ahsA\u202c",
        "عائشة",
        "क्‍ष",
    ],
)
def test_a_hostile_name_is_words_and_no_more(name: str) -> None:
    plain = [(inner.tag, inner.attrib) for inner in document(Prompt("en-IN", ("Asha?",), YES_OR_NO)).iter()]
    made = document(Prompt("en-IN", (f"Am I speaking with {name}?",), YES_OR_NO))
    assert [(inner.tag, inner.attrib) for inner in made.iter()] == plain
    assert made.findtext("Gather/Say") == f"Am I speaking with {name}?"


@given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=20))
def test_any_text_makes_a_document_that_can_be_read(name: str, hint: str) -> None:
    made = document(Prompt("en-IN", (name, "Press 1."), Listen(True, (hint, "no"))))
    assert not unknown(made)
    assert made.findall("Gather/Say")[-1].text == "Press 1."


def test_what_xml_can_not_hold_is_left_out() -> None:
    assert document(Prompt("en-IN", ("As\x00ha\x1b \ud83d Rao\ufffe",))).findtext("Say") == "As ha Rao"


def test_a_hint_is_one_hint() -> None:
    (gather,) = document(Prompt("en-IN", ("Well?",), Listen(True, ("yes, I did", "no\n"))))
    assert gather.get("hints") == "yes  I did, no"


def of_length(characters: int) -> dict[str, Any]:
    empty = len(spoken(Prompt("en-IN", ("x",)), ANSWER, ON)) - 1
    return {"prompt": Prompt("en-IN", ("é" * (characters - empty),)), "answer_to": ANSWER, "go_on_at": ON}


def test_a_document_has_at_most_four_thousand_characters() -> None:
    assert len(spoken(**of_length(LONGEST)).decode()) == LONGEST == 4_000
    with pytest.raises(
        BadInput, match=r"makes 4,001 characters of TwiML, and 4,000 is the most: shorten"
    ) as caught:
        spoken(**of_length(LONGEST + 1))
    assert caught.value.code == "prompt_too_long"
    assert "é" not in caught.value.detail
