"""Which probability to act from, for a stated cost: wrongly cut calls per million benign calls.

Told from the examples of simulated operators that the model has not learnt from. Once a group reaches a threshold, its
calls of then are cut; so of each alert with honest calls the worst group at each threshold counts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ringfence.lab.training.examples import Examples

_GRID = tuple(
    round(float(step), 3) for step in (*np.arange(0.05, 0.95, 0.05), 0.97, 0.98, 0.99, 0.995, 0.999)
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
    points = []
    for threshold in _GRID:
        reached = probability >= threshold
        cut = np.zeros(alerts)
        np.maximum.at(cut, examples.alert[reached], examples.honest[reached])
        found = np.zeros(alerts, dtype=bool)
        found[examples.alert[reached & examples.masking]] = True
        recall = float(found[attacked].mean()) if attacked.any() else 0.0
        points.append(Point(threshold, 1e6 * float(cut.sum()) / max(1, benign_calls), recall))
    return tuple(points)


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
