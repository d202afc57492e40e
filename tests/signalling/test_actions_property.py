"""Whatever the engine tells in whatever order: no deed twice, none to an exempt call, none beyond the cap."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from ringfence.model.action import Action, ActionKind, ActionMode
from ringfence.model.policy import Decide, Deed, Policy, PolicyScope
from ringfence.signalling import MaskingDetector, MinuteCap, PolicyBook

if TYPE_CHECKING:
    from ringfence_engine import AlertCall as ToldCall

from .builders import SECOND, T0, call, change

MINUTE = 60 * SECOND
CAP = 4
EXEMPT = frozenset({2, 5, 11})
TRUNKS = ("", "carrier-7", "carrier-8")
ALERTS = ("a1" * 16, "b2" * 16)

policies = st.builds(
    Policy,
    decide=st.sampled_from(Decide),
    deed=st.sampled_from(Deed),
    live=st.booleans(),
    disconnects_per_minute=st.just(CAP),
)
books = st.builds(
    lambda default, trunk: PolicyBook([default, replace(trunk, scope=PolicyScope.TRUNK, match="carrier-7")]),
    policies,
    policies,
)
told_calls = st.tuples(st.integers(0, 15), st.floats(0, 1), st.booleans())
steps = st.tuples(
    st.sampled_from(ALERTS),
    st.lists(told_calls, max_size=8, unique_by=lambda told: told[0]),
    st.integers(0, 30),
    st.none() | books,
)


Script = list[tuple[str, list[tuple[int, float, bool]], int, PolicyBook | None]]


def play(book: PolicyBook, script: Script) -> list[tuple[Action, ActionMode]]:
    """Every action of a live day in which changes of two alerts and of the policies come in any order."""
    masking = MaskingDetector(book, cap=MinuteCap())
    actions: list[tuple[Action, ActionMode]] = []
    passed = 8
    for alert_id, told, waited, new_book in script:
        passed += waited
        if new_book is not None:
            masking.use(new_book)
        calls = [
            call(
                n,
                score=score,
                ended=passed if over else None,
                trunk=TRUNKS[n % 3],
                allowed=n in EXEMPT,
            )
            for n, score, over in told
        ]
        update = change(calls, kind="updated", alert_id=alert_id, at=passed)
        actions += masking.on_change(update, now=T0 + passed * SECOND).actions
    return actions


@given(books, st.lists(steps, max_size=25))
def test_no_deed_is_done_twice(book: PolicyBook, script: Script) -> None:
    actions = [action for action, _ in play(book, script)]
    done = Counter((action.alert_id, action.kind, action.call_id) for action in actions)
    assert all(times == 1 for times in done.values())
    assert len({action.action_id for action in actions}) == len(actions)
    assert all((action.call_id is None) == (action.kind is ActionKind.FLAG) for action in actions)


@given(books, st.lists(steps, max_size=25))
def test_no_exempt_call_is_touched(book: PolicyBook, script: Script) -> None:
    exempt = {call(n).call_id for n in EXEMPT}
    assert not any(action.call_id in exempt for action, _ in play(book, script))


@given(books, st.lists(steps, max_size=25))
def test_no_minute_sees_more_cuts_than_the_cap(book: PolicyBook, script: Script) -> None:
    cuts = [(action.decided_at, mode) for action, mode in play(book, script) if action.call_id is not None]
    for end, mode in cuts:
        assert sum(1 for at, its in cuts if its is mode and end - MINUTE < at <= end) <= CAP


@given(st.permutations(range(12)), st.lists(st.integers(1, 12), max_size=5))
def test_the_members_are_the_same_in_whatever_order_they_are_told(order: list[int], cuts: list[int]) -> None:
    whole = MaskingDetector(PolicyBook(), members=8).on_change(change([call(n) for n in range(12)])).alert
    masking = MaskingDetector(PolicyBook(), members=8)
    bounds = sorted({0, *cuts, 12})
    for start, end in pairwise(bounds):
        told = [call(n) for n in order[start:end]]
        last = masking.on_change(change(told, kind="updated", total_callers=12, total_calls=12)).alert
    assert (last.calls, last.a_numbers, last.more_calls) == (whole.calls, whole.a_numbers, 4)


levels = st.lists(st.sampled_from((0.3, 0.72, 0.9, 0.999)), min_size=1, max_size=3, unique=True).map(sorted)
rising = st.lists(st.tuples(levels, st.integers(0, 5)), min_size=1, max_size=9)


@given(rising, st.lists(st.integers(1, 40), max_size=6))
def test_whom_an_unsure_score_has_cut_does_not_depend_on_the_size_of_pieces(
    script: list[tuple[list[float], int]], cuts: list[int]
) -> None:
    """Calls come to their levels half a second apart and are told after each instant, or after several."""
    steps_of = [
        [(level, n / 2 + 0.25 * (wait + more)) for more, level in enumerate(levels)]
        for n, (levels, wait) in enumerate(script)
    ]

    def told(until: float) -> "list[ToldCall]":
        reached = [[step for step in steps if step[1] <= until] for steps in steps_of]
        return [
            call(n, score=steps[-1][0], steps=tuple(steps), named=steps[0][1])
            for n, steps in enumerate(reached)
            if steps
        ]

    def deeds(instants: list[float]) -> set[tuple[str | None, int]]:
        masking = MaskingDetector(PolicyBook([Policy(threshold=0.7)]))
        done = [masking.on_change(change(told(at), kind="updated", opened=0)).actions for at in instants]
        return {(action.call_id, action.decided_at) for actions in done for action, _ in actions}

    every = [n / 4 for n in range(41)]
    assert deeds(every) == deeds([*(every[n] for n in sorted({*cuts}) if n < 41), every[-1]])
