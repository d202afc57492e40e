"""Random traffic with all that confuses a window: copies, forks, calls without a Call-ID, answers, ties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from .oracle import SECOND, Event

BASE = 1_704_672_000 * SECOND
MILLISECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What one example is made of; durations in nanoseconds."""

    seed: int
    window: int
    threshold: int
    hold: int
    lateness: int
    b_numbers: int
    callers: int
    features: bool

    def bs(self) -> list[str]:
        return [f"+1987654321{n}" for n in range(self.b_numbers)]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    threshold = draw(st.integers(2, 12))
    return Plan(
        seed=draw(st.integers(0, 2**32)),
        window=draw(st.sampled_from([1, 2, 5, 5, 5, 8, 30, 300])) * SECOND,
        threshold=threshold,
        hold=draw(st.sampled_from([2, 3, 10, 60, 60])) * SECOND,
        lateness=draw(st.sampled_from([1, 2, 2])) * SECOND,
        b_numbers=draw(st.integers(1, 4)),
        callers=draw(st.integers(threshold, threshold + 6)),
        features=draw(st.booleans()),
    )


def events(plan: Plan, calls: int) -> list[Event]:
    """Some calls with all their events, in order of time."""
    dice = Random(plan.seed)
    clock = BASE
    begun = [BASE]
    made: list[Event] = []
    pace = max(plan.window // (plan.threshold + 1), 4 * MILLISECOND)
    for number in range(calls):
        kind = dice.randrange(40)
        if kind == 0:
            clock += plan.hold + plan.window + (dice.randrange(-1_500, 1_500)) * MILLISECOND
        elif kind < 4:
            clock += plan.window + dice.randrange(-2, 3) * MILLISECOND
        elif kind < 30:
            clock += dice.randrange(pace // MILLISECOND) * MILLISECOND
        elif kind < 36:
            # At the very instant at which an earlier caller leaves the window.
            clock = max(clock, dice.choice(begun[-plan.threshold :]) + plan.window)
        begun.append(clock)
        made += _call(plan, dice, number, clock)
    return sorted(made, key=lambda event: event.at)


def _call(plan: Plan, dice: Random, number: int, at: int) -> Iterator[Event]:
    a, b = f"+120255501{dice.randrange(plan.callers):02}", dice.choice(plan.bs())
    call_id = f"c-{number}@198.51.100.7" if dice.randrange(8) else None
    ringing, talking = (dice.randrange(1, 20_000) * MILLISECOND for _ in range(2))
    if dice.randrange(10) == 0:
        answered = dice.choice([0, talking])
        yield Event("CDR", at, a, b, call_id, dice.choice([0, 16, 17, 486, 503]), ringing, answered)
        return
    yield Event("INVITE", at, a, b, call_id)
    if call_id is not None:
        yield from _copies(plan, dice, Event("INVITE", at, a, b, call_id))
    if dice.randrange(3):
        yield Event("RINGING", at + ringing // 2, a, b, call_id)
    yield from _ending(dice, Event("", at, a, b, call_id), ringing, talking)


def _copies(plan: Plan, dice: Random, first: Event) -> Iterator[Event]:
    """The same Call-ID again: sent anew, a leg of a fork, a re-INVITE, or another call after a while."""
    again = Event(first.kind, first.at, first.a, first.b, first.call_id)
    if dice.randrange(5) == 0:
        for wait in (500, 1_500, 3_500)[: dice.randint(1, 3)]:
            yield _at(again, first.at + wait * MILLISECOND)
    if dice.randrange(8) == 0:
        for b in plan.bs():
            yield _at(again, first.at + dice.randrange(1, 900) * MILLISECOND, b=b)
    if dice.randrange(12) == 0:
        yield _at(again, first.at + dice.randrange(30_000, 120_000) * MILLISECOND)


def _at(event: Event, at: int, b: str | None = None) -> Event:
    return Event(event.kind, at, event.a, event.b if b is None else b, event.call_id)


def _ending(dice: Random, call: Event, ringing: int, talking: int) -> Iterator[Event]:
    def told(kind: str, at: int, cause: int = 0) -> Event:
        return Event(kind, at, call.a, call.b, call.call_id, cause)

    answer, end = call.at + ringing, call.at + ringing + talking
    if call.call_id is not None and dice.randrange(8) == 0:
        yield told("FAIL", call.at + ringing // 4, 407)
        yield told("INVITE", call.at + ringing // 3)
    match dice.randrange(6):
        case 0:
            yield told("CANCEL", answer, dice.choice([0, 487]))
        case 1:
            yield told("FAIL", answer, dice.choice([0, 401, 404, 486, 480, 503, 603, 607, 17, 34]))
        case 2 | 3:
            yield told("ANSWER", answer)
            yield told("BYE", end, 16)
        case 4:
            yield told("ANSWER", answer)
            yield told("FAIL", answer + talking // 2, 488)
            if dice.randrange(2):
                yield told("BYE", end)
        case _:
            pass


def shuffled(sent: list[Event], dice: Random, bound: int) -> list[Event]:
    """The same events in another order, none behind a newer one by more than `bound`."""
    return [
        event
        for _, _, event in sorted(
            ((e.at + dice.randint(0, bound), n, e) for n, e in enumerate(sent)), key=lambda x: x[:2]
        )
    ]


def received(sent: list[Event], dice: Random, delays: list[int]) -> list[tuple[int, Event]]:
    """Events with their instants of receipt, in that order; those of one call keep theirs.

    A CDR is written when its call is over.
    """
    delay: dict[object, int] = {}
    arrivals = []
    for place, event in enumerate(sent):
        call = event.call_id if event.call_id is not None else (event.a, event.b)
        longest = delay.setdefault(call, dice.randint(0, dice.choice(delays)))
        over = event.at + max(event.ring, 0) + max(event.duration, 0)
        arrivals.append((over + longest, place, event))
    return [(at, event) for at, _, event in sorted(arrivals, key=lambda arrival: arrival[:2])]
