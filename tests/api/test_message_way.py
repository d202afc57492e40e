"""A message goes a short way where it can; whoever asks must not be able to tell which way it went."""

import gzip
import json
import logging
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from .test_protocol import GOOD as EVENT
from .test_protocol import NAMED, statuses
from .twins import Desk, Twins, read_answer, twins_with

LINE = "POST /api/v1/analyze/text HTTP/1.1"
KYC = "Dear customer your SBI account will be blocked today. Update KYC at http://sbi-kyc.top/x or call 9876543210"


def message(text: object = "See you at lunch", **more: object) -> bytes:
    """In a session that is named: one that the server names differs from server to server."""
    return json.dumps({"message": text, "session_id": "s1", **more}).encode()


def asked(twins: Twins, told: Callable[[Desk], bytes]) -> tuple[bytes, int]:
    """As `Twins.ask`, but that the framework's headers may come in another order, and a second later."""

    def in_order(head: re.Match[bytes]) -> bytes:
        told = re.sub(rb"(?<=retry-after: )\d+", b"*", head[2]).split(b"\r\n")
        return b"\r\n".join((head[1], *sorted(told))) + b"\r\n\r\n"

    def whole(desk: Desk) -> bytes:
        answers = re.sub(rb"(?s)(HTTP/1.1 \d+ [^\r]*)\r\n(.*?)\r\n\r\n", in_order, told(desk))
        return re.sub(rb"wait \d+ s", b"wait * s", answers)

    return twins.ask(whole)


def ask(desk: Desk, body: bytes, *headers: str, key: str = "analyst", line: str = LINE) -> bytes:
    return desk.post(body, NAMED, *headers, key=key, line=line)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    with twins_with(tmp_path_factory.mktemp("twins")) as made:
        yield made


SHORT: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "a word between friends": (message(), ()),
    "a scam": (message(KYC), ()),
    "more than is asked": (message(KYC, mode="honeypot", more=1), ()),
    "Greek as it stands": (
        json.dumps({"message": "Γεια", "session_id": "s1"}, ensure_ascii=False).encode(),
        (),
    ),
    "the longest": (message("x" * 10_000), ()),
    "the longest, all of it escaped": (message("\U0001f600" * 10_000), ()),
    "keep-alive said aloud": (message(), ("Connection: keep-alive",)),
}
LONG: dict[str, tuple[int, bytes, tuple[str, ...]]] = {
    "blank": (400, message("  "), ()),
    "too long": (422, message("x" * 10_001), ()),
    "another mode": (422, message(mode="other"), ()),
    "a number": (422, message(5), ()),
    "nothing in it": (422, b"{}", ()),
    "no JSON": (422, b"{", ()),
    "an empty body": (422, b"", ()),
    "far too much": (422, message("x" * 200_000), ()),
    "gzip": (415, gzip.compress(message(), mtime=0), ("Content-Encoding: gzip",)),
    "a close": (200, message(), ("Connection: close",)),
    "an origin, where none is named": (200, message(), ("Origin: https://desk.example",)),
    "another Content-Type beside": (200, message(), ("Content-Type: application/json; charset=utf-8",)),
}


@pytest.mark.parametrize("case", SHORT)
def test_the_short_way_answers_as_the_framework_does(twins: Twins, case: str) -> None:
    body, headers = SHORT[case]
    answer, long = asked(twins, lambda desk: ask(desk, body, *headers))
    assert statuses(answer) == [200]
    assert long == 0


@pytest.mark.parametrize("case", LONG)
def test_what_is_not_plainly_good_goes_to_the_framework(twins: Twins, case: str) -> None:
    status, body, headers = LONG[case]
    answer, long = asked(twins, lambda desk: ask(desk, body, *headers))
    assert statuses(answer) == [status]
    assert long == 1


@pytest.mark.parametrize(("key", "status"), [("ingest", 403), ("viewer", 403), ("revoked", 401), ("", 401)])
def test_other_keys_are_refused_alike(twins: Twins, key: str, status: int) -> None:
    answer, long = asked(twins, lambda desk: ask(desk, message(), key=key))
    assert statuses(answer) == [status]
    assert long == 1


@pytest.mark.parametrize("cuts", [(30,), (-20,), (30, -40, -5)])
def test_a_message_may_come_in_pieces(twins: Twins, cuts: tuple[int, ...]) -> None:
    def told(desk: Desk) -> bytes:
        whole = desk.request(message(), NAMED, key="analyst", line=LINE)
        places = [cut % len(whole) for cut in cuts]
        return desk.talk(*(whole[a:b] for a, b in zip([0, *places], [*places, len(whole)], strict=True)))

    answer, long = asked(twins, told)
    assert statuses(answer) == [200]
    assert long == 0


def test_requests_in_one_segment_are_answered_in_their_order(twins: Twins) -> None:
    def told(desk: Desk) -> bytes:
        sent = b""
        for n in range(6):
            name = f"X-Request-ID: row-{n}"
            if n % 2:
                sent += desk.request(EVENT, name)
            else:
                sent += desk.request(message(), name, key="analyst", line=LINE)
        return desk.talk(sent, answers=6)

    answers, long = asked(twins, told)
    assert statuses(answers) == [200] * 6
    assert re.findall(rb"x-request-id: (row-\d)", answers) == [b"row-%d" % n for n in range(6)]
    assert long == 5


def test_a_scam_is_on_the_disk_before_its_answer_and_the_answer_before_the_end(tmp_path: Path) -> None:
    def told(desk: Desk) -> bytes:
        ask(desk, message())  # the process that judges is up
        records = sqlite3.connect(desk.server.settings.data_dir / "ringfence.db", isolation_level=None)
        with closing(records), closing(desk.connect()) as line:
            records.execute("BEGIN IMMEDIATE")  # somebody else writes: the finding has to wait
            line.sendall(desk.request(message(KYC), NAMED, key="analyst", line=LINE))
            desk.read_all()
            desk.takes_no_more()
            records.execute("COMMIT")
            answer = read_answer(line)
            assert line.recv(1) == b""
            return answer

    with twins_with(tmp_path) as twins:
        answer, _ = asked(twins, told)
    assert b'"label": "scam"' in answer
    assert b"connection: close" in answer


def test_who_hangs_up_takes_nobody_along(twins: Twins) -> None:
    def told(desk: Desk) -> bytes:
        for _ in range(3):
            with closing(desk.connect()) as line:
                line.sendall(desk.request(message(KYC), NAMED, key="analyst", line=LINE))
        return ask(desk, message())

    answer, _ = asked(twins, told)
    assert statuses(answer) == [200]


def test_messages_by_either_way_count_together(tmp_path: Path) -> None:
    with twins_with(tmp_path, RINGFENCE_LIMITS__ANALYZE_PER_MINUTE="2") as twins:
        answers, long = asked(
            twins,
            lambda desk: b"".join(ask(desk, message(), *headers) for headers in [(), ("Origin: x",)] * 2),
        )
    assert statuses(answers) == [200, 200, 429, 429]
    assert answers.count(b"retry-after: *\r\n") == 2
    assert long == 2


def test_a_fault_of_ours_is_a_logged_500(
    twins: Twins, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> bytes:
        raise RuntimeError("the test broke it")

    for desk in (twins.ours, twins.plain):
        monkeypatch.setattr(desk.server.analyses, "message", broken)
    with caplog.at_level(logging.ERROR):
        answer, _ = asked(twins, lambda desk: ask(desk, message()))
    assert statuses(answer) == [500]
    ours = [record for record in caplog.records if record.name.startswith("ringfence.")]
    assert sum("the test broke it" in str(record.exc_info) for record in ours) == 2
