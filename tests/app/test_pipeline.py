"""From events to alerts, records and call control, with the real engine and the real records."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ringfence.adapters.callcontrol.dry_run import DryRun
from ringfence.app.build import Server, build_server
from ringfence.app.pipeline import BatchOutcome, Pipeline
from ringfence.errors import BadInput, Unavailable
from ringfence.model.action import Action, ActionKind, ActionMode, ActionOutcome, ActionResult
from ringfence.ports import AlertFilter
from ringfence.settings import load_settings
from ringfence.signalling import HitDetector, MaskingDetector

NOON = 1_768_478_400
SECOND = 1_000_000_000


class Clock:
    now = NOON * SECOND

    def __call__(self) -> int:
        return self.now


class Switch:
    """Call control that notes what the records held when it was told to act."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.seen: list[tuple[Action, bool]] = []

    async def perform(self, action: Action, mode: ActionMode) -> ActionResult:
        held = {kept.action_id for kept, _ in self.server.records.actions(action.alert_id)}
        self.seen.append((action, action.action_id in held))
        return ActionResult(action.action_id, mode, ActionOutcome.ENDED, "gone", NOON * SECOND)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[Server]:
    environ = {"RINGFENCE_DATA_DIR": str(tmp_path / "var"), "RINGFENCE_DEFAULT_REGION": "US"}
    made = build_server(load_settings(environ, tmp_path), clock)
    yield made
    made.close()


def call(n: int, number: int = 100, at: float = 0.0) -> bytes:
    told = {
        "event_type": "INVITE",
        "timestamp": NOON + at,
        "a_number": f"+1202555{1000 + n}",
        "b_number": f"+1212555{number:04}",
        "call_id": f"{number}-{n}@gw",
        "trunk": "north",
    }
    return json.dumps(told).encode()


def run(
    server: Server, work: Callable[[Pipeline], Awaitable[None]], pipeline: Pipeline | None = None
) -> None:
    used = pipeline or server.pipeline

    async def whole() -> None:
        await work(used)
        await used.stop()

    asyncio.run(whole())


def test_call_control_acts_once_on_what_the_records_hold(server: Server, clock: Clock) -> None:
    switch = Switch(server)
    book = server.rules.book
    pipeline = Pipeline(
        server.engine, MaskingDetector(book), HitDetector(book), server.records, switch, clock
    )

    async def work(used: Pipeline) -> None:
        for n in range(7):
            used.event(call(n, at=n * 0.1))

    run(server, work, pipeline)
    assert [action.call_id for action, _ in switch.seen] == [f"100-{n}@gw" for n in range(7)]
    assert all(held for _, held in switch.seen)
    (alert,) = server.records.alerts(AlertFilter(), 9, 0).alerts
    kept = server.records.actions(alert.alert_id)
    assert {result.outcome for _, result in kept if result} == {ActionOutcome.ENDED}
    assert len(kept) == 7


def test_single_events_beside_a_batch_lose_and_double_nothing(server: Server) -> None:
    outcome = BatchOutcome()
    lines = b"\n".join(call(n, number, n * 0.01) for number in range(200, 260) for n in range(20))

    async def batch(used: Pipeline) -> None:
        for start in range(0, len(lines), 20_000):
            begin = lines.rfind(b"\n", 0, start) + 1 if start else 0
            end = lines.rfind(b"\n", 0, start + 20_000) + 1 if start + 20_000 < len(lines) else len(lines)
            await used.batch(lines[begin:end], 1, outcome)

    async def singles(used: Pipeline) -> None:
        for n in range(20):
            for number in range(300, 310):
                made = used.event(call(n, number, n * 0.01))
                if made.written is not None:
                    await asyncio.wrap_future(made.written)
            await asyncio.sleep(0)

    async def work(used: Pipeline) -> None:
        await asyncio.gather(batch(used), singles(used))

    run(server, work)
    assert (outcome.accepted, outcome.rejected) == (1200, 0)
    page = server.records.alerts(AlertFilter(), 100, 0)
    assert page.total == 70
    assert all(len(alert.calls) == 20 for alert in page.alerts)
    assert set(outcome.alerts) == {alert.alert_id for alert in page.alerts if "121255502" in alert.b_number}


def test_a_disk_that_fails_is_said_and_nothing_is_cut(server: Server, clock: Clock, tmp_path: Path) -> None:
    switch = Switch(server)
    book = server.rules.book
    pipeline = Pipeline(
        server.engine, MaskingDetector(book), HitDetector(book), server.records, switch, clock
    )
    raw = sqlite3.connect(tmp_path / "var" / "ringfence.db")
    raw.execute("ALTER TABLE alert_calls RENAME TO gone")
    raw.commit()
    faults = []

    async def work(used: Pipeline) -> None:
        for n in range(5):
            made = used.event(call(n, at=n * 0.1))
            if made.written is not None:
                with pytest.raises(Unavailable, match="Records"):
                    await asyncio.wrap_future(made.written)
                faults.append(made)
        await used.settled()
        raw.execute("ALTER TABLE gone RENAME TO alert_calls")
        raw.commit()
        made = used.event(call(6, at=0.6))
        assert made.written is not None
        await asyncio.wrap_future(made.written)

    run(server, work, pipeline)
    raw.close()
    assert len(faults) == 1
    (alert,) = server.records.alerts(AlertFilter(), 9, 0).alerts
    assert len(alert.calls) == 6
    assert [action.call_id for action, _ in switch.seen] == ["100-6@gw"]


def test_who_asks_again_is_not_told_of_an_alert_before_the_records_hold_it(
    server: Server, tmp_path: Path
) -> None:
    raw = sqlite3.connect(tmp_path / "var" / "ringfence.db", isolation_level=None)

    async def work(used: Pipeline) -> None:
        raw.execute("BEGIN IMMEDIATE")  # somebody else writes: ours has to wait
        opened = [used.event(call(n, at=n * 0.1)) for n in range(5)][4]
        again = used.event(call(4, at=0.4))
        assert again.alert == opened.alert
        assert again.written is not None
        assert not again.written.done()
        assert used.event(call(0, number=101)).written is None
        raw.execute("COMMIT")
        await asyncio.wrap_future(again.written)
        assert server.records.alerts(AlertFilter(), 9, 0).total == 1
        assert used.event(call(4, at=0.4)).written is None

    with closing(raw):
        run(server, work)


def test_a_bad_event_names_what_is_wrong(server: Server) -> None:
    with pytest.raises(BadInput) as caught:
        server.pipeline.event(b'{"event_type": "INVITE", "timestamp": 1, "a_number": "+1", "b_number": ""}')
    assert caught.value.code == "b_number_invalid"
    assert caught.value.detail


def test_dry_run_says_what_it_would_have_done(clock: Clock) -> None:
    cut = Action("x", "a", ActionKind.DISCONNECT, "c@gw", "+12025550001", "+12125550100", clock.now)
    told = asyncio.run(DryRun(clock).perform(cut, ActionMode.DRY_RUN))
    assert (told.mode, told.outcome) == (ActionMode.DRY_RUN, ActionOutcome.RECORDED)
    assert told.detail == "would have ended the call"
    live = asyncio.run(DryRun(clock).perform(replace(cut, kind=ActionKind.BLOCK), ActionMode.LIVE))
    assert live.mode is ActionMode.DRY_RUN
    assert "no switch is connected" in live.detail
