"""Numbers that many true callers ring at once: the fan-in that the rule alone takes for masking."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from ringfence.lab.simulate.behaviour import BRIDGE, HOTLINE
from ringfence.lab.simulate.call import Call, Leg
from ringfence.lab.simulate.chance import SECOND, whole_us
from ringfence.lab.simulate.population import Population


class HotlineKind(StrEnum):
    TELEVOTE = "televote"
    HOSPITAL = "hospital"
    BANK = "bank"
    CONFERENCE = "conference"
    """Staff of one company dial in from its exchange, with neighbouring extensions: an honest look-alike."""


UNSEEN_KINDS: frozenset[HotlineKind] = frozenset()
"""Those that only the test split has."""


@dataclass(frozen=True, slots=True)
class Hotline:
    b_number: str
    kind: HotlineKind


@dataclass(frozen=True, slots=True)
class Burst:
    """True callers of one hotline within `seconds` of `at`; the peak comes after a sixth of it."""

    number: int
    hotline: Hotline
    at: int
    seconds: float
    callers: int


_SIZES = {
    HotlineKind.TELEVOTE: ((60, 180), (120, 450)),
    HotlineKind.HOSPITAL: ((90, 240), (60, 160)),
    HotlineKind.BANK: ((180, 420), (150, 400)),
    HotlineKind.CONFERENCE: ((45, 90), (14, 45)),
}
"""Length in seconds and number of callers, each from and to."""
_REDIAL = 0.15
_FROM_ONE_COMPANY = 0.6
_BURSTS_EACH = 2
_FIRST_HOUR, _LAST_HOUR = 8, 21
"""Local hours in which bursts begin, where the run has any of them."""


def build_hotlines(count: int, population: Population) -> tuple[Hotline, ...]:
    """Televotes and banks have toll-free numbers, hospitals and conference bridges local ones."""
    kinds = tuple(HotlineKind)
    hotlines = []
    for index in range(count):
        kind = kinds[index % len(kinds)]
        free = kind in (HotlineKind.TELEVOTE, HotlineKind.BANK)
        pool = population.plan.toll_free if free else population.plan.business
        first = 0 if free else population.companies + 1_000
        hotlines.append(Hotline(pool.number(first + index), kind))
    return tuple(hotlines)


def plan_bursts(
    rng: Random, hotlines: tuple[Hotline, ...], start: int, end: int, offset: int
) -> tuple[Burst, ...]:
    """When each hotline's bursts come; `offset` is the local time's, in nanoseconds."""
    bursts: list[Burst] = []
    for hotline in hotlines:
        for _ in range(_BURSTS_EACH):
            seconds, callers = _SIZES[hotline.kind]
            at = _daytime(rng, start, end, offset)
            bursts.append(Burst(len(bursts) + 1, hotline, at, rng.uniform(*seconds), rng.randint(*callers)))
    return tuple(bursts)


def _daytime(rng: Random, start: int, end: int, offset: int) -> int:
    at = start
    for _ in range(50):
        at = start + whole_us((end - start) / SECOND * rng.random() * 0.95)
        if _FIRST_HOUR <= (at + offset) // (3600 * SECOND) % 24 < _LAST_HOUR:
            break
    return at


def burst_calls(rng: Random, population: Population, burst: Burst) -> Iterator[Call]:
    """The burst's calls in the order of their beginning."""
    offsets = sorted(
        min(rng.gammavariate(2.0, burst.seconds / 6), burst.seconds) for _ in range(burst.callers)
    )
    conference = burst.hotline.kind is HotlineKind.CONFERENCE
    company = int(rng.random() * len(population.fleet.enterprises))
    behaviour = BRIDGE if conference else HOTLINE
    earlier: list[Leg] = []
    for offset in offsets:
        if conference and rng.random() < _FROM_ONE_COMPANY:
            leg = population.leg(
                rng, population.fleet.enterprises[company], population.extension(company, rng)
            )
        elif earlier and rng.random() < _REDIAL:
            leg = earlier[int(rng.random() * len(earlier))]
        else:
            leg = population.caller(rng)
            earlier.append(leg)
        at = burst.at + whole_us(offset)
        yield behaviour.call(rng, at, leg, burst.hotline.b_number, burst=burst.number)
