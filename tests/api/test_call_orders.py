"""Who may have a card holder called, when, and what nobody finds out on the way."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest
from tests.made_up import ASHA_ROW, CARD
from tests.stand_ins import twilio
from tests.stand_ins.provider import HELD, Said
from tests.stand_ins.twilio_calls import PlayedCall

from ringfence.model.key import Role

from .calling import DAY, HOUR, MINUTE, RAVI_ROW, CallDesk, call_desk
from .conftest import MakeSite

pytestmark = pytest.mark.skipif(not twilio.DESCRIPTION.is_file(), reason=twilio.MISSING)


@pytest.fixture
def desk(site_with: MakeSite) -> Iterator[CallDesk]:
    with call_desk(site_with) as made:
        yield made


def refused(answer: httpx.Response) -> tuple[str, str | None]:
    """The rule, and from when on it is not against it."""
    told: dict[str, Any] = answer.json()
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["type"] == f"urn:ringfence:problem:{told['code']}"
    assert "9876543210" not in answer.text
    return told["code"], told["retry_at"]


def at_once(desk: CallDesk, people: int, *transactions: str) -> list[httpx.Response]:
    """Operators with keys of their own press the button at the same moment."""
    keys = [desk.site.server.keys.create(f"operator-{n}", Role.ANALYST, "test") for n in range(people)]
    gate = Barrier(people)

    def press(number: int) -> httpx.Response:
        gate.wait()
        path = f"/call/{transactions[number % len(transactions)]}"
        return desk.site.client.request("POST", path, headers={"X-API-KEY": keys[number]})

    with ThreadPoolExecutor(people) as pool:
        return [*pool.map(press, range(people))]


@pytest.mark.parametrize("people", [2, 8])
def test_operators_who_press_call_at_once_make_one_call(desk: CallDesk, people: int) -> None:
    answers = at_once(desk, people, "TXN001")
    assert sorted(one.status_code for one in answers) == [200] + [409] * (people - 1)
    assert {refused(one) for one in answers if one.status_code == 409} == {("call_running", None)}
    assert len(desk.ordered) == len(desk.told()) == 1
    assert desk.site.ask("GET", "/api/v1/transactions/TXN001").json()["attempts"] == 1


def test_one_card_holder_is_called_about_one_of_two_payments_at_a_time(desk: CallDesk) -> None:
    desk.brings(ASHA_ROW | {"id": "TXN004", "merchant_name": "Corner Shop"})
    answers = at_once(desk, 4, "TXN001", "TXN004")
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409]
    assert len(desk.ordered) == 1


def test_different_card_holders_are_called_at_the_same_time(desk: CallDesk) -> None:
    desk.brings(RAVI_ROW)
    assert [one.status_code for one in at_once(desk, 2, "TXN001", "TXN002")] == [200, 200]
    assert len(desk.ordered) == 2


def test_nobody_is_called_at_night(desk: CallDesk) -> None:
    desk.site.clock.now += 5 * HOUR  # 22:30 in India
    assert refused(desk.orders()) == ("quiet_hours", "2026-01-16T03:30:00.000000Z")
    assert (desk.status(), desk.ordered, desk.told()) == ("", [], [])
    desk.site.clock.now += 11 * HOUR
    assert desk.orders().status_code == 200


def test_calls_are_half_an_hour_apart(desk: CallDesk) -> None:
    desk.calls().ends("busy")
    desk.site.clock.now += 29 * MINUTE
    assert refused(desk.orders()) == ("too_soon", "2026-01-15T12:30:00.000000Z")
    desk.site.clock.now += MINUTE
    desk.calls().ends("no-answer")
    assert [one["attempt"] for one in desk.told()] == [1, 2]


def test_three_calls_a_day_are_all(desk: CallDesk) -> None:
    for _ in range(3):
        desk.calls().ends("no-answer")
        desk.site.clock.now += HOUR
    assert refused(desk.orders()) == ("attempts_used", "2026-01-16T03:30:00.000000Z")
    assert len(desk.ordered) == 3
    desk.site.clock.now += DAY
    assert desk.orders().status_code == 200


def test_what_is_resolved_is_not_asked_again(desk: CallDesk) -> None:
    desk.calls().rings().says("yes", "yes").ends()
    desk.site.clock.now += DAY
    assert refused(desk.orders()) == ("resolved", None)


def test_a_running_call_is_not_joined_by_another_however_long_it_takes(desk: CallDesk) -> None:
    call = desk.calls().rings()
    assert refused(desk.orders()) == ("call_running", None)
    call.says("yes", "yes")
    assert desk.orders().status_code == 409
    assert len(desk.ordered) == 1


def test_a_transaction_that_there_is_not_is_not_called(desk: CallDesk) -> None:
    assert desk.orders("TXN009").status_code == 404
    assert desk.ordered == []


@pytest.mark.parametrize("role", Role)
def test_who_may_have_somebody_called(desk: CallDesk, role: Role) -> None:
    may = role not in (Role.INGEST, Role.VIEWER)
    assert desk.orders(role=role).status_code == (200 if may else 403)
    assert len(desk.ordered) == may


def test_nobody_without_a_key_has_anybody_called(desk: CallDesk) -> None:
    for headers in ({}, {"X-API-KEY": "none"}, {"X-Twilio-Signature": "x"}):
        assert desk.site.client.request("POST", "/call/TXN001", headers=headers).status_code == 401
    assert desk.site.client.get("/api/v1/transactions/TXN001/calls").status_code == 401
    assert desk.ordered == []


def test_who_has_ordered_a_call_stands_in_the_audit_trail(desk: CallDesk) -> None:
    desk.orders()
    desk.orders()
    entries = desk.site.ask("GET", "/api/v1/audit?what=call.order", Role.ADMIN).json()["entries"]
    assert [(one["who"], one["target"]) for one in entries] == [("analyst-1", "TXN001")]


def test_a_number_that_twilio_refuses_counts_for_nothing(
    desk: CallDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.brings(RAVI_ROW)
    with monkeypatch.context() as refusing:
        refusing.setitem(twilio.REFUSED, "+919820012345", twilio.REFUSED["+15005550003"])
        answer = desk.orders("TXN002")
    assert (answer.status_code, answer.json()["code"]) == (400, "number_refused")
    assert "9820012345" not in answer.text
    assert desk.site.ask("GET", "/api/v1/transactions/TXN002").json()["attempts"] == 0
    assert desk.orders("TXN002").status_code == 200, "at once"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (twilio.fault(401, 20003, "Authenticate"), "provider_refused"),
        (twilio.scarce(), "provider_busy"),
    ],
)
def test_a_provider_that_will_not_call_counts_for_nothing(desk: CallDesk, fault: Said, code: str) -> None:
    desk.provider.says(fault)
    answer = desk.orders()
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert desk.site.ask("GET", "/api/v1/transactions/TXN001").json()["attempts"] == 0
    desk.provider.says(desk.account)
    desk.calls().rings().says("yes", "yes").ends()
    assert desk.status() == "Resolved"


def test_a_call_whose_order_was_never_answered_goes_on_all_the_same(site_with: MakeSite) -> None:
    """It rings, and Twilio asks what to say."""
    with call_desk(site_with, RINGFENCE_TELEPHONY__TIMEOUT_SECONDS="0.2") as desk:
        desk.provider.says(HELD)
        assert desk.orders().json()["ok"]
        assert refused(desk.orders()) == ("call_running", None)
        PlayedCall(desk.posts, desk.ordered[-1]).rings().says("yes", "yes").ends()
        assert (desk.status(), len(desk.ordered)) == ("Resolved", 1)


SAID = (
    "my card number is 4111 1111 1111 1111",
    "it is 4111111111111111 and the code is 4 1 1 1 1 1",
    "four one one one one one one one one one one one one one one one",
    "no my card is 4111-1111-1111-1111",
)


@pytest.mark.parametrize("words", SAID)
@pytest.mark.parametrize("before", [(), ("yes",), ("yes", "no")])
def test_a_card_number_said_aloud_stands_nowhere(
    desk: CallDesk, tmp_path: Path, caplog: pytest.LogCaptureFixture, before: tuple[str, ...], words: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        call = desk.calls().rings().says(*before)
        call.says(words)
        if not call.over:
            call.asks(SpeechResult=words, Digits=CARD, Confidence="0.9")
        call.ends()
        shown = desk.everything()
    kept = [path.read_bytes() for path in (tmp_path / "var").rglob("*") if path.is_file()]
    written = [record.getMessage().encode() for record in caplog.records]
    spoken = [" ".join(call.spoken).encode(), call.document]
    for text in (*map(str.encode, shown), *kept, *written, *spoken):
        for card in (b"4111 1111", b"4111-1111", b"41111111", b"one one one one one"):
            assert card not in text


def test_neither_number_nor_token_is_logged(desk: CallDesk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        call = desk.calls().rings().says("yes", "no", "a man from 98111 22233", "yes").ends()
    token = call.at.rpartition("call=")[2]
    told = [one.getMessage() for one in caplog.records]
    log = "\n".join(one for one in told if "http://ringfence" not in one)  # that is the provider's own
    assert "Calls.json" in log
    assert not [one for one in (token, "9876543210", "98111", twilio.TOKEN) if one in log]
