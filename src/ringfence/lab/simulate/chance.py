"""Randomness of the simulator: every part draws from a stream of its own, so that a part that draws once more
does not change what the others draw."""

from random import Random

SECOND = 1_000_000_000
"""Nanoseconds."""


def stream(seed: int, part: str) -> Random:
    """The random numbers of one part; the same on every machine for the same seed."""
    return Random(f"ringfence/{seed}/{part}")  # noqa: S311 - simulated traffic, no secret hangs on it


def whole_us(seconds: float) -> int:
    """Nanoseconds, cut to whole microseconds, which is what a capture can hold."""
    return int(seconds * 1_000_000) * 1000
