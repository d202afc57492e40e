"""A server that is killed in mid-call: started again, it goes on where the call was, and does nothing twice."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.made_up import ASHA_ROW
from tests.stand_ins import twilio
from tests.stand_ins.provider import HELD, Provider, Said, Seen, provider
from tests.stand_ins.twilio_calls import Form, PlayedCall, orders, sent
from tests.stand_ins.twiml_rules import PUBLIC

from .test_serving import KEY, started

pytestmark = pytest.mark.skipif(not twilio.DESCRIPTION.is_file(), reason=twilio.MISSING)

CALLS = "/api/v1/transactions/TXN001/calls"


class Desk:
    """One data folder, and one server after the other on it."""

    def __init__(self, folder: Path, one: Provider) -> None:
        self.provider = one
        self.account = twilio.Twilio()
        one.says(self.account)
        self._folder = folder
        self._running = ExitStack()
        self._process: subprocess.Popen[bytes]
        self.client: httpx.Client
        self.start()

    def start(self) -> None:
        self._process, url = self._running.enter_context(
            started(
                self._folder,
                TWILIO_SID=twilio.SID,
                TWILIO_AUTH_TOKEN=twilio.TOKEN,
                TWILIO_NUMBER=twilio.NUMBER,
                PUBLIC_URL=PUBLIC,
                RINGFENCE_TELEPHONY__API_URL=self.provider.url,
                RINGFENCE_TELEPHONY__QUIET_HOURS="",
                RINGFENCE_DEFAULT_REGION="IN",
            )
        )
        self.client = self._running.enter_context(httpx.Client(base_url=url, headers=KEY, timeout=30))

    def is_killed(self) -> None:
        self._process.kill()
        self._process.wait()

    def is_killed_and_started(self) -> None:
        self.is_killed()
        self._running.close()
        self.start()

    def close(self) -> None:
        self._running.close()

    def posts(self, url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        return self.client.post(url.removeprefix(PUBLIC), content=body, headers=headers)

    def answered(self, method: str, path: str, **more: Any) -> Any:
        answer = self.client.request(method, path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def calls(self) -> PlayedCall:
        self.answered("POST", "/call/TXN001")
        return PlayedCall(self.posts, self.ordered[-1])

    @property
    def ordered(self) -> list[Form]:
        return orders(self.provider.seen)

    def came_to(self) -> tuple[str, list[tuple[str, str | None]], int]:
        """The transaction's status, its one call's timeline in short, and how many findings there are."""
        ((row,), told) = self.answered("GET", "/transactions"), self.answered("GET", CALLS)
        (call,) = told["calls"]
        timeline = [(one["step"], one["understood"]) for one in call["timeline"]]
        return row["action"], timeline, self.answered("GET", "/api/v1/findings")["total"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as made:
        yield made


@contextmanager
def desk_in(folder: Path) -> Iterator[Desk]:
    with provider() as one:
        made = Desk(folder, one)
        try:
            made.answered("POST", "/api/v1/transactions/import", json=[ASHA_ROW])
            yield made
        finally:
            made.close()


DENIED = [
    ("start", "yes"),
    ("step0", "no"),
    ("step1", "yes"),
    ("step2", "no"),
    ("step3", None),
    ("step4", "physical"),
    ("step5", None),
    ("step6", None),
    ("step7", None),
]


def test_a_server_that_is_killed_again_and_again_leads_the_call_to_its_end(desk: Desk) -> None:
    call = desk.calls().rings()
    desk.is_killed_and_started()
    call.says("yes", "no I did not")
    desk.is_killed_and_started()
    assert desk.came_to() == ("Mark As Fraud", DENIED[:2], 0)
    call.says("yes", "no")
    desk.is_killed_and_started()
    call.says("physical")
    assert call.over
    call.ends()
    desk.is_killed_and_started()
    call.ends()
    assert desk.came_to() == ("Mark As Fraud", DENIED, 1)
    assert len(desk.ordered) == 1


@pytest.mark.parametrize("answer_was_lost", [True, False])
def test_an_answer_that_is_sent_again_after_a_kill_is_taken_once(desk: Desk, answer_was_lost: bool) -> None:
    """Of one whose webhook was cut off nobody can tell whether it was taken before; it comes to the same."""
    call = desk.calls().rings().says("1")
    form = call.form(**call.answer("2"))
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(sent, desk.posts, call.at, form)
        if answer_was_lost:
            assert under_way.result().status_code == 200
        desk.is_killed()
        under_way.exception(timeout=30)
    desk.is_killed_and_started()
    call.asks(**call.answer("2")).says("1", "2", "1").ends()
    assert desk.came_to() == ("Mark As Fraud", DENIED, 1)


def test_a_server_that_is_killed_while_it_orders_a_call_has_ordered_it_once(desk: Desk) -> None:
    """The order is with Twilio, and its answer is lost with the server."""

    def kills(seen: Seen) -> Said:
        desk.account(seen)
        desk.is_killed()
        return HELD

    desk.provider.says(kills)
    with pytest.raises(httpx.TransportError):
        desk.client.post("/call/TXN001")
    desk.provider.says(desk.account)
    desk.is_killed_and_started()
    assert desk.client.post("/call/TXN001").json()["code"] == "call_running"
    PlayedCall(desk.posts, desk.ordered[-1]).rings().says("yes", "yes").ends()
    assert desk.came_to() == ("Resolved", [("start", "yes"), ("step0", "yes"), ("step0", None)], 0)
    assert len(desk.ordered) == 1
