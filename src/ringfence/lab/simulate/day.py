"""The ordinary calls of a day: a Poisson process whose rate follows the hour and the weekday.

The shape is, in kind, that of published traces (e.g. Willkomm et al., "Primary user behavior in cellular
networks and implications for dynamic spectrum access", IEEE Communications Magazine 47(3), 2009): a quiet
night, business peaks before and after noon, homes in the evening, offices nearly silent at weekends. The
figures are ours. That calls arrive as a Poisson process with a changing rate is the finding of Brown et al.,
"Statistical analysis of a telephone call center", JASA 100(469), 2005.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from ringfence.lab.simulate.behaviour import DIALLER, HOTLINE
from ringfence.lab.simulate.call import Call, Leg
from ringfence.lab.simulate.chance import SECOND, whole_us
from ringfence.lab.simulate.population import STAFF, Caller, Population, person

HOMES = (12, 7, 5, 4, 4, 8, 20, 40, 55, 62, 68, 72, 74, 70, 66, 66, 70, 80, 92, 100, 98, 80, 50, 25)
OFFICES = (2, 1, 1, 1, 1, 2, 6, 22, 62, 94, 100, 96, 72, 70, 90, 94, 86, 62, 30, 14, 8, 5, 4, 3)
"""Load of each local hour's middle, of its own highest."""
_WEEKEND = 0.12
"""What is left of the offices' load on Saturday and Sunday."""
_HOTLINE_SHARE = 0.0015
"""Share of all calls that a hotline gets outside its bursts in the mean, if it gets any; the first get most."""
_SILENT_EVERY = 4
"""Every so manieth hotline is new, or only called on the day."""
_DIALLERS = 3
_CALLED_BACK = 0.05
"""Of the diallers' calls, how many are called back."""
_MINUTE = 60 * SECOND
_DAY_MINUTES = 1440


class Load:
    """Calls per second and the offices' share of them, minute by minute; `offices` is that of the whole day."""

    def __init__(self, calls_per_day: int, utc_offset_minutes: int, offices: float) -> None:
        self._offset = utc_offset_minutes
        per_second = calls_per_day / 86400
        self._homes = [per_second * (1 - offices) * rate for rate in _by_minute(HOMES)]
        self._offices = [per_second * offices * rate for rate in _by_minute(OFFICES)]

    def at(self, instant: int) -> tuple[float, float]:
        minutes = instant // _MINUTE + self._offset
        minute = minutes % _DAY_MINUTES
        weekday = (minutes // _DAY_MINUTES + 3) % 7
        offices = self._offices[minute] * (_WEEKEND if weekday >= 5 else 1.0)
        homes = self._homes[minute]
        return homes + offices, offices / (homes + offices)


def _by_minute(hours: tuple[int, ...]) -> list[float]:
    """The hours' figures, joined by straight lines between their middles, with mean 1."""
    mean = sum(hours) / 24
    minutes = []
    for minute in range(_DAY_MINUTES):
        hour, part = divmod(minute - 30, 60)
        here, there = hours[hour % 24], hours[(hour + 1) % 24]
        minutes.append((here + (there - here) * part / 60) / mean)
    return minutes


@dataclass(frozen=True, slots=True)
class Day:
    """What ordinary calls are drawn from. `diallers` is the share of calls that outbound call centres make, with
    one number each; a few of those they reached call back."""

    population: Population
    load: Load
    hotlines: tuple[tuple[str, Caller], ...]
    """Numbers, and who calls them."""
    diallers: float
    manners: float


def ordinary_calls(rng: Random, day: Day, start: int, end: int) -> Iterator[Call]:
    """Calls begun in [start, end), in the order of their beginning."""
    population = day.population
    hotlines = [hotline for n, hotline in enumerate(day.hotlines) if n % _SILENT_EVERY != 2]
    hotline, dialler = HOTLINE.slowed(day.manners), DIALLER.slowed(day.manners)
    to_hotlines = min(0.05, _HOTLINE_SHARE * len(hotlines))
    to_diallers = to_hotlines + day.diallers * _CALLED_BACK
    by_diallers = to_diallers + day.diallers
    minute = start
    while minute < end:
        stop = min(end, minute + _MINUTE)
        rate, business_share = day.load.at(minute)
        at = minute + whole_us(rng.expovariate(rate))
        while at < stop:
            somebody = population.caller(rng)
            who: int | Leg = somebody
            drawn = rng.random()
            if drawn >= by_diallers:
                b_number, behaviour = population.called(rng, business_share, somebody)
            elif drawn < to_hotlines:
                b_number, calls = hotlines[int(rng.random() ** 2 * len(hotlines))]
                who, behaviour = calls(), hotline
            elif drawn < to_diallers:
                b_number, behaviour = population.staff_number(_dialler(rng)), hotline
            else:
                who, b_number, behaviour = person(STAFF, _dialler(rng)), population.subscriber(rng), dialler
            leg = population.leg(rng, who) if isinstance(who, int) else who
            if b_number != leg.a_number:
                yield behaviour.call(rng, at, leg, b_number)
            at += max(1000, whole_us(rng.expovariate(rate)))
        minute = stop


def _dialler(rng: Random) -> int:
    """The first extension of one of the first companies."""
    return 100 * int(_DIALLERS * rng.random() ** 2)
