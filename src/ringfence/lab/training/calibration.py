"""From margins to probabilities that mean what they say, and how well they do.

Platt's scaling (Platt, "Probabilistic outputs for support vector machines", 1999): two numbers, so that the order of
scores never changes and the contributions stay additive.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STEPS = 60


@dataclass(frozen=True, slots=True)
class Calibration:
    slope: float
    intercept: float

    def __call__(self, margins: NDArray[np.float64]) -> NDArray[np.float64]:
        return 1.0 / (1.0 + np.exp(-(self.slope * margins + self.intercept)))


@dataclass(frozen=True, slots=True)
class Bin:
    """Examples whose probability is in [`low`, `high`): their weighed mean, and the weighed share that was masking."""

    low: float
    high: float
    examples: int
    predicted: float
    observed: float


def calibrate(
    margins: NDArray[np.float64], masking: NDArray[np.bool_], weight: NDArray[np.float64]
) -> Calibration:
    """The two numbers of greatest likelihood, by Newton's method; targets are smoothed as Platt has it."""
    positive, negative = masking.sum(), (~masking).sum()
    target = np.where(masking, (positive + 1) / (positive + 2), 1 / (negative + 2))
    inputs = np.stack([margins, np.ones_like(margins)], axis=1)
    numbers = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        predicted = 1.0 / (1.0 + np.exp(-(inputs @ numbers)))
        gradient = inputs.T @ (weight * (predicted - target))
        curvature = (inputs * (weight * predicted * (1 - predicted))[:, None]).T @ inputs + 1e-6 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        numbers -= np.clip(step, -1.0, 1.0)
    return Calibration(slope=max(float(numbers[0]), 1e-3), intercept=float(numbers[1]))


def reliability(
    probability: NDArray[np.float64], masking: NDArray[np.bool_], weight: NDArray[np.float64]
) -> tuple[Bin, ...]:
    """What was predicted and what was seen, in ten bins; empty ones are left out."""
    bins = []
    for low in np.arange(10) / 10:
        high = round(low + 0.1, 1)
        inside = (probability >= low) & ((probability < high) | (high == 1.0))
        if inside.any():
            of = weight[inside]
            bins.append(
                Bin(
                    float(low),
                    float(high),
                    int(inside.sum()),
                    float(np.average(probability[inside], weights=of)),
                    float(np.average(masking[inside], weights=of)),
                )
            )
    return tuple(bins)
