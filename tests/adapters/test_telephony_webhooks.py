"""Forms of webhooks: whose they are, and what they tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from ringfence.adapters.telephony.webhooks import LONGEST_SPEECH, heard, progress, signed
from ringfence.model.verification import AnsweredBy, CallStatus, Heard
from ringfence.ports import Form

TOKEN = "5up3r-s3cret-t0ken"
CALL = "CA" + "0123456789abcdef" * 2
URL = "https://desk.example/voice/TXN001/step0/response?retry=1&turn=3&call=s3cret"
FORM = [("CallSid", CALL), ("SpeechResult", "नहीं, no I did"), ("Confidence", "0.91"), ("Digits", "")]


def signature(url: str = URL, form: Form = FORM, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, dict(form)))


@pytest.mark.parametrize(
    ("signed_at", "ours"),
    [
        (URL, URL),
        ("https://desk.example:443/status/T", "https://desk.example/status/T"),
        ("https://desk.example/status/T", "https://desk.example:443/status/T"),
        ("https://desk.example:8443/status/T?a=1", "https://desk.example:8443/status/T?a=1"),
        ("https://desk.example/status/T?a=1", "https://desk.example:8443/status/T?a=1"),
        ("http://127.0.0.1:8000/status/T", "http://127.0.0.1:8000/status/T"),
        ("http://localhost:80/status/T", "http://localhost/status/T"),
        ("http://[::1]:8000/status/T", "http://[::1]:8000/status/T"),
        ("https://desk.example/a%20b?n=%C3%A9&m=", "https://desk.example/a%20b?n=%C3%A9&m="),
    ],
)
def test_a_signature_of_the_sdk_is_taken_with_the_port_and_without(signed_at: str, ours: str) -> None:
    assert signed(TOKEN, ours, FORM, signature(signed_at))
    assert RequestValidator(TOKEN).validate(ours, dict(FORM), signature(signed_at)), "as the SDK itself does"


@pytest.mark.parametrize(
    "url",
    [
        URL.replace("TXN001", "TXN002"),
        URL.replace("turn=3", "turn=4"),
        URL.replace("&call=s3cret", ""),
        URL.replace("https", "http"),
        URL.replace("desk.example", "desk.example.attacker.example"),
        URL + "/",
        URL + "#x",
        URL.replace("desk.example", "desk.example:8443"),
    ],
)
def test_what_was_signed_for_another_address_is_not_taken(url: str) -> None:
    assert not signed(TOKEN, URL, FORM, signature(url))


@pytest.mark.parametrize(
    "form",
    [
        FORM[1:],
        [*FORM, ("AnsweredBy", "human")],
        [("SpeechResult", "yes") if name == "SpeechResult" else (name, value) for name, value in FORM],
        [*FORM, ("SpeechResult", "yes")],
        [("SpeechResult", "yes"), *FORM],
        [],
    ],
)
def test_a_form_that_was_changed_is_not_taken(form: Form) -> None:
    assert not signed(TOKEN, URL, form, signature())


@pytest.mark.parametrize(
    "wrong", ["", "x", signature(token="another"), signature()[:-1], signature() + "=", "é\ud83d"]
)
def test_a_wrong_or_missing_signature_is_not_taken(wrong: str) -> None:
    assert not signed(TOKEN, URL, FORM, wrong)


def test_the_order_of_the_fields_is_nothing_and_a_repeated_one_counts() -> None:
    class Repeated(dict[str, list[str]]):
        def getlist(self, name: str) -> list[str]:
            return self[name]

    form = [("Digits", "2"), ("CallSid", CALL), ("Digits", "1")]
    by_sdk = RequestValidator(TOKEN).compute_signature(URL, Repeated(CallSid=[CALL], Digits=["1", "2"]))
    assert signed(TOKEN, URL, form, by_sdk)
    assert signed(TOKEN, URL, form[::-1], by_sdk)
    assert not signed(TOKEN, URL, form[:2], by_sdk)


def test_a_webhook_without_fields_is_signed_over_its_address() -> None:
    assert signed(TOKEN, URL, [], signature(form=[]))


@pytest.mark.parametrize(
    "url", ["https://desk.example:port/x", "https://desk.example:99999/x", "https://[::1/x"]
)
def test_an_address_that_is_none_is_not_taken(url: str) -> None:
    assert not signed(TOKEN, url, FORM, signature())


@given(st.lists(st.tuples(st.text(st.characters()), st.text(st.characters()))), st.text(st.characters()))
def test_any_form_is_read_and_none_is_taken_for_signed(
    form: list[tuple[str, str]], given_signature: str
) -> None:
    assert not signed(TOKEN, URL, form, given_signature)
    heard(form)
    progress(form)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ([("SpeechResult", " haan "), ("Confidence", "0.93")], Heard("haan", 0.93)),
        ([("SpeechResult", "yes")], Heard("yes", None)),
        ([("SpeechResult", "yes"), ("Confidence", "")], Heard("yes", None)),
        ([("SpeechResult", "yes"), ("Confidence", "0")], Heard("yes", 0.0)),
        ([("SpeechResult", "yes"), ("Confidence", "9.1e-05")], Heard("yes", 9.1e-05)),
        ([("SpeechResult", ""), ("Confidence", "0.9")], Heard()),
        ([("Digits", "1")], Heard(digits="1")),
        ([("Digits", "12*#")], Heard(digits="12*#")),
        ([("Digits", "1"), ("SpeechResult", "no"), ("Confidence", "1.0")], Heard("no", 1.0, "1")),
        ([("Digits", "")], Heard()),
        ([], Heard()),
    ],
)
def test_words_and_keys_are_read(form: Form, expected: Heard) -> None:
    assert heard(form) == expected


@pytest.mark.parametrize("text", ["high", "nan", "inf", "-0.5", "1.5", "1e9", "1_0", "٠.٩", "0.9" * 9])
def test_a_confidence_that_can_not_be_read_is_none_at_all(text: str) -> None:
    assert heard([("SpeechResult", "yes"), ("Confidence", text)]).confidence == 0


@pytest.mark.parametrize("text", ["one", "1a", "१", " 1", "1" * 33])
def test_keys_that_are_none_are_not_read(text: str) -> None:
    assert heard([("Digits", text)]) == Heard()


def test_what_was_said_is_bounded() -> None:
    assert len(heard([("SpeechResult", "haan " * 9_000)]).speech or "") <= LONGEST_SPEECH


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("queued", CallStatus.QUEUED),
        ("initiated", CallStatus.QUEUED),
        ("ringing", CallStatus.RINGING),
        ("in-progress", CallStatus.IN_PROGRESS),
        ("completed", CallStatus.COMPLETED),
        ("busy", CallStatus.BUSY),
        ("no-answer", CallStatus.NO_ANSWER),
        ("failed", CallStatus.FAILED),
        ("canceled", CallStatus.CANCELED),
        ("answered-by-ghost", None),
        ("", None),
    ],
)
def test_every_status_of_twilio_is_known(text: str, status: CallStatus | None) -> None:
    assert progress([("CallSid", CALL), ("CallStatus", text)]).status is status


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("human", AnsweredBy.HUMAN),
        ("machine_start", AnsweredBy.MACHINE),
        ("machine_end_beep", AnsweredBy.MACHINE),
        ("machine_end_silence", AnsweredBy.MACHINE),
        ("machine_end_other", AnsweredBy.MACHINE),
        ("fax", AnsweredBy.MACHINE),
        ("unknown", AnsweredBy.UNKNOWN),
        ("something new", AnsweredBy.UNKNOWN),
        ("", None),
    ],
)
def test_whoever_answers_is_known(text: str, who: AnsweredBy | None) -> None:
    assert progress([("CallSid", CALL), ("AnsweredBy", text)]).answered_by is who


@pytest.mark.parametrize(
    ("status", "bridged", "taken"),
    [
        ("completed", "true", True),
        ("completed", "", True),
        ("answered", "", True),
        ("completed", "false", False),
        ("busy", "", False),
        ("no-answer", "false", False),
        ("failed", "", False),
        ("canceled", "", False),
        ("something new", "true", False),
        ("", "true", None),
    ],
)
def test_a_call_that_was_put_through_is_taken_where_the_two_were_joined(
    status: str, bridged: str, taken: bool | None
) -> None:
    form = [("CallSid", CALL), ("CallStatus", "in-progress"), ("DialCallStatus", status)]
    told = progress([*form, ("DialBridged", bridged)] if bridged else form)
    assert (told.status, told.taken) == (CallStatus.IN_PROGRESS, taken)


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("3", 3), ("-1", None), ("x", None), ("9" * 40, None), ("", None)]
)
def test_news_are_counted_where_they_bear_a_number(text: str, number: int | None) -> None:
    assert progress([("CallSid", CALL), ("SequenceNumber", text)]).number == number


@pytest.mark.parametrize("call", ["", "SM" + "0" * 32, CALL + "\n", "CA" + "0" * 63, "CA../x"])
def test_a_form_that_names_no_call_is_taken_as_it_is(call: str) -> None:
    told = progress([("CallSid", call), ("CallStatus", "completed")])
    assert (told.provider_id, told.status) == (None, CallStatus.COMPLETED)
