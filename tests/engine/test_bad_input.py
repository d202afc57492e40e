"""Whatever a sender writes is answered by a clear error or a count, and nothing beside it is lost."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable

import pytest
from ringfence_engine import Batch, Engine, Replay

SECOND = 1_000_000_000
T0 = 1_704_672_000
NOW = (T0 + 10) * SECOND
GOOD = {"event_type": "INVITE", "timestamp": T0, "a_number": "+12025551234", "b_number": "+19876543210"}
MEBIBYTE = 1 << 20


def event(**changed: object) -> bytes:
    return json.dumps({**GOOD, **changed}).encode()


def raw(field: str, value: bytes) -> bytes:
    """A good event but for one field, whose value is written as it stands."""
    rest = {name: kept for name, kept in GOOD.items() if name != field}
    return json.dumps(rest).encode()[:-1] + b',"' + field.encode() + b'":' + value + b"}"


def without(field: str) -> bytes:
    return json.dumps({name: kept for name, kept in GOOD.items() if name != field}).encode()


REFUSED = [
    (b"nonsense", "json_invalid"),
    (b"[]", "json_invalid"),
    (b"5", "json_invalid"),
    (b"null", "json_invalid"),
    (b"{", "json_invalid"),
    (b"{}", "event_type_invalid"),
    (event() + event(), "json_invalid"),
    (event()[:-1] + b',"a_number":"+12025550000"}', "json_invalid"),
    (b"\xff\xfe" + event(), "encoding_invalid"),
    (raw("a_number", b'"\xc3\x28"'), "encoding_invalid"),
    (without("event_type"), "event_type_invalid"),
    (event(event_type="OPTIONS"), "event_type_invalid"),
    (event(event_type=7), "event_type_invalid"),
    (without("a_number"), "a_number_invalid"),
    (event(a_number=12025551234), "a_number_invalid"),
    (event(a_number=None), "a_number_invalid"),
    (event(a_number=["+12025551234"]), "a_number_invalid"),
    (without("b_number"), "b_number_invalid"),
    (event(b_number=""), "b_number_invalid"),
    (event(b_number=True), "b_number_invalid"),
    (event(b_number="anonymous"), "b_number_invalid"),
    (event(b_number="9" * 200), "b_number_invalid"),
    (event(b_number="x" * 33), "b_number_invalid"),
    (event(call_id=5), "call_id_invalid"),
    (event(trunk={}), "trunk_invalid"),
    (without("timestamp"), "timestamp_missing"),
    (event(timestamp=None), "timestamp_missing"),
    (event(timestamp=True), "timestamp_invalid"),
    (event(timestamp=[T0]), "timestamp_invalid"),
    (event(timestamp=-1), "timestamp_invalid"),
    (event(timestamp=-1.5), "timestamp_invalid"),
    (event(timestamp="-62135596800"), "timestamp_invalid"),
    (event(timestamp="1969-12-31T23:59:59Z"), "timestamp_invalid"),
    (event(timestamp="yesterday"), "timestamp_invalid"),
    (event(timestamp="2026-01-31T09:30:00"), "timestamp_invalid"),
    (event(timestamp="2026-02-30T09:30:00Z"), "timestamp_invalid"),
    (event(timestamp=""), "timestamp_invalid"),
    (event(timestamp="NaN"), "timestamp_invalid"),
    (event(timestamp="9999-12-31T23:59:59Z"), "timestamp_out_of_range"),
    (event(timestamp=253402300799), "timestamp_out_of_range"),
    (event(timestamp=253402300799000), "timestamp_out_of_range"),
    (event(timestamp=253402300799.5), "timestamp_out_of_range"),
    (event(timestamp=10**40), "timestamp_out_of_range"),
    (event(timestamp=T0 + 3_600), "timestamp_in_future"),
    (raw("timestamp", b"NaN"), "json_invalid"),
    (raw("timestamp", b"Infinity"), "json_invalid"),
    (raw("timestamp", b"1e999"), "json_invalid"),
    (raw("cause", b"-Infinity"), "json_invalid"),
    (event(cause=0), "cause_invalid"),
    (event(cause=700), "cause_invalid"),
    (event(cause=486.5), "cause_invalid"),
    (event(cause="486"), "cause_invalid"),
    (event(cause=2**70), "cause_invalid"),
    (event(event_type="CDR", duration_seconds=-1), "duration_invalid"),
    (event(event_type="CDR", duration_seconds=1e12), "duration_invalid"),
    (event(event_type="CDR", ring_seconds="3"), "duration_invalid"),
    (event(attestation="D"), "attestation_invalid"),
    (event(attestation=1), "attestation_invalid"),
    (raw("a_number", b'"\\ud800"'), "json_invalid"),
    (raw("call_id", b'"\\udc00\\ud800"'), "json_invalid"),
    (raw("call_id", b'"line\x00break"'), "json_invalid"),
    (b"[" * 100_000, "json_invalid"),
    (raw("a_number", b"[" * 100_000 + b"]" * 100_000), "json_invalid"),
    (raw("timestamp", b'{"a":' * 100_000 + b"1" + b"}" * 100_000), "json_invalid"),
    (raw("unknown", b"[" * 100_000 + b"]" * 100_000), "json_invalid"),
    (raw("unknown", b'{"a":' * 100_000 + b"1" + b"}" * 100_000), "json_invalid"),
    (raw("unknown", b"[" * 100_000), "json_invalid"),
    (b" " * (MEBIBYTE + 1) + event(), "line_too_long"),
]


def names(case: tuple[bytes, str]) -> str:
    return f"{case[1]}:{case[0][:60]!r}"


@pytest.mark.parametrize(("line", "code"), REFUSED, ids=map(names, REFUSED))
def test_a_bad_event_is_refused_with_its_reason_and_its_neighbours_count(line: bytes, code: str) -> None:
    engine = Engine(region="US")
    with pytest.raises(ValueError, match=code) as refusal:
        engine.ingest_one(line, NOW)
    told, detail = refusal.value.args
    assert told == code
    assert 10 < len(detail) < 300
    assert "\n" not in detail

    batch = engine.ingest(event(call_id="a") + b"\n" + line + b"\n" + event(call_id="b"), NOW)
    assert (batch.accepted, batch.rejected, batch.late) == (2, 1, 0)
    assert [(number, code) for number, code, _ in batch.errors] == [(2, code)]

    files = Replay(Engine(region="US"), now=NOW)
    files.feed(event(call_id="a") + b"\n" + line + b"\n" + event(call_id="b") + b"\n")
    files.close()
    files.finish()
    summary = files.summary()
    assert (summary.events, summary.calls, summary.malformed) == (2, 2, {code: 1})


TAKEN = [
    event(),
    b"  " + event() + b" \t\r",
    b"\xef\xbb\xbf" + event(),
    event(timestamp=T0 + 0.25),
    event(timestamp=T0 * 1_000),
    event(timestamp=T0 * 10**6),
    event(timestamp=T0 * SECOND),
    event(timestamp=str(T0)),
    event(timestamp="2024-01-08T00:00:00Z"),
    event(timestamp="2024-01-08T05:30:00.5+05:30"),
    event(a_number="9" * 200),
    event(a_number=""),
    event(a_number="sip:" + "x" * 5_000 + "@example.com"),
    event(a_number="\u0000\u200b\U0001f600"),
    event(b_number="sip:desk@example.com"),
    event(call_id="c" * 5_000),
    event(call_id=None, trunk=None, cause=None, attestation=None, duration_seconds=None),
    event(note={"deep": [[[1]]]}, flag=True, nothing=None, big=10**300),
]


@pytest.mark.parametrize("line", TAKEN, ids=lambda line: repr(line[:60]))
def test_an_odd_event_counts(line: bytes) -> None:
    engine = Engine(region="US")
    assert engine.ingest_one(line, NOW).status == "accepted"
    engine = Engine(region="US")
    batch = engine.ingest(line + b"\r\n" + event(call_id="b", b_number="+19876543219"), NOW)
    assert (batch.accepted, batch.errors) == (2, [])
    files = Replay(Engine(region="US"), now=NOW)
    files.feed(line + b"\r\n")
    files.close()
    files.finish()
    assert (files.summary().calls, files.summary().malformed) == (1, {})


def test_a_caller_that_is_no_number_is_cut_and_counted() -> None:
    engine = Engine(region="US")
    decision = engine.ingest_one(event(a_number="9" * 200), NOW)
    assert decision.a_number == "9" * 64
    counters = engine.counters()
    assert (counters["odd_a_numbers"], counters["cut_a_numbers"]) == (1, 1)


@pytest.mark.parametrize("body", [b"", b"\n", b"\r\n\r\n", b"   \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_body_holds_nothing(body: bytes) -> None:
    batch = Engine().ingest(body, NOW)
    assert (batch.accepted, batch.rejected, batch.late, batch.changes) == (0, 0, 0, [])
    files = Replay(Engine(), now=NOW)
    if body.strip():
        return
    for part in (files.feed(b""), files.close(), files.finish()):
        assert part.accepted == 0
    assert files.summary().events == 0


@pytest.mark.parametrize("body", [b"", b"\n", b"  "])
def test_an_empty_single_event_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="json_invalid"):
        Engine().ingest_one(body, NOW)


def test_a_file_of_another_kind_is_refused_and_the_next_one_is_read() -> None:
    files = Replay(Engine(region="US"), now=NOW)
    with pytest.raises(ValueError, match="unknown_kind"):
        files.feed(b"\x7fELF" + bytes(20_000))
    files.feed(event() + b"\n")
    files.close()
    files.finish()
    assert files.summary().events == 1


def grown(work: Callable[[], object]) -> int:
    """By how many bytes the process's peak rose."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    work()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024


def test_a_line_of_a_gibibyte_is_passed_over_in_bounded_memory() -> None:
    files = Replay(Engine(region="US", max_keys=64, max_calls=64), now=NOW)
    chunk = b"x" * (4 * MEBIBYTE)

    def feed() -> None:
        files.feed(event(call_id="before") + b'\n{"a_number":"')
        for _ in range(256):
            files.feed(chunk)
        files.feed(b'"}\n' + event(call_id="after") + b"\n")

    assert grown(feed) < 64 * MEBIBYTE
    files.close()
    files.finish()
    summary = files.summary()
    assert (summary.calls, summary.malformed) == (2, {"line_too_long": 1})


def test_a_body_that_is_one_line_is_one_error() -> None:
    body = b'{"a_number":"' + b"x" * (64 * MEBIBYTE) + b'"}\n' + event()
    answers: list[Batch] = []
    engine = Engine(region="US", max_keys=64, max_calls=64)
    assert grown(lambda: answers.append(engine.ingest(body, NOW))) < 32 * MEBIBYTE
    assert (answers[0].accepted, answers[0].rejected) == (1, 1)
    assert answers[0].errors[0][:2] == (1, "line_too_long")


def test_a_body_of_nothing_but_bad_lines_is_counted_in_bounded_memory() -> None:
    lines = 4_000_000
    body = b"x\n" * lines + event()
    answers: list[Batch] = []
    engine = Engine(region="US", max_keys=64, max_calls=64)
    assert grown(lambda: answers.append(engine.ingest(body, NOW))) < 64 * MEBIBYTE
    assert (answers[0].accepted, answers[0].rejected, len(answers[0].errors)) == (1, lines, 100)
    assert [line for line, _, _ in answers[0].errors] == list(range(1, 101))

    files = Replay(engine, now=NOW)
    assert grown(lambda: files.feed(event() + b"\n" + body)) < 64 * MEBIBYTE
    assert files.summary().malformed == {"json_invalid": lines}


@pytest.mark.parametrize(
    "setting",
    [
        {"window": 0},
        {"window": -1},
        {"window": 2**62},
        {"threshold": 0},
        {"hold": -1},
        {"lateness": -1},
        {"max_keys": 0},
        {"max_keys": 2**40},
        {"max_calls": 2**40},
    ],
)
def test_a_setting_out_of_bounds_is_refused(setting: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="config_invalid"):
        Engine(**setting)  # type: ignore[arg-type]  # one name of several
