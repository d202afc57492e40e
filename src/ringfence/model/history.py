"""What is known of a called number besides its present calls: its alerts, and what is usual for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlertedNumber:
    """The alerts of one called number.

    A burst is an alert that was scored and not taken for masking and on which nobody said otherwise, or of which an
    analyst says that it was one (`confirmed`). `highest` is the highest probability of those that nobody has judged;
    `answered_share` is the mean share of answered calls during bursts, None where it is not known.
    """

    b_number: str
    bursts: int
    confirmed: int
    days: int
    """UTC days on which bursts began."""
    first_at: int
    last_at: int
    mean_callers: float
    highest: float
    masking: int
    """Alerts, however old, that an analyst calls masking,"""
    unjudged: int
    """and those taken for masking that nobody has judged."""
    answered_share: float | None = None


@dataclass(frozen=True, slots=True)
class UsualCallers:
    """What the engine has learnt: mean of callers over those windows that held several, and how many did."""

    callers: float
    windows: int
