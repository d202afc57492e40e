"""One simulated day for the tests of this folder."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from ringfence.lab.simulate import Operator, SimulatedEvent

MONDAY = 1_767_571_200_000_000_000


@dataclass(frozen=True)
class Day:
    operator: Operator
    events: list[SimulatedEvent]
    records: list[dict[str, Any]]
    """The written lines, read back; `timestamp` exact, beside it `at` in nanoseconds and the call's `id`, which a
    trunk may not report."""


@pytest.fixture(scope="session")
def day() -> Day:
    operator = Operator(7, start=MONDAY, calls_per_day=20_000)
    events = list(operator.events())
    return Day(operator, events, [read_back(event) for event in events])


def read_back(event: SimulatedEvent) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(event.to_json(), parse_float=Decimal)
    return record | {"at": int(record["timestamp"] * 1_000_000_000), "id": event.call.call_id}


@pytest.fixture(scope="session")
def small() -> Callable[[int], Operator]:
    """An hour and a half by seed, small enough for captures."""
    return lambda seed: Operator(
        seed, start=MONDAY + 8 * 3_600_000_000_000, hours=1.5, calls_per_day=8_000, attacks=10
    )
