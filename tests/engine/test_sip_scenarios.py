"""Calls as switches signal them, captured on the way: how many there were, and what became of them."""

from collections.abc import Iterable

import pytest
from ringfence_engine import Engine, Metrics, Replay, SipSummary

from ringfence.lab.simulate.frames import PCAP_HEADER, TcpConversation, pcap_record, udp_frame

SECOND = 1_000_000_000
NOON = 1_768_478_400 * SECOND
B = "+911140000001"
CALLER, SWITCH, PHONE, SECOND_PHONE = "192.0.2.7", "192.0.2.1", "198.51.100.8", "198.51.100.9"
Sent = tuple[float, str, str, bytes]
"""When, from where, to where, what."""


def message(start: str, cseq: str, *, call: str = "c1", caller: int = 0, tag: str = "") -> bytes:
    to = f"<sip:{B}@sbc.example>" + (f";tag={tag}" if tag else "")
    head = (
        f"{start}\r\nVia: SIP/2.0/UDP {CALLER};branch=z9hG4bK{call}\r\n"
        f"From: <sip:+44207946{caller:04}@carrier.example>;tag=a\r\nTo: {to}\r\n"
        f"Call-ID: {call}@{CALLER}\r\nCSeq: {cseq}\r\nContent-Length: 0\r\n\r\n"
    )
    return head.encode()


def request(method: str, number: int = 1, *, call: str = "c1", caller: int = 0, tag: str = "") -> bytes:
    start = f"{method} sip:{B}@sbc.example SIP/2.0"
    return message(start, f"{number} {method}", call=call, caller=caller, tag=tag)


def response(status: str, number: int = 1, method: str = "INVITE") -> bytes:
    return message(f"SIP/2.0 {status}", f"{number} {method}", tag="b")


def read(sent: Iterable[Sent]) -> tuple[SipSummary, Metrics]:
    """The summary of a capture of these datagrams, and the metrics of B when it ends."""
    frames = [
        (NOON + round(at * SECOND), udp_frame(source, target, payload))
        for at, source, target, payload in sent
    ]
    return replayed(PCAP_HEADER + b"".join(pcap_record(at, frame) for at, frame in frames), frames[-1][0])


def replayed(capture: bytes, end: int) -> tuple[SipSummary, Metrics]:
    engine = Engine(region="IN", max_keys=1_024, max_calls=1_024)
    files = Replay(engine, now=end)
    files.feed(capture)
    files.close()
    files.finish()
    return files.summary(), engine.metrics(B, end)


def up(at: float, payload: bytes) -> Sent:
    return at, CALLER, SWITCH, payload


def down(at: float, payload: bytes) -> Sent:
    return at, SWITCH, CALLER, payload


ANSWERED = [
    down(1.0, response("200 OK")),
    up(1.1, request("ACK", tag="b")),
    up(31.0, request("BYE", 2, tag="b")),
    down(31.1, response("200 OK", 2, "BYE")),
]
STORIES: dict[str, tuple[list[Sent], int, int]] = {
    # What was sent, resends as tshark counts them, and 1 where the call was answered.
    "answered": ([up(0, request("INVITE")), down(0.2, response("180 Ringing")), *ANSWERED], 0, 1),
    "sent again until it is heard": (
        [
            up(0, request("INVITE")),
            up(0.5, request("INVITE")),
            up(0.9, request("INVITE")),
            *ANSWERED,
            down(1.2, response("200 OK")),
        ],
        3,
        1,
    ),
    "answered and negotiated anew": (
        [
            up(0, request("INVITE")),
            *ANSWERED[:2],
            up(10.0, request("INVITE", 2, tag="b")),
            down(10.1, response("488 Not Acceptable Here", 2)),
            *ANSWERED[2:],
        ],
        0,
        1,
    ),
    "challenged by the proxy": (
        [
            up(0, request("INVITE")),
            down(0.1, response("407 Proxy Authentication Required")),
            up(0.2, request("ACK", tag="b")),
            up(0.3, request("INVITE", 2)),
            *ANSWERED,
        ],
        0,
        1,
    ),
    "redirected": (
        [
            up(0, request("INVITE")),
            down(0.1, response("302 Moved Temporarily")),
            (0.3, CALLER, PHONE, request("INVITE", 2)),
            (1.0, PHONE, CALLER, response("200 OK", 2)),
            (31.0, CALLER, PHONE, request("BYE", 3, tag="b")),
        ],
        0,
        1,
    ),
    "forked to a busy phone and one that answers": (
        [
            up(0, request("INVITE")),
            (0.1, SWITCH, PHONE, request("INVITE")),
            (0.1, SWITCH, SECOND_PHONE, request("INVITE")),
            (0.2, PHONE, SWITCH, response("486 Busy Here")),
            (0.9, SECOND_PHONE, SWITCH, response("200 OK")),
            *ANSWERED,
        ],
        0,
        1,
    ),
    "busy": ([up(0, request("INVITE")), down(0.2, response("486 Busy Here"))], 0, 0),
    "unknown": ([up(0, request("INVITE")), down(0.2, response("404 Not Found"))], 0, 0),
    "cancelled": (
        [
            up(0, request("INVITE")),
            down(0.2, response("180 Ringing")),
            up(5.0, request("CANCEL")),
            down(5.1, response("200 OK", 1, "CANCEL")),
            down(5.1, response("487 Request Terminated")),
        ],
        0,
        0,
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_each_story_is_one_call(story: str) -> None:
    sent, resends, answered = STORIES[story]
    summary, metrics = read(sorted(sent, key=lambda one: one[0]))
    assert (summary.messages, summary.call_ids, summary.resends) == (len(sent), 1, resends)
    assert (summary.calls, metrics.seizures, metrics.answered) == (1, 1, answered)
    assert metrics.calls_in_progress == 0
    assert metrics.aloc == pytest.approx(30.0 if answered else 0.0, abs=0.2)
    assert summary.malformed == {}


def as_text(*, more: str = "") -> bytes:
    """INVITEs of six callers, one behind the other as a tool writes them into a file."""
    calls = [request("INVITE", call=f"c{n}", caller=n).decode() for n in range(6)]
    return "\n".join(call.replace("Content-Length: 0\r\n", more) for call in calls).encode()


def test_a_text_that_does_not_say_when_fills_no_window() -> None:
    summary, metrics = replayed(as_text(), NOON)
    assert (summary.messages, summary.call_ids) == (6, 6)
    assert (summary.events, summary.calls, metrics.seizures) == (0, 0, 0)
    assert summary.malformed == {"no_time": 6}


def test_calls_of_a_dated_text_share_no_address() -> None:
    engine = Engine(region="IN", max_keys=1_024, max_calls=1_024)
    files = Replay(engine, now=NOON)
    files.feed(as_text(more="Date: Thu, 15 Jan 2026 12:00:00 GMT\r\n"))
    files.close()
    [change] = files.finish().changes
    assert change.distinct_callers == 6
    [cluster] = change.clusters
    assert "shared_source" not in dict(cluster.points)
    assert files.summary().malformed == {}


CHALLENGED = [
    up(0, request("INVITE")),
    down(0.1, response("407 Proxy Authentication Required")),
    up(0.2, request("ACK", tag="b")),
]


def metrics_at(at: float, sent: list[Sent]) -> Metrics:
    """The metrics of B at an instant, from a capture that ends there."""
    return read([*sent, (at, PHONE, SWITCH, request("OPTIONS", call="tick"))])[1]


def test_a_challenge_that_nobody_answers_is_a_failed_call() -> None:
    waiting, failed = metrics_at(32.0, CHALLENGED), metrics_at(32.2, CHALLENGED)
    assert (waiting.calls_in_progress, failed.calls_in_progress) == (1, 0)
    assert (failed.seizures, failed.answered, failed.ner) == (1, 0, 0.0)


def test_a_challenge_that_is_answered_fails_nothing() -> None:
    tried_again = [*CHALLENGED, up(0.3, request("INVITE", 2)), down(0.5, response("180 Ringing", 2))]
    ringing = metrics_at(50.0, tried_again)
    assert (ringing.seizures, ringing.calls_in_progress, ringing.short_call_ratio) == (1, 1, 0.0)
    busy = metrics_at(51.0, [*tried_again, down(50.0, response("486 Busy Here", 2))])
    assert (busy.seizures, busy.calls_in_progress, busy.ner) == (1, 0, 100.0)


def test_what_phones_say_between_calls_is_no_call() -> None:
    noise = [
        request(method, call=method) for method in ("REGISTER", "OPTIONS", "SUBSCRIBE", "NOTIFY", "MESSAGE")
    ]
    answers = [response("200 OK", 1, "OPTIONS"), response("404 Not Found", 1, "SUBSCRIBE")]
    summary, metrics = read(up(at, one) for at, one in enumerate([*noise, *answers]))
    assert (summary.messages, summary.events, summary.calls, metrics.seizures) == (7, 0, 0, 0)


def test_calls_of_one_connection_in_one_segment() -> None:
    peer = TcpConversation(CALLER, SWITCH)
    calls = b"\r\n\r\n".join(request("INVITE", call=f"c{n}", caller=n) for n in range(3))
    frames = [*peer.open(), *peer.send(calls, from_switch=False)]
    summary, metrics = replayed(PCAP_HEADER + b"".join(pcap_record(NOON, frame) for frame in frames), NOON)
    assert (summary.messages, summary.call_ids, summary.calls) == (3, 3, 3)
    assert (metrics.seizures, metrics.distinct_callers) == (3, 3)
