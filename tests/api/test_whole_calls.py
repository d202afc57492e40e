"""A card holder is called, as Twilio plays it over HTTP: what is said, what is decided, what the desk sees of it."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from tests.made_up import ASHA_ROW
from tests.stand_ins import twilio
from tests.stand_ins.twilio_calls import sent
from tests.stand_ins.twiml_rules import PUBLIC

from ringfence.model.key import Role

from .calling import CallDesk, call_desk
from .conftest import MakeSite

pytestmark = pytest.mark.skipif(not twilio.DESCRIPTION.is_file(), reason=twilio.MISSING)

SECRETS = ("1 1 1 1", "1111", "15,499", "Example Store", "January", "जनवरी")
FRAUD = "Mark As Fraud"


@pytest.fixture
def desk(site_with: MakeSite) -> Iterator[CallDesk]:
    with call_desk(site_with) as made:
        yield made


def test_a_call_is_ordered_with_machine_detection_and_all_four_callbacks(desk: CallDesk) -> None:
    desk.calls()
    (order,) = desk.ordered
    begin, news = order.pop("Url"), order.pop("StatusCallback")
    assert begin.startswith(f"{PUBLIC}/voice/TXN001/start?")
    assert news.startswith(f"{PUBLIC}/status/TXN001?")
    assert order == {
        "To": "+919876543210",
        "From": twilio.NUMBER,
        "Method": "POST",
        "StatusCallbackMethod": "POST",
        "StatusCallbackEvent": "initiated ringing answered completed",
        "MachineDetection": "DetectMessageEnd",
    }
    assert desk.status() == "Connecting"


def test_a_yes_resolves(desk: CallDesk) -> None:
    call = desk.calls().rings()
    assert not [one for one in SECRETS if one in " ".join(call.spoken)], "before the right party has answered"
    call.says("yes, speaking")
    assert [one for one in SECRETS[:-1] if one in " ".join(call.spoken)]
    call.says("yes I did")
    assert (call.over, desk.status()) == (True, "Resolved")
    call.ends()
    assert desk.status() == "Resolved"
    assert desk.decided() == [
        ("start", 0, "yes", ""),
        ("step0", 0, "yes", "Resolved"),
        ("step0", 0, None, ""),
    ]
    assert desk.findings() == []


@pytest.mark.parametrize(
    ("card", "hears"),
    [("physical", "A new card will be sent"), ("virtual", "You will find a virtual card")],
)
def test_a_no_is_fraud_at_once_and_is_asked_which_card_should_come(
    desk: CallDesk, card: str, hears: str
) -> None:
    call = desk.calls().rings().says("yes", "no I did not")
    assert desk.status() == FRAUD
    call.says("no", "no", card)
    assert call.over
    assert any(one.startswith(hears) for one in call.spoken)
    (told,) = desk.told()
    assert f"Your reference is {' '.join(told['reference'])}." in call.spoken[-1]
    call.ends()
    assert (desk.status(), len(desk.findings())) == (FRAUD, 1)


def test_a_physical_card_is_bridged_by_a_virtual_one(desk: CallDesk) -> None:
    call = desk.calls(leaves_before="step7").rings().says("1", "2", "2", "2", "1")
    assert (call.step, call.over) == ("step7", False)
    assert "Until it arrives you can use a virtual card" in call.spoken[-1]


def test_what_the_desk_needs_is_in_the_finding(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes", "no I never did")
    call.says("a man called me from 98111 22233", "yes", "no", "virtual").ends()
    (found,) = desk.findings()
    assert found["kind"] == "denied_transaction"
    assert [(one["kind"], one["value"]) for one in found["identifiers"]] == [("phone", "+919811122233")]
    assert "denies a payment of 15,499.50 INR at Example Store" in found["summary"]
    assert "Card details shared: yes (“yes”)." in found["summary"]
    assert "Other transactions denied: no (“no”)." in found["summary"]
    (told,) = desk.told()
    assert found["evidence"][0]["id"] == told["call_id"]
    (masked,) = desk.findings(Role.VIEWER)
    assert "9811122233" not in str(masked)


def test_silence_three_times_then_keys_alone_then_the_end(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes")
    heard = [call.listens_to]
    for _ in range(3):
        heard.append(call.says("").listens_to)
    assert heard == ["speech dtmf"] * 3 + ["dtmf"]
    assert "Please answer with the keys of your phone." in call.spoken
    call.says("")
    assert (call.over, desk.status()) == (True, "Unverified")
    assert "call the number on the back of your card" in call.spoken[-1]
    call.ends()
    assert (desk.status(), desk.findings()) == ("Unverified", [])


def test_a_key_is_still_heard_after_the_silence(desk: CallDesk) -> None:
    desk.calls().rings().says("yes", "", "", "", "1").ends()
    assert desk.status() == "Resolved"


def test_a_key_and_words_that_contradict_it_are_asked_again(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes")
    both = call.form(SpeechResult="no I did not", Confidence="0.93", Digits="1")
    call.document_of(sent(desk.posts, call.at, both))
    assert desk.status() == "Connecting"
    assert desk.decided()[-1] == ("step0", 0, "both", "")


def test_words_count_for_nothing_where_keys_alone_are_asked_for(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes", "", "", "")
    assert call.listens_to == "dtmf"
    call.document_of(sent(desk.posts, call.at, call.form(SpeechResult="yes", Confidence="0.99")))
    assert desk.status() == "Unverified"


def test_keys_alone_lead_through_the_whole_call(desk: CallDesk) -> None:
    call = desk.calls().rings().says("1", "2", "2", "1", "2")
    call.ends()
    assert (call.over, desk.status()) == (True, FRAUD)
    (told,) = desk.told()
    answers = [one["heard"] for one in told["timeline"] if one["heard"]]
    assert [one["digits"] for one in answers] == [*"12212"]
    assert {one["speech"] for one in answers} == {None}


def test_a_call_in_hindi_asks_and_understands_hindi(desk: CallDesk) -> None:
    desk.brings(ASHA_ROW | {"id": "TXN003", "client_name": "आशा राव", "language": "hi-IN"})
    call = desk.calls("TXN003").rings()
    assert call.spoken[0].startswith("नमस्ते।")
    assert b'language="hi-IN"' in call.document
    call.says("हाँ बोल रही हूँ", "नहीं मैंने नहीं किया", "nahi", "नहीं", "फ़िज़िकल").ends()
    assert (call.over, desk.status("TXN003")) == (True, FRAUD)


@pytest.mark.parametrize("words", ["no... yes I did", "yes, no", "haan nahi"])
def test_an_answer_that_holds_both_is_asked_again(desk: CallDesk, words: str) -> None:
    call = desk.calls().rings().says("yes", words)
    assert (call.step, desk.status(), call.spoken[-3]) == (
        "step0",
        "Connecting",
        "Sorry, that was not clear.",
    )
    call.says("yes I did").ends()
    assert desk.status() == "Resolved"
    assert desk.decided()[1] == ("step0", 0, "both", "")


def test_a_yes_that_was_hardly_heard_is_asked_again(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes")
    call.says("yes", "yes I did", confidence="0.31")
    assert desk.status() == "Connecting"
    call.says("yes").ends()
    assert desk.status() == "Resolved"


def test_i_do_not_know_to_the_end_is_no_yes(desk: CallDesk) -> None:
    desk.calls().rings().says("yes", "I don't know", "I don't remember", "maybe", "").ends()
    assert desk.status() == "Unverified"


@pytest.mark.parametrize(
    "machine", [f"machine_{what}" for what in ("start", "end_beep", "end_silence", "end_other")] + ["fax"]
)
def test_a_machine_hears_a_message_that_tells_nothing(desk: CallDesk, machine: str) -> None:
    call = desk.calls().rings(machine)
    assert (call.over, desk.status()) == (True, "Voicemail")
    assert call.spoken[0].startswith("This is a message from Example Bank for Asha Rao.")
    assert not [one for one in SECRETS if one in " ".join(call.spoken)]
    call.ends()
    assert desk.status() == "Voicemail"


@pytest.mark.parametrize("answered_by", ["unknown", None])
def test_who_may_be_a_person_is_asked(desk: CallDesk, answered_by: str | None) -> None:
    assert desk.calls().rings(answered_by).says("1", "1").ends().over
    assert desk.status() == "Resolved"


@pytest.mark.parametrize(
    ("end", "status"),
    [("busy", "Not Answered"), ("no-answer", "Not Answered"), ("failed", "Disconnected"), ("canceled", "Disconnected")],
)  # fmt: skip
def test_nobody_is_reached(desk: CallDesk, end: str, status: str) -> None:
    desk.calls().progresses("initiated", "ringing").ends(end)
    assert (desk.status(), desk.findings()) == (status, [])
    assert desk.site.ask("GET", "/api/v1/transactions/TXN001").json()["attempts"] == 1


@pytest.mark.parametrize(
    ("answers", "leaves_before", "status"),
    [
        ((), None, "Disconnected"),
        (("",), None, "Disconnected"),
        (("yes",), None, "Disconnected"),
        (("yes", ""), None, "Disconnected"),
        (("yes", "", "", ""), None, "Unverified"),
        (("yes", "no"), None, FRAUD),
        (("yes", "no", "I told a man"), None, FRAUD),
        (("yes", "no", "yes"), None, FRAUD),
        (("yes", "no", "yes", "no"), "step4", FRAUD),
        (("yes", "no", "yes", "no"), None, FRAUD),
        (("yes", "no", "yes", "no", "physical"), "step6", FRAUD),
        (("yes", "no", "yes", "no", "physical"), "step7", FRAUD),
        (("yes", "no", "yes", "no", "physical"), None, FRAUD),
        (("yes", "no", "yes", "no", "virtual"), None, FRAUD),
        (("yes", "yes"), None, "Resolved"),
    ],
)
def test_whoever_hangs_up_leaves_what_was_decided_by_then(
    desk: CallDesk, answers: tuple[str, ...], leaves_before: str | None, status: str
) -> None:
    call = desk.calls(leaves_before=leaves_before).rings().says(*answers).ends()
    assert desk.status() == status
    assert len(desk.findings()) == (status == FRAUD)
    call.progresses("completed", "busy", "in-progress")
    assert (desk.status(), len(desk.findings())) == (status, status == FRAUD)


@pytest.mark.parametrize("answered_by", ["human", "machine_start"])
def test_whoever_hangs_up_before_the_first_word_was_not_asked(desk: CallDesk, answered_by: str) -> None:
    call = desk.calls().progresses("initiated", "ringing", "in-progress")
    call.ends(AnsweredBy=answered_by)
    assert desk.status() == ("Disconnected" if answered_by == "human" else "Voicemail")


@pytest.mark.parametrize("words", ["no", "wrong number", "this is his wife", "2"])
def test_the_wrong_person_hears_nothing_of_the_payment(desk: CallDesk, words: str) -> None:
    call = desk.calls().rings().says(words)
    assert (call.over, desk.status()) == (True, "Unverified")
    assert not [one for one in SECRETS if one in " ".join(call.spoken)]
    call.ends()
    assert desk.status() == "Unverified"


def test_a_wrong_person_who_took_the_phone_over_is_believed(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes", "wrong number")
    assert (call.over, desk.status()) == (True, "Unverified")


@pytest.mark.parametrize(
    "words", ["they told me to say yes", "I am being told what to say", "he is telling me what to say"]
)
def test_who_is_told_what_to_say_is_warned(desk: CallDesk, words: str) -> None:
    call = desk.calls().rings().says("yes", words)
    assert (call.over, desk.status()) == (True, "Coached")
    assert "do not listen to them" in call.spoken[-1]
    call.ends()
    assert desk.status() == "Coached"


def test_the_timeline_tells_what_was_said_heard_and_decided(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes", "").says("no I did not", confidence="0.87").ends()
    (told,) = desk.told()
    assert (told["status"], told["outcome"]) == ("completed", FRAUD)
    assert told["provider_id"] == call.sid
    first, silent, denied, hung_up = told["timeline"]
    assert first["said"] == call.spoken[: len(first["said"])]
    assert first["heard"] == {"speech": "yes", "confidence": 0.95, "digits": None}
    assert silent["heard"] == {"speech": None, "confidence": None, "digits": None}
    assert (silent["step"], silent["retry"], silent["understood"]) == ("step0", 0, "nothing")
    assert denied["heard"] == {"speech": "no I did not", "confidence": 0.87, "digits": None}
    assert (denied["retry"], denied["understood"], denied["decision"]) == (1, "no", FRAUD)
    assert denied["said"][0] == "Sorry, that was not clear."
    assert (hung_up["step"], hung_up["heard"], hung_up["decision"]) == ("step1", None, "")
    assert all(one["at"] <= other["at"] for one, other in pairwise(told["timeline"]))
    (masked,) = desk.told(role=Role.VIEWER)
    assert masked["phone"] == "***3210"


def test_viewers_read_no_address_and_no_number_in_the_words(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes, speaking", "no I did not")
    call.says("yes I told him pin 4321, he is ravi@okaxis on 98111 22233")
    call.says("no").ends()
    analyst, viewer = (str((desk.told(role=one), desk.findings(one))) for one in (Role.ANALYST, Role.VIEWER))
    assert "he is ravi@okaxis on 98111 22233" in analyst
    assert "he is ***@okaxis on ***2233" in viewer
    for whole in ("ravi", "98111 22233", "9811122233"):
        assert whole not in viewer
    for told in (analyst, viewer):
        assert "4321" not in told.replace("98765 43210", "").replace("9876543210", "").replace("***3210", "")
