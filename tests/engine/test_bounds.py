"""State is bounded: what does not fit is shed, oldest first, and counted; what is idle is forgotten."""

from __future__ import annotations

import json
import resource
import threading
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection

from ringfence_engine import AlertChange, Engine

SECOND = 1_000_000_000
T0 = 1_704_672_000 * SECOND
B = "+19876543210"


def invite(at: int, a: int, b: str, call_id: str | None) -> bytes:
    event = {"event_type": "INVITE", "timestamp": at, "a_number": f"+1202{a:07}", "b_number": b}
    return json.dumps(event if call_id is None else {**event, "call_id": call_id}).encode() + b"\n"


def burst(engine: Engine, at: int, b: str, name: str, calls: int = 5) -> list[AlertChange]:
    body = b"".join(invite(at, n, b, f"{name}-{n}") for n in range(calls))
    return engine.ingest(body, at).changes


def three_million(growth: Connection) -> None:
    """Sends by how many KiB the process has grown, and the engine's counters; in a process that did nothing before."""
    engine = Engine(region="US", max_keys=20_000, max_calls=50_000)
    line = (
        '{"event_type":"INVITE","timestamp":%d,"a_number":"+1202%07d","b_number":"+1%010d","call_id":"c%d"}\n'
    )
    size, before = 100_000, 0
    for block in range(30):
        first = block * size
        rows = range(first, first + size)
        body = "".join([line % (T0 + n * 20_000, n % 9_999_999, 2_120_000_000 + n, n) for n in rows])
        batch = engine.ingest(body.encode(), T0 + rows[-1] * 20_000)
        assert (batch.accepted, batch.rejected) == (size, 0)
        if block == 4:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    growth.send((grown, engine.counters(), burst(engine, T0 + 61 * SECOND, B, "after")[0].kind))


def test_three_million_events_of_ever_new_numbers_and_calls_stay_within_the_caps() -> None:
    """In a process of its own, whose memory is that of nobody else."""
    ours, theirs = Pipe()
    process = get_context("spawn").Process(target=three_million, args=(theirs,))
    process.start()
    theirs.close()
    grown, counters, after = ours.recv()
    process.join()
    assert grown < 48 * 1024
    assert (counters["keys"], counters["calls_remembered"]) == (20_000, 50_000)
    assert counters["shed_calls"] == 3_000_000 - 50_000
    assert counters["shed_keys"] == 3_000_000 - 20_000
    assert after == "opened"


def test_idle_numbers_and_calls_are_forgotten() -> None:
    engine = Engine(region="US")
    body = b"".join(invite(T0, n, f"+1{2_120_000_000 + n}", f"c-{n}") for n in range(5_000))
    engine.ingest(body, T0)
    assert (engine.counters()["keys"], engine.counters()["calls_remembered"]) == (5_000, 5_000)
    for tick in range(60):
        engine.advance(T0 + (5 * 3_600 + tick) * SECOND)
    counters = engine.counters()
    assert (counters["keys"], counters["calls_remembered"]) == (0, 0)
    assert (counters["shed_keys"], counters["shed_calls"]) == (0, 0)


def test_new_numbers_take_the_place_of_idle_ones() -> None:
    engine = Engine(region="US", max_keys=1_000)
    for n in range(20_000):
        at = T0 + n * SECOND
        engine.ingest(invite(at, n, f"+1{2_120_000_000 + n}", f"c-{n}"), at)
    assert engine.counters()["shed_keys"] == 0
    assert engine.counters()["keys"] < 1_000


def test_an_alert_that_is_shed_is_told_as_closed() -> None:
    engine = Engine(region="US", max_keys=2)
    opened = [burst(engine, T0 + n, f"+1987654321{n}", f"attack{n}")[0] for n in range(2)]
    assert [change.kind for change in opened] == ["opened", "opened"]
    changes = engine.ingest(invite(T0 + SECOND, 9, "+12125550000", "other"), T0 + SECOND).changes
    assert [change.kind for change in changes] == ["closed"]
    assert changes[0].alert_id in {change.alert_id for change in opened}
    counters = engine.counters()
    assert (counters["shed_alerts"], counters["alerts_open"], counters["keys"]) == (1, 1, 2)


def test_a_cap_on_calls_never_hangs_on_calls_without_an_id() -> None:
    """Records freed and taken anew by the same two parties once led the search for an open call in a ring."""
    engine = Engine(region="US", max_calls=2)
    for n in range(50):
        at = T0 + n * SECOND
        engine.ingest(invite(at, 1, B, None), at)
        bye = invite(at, 1, B, None).replace(b"INVITE", b"BYE")
        engine.ingest(bye * (n % 4), at)
    assert engine.counters()["calls_remembered"] <= 2


def test_reset_closes_the_alert_and_forgets_the_calls() -> None:
    engine = Engine(region="US")
    first = burst(engine, T0, B, "call")[0]
    assert engine.reset(B)
    assert not engine.reset(B)
    assert engine.metrics(B, T0).seizures == 0
    (closed,) = engine.advance(T0)
    assert (closed.kind, closed.alert_id) == ("closed", first.alert_id)
    counters = engine.counters()
    assert (counters["alerts_open"], counters["shed_alerts"], counters["calls_remembered"]) == (0, 0, 0)
    again = burst(engine, T0 + SECOND, B, "call")[0]
    assert (again.kind, again.total_calls) == ("opened", 5)


def test_advance_closes_when_the_hold_is_over_and_late_calls_can_come_no_more() -> None:
    engine = Engine(region="US")
    burst(engine, T0, B, "call")
    assert engine.advance(T0 + 67 * SECOND) == []  # five seconds, sixty, and two for late calls
    (closed,) = engine.advance(T0 + 67 * SECOND + 1)
    assert (closed.kind, closed.closed_at) == ("closed", T0 + 65 * SECOND)
    assert engine.counters()["alerts_open"] == 0


def test_legs_of_a_fork_join_no_alert_of_the_numbers_they_ring() -> None:
    engine = Engine(region="US")
    burst(engine, T0, B, "call")
    others = b"".join(invite(T0 + n, n, "+19876543299", f"call-{n}") for n in range(5))
    assert engine.ingest(others, T0 + SECOND).changes == []
    assert engine.counters()["duplicates"] == 5


def test_an_attack_of_hours_is_told_to_its_last_call() -> None:
    """Calls that join later must be cut too; what has been told is forgotten in the end."""
    engine = Engine(region="US")
    changes: list[AlertChange] = []
    calls, pace = 100_000, SECOND // 10  # two hours and three quarters
    for first in range(0, calls, 10):  # a batch a second
        rows = range(first, first + 10)
        body = b"".join(invite(T0 + n * pace, n % 5_000, B, f"c-{n}") for n in rows)
        changes += engine.ingest(body, T0 + rows[-1] * pace).changes
    changes += engine.advance(T0 + (calls * pace) + 3_600 * SECOND)
    assert len({change.alert_id for change in changes}) == 1
    assert len({call.call_id for change in changes for call in change.calls}) == calls
    last = changes[-1]
    assert (last.kind, last.total_calls, last.total_callers) == ("closed", calls, 5_000)
    assert (last.distinct_callers, last.last_seen_at) == (50, T0 + (calls - 1) * pace)


def test_an_attack_right_after_the_hold_has_its_own_members() -> None:
    """It begins when late calls could still make the two one."""
    engine = Engine(region="US")
    burst(engine, T0, B, "first", calls=40)
    second = T0 + 66 * SECOND
    changes = burst(engine, second, B, "second", calls=6) + engine.advance(T0 + 600 * SECOND)
    closed = {change.opened_at: change for change in changes if change.kind == "closed"}
    assert set(closed) == {T0, second}
    assert (closed[T0].total_calls, closed[second].total_calls, closed[second].total_callers) == (40, 6, 6)
    named = {call.call_id for change in changes if change.opened_at == second for call in change.calls}
    assert named == {f"second-{n}" for n in range(6)}


def test_two_threads_share_an_engine() -> None:
    """Events, batches, questions and the passing of time at once: nothing is lost, or waits for ever."""
    engine = Engine(region="US")
    rounds, size = 200, 200
    decisions: list[str] = []

    def batches() -> None:
        for n in range(rounds):
            rows = range(n * size, n * size + size)
            engine.ingest(b"".join(invite(T0 + k, k % 400, B, f"batch-{k}") for k in rows), T0)

    def singles() -> None:
        for n in range(rounds * 10):
            decisions.append(engine.ingest_one(invite(T0, n, "+12125550000", f"one-{n}"), T0).status)
            engine.judge("+12025551234", B, now=T0)
            engine.metrics("+12125550000", T0)
            engine.advance(T0)

    threads = [threading.Thread(target=work, daemon=True) for work in (batches, singles, batches)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    assert decisions == ["accepted"] * (rounds * 10)
    counters = engine.counters()
    assert counters["calls"] == rounds * size + rounds * 10
    assert counters["duplicates"] == rounds * size
    assert counters["alerts"] == 2
