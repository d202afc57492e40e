"""Who asks for a person, or is not understood, is put through to one; and who agrees to it is recorded."""

from collections.abc import Iterator

import pytest
from tests.stand_ins import twilio
from tests.stand_ins.twilio_calls import PlayedCall, sent, unsigned

from .calling import CallDesk, call_desk
from .conftest import MakeSite

pytestmark = pytest.mark.skipif(not twilio.DESCRIPTION.is_file(), reason=twilio.MISSING)

NUMBER = "+912250001234"
FRAUD = "Mark As Fraud"
SECRETS = ("1 1 1 1", "1111", "15,499", "Example Store", "January")
SILENT = ("", "", "", "")


@pytest.fixture
def staffed(site_with: MakeSite) -> Iterator[CallDesk]:
    """With a person to talk to."""
    with call_desk(site_with, RINGFENCE_TELEPHONY__TRANSFER_NUMBER=NUMBER) as made:
        yield made


@pytest.fixture
def recording(site_with: MakeSite) -> Iterator[CallDesk]:
    with call_desk(site_with, RINGFENCE_TELEPHONY__RECORDING="true") as made:
        yield made


@pytest.mark.parametrize(
    "answers",
    [
        ("let me talk to an agent",),
        ("9",),
        ("yes", "9"),
        ("yes", *SILENT),
        SILENT,
        ("yes", "kisi se baat karni hai"),
    ],
)
def test_who_asks_for_a_person_or_is_not_understood_is_put_through(
    staffed: CallDesk, answers: tuple[str, ...]
) -> None:
    call = staffed.calls().rings().says(*answers)
    assert (call.dialled, call.over, staffed.status()) == (NUMBER, False, "Transferred")
    assert call.colleague("1")
    assert call.returns().over
    call.ends()
    assert (staffed.status(), staffed.findings()) == ("Transferred", [])


def test_a_colleague_hears_who_is_on_the_line_and_no_card(staffed: CallDesk) -> None:
    call = staffed.calls().rings().says("yes", "9")
    call.colleague("1")
    told = " ".join(call.colleague_heard)
    (kept,) = staffed.told()
    assert " ".join(kept["reference"]) in told
    assert "Asha Rao" in told
    assert not [one for one in SECRETS if one in told]
    assert {"context", "step0"} <= {one["step"] for one in kept["timeline"]}


def test_a_colleague_is_told_where_nobody_has_said_who_is_on_the_line(staffed: CallDesk) -> None:
    call = staffed.calls().rings().says("9")
    call.colleague()
    assert "Nobody has confirmed to be Asha Rao." in call.colleague_heard


@pytest.mark.parametrize("key", ["", "2", "#"])
def test_a_voicemail_box_at_the_desk_does_not_take_the_call(staffed: CallDesk, key: str) -> None:
    call = staffed.calls().rings().says("yes", "9")
    assert not call.colleague(key)
    call.returns("completed", joined=False)
    assert (call.over, staffed.status()) == (True, "Unverified")
    assert "none of our colleagues is free" in " ".join(call.spoken)
    assert "call the number on the back of your card" in call.spoken[-1]
    call.ends()
    assert staffed.status() == "Unverified"


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "canceled"])
def test_who_finds_nobody_is_sent_to_the_number_on_the_card(staffed: CallDesk, status: str) -> None:
    call = staffed.calls().rings().says("yes", "9").returns(status, joined=False)
    (kept,) = staffed.told()
    assert f"quote {' '.join(kept['reference'])}" in call.spoken[-1]
    call.ends()
    assert staffed.status() == "Unverified"


@pytest.mark.parametrize("taken", [True, False])
def test_what_was_denied_stays_denied_whoever_takes_the_call(staffed: CallDesk, taken: bool) -> None:
    call = staffed.calls().rings().says("yes", "no", "9")
    assert (call.dialled, staffed.status()) == (NUMBER, FRAUD)
    assert call.colleague("1" if taken else "") is taken
    assert "The payment was denied." in call.colleague_heard
    call.returns("completed", joined=taken).ends()
    assert (staffed.status(), len(staffed.findings())) == (FRAUD, 1)


def test_who_hangs_up_while_it_rings_at_the_desk_was_put_through(staffed: CallDesk) -> None:
    call = staffed.calls().rings().says("yes", "9").ends()
    once = staffed.everything()
    assert not call.colleague("1"), "there is nobody to be joined with"
    call.returns("canceled", joined=False)
    assert staffed.everything() == once
    assert staffed.status() == "Transferred"


def test_news_of_a_transfer_that_come_twice_or_late_change_nothing(staffed: CallDesk) -> None:
    call = staffed.calls().rings().says("yes", "9")
    asked_at = call.at
    assert call.colleague("1")
    call.returns()
    once = staffed.everything()
    key = call.document_of(
        sent(staffed.posts, call.context.replace("/context", "/context/response"), call.form(Digits="1"))
    )
    assert b"Hangup" not in key, "whose answer was lost is joined all the same"
    assert not call.colleague("1"), "and nobody else takes the call"
    for status in ("no-answer", "completed", "busy"):
        call.at = asked_at
        call.returns(status, joined=status == "completed")
    assert staffed.everything() == once


def test_nobody_is_put_through_who_was_not_to_be(staffed: CallDesk) -> None:
    call = staffed.calls().rings().says("yes")
    question, before = call.document, staffed.everything()
    for step in ("transferred", "context", "context/response"):
        url = call.at.replace("/step0/response", f"/{step}")
        form = call.form(DialCallStatus="completed", DialBridged="true", Digits="1")
        assert call.document_of(sent(staffed.posts, url, form))
    assert staffed.everything() == before
    assert call.follows(question).says("yes").over
    assert staffed.status() == "Resolved"


@pytest.mark.parametrize("line", ["context", "context/response", "transferred"])
def test_a_transfer_takes_the_signature_and_the_token_as_all_else_does(staffed: CallDesk, line: str) -> None:
    call = staffed.calls().rings().says("yes", "9")
    url = {"context": call.context, "transferred": call.at}.get(line)
    url = url or call.context.replace("/context", "/context/response")
    form = call.form(DialCallStatus="completed", DialBridged="true", Digits="1")
    before = staffed.everything()
    token = url.rpartition("call=")[2]
    assert unsigned(staffed.posts, url, form).status_code == 403
    assert sent(staffed.posts, url.replace(token, "x"), form).status_code == 404
    assert staffed.everything() == before


def consented(call: PlayedCall) -> bool:
    return call.recordings > 0


@pytest.mark.parametrize(
    ("answers", "recorded"),
    [
        (("yes",), True),
        (("1",), True),
        (("no",), False),
        (("2",), False),
        (("", "", ""), False),
        (("yes no", "maybe", "well"), False),
        (("", "yes"), True),
    ],
)
def test_a_call_is_recorded_where_the_card_holder_agrees(
    recording: CallDesk, answers: tuple[str, ...], recorded: bool
) -> None:
    call = recording.calls().rings()
    assert "Record" not in recording.ordered[0], "from the first moment, before anybody was asked"
    call.says("yes")
    assert "May we?" in " ".join(call.spoken)
    assert not [one for one in SECRETS if one in " ".join(call.spoken)]
    call.says(*answers)
    assert (call.step, consented(call)) == ("step0", recorded)
    assert ("This call is not recorded." in call.spoken) is not recorded
    call.says("", "yes I did").ends()
    assert (call.recordings, recording.status()) == (int(recorded), "Resolved")
    decisions = [decision for _, _, _, decision in recording.decided()]
    assert ("Recorded" if recorded else "Not recorded") in decisions


def test_a_yes_that_was_hardly_heard_is_no_consent(recording: CallDesk) -> None:
    call = recording.calls().rings().says("yes").says("yes", "yes", "yes", confidence="0.3")
    assert (call.step, consented(call)) == ("step0", False)


@pytest.mark.parametrize(
    ("words", "status"), [("wrong number", "Unverified"), ("they told me to say yes", "Coached")]
)
def test_who_is_asked_for_consent_is_understood_as_everywhere(
    recording: CallDesk, words: str, status: str
) -> None:
    call = recording.calls().rings().says("yes", words)
    assert (call.over, recording.status(), consented(call)) == (True, status, False)


def test_who_hangs_up_at_the_question_of_recording_has_decided_nothing(recording: CallDesk) -> None:
    recording.calls().rings().says("yes").ends()
    assert recording.status() == "Disconnected"


def test_nobody_is_asked_for_consent_where_nothing_is_recorded(staffed: CallDesk) -> None:
    call = staffed.calls().rings().says("yes")
    assert (call.step, consented(call)) == ("step0", False)
    assert "record" not in " ".join(call.spoken)
