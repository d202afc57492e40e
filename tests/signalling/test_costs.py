"""From a stated cost to the threshold that keeps it."""

import pytest

from ringfence.model.policy import Policy
from ringfence.signalling import Costs

LISTED = ((1.0, 0.97), (5.0, 0.97), (10.0, 0.9), (50.0, 0.7), (100.0, 0.45))
COSTS = Costs("masking-xgboost-1e255286378e", LISTED)


@pytest.mark.parametrize(
    ("stated", "threshold"),
    [(1, 0.97), (9.99, 0.97), (10, 0.9), (49, 0.9), (50, 0.7), (1_000_000, 0.45)],
)
def test_the_largest_listed_cost_that_is_not_above_the_stated_one_counts(
    stated: float, threshold: float
) -> None:
    policy = Policy(threshold=0.3, false_cuts_per_million=stated)
    assert COSTS.in_force(policy).threshold == threshold
    assert COSTS.fault(policy) is None


def test_a_policy_with_a_threshold_of_its_own_keeps_it() -> None:
    assert COSTS.in_force(Policy(threshold=0.3)) == Policy(threshold=0.3)


def test_a_cost_under_all_that_are_listed_is_a_fault_that_says_what_can_be_had() -> None:
    policy = Policy(false_cuts_per_million=0.5)
    assert COSTS.in_force(policy).threshold == 0.97, "the strictest"
    assert COSTS.fault(policy) == (
        "the model masking-xgboost-1e255286378e keeps no cost as low as 0.5 false cuts per million calls; it lists "
        "1 (from 0.97 on), 5 (from 0.97 on), 10 (from 0.9 on), 50 (from 0.7 on), 100 (from 0.45 on): "
        "state one of these or a threshold"
    )


def test_where_nothing_is_listed_the_default_threshold_holds() -> None:
    policy = Policy(threshold=0.3, false_cuts_per_million=10)
    assert Costs(default=0.8).in_force(policy).threshold == 0.8
    assert Costs().fault(policy) == (
        "scorecard, which scores calls here, lists no costs: give a threshold instead"
    )
