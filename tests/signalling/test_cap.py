"""The brake on cuts a minute, by itself."""

from hypothesis import given
from hypothesis import strategies as st

from ringfence.model.action import ActionMode
from ringfence.signalling import MinuteCap

SECOND = 1_000_000_000
DRY, LIVE = ActionMode.DRY_RUN, ActionMode.LIVE


def test_a_policy_on_trial_takes_nothing_from_a_live_one() -> None:
    cap = MinuteCap()
    assert [cap.take(0, 1, DRY), cap.take(1, 1, LIVE), cap.take(2, 1, DRY), cap.take(3, 1, LIVE)] == [
        True,
        True,
        False,
        False,
    ]


def test_alerts_of_one_replayed_batch_may_come_out_of_order() -> None:
    cap = MinuteCap()
    instants = (100, 200, 130, 150, 95)
    assert [cap.take(at * SECOND, 2, DRY) for at in instants] == [True, True, True, False, True]


def test_minutes_long_past_are_forgotten() -> None:
    cap = MinuteCap()
    assert all(cap.take(minute * 60 * SECOND, 1, LIVE) for minute in range(10_000))
    assert len(cap) <= 11


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(0, 4))
def test_counts_as_a_list_of_all_cuts_would(gaps: list[int], limit: int) -> None:
    cap, at = MinuteCap(), 0
    taken: list[int] = []
    for gap in gaps:
        at += gap * SECOND
        free = sum(1 for earlier in taken if earlier > at - 60 * SECOND) < limit
        assert cap.take(at, limit, LIVE) is free
        if free:
            taken.append(at)
