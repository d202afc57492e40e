"""What follows a call's end, at Twilio and in the records; and who ends one that does not end by itself."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.stand_ins import twilio
from tests.stand_ins.twilio_calls import sent

from ringfence.model.key import Role

from .calling import HOUR, MINUTE, CallDesk, call_desk
from .conftest import MakeSite

pytestmark = pytest.mark.skipif(not twilio.DESCRIPTION.is_file(), reason=twilio.MISSING)

FRAUD = "Mark As Fraud"


@pytest.fixture
def desk(site_with: MakeSite) -> Iterator[CallDesk]:
    with call_desk(site_with) as made:
        yield made


def texts(desk: CallDesk) -> list[dict[str, Any]]:
    """Once all are sent that are on their way."""
    desk.site.client.run(desk.site.server.verifications.settled)
    return [*desk.account.messages.values()]


def hang_up(desk: CallDesk, role: Role = Role.ANALYST) -> Any:
    (call,) = desk.told()
    return desk.site.ask("POST", f"/api/v1/transactions/TXN001/calls/{call['call_id']}/end", role)


@pytest.mark.parametrize("end", ["busy", "no-answer", "failed"])
def test_who_was_not_reached_gets_one_text_that_tells_nothing(desk: CallDesk, end: str) -> None:
    call = desk.calls().progresses("initiated", "ringing")
    call.ends(end).ends(end).ends("completed")
    (text,) = texts(desk)
    (told,) = desk.told()
    assert (text["to"], text["from"]) == ("+919876543210", twilio.NUMBER)
    assert told["reference"] in text["body"]
    assert not [one for one in ("1111", "15,499", "Example Store", "http") if one in text["body"]]


@pytest.mark.parametrize("answers", [(), ("yes",), ("yes", "no"), ("yes", "yes")])
def test_who_was_reached_gets_no_text(desk: CallDesk, answers: tuple[str, ...]) -> None:
    desk.calls().rings().says(*answers).ends()
    assert texts(desk) == []


def test_an_end_that_is_told_ten_times_at_once_is_one_end(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes", "no")
    news = call.news("completed")
    with ThreadPoolExecutor(10) as pool:
        answers = [*pool.map(lambda _: sent(desk.posts, call.order["StatusCallback"], news), range(10))]
    assert {one.status_code for one in answers} == {204}
    assert (desk.status(), len(desk.findings())) == (FRAUD, 1)


def test_the_desk_hangs_up_and_what_was_decided_stands(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes", "no")
    assert hang_up(desk, Role.VIEWER).status_code == 403
    assert desk.account.calls[call.sid]["status"] == "queued"
    assert hang_up(desk).status_code == 200
    assert desk.account.calls[call.sid]["status"] == "completed"
    call.ends()
    assert (desk.status(), len(desk.findings())) == (FRAUD, 1)
    assert (hang_up(desk).status_code, hang_up(desk).json()["code"]) == (409, "call_ended")


def test_a_call_whose_end_was_never_told_is_asked_about(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes", "no", "yes")
    desk.account.calls[call.sid]["status"] = "completed"
    desk.site.clock.now += 10 * MINUTE
    desk.site.client.run(desk.site.server.call_keeper.look)
    (told,) = desk.told()
    assert (told["status"], told["outcome"], told["ended_at"] is None) == ("completed", FRAUD, False)
    (found,) = desk.findings()
    assert "Card details shared: yes" in found["summary"]
    once = desk.everything()
    call.ends()
    assert desk.everything() == once


def test_a_status_that_somebody_sets_meanwhile_stands_unless_the_payment_is_denied(desk: CallDesk) -> None:
    set_by_hand = {"action": "Unverified"}
    call = desk.calls().rings().says("yes")
    desk.site.ask("POST", "/set_action/TXN001", json=set_by_hand)
    call.ends()
    assert desk.status() == "Unverified"
    desk.site.clock.now += HOUR
    call = desk.calls().rings().says("yes")
    desk.site.ask("POST", "/set_action/TXN001", json=set_by_hand)
    call.says("no")
    assert desk.status() == FRAUD
    call.ends()
    assert desk.status() == FRAUD


def test_a_number_that_is_changed_meanwhile_is_that_of_the_next_call(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes")
    changed = {"client_phone": "+919820054321"}
    assert desk.site.ask("POST", "/update_phone/TXN001", Role.SUPERVISOR, json=changed).json() == {"ok": True}
    assert desk.orders().json()["code"] == "call_running"
    call.says("", "").ends()
    desk.site.clock.now += HOUR
    desk.calls()
    assert [one["To"] for one in desk.ordered] == ["+919876543210", "+919820054321"]
    assert [one["phone"] for one in desk.told()] == ["+919876543210", "+919820054321"]
