"""Statistics of a B-number against a plain computation over its calls."""

from __future__ import annotations

from dataclasses import asdict
from random import Random

import pytest
from hypothesis import given
from ringfence_engine import Engine

from .oracle import SECOND, Oracle
from .test_window_property import bulk
from .told import line
from .traffic import Plan, events, plans, received


@bulk
@given(plan=plans())
def test_statistics_are_those_of_the_calls_begun_in_the_window(plan: Plan) -> None:
    """Asked at random instants, between the events as they come and long after the last."""
    dice = Random(plan.seed)
    window = dice.choice([10, 60, 300]) * SECOND
    engine = Engine(
        window=plan.window,
        threshold=plan.threshold,
        hold=plan.hold,
        lateness=plan.lateness,
        metrics_window=window,
        max_keys=1_024,
        max_calls=1 << 16,
        region="US",
    )
    oracle = Oracle(plan.window, plan.threshold, plan.hold, plan.lateness, window)
    now = 0
    for now, event in received(events(plan, 60), dice, [plan.lateness]):
        engine.ingest_one(line(event), now)
        oracle.take(event, now)
        if dice.randrange(10) == 0:
            compare(engine, oracle, plan, now)
    for wait in (1, 9, 60, 240, 301):
        now += wait * SECOND
        compare(engine, oracle, plan, now)


def compare(engine: Engine, oracle: Oracle, plan: Plan, now: int) -> None:
    for b in plan.bs():
        told = engine.metrics(b, now)
        wanted = asdict(oracle.metrics(b, now))
        assert {name: getattr(told, name) for name in wanted} == pytest.approx(wanted)
        assert (told.b_number, told.window_seconds) == (b, oracle.metrics_window / SECOND)


def test_a_number_without_calls_has_zeros() -> None:
    told = Engine().metrics("+19876543210", 0)
    assert (told.seizures, told.asr, told.ner, told.aloc, told.overlap_ratio) == (0, 0.0, 0.0, 0.0, 0.0)
    assert (told.calls_in_progress, told.distinct_callers, told.calls_per_second) == (0, 0, 0.0)
