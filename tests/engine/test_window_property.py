"""The engine's alerts against the definition, on traffic that nobody has put in order."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

from hypothesis import HealthCheck, given, settings
from ringfence_engine import AlertChange, Engine, Replay

from .oracle import SECOND, Event, Oracle, in_order
from .told import attacks, gather, line, spelled
from .traffic import BASE, Plan, events, plans, received, shuffled

CALLS = 220  # about 500 events
EXAMPLES = 80
NOW = BASE + 10 * 365 * 86_400 * SECOND
bulk = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def engine_for(plan: Plan) -> Engine:
    return Engine(
        window=plan.window,
        threshold=plan.threshold,
        hold=plan.hold,
        lateness=plan.lateness,
        features=plan.features,
        max_keys=1_024,
        max_calls=1 << 16,
        region="US",
    )


def oracle_for(plan: Plan) -> Oracle:
    return Oracle(plan.window, plan.threshold, plan.hold, plan.lateness)


def compare(plan: Plan, oracle: Oracle, changes: list[AlertChange], until: int, sent: list[Event]) -> None:
    told = attacks(changes, sent)
    for b in plan.bs():
        assert told.get(b, []) == oracle.attacks(b, until)
    assert set(told) <= set(plan.bs())


def replay(plan: Plan, lines: bytes, dice: Random, *, sort: bool = False) -> tuple[list[AlertChange], Replay]:
    """A file fed in chunks of random size."""
    files = Replay(engine_for(plan), sort=sort, now=NOW)
    cuts = sorted({0, len(lines), *(dice.randrange(len(lines)) for _ in range(dice.randrange(12)))})
    changes = [change for a, b in pairwise(cuts) for change in files.feed(lines[a:b]).changes]
    changes += files.close().changes
    changes += files.finish().changes
    return changes, files


@bulk
@given(plan=plans())
def test_a_replay_in_any_order_within_the_bound_finds_the_attacks_of_the_definition(plan: Plan) -> None:
    sent, dice = events(plan, CALLS), Random(plan.seed)
    lines = b"".join(map(line, shuffled(sent, dice, plan.lateness)))
    changes, files = replay(plan, lines, dice)
    oracle = oracle_for(plan)
    assert all(oracle.take(event, now) for event, now in in_order(sent, plan.lateness))
    until = max(event.at for event in sent)
    compare(plan, oracle, changes, until, sent)
    summary = files.summary()
    assert (summary.late, summary.events, summary.malformed) == (0, len(sent), {})
    assert summary.calls == len(oracle.calls)


@bulk
@given(plan=plans())
def test_a_replay_counts_what_comes_beyond_the_bound_and_sorts_it_where_asked(plan: Plan) -> None:
    sent, dice = events(plan, CALLS), Random(plan.seed)
    mixed = shuffled(sent, dice, 3 * plan.lateness)
    lines = b"".join(map(line, mixed))
    changes, files = replay(plan, lines, dice)
    oracle = oracle_for(plan)
    stream = 0
    for event, due in in_order(mixed, plan.lateness):
        stream = max(stream, due)
        oracle.take(event, stream)
    until = max(event.at for event in sent)
    compare(plan, oracle, changes, until, sent)
    summary = files.summary()
    assert (summary.late, summary.past_window) == (oracle.late, oracle.past_window)
    in_time, _ = replay(plan, b"".join(map(line, sent)), dice)
    whole, _ = replay(plan, lines, dice, sort=True)
    assert _by_alert(whole) == _by_alert(in_time)


@bulk
@given(plan=plans())
def test_live_events_find_the_attacks_of_the_definition(plan: Plan) -> None:
    """One by one and in batches, some too late, by a clock that is set anew now and then."""
    plan = replace(plan, window=min(plan.window, 8 * SECOND), features=True)
    sent, dice = events(plan, CALLS), Random(plan.seed)
    arrivals = received(sent, dice, [plan.lateness] * 3 + [3 * plan.lateness * (plan.seed % 2)])
    engine, oracle = engine_for(plan), oracle_for(plan)
    changes: list[AlertChange] = []
    step, now = 0, BASE
    # Time passing makes the engine forget idle numbers and their clocks: then nothing comes late.
    advances = plan.seed % 4 == 2
    patience = 0 if advances else 5 * SECOND
    for b in plan.bs():  # no B-number is new later on, when idle ones would be forgotten with their clocks
        first = Event("INVITE", BASE - SECOND, "+12025559999", b)
        engine.ingest_one(line(first), BASE - SECOND)
        oracle.take(first, BASE - SECOND)
    while arrivals:
        if plan.seed % 4 == 0 and dice.randrange(60) == 0:
            step = dice.randint(-40, 40) * SECOND
        if dice.randrange(3):
            at, event = arrivals.pop(0)
            now = max(now, at + step)  # to the engine, a clock that is set back stands still
            decision = engine.ingest_one(line(event), at + step)
            assert decision.status == ("accepted" if oracle.take(event, now) else "late")
            clock = oracle.clock(decision.b_number, now)
            if clock is not None and dice.randrange(4) == 0:
                assert decision.distinct_callers == len(oracle.held(decision.b_number, clock))
            changes += decision.changes
        else:
            until = arrivals[0][0] + patience
            size = 1 + sum(at <= until for at, _ in arrivals[1 : dice.randint(1, 40)])
            some, arrivals = arrivals[:size], arrivals[size:]
            now = max(now, some[-1][0] + step)
            batch = engine.ingest(b"".join(line(event) for _, event in some), now)
            in_time = [oracle.take(event, now) for _, event in some]
            assert (batch.accepted, batch.late) == (sum(in_time), len(in_time) - sum(in_time))
            changes += batch.changes
        if advances and dice.randrange(20) == 0:
            changes += engine.advance(now)
    end = now + 86_400 * SECOND
    changes += engine.advance(end)
    compare(plan, oracle, changes, end, sent)
    counters = engine.counters()
    assert (counters["late"], counters["duplicates"]) == (oracle.late, oracle.duplicates)
    assert counters["past_window"] == oracle.past_window


@bulk
@given(plan=plans())
def test_a_replay_tells_the_same_bytes_whatever_the_order_and_the_chunks(plan: Plan) -> None:
    sent, dice = events(plan, CALLS), Random(plan.seed)
    told = set()
    for _ in range(3):
        lines = b"".join(map(line, shuffled(sent, dice, plan.lateness)))
        changes, _ = replay(plan, lines, dice)
        told.add("\n".join(_by_alert(changes)))
    assert len(told) == 1


def _by_alert(changes: list[AlertChange]) -> list[str]:
    """Every change, spelled out; when a closed one is told depends on what came after it."""
    return sorted(spelled(change) for change in changes)


def test_a_long_file_is_judged_in_pieces_and_tells_the_same_bytes_in_any_order() -> None:
    """Over 20,000 events: the replay lets go of what is settled, wherever the chunks end."""
    plan = Plan(7, 5 * SECOND, 5, 60 * SECOND, 2 * SECOND, 4, 9, features=True)
    sent, dice = events(plan, 8_000), Random(7)
    assert len(sent) > 15_000
    told = set()
    for _ in range(3):
        lines = b"".join(map(line, shuffled(sent, dice, plan.lateness)))
        files = Replay(engine_for(plan), now=NOW)
        changes: list[AlertChange] = []
        while lines:
            size = dice.randrange(1, 200_000)
            changes += files.feed(lines[:size]).changes
            lines = lines[size:]
        changes += [*files.close().changes, *files.finish().changes]
        told.add("\n".join(_by_alert(changes)))
        assert len(gather(changes)) > 20
    assert len(told) == 1


def test_the_ordinary_run_generates_over_a_hundred_thousand_events() -> None:
    sizes = [
        len(events(Plan(seed, 5 * SECOND, 5, 60 * SECOND, 2 * SECOND, 3, 8, features=True), CALLS))
        for seed in range(20)
    ]
    # Three tests send an example's events once, the fourth in three orders.
    assert min(sizes) * EXAMPLES * 6 > 100_000
