"""How high the rate of false disconnects may be, given the false cuts that were seen.

False cuts come in bursts: whoever cuts one call of a hotline's rush cuts many. So what is drawn anew in the
bootstrap is not the call but the B-number of one run, with all its calls and all its false cuts.
"""

import math
from collections.abc import Iterable, Mapping
from functools import cache

from ringfence.lab.simulate.chance import stream

Units = Mapping[tuple[int, int], int]
"""(false cuts, benign calls) of a B-number in one run → how many B-numbers are like that."""

LEVEL = 0.95
ROUNDS = 2_000
_SEED = 1


def units_of(benign_units: Mapping[int, int], false_cuts: Iterable[int]) -> dict[tuple[int, int], int]:
    """A run's units, from the calls of its B-numbers (calls → B-numbers) and the false cuts of those that had any.

    The truth does not say which B-number had how many calls. Each that was cut is taken for the quietest that
    could have been cut so often, which keeps the bound from coming out too low.
    """
    left = {calls: count for calls, count in sorted(benign_units.items()) if count}
    units: dict[tuple[int, int], int] = {}
    for cuts in sorted(false_cuts, reverse=True):
        calls = next((calls for calls, count in left.items() if count and calls >= cuts), None)
        if calls is None:
            calls = cuts
        else:
            left[calls] -= 1
        units[cuts, calls] = units.get((cuts, calls), 0) + 1
    return units | {(0, calls): count for calls, count in left.items() if count}


def upper_bound(units: Units, *, rounds: int = ROUNDS) -> float:
    """False cuts a benign call, which the true rate exceeds with at most 5 %: one-sided, percentile bootstrap.

    Each round gives every B-number a Poisson(1) number of copies, which is drawing as many as there are with
    replacement, but for their total, and that cancels out of the ratio. B-numbers that are alike share one
    draw, so a round costs the number of kinds and not of B-numbers. The same input gives the same bound.
    """
    rng = stream(_SEED, "bootstrap")
    cuts, calls = [0] * rounds, [0] * rounds
    for (unit_cuts, unit_calls), count in sorted(units.items()):
        copies, weights = _poisson(count)
        drawn = rng.choices(copies, cum_weights=weights, k=rounds)
        calls = [total + unit_calls * n for total, n in zip(calls, drawn, strict=True)]
        if unit_cuts:
            cuts = [total + unit_cuts * n for total, n in zip(cuts, drawn, strict=True)]
    return quantile([c / n if n else 0.0 for c, n in zip(cuts, calls, strict=True)], LEVEL)


def rule_of_three(calls: int) -> float:
    """The same where not one false cut was seen: none in n calls is likelier than 5 % up to a rate of 3 / n."""
    return 3 / calls


def quantile(values: Iterable[float], level: float) -> float:
    """The smallest value that at least `level` of all do not exceed. There must be one."""
    ordered = sorted(values)
    return ordered[max(math.ceil(level * len(ordered)), 1) - 1]


@cache
def _poisson(mean: int) -> tuple[range, list[float]]:
    """The counts that matter of a Poisson distribution, and their cumulated probabilities."""
    reach = 8 * math.sqrt(mean) + 10
    counts = range(max(0, math.floor(mean - reach)), math.ceil(mean + reach))
    total, cumulated = 0.0, []
    for n in counts:
        total += math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))
        cumulated.append(total)
    return counts, cumulated
