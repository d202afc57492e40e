"""The upper bound of the rate of false cuts."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfence.lab.evaluate.bound import quantile, rule_of_three, units_of, upper_bound

small_units = st.dictionaries(
    st.tuples(st.integers(0, 12), st.integers(12, 60)), st.integers(1, 40), min_size=2, max_size=8
).filter(lambda units: sum(units.values()) >= 40)


def naive(units: dict[tuple[int, int], int], rounds: int) -> list[float]:
    """Draws as many B-numbers as there are, with replacement, one by one."""
    everyone = [unit for unit, count in units.items() for _ in range(count)]
    rng = Random(5)
    rates = []
    for _ in range(rounds):
        drawn = rng.choices(everyone, k=len(everyone))
        rates.append(sum(cuts for cuts, _ in drawn) / sum(calls for _, calls in drawn))
    return rates


@settings(max_examples=40, derandomize=True, deadline=None)
@given(small_units)
def test_the_bound_is_that_of_drawing_b_numbers_one_by_one(units: dict[tuple[int, int], int]) -> None:
    bound = upper_bound(units)
    rates = naive(units, 2_000)
    # Rates of few B-numbers take few values; the bound must stand where the cumulated share passes 95 %.
    assert sum(rate < bound * (1 - 1e-9) for rate in rates) / len(rates) < 0.975
    assert sum(rate <= bound * (1 + 1e-9) for rate in rates) / len(rates) > 0.925


def test_cuts_in_one_burst_weigh_more_than_the_same_cuts_apart() -> None:
    together = upper_bound({(30, 100): 1, (0, 100): 9_999})
    apart = upper_bound({(1, 100): 30, (0, 100): 9_970})
    # One B-number of Poisson(1) copies has up to 3 with 95 %; thirty have up to 39.
    assert together == pytest.approx(3 * 30 / 1_000_000, rel=0.02)
    assert apart == pytest.approx(39 / 1_000_000, rel=0.04)


def test_a_single_false_cut_is_bound_like_none() -> None:
    assert upper_bound({(1, 100): 1, (0, 100): 9_999}) == pytest.approx(rule_of_three(1_000_000), rel=0.02)


def test_the_bound_is_the_same_each_time_and_takes_millions_of_calls() -> None:
    units = {(0, calls): 1_000_000 // calls**2 + 1 for calls in range(1, 400)} | {(3, 7): 2}
    assert upper_bound(units) == upper_bound(dict(reversed(units.items())))


def test_a_b_number_that_was_cut_is_taken_for_the_quietest_it_can_be() -> None:
    assert units_of({1: 5, 4: 1, 10: 2}, [2, 3, 12]) == {
        (3, 4): 1,
        (2, 10): 1,
        (12, 12): 1,
        (0, 1): 5,
        (0, 10): 1,
    }


def test_a_quantile_is_one_of_the_values() -> None:
    assert [quantile([3.0, 1.0, 2.0], level) for level in (0, 0.3, 0.34, 0.95, 1)] == [1, 1, 2, 3, 3]
