"""The rules that documents are held to find every kind of fault, and none in a document that is right."""

import pytest
from twilio.twiml import lower_camel

from .twiml_rules import faults, known

HERE = "https://desk.example/voice/TXN001/step0/response?retry=0&amp;turn=1&amp;call=s3cret"
CARD = ["it tells what could be a card number"]
QUESTION = (
    f'<Gather input="speech dtmf" action="{HERE}" method="POST" actionOnEmptyResult="true" timeout="5" '
    'speechTimeout="1" numDigits="1" language="en-IN" hints="yes, no">'
    '<Say language="en-IN" voice="Polly.Aditi">Your reference is 4 7 1 2 0 9.</Say>'
    '<Say language="en-IN">Did you pay 15,499 rupees on 15 January with your card ending in 1 1 1 1?</Say></Gather>'
)


def told(inside: str) -> list[str]:
    return faults(f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'.encode())


@pytest.mark.parametrize(
    "right",
    [
        "",
        QUESTION,
        f"<Say>Hello.</Say>{QUESTION}",
        '<Gather input="dtmf" numDigits="1"><Say>Press 1.</Say></Gather><Hangup/>',
        f'<Say>We block it.</Say><Redirect method="POST">{HERE}</Redirect>',
        f'<Say>Hold on.</Say><Dial action="{HERE}" timeout="20"><Number url="{HERE}">+912250001234</Number></Dial>'
        "<Hangup/>",
        f'<Start><Recording channels="dual" recordingStatusCallback="{HERE}"/></Start>{QUESTION}',
        "<Say>नमस्ते।</Say><Hangup/>",
    ],
)
def test_a_document_that_is_right_has_no_fault(right: str) -> None:
    assert told(right) == []


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("<Gather><Hangup/></Gather><Hangup/>", "Hangup in Gather"),
        ("<Gather><Redirect>https://desk.example/x</Redirect></Gather><Hangup/>", "Redirect in Gather"),
        ("<Number>+912250001234</Number>", "Number in Response"),
        ('<Say tone="soft">Hello</Say>', "Say tone"),
        ('<Gather actiononemptyresult="true"/><Hangup/>', "Gather actiononemptyresult"),
        ("<Shout>Hello</Shout>", "Shout in Response"),
        ('<Gather input="voice"/><Hangup/>', "Gather input is 'voice'"),
        ('<Gather method="PUT"/><Hangup/>', "Gather method is 'PUT'"),
        ('<Gather timeout="five"/><Hangup/>', "Gather timeout is 'five'"),
        ('<Gather speechTimeout="0"/><Hangup/>', "Gather speechTimeout is '0'"),
        ('<Gather actionOnEmptyResult="True"/><Hangup/>', "Gather actionOnEmptyResult is 'True'"),
        ('<Say language="Hindi">Hello</Say>', "Say language is 'Hindi'"),
        ('<Start><Recording track="all"/></Start>', "Recording track is 'all'"),
        ("<Dial><Number>098765</Number></Dial>", "Number is no number with its country code"),
        ("<Say> </Say>", "Say has no words"),
        ('<Gather action="/voice/TXN001/step0/response"/><Hangup/>', "Gather action is no absolute address"),
        ("<Redirect>step4</Redirect>", "Redirect is no absolute address"),
        ("<Redirect/>", "Redirect is no absolute address"),
        ("<Redirect>http://desk.example/x</Redirect>", "Redirect does not lead to us"),
        ("<Redirect>https://desk.example.attacker.example/x</Redirect>", "Redirect does not lead to us"),
        ("<Redirect>https://desk.example:8443/x</Redirect>", "Redirect does not lead to us"),
        ("<Redirect>https://desk.example@attacker.example/x</Redirect>", "Redirect does not lead to us"),
        ("<Redirect>https://desk.example/x#y</Redirect>", "Redirect does not lead to us"),
        (
            '<Dial><Number url="http://127.0.0.1:8000/x">+912250001234</Number></Dial>',
            "Number url does not lead to us",
        ),
        ("<Hangup/><Say>Goodbye.</Say>", "Say behind Hangup"),
        ("<Redirect>https://desk.example/x</Redirect><Hangup/>", "Hangup behind Redirect"),
        (
            f'<Gather action="{HERE}"><Say>Well?</Say></Gather>',
            "Gather lets silence fall through to the end of the call",
        ),
    ],
)
def test_each_fault_is_found(wrong: str, fault: str) -> None:
    assert told(wrong) == [fault]


@pytest.mark.parametrize(
    "card",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1",
        "४१११ ११११ ११११ ११११",
        "four one one one one one one one one one one one one one one one",
        "चार एक एक एक एक एक एक एक एक एक एक एक एक एक एक एक",
        "501234567890",
    ],
)
def test_a_card_number_is_found_wherever_it_stands(card: str) -> None:
    assert told(f"<Say>Your card {card} was used.</Say>") == CARD
    assert told(f'<Gather hints="yes, {card}"/><Hangup/>') == CARD
    assert told(f"<Say>Hello</Say>{card}") == CARD


def test_a_card_number_is_found_that_is_told_in_two_breaths() -> None:
    assert told("<Say>4111 1111</Say><Say>one one one one 1111</Say>") == CARD
    assert told("<Say>4 1 1 1 1 1 and your reference is 4 7 1 2 0 9</Say>") == []


def test_what_is_no_document_is_told() -> None:
    assert faults(b"<Response/>" + b" " * 4_000) == ["it has 4,011 characters"]
    assert faults(b"<Response><Say>Hello</Response>")[0].startswith("it is no XML")
    assert faults(b"<Answer/>") == ["Answer"]
    assert faults(b'<Response voice="x"/>') == ["Response"]


def test_the_table_is_that_of_the_sdk() -> None:
    assert known()["Response", "Gather"] >= {"actionOnEmptyResult", "speechTimeout", "numDigits", "hints"}
    assert known()["Response", "Say"] == {"voice", "loop", "language"}
    assert ("Dial", "Number") in known()
    assert ("Gather", "Hangup") not in known()
    assert lower_camel("action_on_empty_result") == "actionOnEmptyResult"
