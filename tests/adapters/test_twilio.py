"""Twilio's own SDK against a server that answers by Twilio's own description, and what becomes of its faults."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from tests.stand_ins import twilio
from tests.stand_ins.provider import HELD, Provider, Said, provider

from ringfence.adapters.telephony.http import LONGEST_ANSWER
from ringfence.adapters.telephony.twilio import Twilio
from ringfence.errors import BadInput, RingfenceError, Unavailable
from ringfence.model.verification import CallOrder
from ringfence.settings import TelephonySettings

pytestmark = pytest.mark.skipif(not twilio.DESCRIPTION.is_file(), reason=twilio.MISSING)

ORDER = CallOrder(
    to=twilio.CARD_HOLDER,
    begin="https://desk.example/voice/TXN001/start?turn=0&call=s3cret",
    progress="https://desk.example/status/TXN001?call=s3cret",
)
WORDS = "Asha, your bank tried to reach you. Call the number on your card."
GIVEN = {
    "account_sid": twilio.SID,
    "auth_token": twilio.TOKEN,
    "number": twilio.NUMBER,
    "public_url": "https://desk.example",
}


class Desk:
    """The adapter, and Twilio behind it."""

    def __init__(self, one: Provider) -> None:
        self.provider, self.twilio = one, twilio.Twilio()
        one.says(self.twilio)

    def does(self, deed: Callable[[Twilio], Awaitable[Any]], **changed: Any) -> Any:
        settings = TelephonySettings.model_validate(GIVEN | {"api_url": self.provider.url} | changed)

        async def once() -> Any:
            adapter = Twilio(settings)
            try:
                return await deed(adapter)
            finally:
                await adapter.close()

        return asyncio.run(once())

    def places(self, **changed: Any) -> str:
        order = replace(ORDER, to=changed.pop("to", ORDER.to))
        placed = self.does(lambda adapter: adapter.place(order), **changed)
        assert isinstance(placed, str)
        return placed

    def fault(self, deed: Callable[[Twilio], Awaitable[Any]] | None = None, **changed: Any) -> RingfenceError:
        with pytest.raises(RingfenceError) as caught:
            self.does(deed or (lambda adapter: adapter.place(ORDER)), **changed)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
        return caught.value


@pytest.fixture
def desk() -> Iterator[Desk]:
    with provider() as one:
        yield Desk(one)


def test_a_call_is_ordered_with_all_that_it_needs(desk: Desk) -> None:
    call = desk.places()
    assert desk.twilio.calls[call]["status"] == "queued"
    (seen,) = desk.provider.seen
    assert (seen.method, seen.path) == ("POST", f"/2010-04-01/Accounts/{twilio.SID}/Calls.json")
    assert sorted(seen.form) == [
        ("From", twilio.NUMBER),
        ("MachineDetection", "DetectMessageEnd"),
        ("Method", "POST"),
        ("StatusCallback", ORDER.progress),
        ("StatusCallbackEvent", "answered"),
        ("StatusCallbackEvent", "completed"),
        ("StatusCallbackEvent", "initiated"),
        ("StatusCallbackEvent", "ringing"),
        ("StatusCallbackMethod", "POST"),
        ("To", twilio.CARD_HOLDER),
        ("Url", ORDER.begin),
    ]


def test_hanging_up_completes_a_call_and_one_that_has_ended_is_well(desk: Desk) -> None:
    call = desk.places()
    desk.does(lambda adapter: adapter.end(call))
    assert desk.twilio.calls[call]["status"] == "completed"
    assert desk.provider.seen[-1].form == (("Status", "completed"),)
    desk.does(lambda adapter: adapter.end(call))
    assert len(desk.provider.seen) == 3


def test_a_text_arrives_as_it_was_written(desk: Desk) -> None:
    words = 'आशा, आपका बैंक & "card" +1=2 🙏'
    text = desk.does(lambda adapter: adapter.text(twilio.CARD_HOLDER, words))
    sent = desk.twilio.messages[text]
    assert (sent["to"], sent["from"], sent["body"]) == (twilio.CARD_HOLDER, twilio.NUMBER, words)


@pytest.mark.parametrize("number", twilio.REFUSED)
def test_a_number_that_twilio_will_not_reach_is_told_and_not_shown(desk: Desk, number: str) -> None:
    code = twilio.REFUSED[number][0]
    order = replace(ORDER, to=number)
    for deed in (lambda adapter: adapter.place(order), lambda adapter: adapter.text(number, WORDS)):
        error = desk.fault(deed)
        assert (type(error), error.code) == (BadInput, "number_refused")
        assert f"https://www.twilio.com/docs/errors/{code}" in error.detail
        assert number not in error.detail


def test_a_number_within_a_dial_that_is_none_is_refused_as_well(desk: Desk) -> None:
    desk.provider.says(twilio.fault(400, 13224, "Dial: Twilio does not support calling this number"))
    assert desk.fault().code == "number_refused"


@pytest.mark.parametrize(
    "changed", [{"auth_token": "wrong-t0ken"}, {"account_sid": "AC" + "f" * 32}], ids=["token", "account"]
)
def test_wrong_credentials_are_told_by_the_settings_names(desk: Desk, changed: dict[str, Any]) -> None:
    error = desk.fault(**changed)
    assert (type(error), error.code) == (Unavailable, "provider_refused")
    assert "TWILIO_SID and TWILIO_AUTH_TOKEN" in error.detail
    assert not [value for value in (*changed.values(), twilio.TOKEN) if value in error.detail]


@pytest.mark.parametrize(
    ("number", "code"), [("+15005550001", 21212), ("+15005550007", 21606)], ids=["no number", "not ours"]
)
def test_a_number_of_ours_that_may_not_call_is_told_by_its_setting(
    desk: Desk, number: str, code: int
) -> None:
    error = desk.fault(number=number)
    assert (type(error), error.code) == (Unavailable, "provider_refused")
    assert "TWILIO_NUMBER" in error.detail
    assert str(code) in error.detail


def test_an_address_of_ours_that_is_none_is_told_by_its_setting(desk: Desk) -> None:
    error = desk.fault(lambda adapter: adapter.place(replace(ORDER, begin="desk.example/voice")))
    assert "PUBLIC_URL" in error.detail


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), (None, 5), ("Thu, 15 Jan 2026", 5), ("9" * 9, 3_600)]
)
def test_a_provider_that_wants_fewer_requests_says_for_how_long(
    desk: Desk, header: str | None, seconds: int
) -> None:
    desk.provider.says(twilio.scarce(header))
    error = desk.fault()
    assert isinstance(error, Unavailable)
    assert (error.code, error.retry_after) == ("provider_busy", seconds)


def test_a_call_that_twilio_does_not_know_can_not_be_hung_up(desk: Desk) -> None:
    error = desk.fault(lambda adapter: adapter.end("CA" + "0" * 32))
    assert (type(error), error.code) == (Unavailable, "provider_refused")
    assert "RINGFENCE_TELEPHONY__API_URL" in error.detail


def test_an_id_that_is_none_is_sent_nowhere(desk: Desk) -> None:
    desk.fault(lambda adapter: adapter.end("CA1/../../Messages"))
    assert not desk.provider.seen


LOST = {
    "in trouble": twilio.BROKEN,
    "a gateway's page": Said(502, b"<html>bad gateway</html>"),
    "cut off": Said(201, {"sid": "CA" + "0" * 32}, cut=True),
    "no JSON": Said(201, b"<html>made</html>"),
    "no SID": Said(201, {"status": "queued"}),
    "an SID of another kind": Said(201, {"sid": ["CA"]}),
    "a list": Said(201, b"[]"),
    "without end": Said(201, b" " * (LONGEST_ANSWER + 1)),
    "slow": HELD,
    "byte by byte": Said(201, {"sid": "CA" + "0" * 32}, trickling=True),
}
SLOW = (LOST["slow"], LOST["byte by byte"])


@pytest.mark.parametrize("name", LOST)
def test_a_call_whose_answer_is_lost_is_not_placed_twice(desk: Desk, name: str) -> None:
    desk.provider.says(LOST[name], desk.twilio)
    error = desk.fault(timeout_seconds=0.3 if LOST[name] in SLOW else 10)
    assert (type(error), error.code) == (Unavailable, "answer_lost")
    assert "may be done all the same" in error.detail
    assert len(desk.provider.seen) == 1


def test_a_redirect_leads_nowhere(desk: Desk) -> None:
    with provider() as other:
        other.says(twilio.Twilio())
        desk.provider.says(Said(307, {}, (("Location", other.url + "/2010-04-01/Accounts"),)))
        assert desk.fault().code == "provider_refused"
        assert not other.seen


def test_a_provider_that_is_not_there_was_sent_nothing(desk: Desk) -> None:
    with ExitStack() as gone:
        url = gone.enter_context(provider()).url
    error = desk.fault(api_url=url)
    assert (type(error), error.code) == (Unavailable, "provider_unreachable")


def test_requests_go_below_the_path_of_the_address_that_is_set(desk: Desk) -> None:
    desk.provider.says(twilio.NOT_OURS)
    desk.fault(api_url=desk.provider.url + "/twilio/")
    assert desk.provider.seen[0].path == f"/twilio/2010-04-01/Accounts/{twilio.SID}/Calls.json"


def test_what_the_environment_holds_for_the_sdk_changes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = {
        "TWILIO_ACCOUNT_SID": "AC" + "e" * 32,
        "TWILIO_AUTH_TOKEN": "elsewhere",
        "TWILIO_REGION": "ie1",
        "TWILIO_EDGE": "dublin",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
    }
    for name, value in elsewhere.items():
        monkeypatch.setenv(name, value)
    assert desk.places() in desk.twilio.calls


def test_no_number_no_token_and_no_words_are_logged_or_told(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        call = desk.places()
        desk.does(lambda adapter: adapter.text(twilio.CARD_HOLDER, WORDS))
        desk.does(lambda adapter: adapter.end(call))
        told = [desk.fault(auth_token="wrong-t0ken").detail]
        for said in (
            *LOST.values(),
            twilio.fault(400, 21617, f"{WORDS} {twilio.CARD_HOLDER} {twilio.TOKEN}"),
        ):
            desk.provider.says(said)
            told.append(desk.fault(timeout_seconds=0.3 if said in SLOW else 10).detail)
    shown = caplog.text + "".join(told) + repr(TelephonySettings.model_validate(GIVEN))
    for secret in (twilio.CARD_HOLDER, twilio.TOKEN, "wrong-t0ken", "s3cret", "Asha", WORDS):
        assert secret not in shown


def test_an_error_code_of_another_kind_is_not_repeated(desk: Desk) -> None:
    desk.provider.says(Said(400, {"code": f"x{twilio.CARD_HOLDER}", "message": "no", "status": 400}))
    assert desk.fault().detail == "Twilio refuses the request (HTTP 400)."


def test_an_error_in_the_newer_form_is_read_as_well(desk: Desk) -> None:
    problem = {"type": "about:blank", "title": "Invalid number", "status": 400, "code": 21211}
    desk.provider.says(Said(400, problem))
    assert desk.fault().code == "number_refused"


@pytest.mark.parametrize("name", GIVEN)
def test_a_setting_that_calls_need_is_named_at_once(name: str) -> None:
    names = {"account_sid": "TWILIO_SID", "auth_token": "TWILIO_AUTH_TOKEN", "number": "TWILIO_NUMBER",
             "public_url": "PUBLIC_URL"}  # fmt: skip
    settings = TelephonySettings.model_validate({key: value for key, value in GIVEN.items() if key != name})
    with pytest.raises(BadInput, match=f"need {names[name]} as well") as caught:
        Twilio(settings)
    assert twilio.TOKEN not in caught.value.detail


def test_the_adapter_starts_fast_and_loads_the_sdks_client_when_it_calls() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, ringfence.adapters.telephony.twilio; print(*sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
    assert "ringfence.adapters.telephony.twilio" in loaded
    assert not {"twilio.rest", "httpx", "requests", "aiohttp"} & {*loaded}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ((("Purpose", "fraud"),), 20001),
        ((("Method", "PATCH"),), 20001),
        ((("Record", "yes"),), 20001),
        ((("Timeout", "long"),), 20001),
        ((("MachineDetection", "Always"),), 20001),
        ((("StatusCallbackEvent", "busy"),), 20001),
        ((("StatusCallback", "desk.example"),), 20001),
        ((("To", twilio.CARD_HOLDER),), 20001),
    ],
    ids=lambda value: value[0][0] if isinstance(value, tuple) else None,
)
def test_the_stand_in_refuses_what_twilio_would(
    desk: Desk, wrong: tuple[tuple[str, str], ...], code: int
) -> None:
    desk.places()
    (seen,) = desk.provider.seen
    kept = seen.form if wrong[0][0] == "To" else tuple(one for one in seen.form if one[0] != wrong[0][0])
    said = desk.twilio(replace(seen, form=kept + wrong))
    assert (said.status, said.body["code"], said.body["status"]) == (400, code, 400)
    for name, missing in (("To", 21201), ("From", 21213), ("Url", 21205)):
        rest = tuple(one for one in seen.form if one[0] != name)
        assert desk.twilio(replace(seen, form=rest)).body["code"] == missing


def test_the_stand_in_tells_of_a_call_in_the_members_of_the_description(desk: Desk) -> None:
    call = desk.places()
    seen = desk.provider.seen[0]
    path = seen.path.replace("Calls.json", f"Calls/{call}.json")
    said = desk.twilio(replace(seen, method="GET", path=path, form=()))
    (fetch,) = [one for one in twilio.operations() if one.name == "FetchCall"]
    assert said.status == 200
    assert {*said.body} == {*fetch.answer["properties"]}
