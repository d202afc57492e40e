"""The capture holds the same calls as the events, as SIP that a switch would send."""

import io
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise

import pytest

from ringfence.lab.simulate import Operator, SimulatedEvent
from ringfence.lab.simulate.writers import PcapWriter

from .pcap_reader import Message, read_pcap


@pytest.fixture(scope="module")
def capture(small: Callable[[int], Operator]) -> tuple[list[SimulatedEvent], list[Message]]:
    events = list(small(2).events())
    out = io.BytesIO()
    writer = PcapWriter(out)
    for event in events:
        writer.write(event)
    writer.close()
    return events, read_pcap(out.getvalue())


Capture = tuple[list[SimulatedEvent], list[Message]]


def test_every_event_has_its_message_at_its_time(capture: Capture) -> None:
    events, messages = capture
    kinds = Counter(event.kind for event in events)
    methods = Counter(message.method for message in messages)
    assert methods["INVITE"] == kinds["INVITE"]
    assert methods["CANCEL"] == kinds["CANCEL"]
    assert methods["BYE"] == kinds["BYE"]
    named: dict[str, str | int] = {
        "INVITE": "INVITE",
        "CANCEL": "CANCEL",
        "BYE": "BYE",
        "RINGING": 180,
        "ANSWER": 200,
    }
    told: Counter[tuple[str, int, str | int | None]] = Counter(
        (e.call.call_id, e.at, named.get(e.kind, e.cause)) for e in events
    )
    seen = Counter((m.headers["Call-ID"], m.at, m.method or m.status) for m in messages)
    assert not told - seen


def test_distinct_call_ids_are_the_calls(capture: Capture) -> None:
    events, messages = capture
    assert {m.headers["Call-ID"] for m in messages} == {event.call.call_id for event in events}


def test_an_invite_says_who_calls_whom_and_where_its_media_come_from(capture: Capture) -> None:
    events, messages = capture
    calls = {event.call.call_id: event.call for event in events}
    for message in messages:
        if message.method != "INVITE":
            continue
        call = calls[message.headers["Call-ID"]]
        assert message.start_line.startswith(f"INVITE sip:{call.b_number}@")
        user = "anonymous" if call.leg.a_number == "anonymous" else call.leg.a_number
        assert f"sip:{user}@" in message.headers["From"]
        assert message.source == call.leg.source_ip
        assert f"\r\no={call.leg.sdp_origin}\r\n" in message.body
        assert message.headers.get("User-Agent", "") == call.leg.user_agent
        asserted = message.headers.get("P-Asserted-Identity", "")
        assert (call.leg.p_asserted_identity in asserted) == bool(
            asserted
        ) or not call.leg.p_asserted_identity
        assert bool(asserted) == bool(call.leg.p_asserted_identity)


def test_the_capture_mixes_ipv4_ipv6_udp_and_tcp(capture: Capture) -> None:
    _, messages = capture
    mix = Counter((message.transport, ":" in message.source) for message in messages)
    assert {("udp", False), ("udp", True), ("tcp", False)} <= set(mix)
    assert any("Identity" in message.headers for message in messages if message.transport == "tcp")


def test_every_transaction_is_answered_and_every_invite_acknowledged(capture: Capture) -> None:
    _, messages = capture
    dialogues = defaultdict(list)
    for message in messages:
        dialogues[message.headers["Call-ID"]].append(message)
    for dialogue in dialogues.values():
        methods = [message.method for message in dialogue if message.method]
        finals = {m.headers["CSeq"] for m in dialogue if m.status and m.status >= 200}
        asked = {m.headers["CSeq"] for m in dialogue if m.method and m.method != "ACK"}
        assert finals == asked
        assert methods.count("ACK") == 1
        assert all(a.at <= b.at for a, b in pairwise(dialogue))
        tags = {m.headers["To"].split(";tag=")[1] for m in dialogue if m.status in (180, 200) and m.body}
        assert len(tags) <= 1


def test_an_invite_is_sent_again_only_unanswered_and_over_udp(capture: Capture) -> None:
    _, messages = capture
    first: dict[str, Message] = {}
    answered = set()
    resent = 0
    for message in messages:
        call_id = message.headers["Call-ID"]
        if message.status:
            answered.add(call_id)
        if message.method != "INVITE":
            continue
        if call_id in first:
            resent += 1
            assert message.transport == "udp"
            assert call_id not in answered
            assert message.at - first[call_id].at == 500_000_000
            assert (message.start_line, message.headers, message.body) == (
                first[call_id].start_line,
                first[call_id].headers,
                first[call_id].body,
            )
        first.setdefault(call_id, message)
    assert resent > 0
