"""The brake of every policy: how many calls may be cut in one minute, whatever the score says."""

from bisect import bisect_right, insort

from ringfence.model.action import ActionMode

MINUTE = 60_000_000_000
_KEPT = 10 * MINUTE


class MinuteCap:
    """Counts cuts over the minute that ends at each new one: exact, and sliding.

    Dry runs are counted apart, so that a policy on trial takes nothing from one that is live. Instants may
    come out of order by up to ten minutes, as the alerts of one replayed batch do.
    """

    def __init__(self) -> None:
        self._taken: dict[ActionMode, list[int]] = {mode: [] for mode in ActionMode}

    def __len__(self) -> int:
        """Cuts remembered."""
        return sum(map(len, self._taken.values()))

    def take(self, at: int, limit: int, mode: ActionMode) -> bool:
        """Whether one more call may be cut at `at` where `limit` a minute are allowed; counts it if so."""
        taken = self._taken[mode]
        if bisect_right(taken, at) - bisect_right(taken, at - MINUTE) >= limit:
            return False
        insort(taken, at)
        if taken[0] <= taken[-1] - _KEPT:
            del taken[: bisect_right(taken, taken[-1] - _KEPT)]
        return True
