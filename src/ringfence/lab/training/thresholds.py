"""Which probability to act from, for a stated cost: wrongly cut calls per million benign calls.

Told from the examples of simulated operators that the model has not learnt from. Once a group reaches a threshold, its
calls are cut for as long as it stands suspect, so of each alert with honest calls the worst group counts; where none
comes to a policy's usual `sure_threshold`, only as many calls as are cut while nobody is sure.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ringfence_engine import HYSTERESIS

from ringfence.lab.training.examples import Examples
from ringfence.model.policy import Policy
from ringfence.signalling.deeds import TRIES

_GRID = tuple(
    round(float(step), 3) for step in (*np.arange(0.05, 0.95, 0.05), 0.97, 0.98, 0.99, 0.995, 0.998, 0.999)
)
COSTS = (1.0, 5.0, 10.0, 50.0, 100.0)
"""False disconnects per million benign calls that a threshold is told for."""


@dataclass(frozen=True, slots=True)
class Point:
    """At `threshold`: honest calls cut per million, and the share of attacks of which a group reaches it."""

    threshold: float
    false_cuts_per_million: float
    recall: float


def operating_points(
    examples: Examples, probability: NDArray[np.float64], benign_calls: int
) -> tuple[Point, ...]:
    """One for each threshold of a grid."""
    alerts = int(examples.alert.max()) + 1 if len(examples) else 0
    attacked = np.zeros(alerts, dtype=bool)
    attacked[examples.alert[examples.masking]] = True
    surely_cut = _honest_cut(Policy().sure_threshold, examples, probability, alerts)
    points = []
    for threshold in _GRID:
        reached = probability >= threshold
        cut = _honest_cut(threshold, examples, probability, alerts)
        if threshold < Policy().sure_threshold:
            cut = np.maximum(surely_cut, np.minimum(cut, TRIES))
        found = np.zeros(alerts, dtype=bool)
        found[examples.alert[reached & examples.masking]] = True
        recall = float(found[attacked].mean()) if attacked.any() else 0.0
        points.append(Point(threshold, 1e6 * float(cut.sum()) / max(1, benign_calls), recall))
    return tuple(points)


def _honest_cut(
    threshold: float, examples: Examples, probability: NDArray[np.float64], alerts: int
) -> NDArray[np.float64]:
    """Of each alert that comes to this threshold the honest calls of its largest group that stands suspect."""
    suspect = probability >= threshold - HYSTERESIS
    calls = np.zeros(alerts)
    np.maximum.at(calls, examples.alert[suspect], examples.honest[suspect])
    came = np.zeros(alerts, dtype=bool)
    came[examples.alert[probability >= threshold]] = True
    return np.where(came, calls, 0.0)


def thresholds_for(points: tuple[Point, ...]) -> tuple[tuple[float, float], ...]:
    """The lowest threshold of the grid that keeps each cost, where one does: (cost, threshold)."""
    found = []
    for cost in COSTS:
        kept = [p.threshold for p in points if p.false_cuts_per_million <= cost]
        worse = [p.threshold for p in points if p.false_cuts_per_million > cost]
        usable = [threshold for threshold in kept if threshold > max(worse, default=0.0)]
        if usable:
            found.append((cost, min(usable)))
    return tuple(found)
