"""Numbers that many true callers ring at once: the fan-in that the rule alone takes for masking.

Of every kind the ranges are stated in `RUSHES`, with what they lean on; docs/simulation.md shows them. That such
events are common, planned or not, and what networks do about them: ITU-T E.412 (call gapping), and the notes with
which carriers ask to be told before one, such as Gamma's on mass calling events (ticket sales, fund-raising, retail
sales). Nobody publishes their figures, so where no source is named the ranges are ours.
"""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from ringfence.lab.simulate.behaviour import (
    ALARM,
    BRIDGE,
    BUSY,
    CONGESTED,
    EMERGENCY,
    HOTLINE,
    ONE_LINE,
    QUIZ,
    SHIFT,
    SOLD_OUT,
    VOTE,
    Behaviour,
)
from ringfence.lab.simulate.chance import SECOND, Range, log_uniform, log_uniform_whole, whole_us
from ringfence.lab.simulate.population import Population


class HotlineKind(StrEnum):
    TELEVOTE = "televote"
    """Viewers vote; an announcement thanks them."""
    BANK = "bank"
    """Customers call after a news item."""
    CONFERENCE = "conference"
    """Staff of one company dial in from its exchange, with neighbouring extensions: an honest look-alike."""
    EMERGENCY = "emergency"
    """Something happened: most callers are in one area and come over one interconnect, quickly connected."""
    REMINDER = "reminder"
    """A surgery's machine calls its patients one after the other from one number; some call back."""
    OUTAGE = "outage"
    """A carrier's trunk returns after an outage, and all who call over it at once are its customers."""
    QUIZ = "quiz"
    """A radio show asks again and again; always the same listeners, most find it busy and dial anew."""
    CONGESTION = "congestion"
    """Everybody dials anew, nobody gets through."""
    HOSPITAL = "hospital"
    TICKETS = "tickets"
    """A sale opens on the minute; most find it busy and dial anew."""
    SCHOOL = "school"
    """A school that closes has all parents called within a minute from one number; some call back at once."""
    TRAVELLERS = "travellers"
    """A hotline for those abroad, who call home with national numbers over international trunks."""
    CALL_CENTRE = "call_centre"
    """A queue that is fed steadily through a busy hour."""
    ADVERT = "advert"
    """A flat is to let: people call a private number as the advertisement appears, and most find it busy."""
    ALARM = "alarm"
    """After a power cut alarm systems report to their station: SIM cards of a few makers' number blocks."""
    CAMPUS = "campus"
    """Enrolment opens: students call from a university's extensions, find it busy and dial anew."""
    SHIFT = "shift"
    """Couriers report at the beginning of their shift from company mobiles of a few number blocks."""


UNSEEN_KINDS = frozenset({HotlineKind.SHIFT})
"""Those that only the test split has."""


class Arrival(StrEnum):
    SURGE = "surge"
    """Peaks after a sixth of the time and dies away."""
    AT_ONCE = "at_once"
    """Most in the first seconds."""
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class Rush:
    """The ranges of one kind: seconds and callers of a burst (log-uniform), of its calls the share that somebody
    makes who has called before, and bursts in a run."""

    seconds: Range
    callers: tuple[int, int]
    redial: Range
    bursts: tuple[int, int]
    arrival: Arrival
    behaviour: Behaviour
    toll_free: bool
    source: str


_OURS = "ours"
_MASS_CALLS = "kind of event: Gamma, mass calling events"
RUSHES = {
    HotlineKind.TELEVOTE: Rush(
        (20, 300), (60, 5000), (0.1, 0.4), (1, 3), Arrival.SURGE, VOTE, True, _MASS_CALLS
    ),
    HotlineKind.BANK: Rush((60, 420), (60, 1000), (0.1, 0.3), (1, 3), Arrival.SURGE, HOTLINE, True, _OURS),
    HotlineKind.CONFERENCE: Rush((20, 90), (8, 60), (0.02, 0.1), (2, 4), Arrival.SURGE, BRIDGE, False, _OURS),
    HotlineKind.EMERGENCY: Rush(
        (30, 600),
        (20, 800),
        (0.1, 0.4),
        (1, 2),
        Arrival.SURGE,
        EMERGENCY,
        False,
        "NENA-STA-020.1, 90 % answered in 15 s",
    ),
    HotlineKind.REMINDER: Rush(
        (60, 900), (40, 800), (0.02, 0.1), (1, 2), Arrival.STEADY, HOTLINE, False, _OURS
    ),
    HotlineKind.OUTAGE: Rush((5, 90), (30, 1500), (0.1, 0.3), (1, 2), Arrival.AT_ONCE, HOTLINE, True, _OURS),
    HotlineKind.QUIZ: Rush((20, 120), (30, 600), (0.4, 0.85), (3, 8), Arrival.AT_ONCE, QUIZ, False, _OURS),
    HotlineKind.CONGESTION: Rush(
        (20, 300), (40, 2000), (0.3, 0.7), (1, 2), Arrival.SURGE, CONGESTED, False, "ITU-T E.412"
    ),
    HotlineKind.HOSPITAL: Rush(
        (60, 300), (40, 300), (0.05, 0.3), (1, 3), Arrival.SURGE, HOTLINE, False, _OURS
    ),
    HotlineKind.TICKETS: Rush(
        (30, 300), (60, 5000), (0.4, 0.8), (1, 2), Arrival.AT_ONCE, SOLD_OUT, True, _MASS_CALLS
    ),
    HotlineKind.SCHOOL: Rush(
        (20, 60), (80, 1200), (0.02, 0.15), (1, 1), Arrival.STEADY, HOTLINE, False, _OURS
    ),
    HotlineKind.TRAVELLERS: Rush(
        (30, 600), (15, 400), (0.1, 0.4), (1, 2), Arrival.SURGE, HOTLINE, False, _OURS
    ),
    HotlineKind.CALL_CENTRE: Rush(
        (300, 1800), (60, 1500), (0.05, 0.2), (1, 3), Arrival.STEADY, HOTLINE, True, "Brown et al., JASA 2005"
    ),
    HotlineKind.ADVERT: Rush((5, 120), (5, 40), (0.1, 0.5), (1, 2), Arrival.AT_ONCE, ONE_LINE, False, _OURS),
    HotlineKind.ALARM: Rush((10, 240), (10, 400), (0.05, 0.5), (1, 3), Arrival.AT_ONCE, ALARM, False, _OURS),
    HotlineKind.CAMPUS: Rush((15, 300), (10, 300), (0.2, 0.6), (1, 3), Arrival.SURGE, BUSY, False, _OURS),
    HotlineKind.SHIFT: Rush((15, 120), (10, 150), (0.0, 0.1), (2, 4), Arrival.SURGE, SHIFT, False, _OURS),
}


@dataclass(frozen=True, slots=True)
class Hotline:
    b_number: str
    kind: HotlineKind


@dataclass(frozen=True, slots=True)
class Burst:
    """True callers of one hotline within `seconds` of `at`; `redial` is the share of calls by earlier callers,
    `scatter` is None where they come as they call; else the network lets them through one by one (call gapping, ITU-T
    E.412), at even intervals that vary by up to such a share of one."""

    number: int
    hotline: Hotline
    at: int
    seconds: float
    callers: int
    redial: float
    scatter: float | None


_GAPPED = 0.25
_MOST_SCATTERED = 0.9
_MOBILE_EVERY = 7
_SMALLEST = 60
_SHARE_OF_DAY = 0.05
"""A burst has at most so many of a day's calls, or `_SMALLEST`."""
_FIRST_HOUR, _LAST_HOUR = 8, 21
"""Local hours in which bursts begin, where the run has any of them."""


def build_hotlines(count: int, population: Population, kinds: tuple[HotlineKind, ...]) -> tuple[Hotline, ...]:
    """`count` hotlines that go through the kinds: toll-free numbers, local ones, and every seventh a mobile; only an
    advertisement has a subscriber's own number."""
    plan = population.plan
    hotlines = []
    for index in range(count):
        kind = kinds[index % len(kinds)]
        if kind is HotlineKind.ADVERT:
            number = plan.own.number(population.subscribers // 3 + index)
        elif index % _MOBILE_EVERY == _MOBILE_EVERY - 1:
            number = plan.own.number(population.subscribers + 1_000 + index)
        elif RUSHES[kind].toll_free:
            number = plan.toll_free.number(index)
        else:
            number = plan.business.number(population.companies + 1_000 + index)
        hotlines.append(Hotline(number, kind))
    return tuple(hotlines)


def plan_bursts(
    rng: Random, hotlines: tuple[Hotline, ...], calls_per_day: int, start: int, end: int, offset: int
) -> tuple[Burst, ...]:
    """When each hotline's bursts come; `offset` is the local time's, in nanoseconds."""
    bursts: list[Burst] = []
    most = max(_SMALLEST, int(calls_per_day * _SHARE_OF_DAY))
    longest = 0.3 * (end - start) / SECOND
    for hotline in hotlines:
        rush = RUSHES[hotline.kind]
        times = _times(rng, hotline.kind, start, end, offset)
        for at in times:
            callers = min(most, log_uniform_whole(rng, rush.callers))
            seconds = min(longest, log_uniform(rng, rush.seconds))
            redial = rng.uniform(*rush.redial)
            scatter = _MOST_SCATTERED * rng.random() ** 2 if rng.random() < _GAPPED else None
            bursts.append(Burst(len(bursts) + 1, hotline, at, seconds, callers, redial, scatter))
    return tuple(bursts)


def _times(rng: Random, kind: HotlineKind, start: int, end: int, offset: int) -> list[int]:
    """Beginnings of a hotline's bursts; a quiz asks at regular intervals."""
    count = rng.randint(*RUSHES[kind].bursts)
    if kind is not HotlineKind.QUIZ:
        return [_daytime(rng, start, end, offset) for _ in range(count)]
    first = _daytime(rng, start, start + (end - start) // 2, offset)
    every = whole_us(rng.uniform(180.0, 1200.0))
    return [first + n * every for n in range(count) if first + n * every < end]


def _daytime(rng: Random, start: int, end: int, offset: int) -> int:
    at = start
    for _ in range(50):
        at = start + whole_us((end - start) / SECOND * rng.random() * 0.95)
        if _FIRST_HOUR <= (at + offset) // (3600 * SECOND) % 24 < _LAST_HOUR:
            break
    return at
