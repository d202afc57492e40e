"""The ordinary calls of a day: a Poisson process whose rate follows the hour and the weekday.

The shape is, in kind, that of published traces (e.g. Willkomm et al., "Primary user behavior in cellular
networks and implications for dynamic spectrum access", IEEE Communications Magazine 47(3), 2009): a quiet
night, business peaks before and after noon, homes in the evening, offices nearly silent at weekends. The
figures are ours. That calls arrive as a Poisson process with a changing rate is the finding of Brown et al.,
"Statistical analysis of a telephone call center", JASA 100(469), 2005.
"""

from collections.abc import Iterator
from random import Random

from ringfence.lab.simulate.behaviour import HOTLINE
from ringfence.lab.simulate.call import Call
from ringfence.lab.simulate.chance import SECOND, whole_us
from ringfence.lab.simulate.population import Population

HOMES = (12, 7, 5, 4, 4, 8, 20, 40, 55, 62, 68, 72, 74, 70, 66, 66, 70, 80, 92, 100, 98, 80, 50, 25)
OFFICES = (2, 1, 1, 1, 1, 2, 6, 22, 62, 94, 100, 96, 72, 70, 90, 94, 86, 62, 30, 14, 8, 5, 4, 3)
"""Load of each local hour's middle, of its own highest."""
_OFFICE_SHARE = 0.45
_WEEKEND = 0.12
"""What is left of the offices' load on Saturday and Sunday."""
_HOTLINE_SHARE = 0.0015
"""Share of all calls that one hotline gets outside its bursts."""
_MINUTE = 60 * SECOND
_DAY_MINUTES = 1440


class Load:
    """Calls per second and the offices' share of them, minute by minute."""

    def __init__(self, calls_per_day: int, utc_offset_minutes: int) -> None:
        self._offset = utc_offset_minutes
        per_second = calls_per_day / 86400
        self._homes = [per_second * (1 - _OFFICE_SHARE) * rate for rate in _by_minute(HOMES)]
        self._offices = [per_second * _OFFICE_SHARE * rate for rate in _by_minute(OFFICES)]

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


def ordinary_calls(
    rng: Random, population: Population, load: Load, hotlines: tuple[str, ...], start: int, end: int
) -> Iterator[Call]:
    """Calls begun in [start, end), in the order of their beginning."""
    hotline_share = min(0.05, _HOTLINE_SHARE * len(hotlines))
    minute = start
    while minute < end:
        stop = min(end, minute + _MINUTE)
        rate, business_share = load.at(minute)
        at = minute + whole_us(rng.expovariate(rate))
        while at < stop:
            leg = population.caller(rng)
            if rng.random() < hotline_share:
                b_number, behaviour = hotlines[int(rng.random() * len(hotlines))], HOTLINE
            else:
                b_number, behaviour = population.called(rng, business_share)
            if b_number != leg.a_number:
                yield behaviour.call(rng, at, leg, b_number)
            at += max(1000, whole_us(rng.expovariate(rate)))
        minute = stop
