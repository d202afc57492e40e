"""Which called numbers look like hotlines, for people to put on the allow list.

A hotline is rung by many at once again and again, and its callers are mostly answered. An attack on one number does
not come back on other days without ever being taken for what it is. Where there is any doubt that only a person can
settle, the number is not suggested, and the reason says what to look at.
"""

import time
from dataclasses import dataclass

from ringfence.model.history import AlertedNumber, UsualCallers
from ringfence.signalling.wording import percent, plural

HISTORY_DAYS = 90
LEAST_BURSTS = 3
LEAST_DAYS = 2
CLOSE_CALL = 0.4
"""From this probability on, where the risk is no longer low, a burst that nobody has judged speaks against."""
LEAST_ANSWERED = 0.3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`why` it looks like a hotline and what speaks `against` allowing it; it is suggested where nothing does."""

    number: AlertedNumber
    usual: UsualCallers | None
    why: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def suggested(self) -> bool:
        return not self.against


def hotline(number: AlertedNumber, usual: UsualCallers | None, *, allowed: bool) -> Suggestion:
    """`number` has had LEAST_BURSTS; `allowed` says whether the allow list has it already."""
    return Suggestion(number, usual, tuple(_why(number, usual)), tuple(_against(number, allowed=allowed)))


def _why(number: AlertedNumber, usual: UsualCallers | None) -> list[str]:
    why = [
        f"{plural(number.bursts, 'burst')} of callers on {plural(number.days, 'day')} since {_day(number.first_at)}, "
        f"{number.mean_callers:.0f} callers in the window at the peak on average"
    ]
    if number.confirmed:
        why.append(f"Analysts called {number.confirmed} of them true callers")
    if number.answered_share is not None:
        why.append(f"{percent(number.answered_share * 100)} of its calls were answered")
    if usual is not None:
        why.append(
            f"{plural(usual.windows, 'window')} held several callers, {usual.callers:.1f} of them as a rule"
        )
    return why


def _against(number: AlertedNumber, *, allowed: bool) -> list[str]:
    against = []
    if allowed:
        against.append("It is on the allow list already")
    if number.masking:
        against.append(f"Analysts called {plural(number.masking, 'alert')} on it masking")
    if number.unjudged:
        against.append(
            f"{plural(number.unjudged, 'alert')} on it taken for masking, and nobody has said whether that is right"
        )
    if number.highest >= CLOSE_CALL:
        against.append(
            f"A burst that nobody has judged came to a masking probability of {number.highest:.2f}"
        )
    if number.days < LEAST_DAYS:
        against.append("All its bursts were on one day")
    if number.answered_share is not None and number.answered_share < LEAST_ANSWERED:
        against.append(f"Only {percent(number.answered_share * 100)} of its calls were answered")
    return against


def _day(at: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at // 1_000_000_000))
