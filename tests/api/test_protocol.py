"""`POST /event` goes a short way where it can; whoever asks must not be able to tell which way it went."""

import gzip
import json
import logging
import re
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from uvicorn.server import ServerState

from ringfence.api.application import event_routes, rates_of
from ringfence.api.messages import MessageDesk
from ringfence.api.protocol import ShortWays
from ringfence.api.serving import uvicorn_config
from ringfence.model.key import Role

from .conftest import Site
from .twins import Desk, Twins, invite, read_answer, twins_with


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    with twins_with(tmp_path_factory.mktemp("twins"), RINGFENCE_LIMITS__LINE_BYTES="2000") as made:
        yield made


def statuses(answers: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1.1 (\d+)", answers)]


GOOD = invite(0)
NAMED = "X-Request-ID: desk-7"
"""Problems repeat the request's id in the body, whose length goes with it."""
SHORT: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "a valid event": (GOOD, ()),
    "an event without a Call-ID": (invite(0, call_id=None), ()),
    "a Call-ID in Greek": (invite(0, call_id="κλήση-1@gw"), ()),
    "an unknown Content-Type": (GOOD, ("Content-Type: text/x-unknown",)),
    "a sane X-Request-ID": (GOOD, (NAMED,)),
    "an insane X-Request-ID": (GOOD, ("X-Request-ID: <script>",)),
    "two X-Request-IDs": (GOOD, ("X-Request-ID: one", "X-Request-ID: two")),
    "keep-alive said aloud": (GOOD, ("Connection: keep-alive",)),
    "another key as a bearer's": (GOOD, ("Authorization: Bearer other",)),
}
LONG: dict[str, tuple[int, bytes, tuple[str, ...]]] = {
    "invalid JSON": (400, b"{", ()),
    "a number that is none": (400, invite(0, b_number="1" * 200), ()),
    "an empty body": (400, b"", ()),
    "a blank body": (400, b" \n ", ()),
    "a body over the limit": (413, invite(0, note="x" * 2500), ()),
    "gzip": (200, gzip.compress(GOOD, mtime=0), ("Content-Encoding: gzip",)),
    "broken gzip": (400, GOOD, ("Content-Encoding: gzip",)),
    "an unknown encoding": (415, GOOD, ("Content-Encoding: br",)),
    "a close": (200, GOOD, ("Connection: close",)),
    "an origin, where none is named": (200, GOOD, ("Origin: https://desk.example",)),
    "an upgrade, whose body is not read": (400, GOOD, ("Connection: upgrade", "Upgrade: websocket")),
}


@pytest.mark.parametrize("case", SHORT)
def test_the_short_way_answers_as_the_long_one(twins: Twins, case: str) -> None:
    body, headers = SHORT[case]
    answer, long = twins.ask(lambda desk: desk.post(body, *headers))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\ndate: ")
    assert long == 0


@pytest.mark.parametrize("case", LONG)
def test_what_asks_for_more_goes_the_long_way(twins: Twins, case: str) -> None:
    status, body, headers = LONG[case]
    answer, long = twins.ask(lambda desk: desk.post(body, NAMED, *headers))
    assert statuses(answer) == [status]
    assert long == 1


@pytest.mark.parametrize("key", ["ingest", "analyst", "supervisor", "admin"])
def test_keys_that_may_send_events_open_the_short_way(twins: Twins, key: str) -> None:
    answer, long = twins.ask(lambda desk: desk.post(GOOD, key=key))
    assert statuses(answer) == [200]
    as_bearer, long_too = twins.ask(
        lambda desk: desk.post(GOOD, f"Authorization: Bearer {desk.keys[key]}", key="")
    )
    assert as_bearer == answer
    assert long == long_too == 0


@pytest.mark.parametrize(("key", "status"), [("viewer", 403), ("revoked", 401), ("wrong", 401), ("", 401)])
def test_other_keys_are_refused_alike(twins: Twins, key: str, status: int) -> None:
    answer, _ = twins.ask(lambda desk: desk.post(GOOD, NAMED, key=key))
    assert statuses(answer) == [status]


def test_a_key_revoked_meanwhile_is_refused_on_the_connection_it_opened(twins: Twins) -> None:
    def told(desk: Desk) -> bytes:
        desk.keys["leaver"] = desk.server.keys.create("leaver", Role.INGEST, "test")
        sent = desk.request(GOOD, NAMED, key="leaver")
        with closing(desk.connect()) as line:
            line.sendall(sent)
            first = read_answer(line)
            desk.server.keys.revoke("leaver", "test")
            line.sendall(sent)
            return first + read_answer(line)

    answers, _ = twins.ask(told)
    assert statuses(answers) == [200, 401]


LINES = {
    "GET /event HTTP/1.1": 405,
    "HEAD /event HTTP/1.1": 405,
    "POST /event HTTP/1.0": 200,
    "POST /event?source=switch HTTP/1.1": 200,
    "POST /%65vent HTTP/1.1": 200,
    "POST http://desk/event HTTP/1.1": 200,
    "POST /api/v1/events HTTP/1.1": 200,
    "POST /event/ HTTP/1.1": 404,
}


@pytest.mark.parametrize("line", LINES)
def test_other_request_lines_go_the_long_way(twins: Twins, line: str) -> None:
    answer, long = twins.ask(lambda desk: desk.post(GOOD, NAMED, "Connection: keep-alive", line=line))
    assert statuses(answer) == [LINES[line]]
    assert (b"connection: close" in answer) is line.endswith("1.0")
    assert long == 1


def test_what_is_no_http_is_refused_as_all_else_is(twins: Twins) -> None:
    desk = twins.ours
    for answer in (desk.talk(b"HELLO desk\r\n\r\n"), desk.post(GOOD, "Content-Length: 7")):
        head, _, body = answer.partition(b"\r\n\r\n")
        assert statuses(head) == [400]
        assert b"content-type: application/problem+json" in head
        assert b"connection: close" in head
        told = json.loads(body)
        assert (told["status"], told["code"]) == (400, "http_invalid")
        assert f"x-request-id: {told['request_id']}".encode() in head


def test_a_body_may_come_after_its_head(twins: Twins) -> None:
    def told(desk: Desk) -> bytes:
        whole = desk.request(GOOD)
        head = len(whole) - len(GOOD)
        return desk.talk(whole[:30], whole[30:head], whole[head : head + 9], whole[head + 9 :])

    answer, long = twins.ask(told)
    assert statuses(answer) == [200]
    assert long == 1


def test_a_head_in_pieces_before_a_whole_body_goes_the_short_way(twins: Twins) -> None:
    answer, long = twins.ask(lambda desk: desk.talk(desk.request(GOOD)[:30], desk.request(GOOD)[30:]))
    assert statuses(answer) == [200]
    assert long == 0


def test_a_body_that_says_it_is_too_long_is_refused_before_it_is_here(twins: Twins) -> None:
    long_one = invite(0, note="x" * 2500)
    answer, _ = twins.ask(lambda desk: desk.talk(desk.request(long_one, NAMED)[:1000]))
    assert statuses(answer) == [413]


def test_a_chunked_body(twins: Twins) -> None:
    chunks = b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (9, GOOD[:9], len(GOOD) - 9, GOOD[9:])

    def told(desk: Desk) -> bytes:
        head = desk.request(b"", "Transfer-Encoding: chunked", length=False)
        return desk.talk(head + chunks) + desk.talk(head, chunks)

    answers, long = twins.ask(told)
    assert statuses(answers) == [200, 200]
    assert long == 2


@pytest.mark.parametrize("waits", [True, False])
def test_a_client_that_asks_whether_to_go_on(twins: Twins, waits: bool) -> None:
    def told(desk: Desk) -> bytes:
        whole = desk.request(GOOD, "Expect: 100-continue")
        head = len(whole) - len(GOOD)
        return desk.talk(*([whole[:head], whole[head:]] if waits else [whole]), answers=2)

    answers, long = twins.ask(told)
    assert statuses(answers) == [100, 200]
    assert long == 1


def test_requests_in_one_segment_are_answered_in_their_order(twins: Twins) -> None:
    def told(desk: Desk) -> bytes:
        sent = [desk.request(invite(0, call_id=f"row-{n}"), f"X-Request-ID: row-{n}") for n in range(6)]
        return desk.talk(b"".join(sent), answers=6)

    answers, long = twins.ask(told)
    assert statuses(answers) == [200] * 6
    assert re.findall(rb"x-request-id: (row-\d)", answers) == [b"row-%d" % n for n in range(6)]
    assert re.findall(rb'"call_id":"(row-\d)"', answers) == [b"row-%d" % n for n in range(6)]
    assert long == 5  # one short answer a segment, so that nobody's flood goes before others


def test_short_and_long_answers_take_turns_on_one_connection(twins: Twins) -> None:
    def told(desk: Desk) -> bytes:
        good, bad = desk.request(GOOD, NAMED), desk.request(b"{", NAMED)
        health = b"GET /health HTTP/1.1\r\nhost: desk\r\nx-request-id: desk-7\r\n\r\n"
        answers = b""
        with closing(desk.connect()) as line:
            for sent in (good, bad, good, good, health, good):
                line.sendall(sent)
                answers += read_answer(line)
        return answers

    answers, long = twins.ask(told)
    assert statuses(answers) == [200, 400, 200, 200, 200, 200]
    assert long == 2


def test_an_event_that_raises_an_alert_is_judged_once(twins: Twins) -> None:
    calls = [invite(n, at=60 + n * 0.1, b_number="+12125550199", call_id=f"a{n}@gw") for n in range(7)]

    def told(desk: Desk) -> bytes:
        return b"".join(desk.post(call, key="analyst") for call in calls)

    answers, long = twins.ask(told)
    bodies = [json.loads(body) for body in re.findall(rb"\r\n\r\n(\{.*?\})(?=HTTP/1.1|$)", answers)]
    assert [body["status"] for body in bodies] == ["ok"] * 4 + ["alert"] * 3
    assert [body["distinct_callers"] for body in bodies] == [1, 2, 3, 4, 5, 6, 7]
    assert bodies[6]["alert"]["call_ids"] == [f"a{n}@gw" for n in range(7)]
    assert long == 3


def test_a_fault_of_ours_is_a_logged_500(
    twins: Twins, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(body: bytes) -> None:
        raise RuntimeError("the test broke it")

    for desk in (twins.ours, twins.plain):
        monkeypatch.setattr(desk.server.pipeline, "event", broken)
    with caplog.at_level(logging.ERROR):
        answer, _ = twins.ask(lambda desk: desk.post(GOOD, NAMED))
    assert statuses(answer) == [500]
    assert sum("the test broke it" in str(record.exc_info) for record in caplog.records) == 2


@pytest.mark.parametrize(("first", "status"), [(GOOD, 200), (b"{", 400)])
def test_a_limit_counts_each_event_once_whichever_way_it_goes(
    tmp_path: Path, first: bytes, status: int
) -> None:
    with twins_with(tmp_path, RINGFENCE_LIMITS__EVENTS_PER_SECOND="0.01") as twins:
        answers, _ = twins.ask(
            lambda desk: (
                desk.post(first, NAMED) + desk.post(GOOD, NAMED) + desk.post(GOOD, NAMED, "Origin: x")
            )
        )
    assert statuses(answers) == [status, 429, 429]


def test_browsers_of_named_origins_are_told_so(tmp_path: Path) -> None:
    with twins_with(tmp_path, RINGFENCE_CORS_ORIGINS="https://desk.example") as twins:
        switch, long = twins.ask(lambda desk: desk.post(GOOD))
        assert b"access-control" not in switch
        assert long == 0
        browser, _ = twins.ask(lambda desk: desk.post(GOOD, "Origin: https://desk.example"))
        assert b"access-control-allow-origin: https://desk.example\r\n" in browser
        stranger, _ = twins.ask(lambda desk: desk.post(GOOD, "Origin: https://stranger.example"))
        assert b"access-control-allow-origin" not in stranger


def test_an_answer_that_waits_for_its_commit_is_given_before_the_end(tmp_path: Path) -> None:
    def told(desk: Desk) -> bytes:
        for n in range(4):
            desk.post(invite(n))
        records = sqlite3.connect(desk.server.settings.data_dir / "ringfence.db", isolation_level=None)
        with closing(records), closing(desk.connect()) as line:
            records.execute("BEGIN IMMEDIATE")  # somebody else writes: the alert has to wait
            line.sendall(desk.request(invite(4)))
            desk.read_all()
            desk.takes_no_more()
            records.execute("COMMIT")
            answer = read_answer(line)
            assert line.recv(1) == b""
            return answer

    with twins_with(tmp_path) as twins:
        answer, _ = twins.ask(told)
    assert b'"status": "alert"' in answer
    assert b"connection: close" in answer


class Timer:
    def __init__(self, at: float, callback: Callable[[], None]) -> None:
        self.at = at
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """An event loop whose time is the test's, and which starts no task: it counts them."""

    def __init__(self) -> None:
        self.now = 0.0
        self.tasks = 0
        self._timers: list[Timer] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        self._timers.append(Timer(self.now + seconds, callback))
        return self._timers[-1]

    def create_task(self, work: Coroutine[Any, Any, None]) -> "Loop":
        work.close()
        self.tasks += 1
        return self

    def add_done_callback(self, callback: Callable[..., None]) -> None:
        pass

    def until(self, at: float) -> None:
        while due := [timer for timer in self._timers if timer.at <= at and not timer.cancelled]:
            first = min(due, key=lambda timer: timer.at)
            self._timers.remove(first)
            self.now = first.at
            first.callback()
        self.now = at


class Wire:
    """A transport that keeps what is written to it."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def get_extra_info(self, name: str) -> None:
        return None


class Line:
    """One connection without a network."""

    def __init__(self, site: Site) -> None:
        self.loop, self.wire = Loop(), Wire()
        config = uvicorn_config(site.server)
        self.protocol = ShortWays(
            event_routes(site.server),
            MessageDesk(site.server, rates_of(site.server)),
            config=config,
            server_state=ServerState(),
            app_state={},
            _loop=self.loop,
        )
        self.protocol.connection_made(self.wire)  # type: ignore[arg-type]
        key = site.key(Role.INGEST)["X-API-KEY"]
        head = f"POST /event HTTP/1.1\r\nX-API-KEY: {key}\r\nContent-Length: {len(GOOD)}\r\n\r\n"
        self.whole = head.encode() + GOOD

    def send(self, data: bytes) -> None:
        self.protocol.data_received(data)


@pytest.fixture
def line(site: Site) -> Line:
    return Line(site)


def test_a_connection_is_closed_when_it_was_idle_for_five_seconds(line: Line) -> None:
    line.send(line.whole)
    line.loop.until(3.0)
    line.send(line.whole)
    line.loop.until(7.9)
    assert not line.wire.closed
    line.loop.until(8.1)
    assert line.wire.closed
    assert len(line.wire.written) == 2
    assert line.loop.tasks == 0


@pytest.mark.parametrize("part", [30, -10])
def test_a_request_on_its_way_is_not_idle(line: Line, part: int) -> None:
    line.send(line.whole)
    line.loop.until(3.0)
    line.send(line.whole[:part])
    line.loop.until(60.0)
    assert not line.wire.closed


def test_who_reads_no_answers_gets_no_short_ones(line: Line) -> None:
    line.protocol.pause_writing()
    line.send(line.whole)
    assert line.wire.written == []
    assert line.loop.tasks == 1


def test_nobody_is_answered_before_the_request_they_sent_first(line: Line) -> None:
    line.send(line.whole.replace(b"POST", b"GET"))  # its task waits for its turn
    line.send(line.whole)
    assert line.wire.written == []
    assert line.loop.tasks == 1


def test_a_flood_on_one_connection_has_one_short_answer_before_others_have_their_turn(line: Line) -> None:
    line.send(line.whole * 2)
    assert len(line.wire.written) == 1
    assert line.loop.tasks == 1
