"""Randomness of the simulator: every part draws from a stream of its own, so that a part that draws once more
does not change what the others draw."""

from math import exp, log
from random import Random

SECOND = 1_000_000_000
"""Nanoseconds."""
_WORD = 0xFFFF_FFFF_FFFF_FFFF

Range = tuple[float, float]
"""From and to."""


def stream(seed: int, part: str) -> Random:
    """The random numbers of one part; the same on every machine for the same seed."""
    return Random(f"ringfence/{seed}/{part}")  # noqa: S311 - simulated traffic, no secret hangs on it


def whole_us(seconds: float) -> int:
    """Nanoseconds, cut to whole microseconds, which is what a capture can hold."""
    return int(seconds * 1_000_000) * 1000


def log_uniform(rng: Random, bounds: Range) -> float:
    """As likely between 5 and 50 as between 50 and 500."""
    low, high = bounds
    return exp(rng.uniform(log(low), log(high)))


def log_uniform_whole(rng: Random, bounds: tuple[int, int]) -> int:
    return min(bounds[1], max(bounds[0], round(log_uniform(rng, bounds))))


def scattered(number: int) -> int:
    """64 bits that look random and are always the same for `number`: what somebody is and keeps being."""
    mixed = (number ^ number >> 32) * 0x9E37_79B9_7F4A_7C15 & _WORD
    mixed = (mixed ^ mixed >> 29) * 0xBF58_476D_1CE4_E5B9 & _WORD
    return mixed ^ mixed >> 32
