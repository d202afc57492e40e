"""Operators to simulate: the standard one of three countries, and any number drawn for each split.

A drawn operator is known by its split and a number, such as `test-12`, and follows from them alone.
"""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from ringfence.errors import BadInput
from ringfence.lab.simulate.chance import SECOND, Range, log_uniform, log_uniform_whole, stream
from ringfence.lab.simulate.families import UNSEEN_FAMILIES, Family
from ringfence.lab.simulate.hotlines import UNSEEN_KINDS, HotlineKind
from ringfence.lab.simulate.networks import draw_fleet
from ringfence.lab.simulate.plans import ABROAD, COUNTRIES, PLANS, NumberPlan, NumberPool
from ringfence.lab.simulate.population import Habits
from ringfence.lab.simulate.ranges import PLAIN, RANGES, Layout, Ranges, Split
from ringfence.lab.simulate.trunks import Fleet, standard_fleet

_STANDARD_KINDS = (HotlineKind.TELEVOTE, HotlineKind.HOSPITAL, HotlineKind.BANK, HotlineKind.CONFERENCE)
_ATTACKED = 0.2
_MEAN_ATTACK = 110
"""Attacks have so many calls in the mean, and make no more than such a share of a run."""
_HARD: frozenset[HotlineKind | Family] = frozenset(
    {HotlineKind.TRAVELLERS, HotlineKind.ALARM, HotlineKind.CAMPUS, HotlineKind.OUTAGE}
    | {Family.STOLEN, Family.RANDOM}
)
"""What is hardest to tell apart: training sees it twice as often as the rest."""
_T = TypeVar("_T")
_HABITS = tuple(habit.name for habit in fields(Habits))
_STANDARD_LOAD = 200_000
_YEAR_BEGINS = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Profile:
    """One operator: country, network, people and what happens to them. The last five are how long a run is and
    what it holds unless it is told otherwise."""

    name: str
    split: Split
    plan: NumberPlan
    abroad: tuple[NumberPool, ...]
    layout: Layout
    fleet: Fleet
    plain: bool
    """A small or private switch; see `PLAIN`."""
    habits: Habits
    kinds: tuple[HotlineKind, ...]
    families: tuple[Family, ...]
    attack_calls: tuple[int, int]
    hidden: tuple[int, ...]
    offices: float
    diallers: float
    manners: float
    clock: int
    """Nanoseconds in which time stamps step."""
    start: int
    hours: float
    calls_per_day: int
    attacks: int
    hotlines: int


def standard_profile(region: str, calls_per_day: int) -> Profile:
    """The same operator for every seed, with several carriers that report all they know. Raises BadInput."""
    if region not in PLANS:
        raise BadInput(f"region must be one of {', '.join(PLANS)}, not {region}")
    subscribers = max(2_000, int(calls_per_day * Habits().subscribers_per_call))
    return Profile(
        name=f"standard-{region.lower()}",
        split=Split.TRAIN,
        plan=PLANS[region],
        abroad=(*ABROAD, *(plan.others for plan in PLANS.values() if plan.region != region)),
        layout=Layout.CARRIERS,
        fleet=standard_fleet(_enterprises(subscribers)),
        plain=False,
        habits=Habits(),
        kinds=_STANDARD_KINDS,
        families=tuple(family for family in Family if family not in UNSEEN_FAMILIES),
        attack_calls=(6, 60),
        hidden=(5, 10),
        offices=0.45,
        diallers=0.0,
        manners=1.0,
        clock=1_000,
        start=1_767_571_200 * SECOND,
        hours=24.0,
        calls_per_day=calls_per_day,
        attacks=40,
        hotlines=8,
    )


def drawn_profile(split: Split, number: int) -> Profile:
    rng = stream(number, f"profile {split}")
    ranges = RANGES[split]
    country = COUNTRIES[rng.choice(ranges.countries)]
    carriers = log_uniform_whole(rng, ranges.carriers)
    plan = country.drawn_plan(rng, carriers)
    (layout,) = rng.choices(tuple(ranges.layouts), tuple(ranges.layouts.values()))
    calls_per_day = log_uniform_whole(rng, ranges.calls_per_day)
    plain = rng.random() < ranges.plain
    habits = _plain_habits(rng, ranges) if plain else _habits(rng, ranges)
    subscribers = min(plan.own.size, max(2_000, int(calls_per_day * habits.subscribers_per_call)))
    abroad = [*ABROAD, *(COUNTRIES[r].plan().others for r in ranges.countries if r != country.region)]
    hours = log_uniform(rng, ranges.hours)
    room = int(calls_per_day * hours / 24 * _ATTACKED / _MEAN_ATTACK)
    return Profile(
        name=f"{split}-{number}",
        split=split,
        plan=plan,
        abroad=tuple(rng.sample(abroad, rng.randint(2, len(abroad)))),
        layout=layout,
        fleet=draw_fleet(rng, ranges, layout, len(plan.carriers), _enterprises(subscribers)),
        plain=plain,
        habits=habits,
        kinds=_shuffled(rng, tuple(HotlineKind), UNSEEN_KINDS, split),
        families=_shuffled(rng, tuple(Family), UNSEEN_FAMILIES, split),
        attack_calls=ranges.attack_calls,
        hidden=ranges.hidden,
        offices=rng.uniform(*ranges.offices),
        diallers=rng.uniform(*ranges.diallers),
        manners=log_uniform(rng, ranges.manners),
        clock=rng.choices(tuple(ranges.clocks), tuple(ranges.clocks.values()))[0],
        start=_begins(rng, hours, plan.utc_offset_minutes),
        hours=round(hours, 2),
        calls_per_day=calls_per_day,
        attacks=max(1, min(room, log_uniform_whole(rng, ranges.attacks))),
        hotlines=rng.randint(*ranges.hotlines),
    )


def named_profile(name: str, calls_per_day: int | None = None) -> Profile:
    """`test-12`, or `standard-in` and its like, which is built for its load. Raises BadInput where there is no
    such operator."""
    split, _, rest = name.rpartition("-")
    if split in list(Split) and rest.isdecimal() and len(rest) <= 9:
        return drawn_profile(Split(split), int(rest))
    if split == "standard" and rest.upper() in PLANS:
        return standard_profile(rest.upper(), _STANDARD_LOAD if calls_per_day is None else calls_per_day)
    raise BadInput(f"no operator profile {name}: standard-in, or a split and a number, such as test-12")


def _enterprises(subscribers: int) -> int:
    return min(400, max(12, subscribers // 1000))


def _habits(rng: Random, ranges: Ranges) -> Habits:
    """Each habit that has a range is drawn from it; the mix of people likewise."""
    mix = (
        rng.uniform(0.15, 0.5),
        rng.uniform(0.25, 0.7),
        rng.uniform(0.03, 0.2),
        rng.uniform(0.01, 0.12),
        rng.choice((0.0, 0.0, rng.uniform(0.0, 0.05))),
    )
    return _drawn_habits(rng, mix, {name: getattr(ranges, name, None) for name in _HABITS})


def _plain_habits(rng: Random, ranges: Ranges) -> Habits:
    """Most callers are other operators' customers."""
    own = rng.uniform(0.0, 0.4)
    return _drawn_habits(
        rng,
        (own, 1.0 - own, 0.01, 0.01, 0.0),
        {name: PLAIN.get(name, getattr(ranges, name, None)) for name in _HABITS},
    )


def _drawn_habits(
    rng: Random, mix: tuple[float, float, float, float, float], ranges: dict[str, Range | None]
) -> Habits:
    drawn = {
        name: log_uniform(rng, bounds) if name == "outsiders_per_call" else rng.uniform(*bounds)
        for name, bounds in ranges.items()
        if bounds is not None
    }
    return Habits(mix=mix, popularity=rng.uniform(0.1, 0.35), **drawn)


def _shuffled(rng: Random, all_: tuple[_T, ...], unseen: frozenset[_T], split: Split) -> tuple[_T, ...]:
    """In an order of this operator's own; what is unseen comes first in the test split and nowhere else."""
    known = [one for one in all_ if one not in unseen]
    if split is Split.TRAIN:
        known += [one for one in known if one in _HARD]
    first = [one for one in all_ if one in unseen] if split is Split.TEST else []
    return (*first, *rng.sample(known, len(known)))


def _begins(rng: Random, hours: float, utc_offset_minutes: int) -> int:
    """Some day of a past year, for nobody reads events of the future; mostly in the waking hours, where the run
    is short."""
    day = _YEAR_BEGINS + timedelta(days=rng.randrange(365), minutes=-utc_offset_minutes)
    hour = rng.uniform(0.0, 24.0) if rng.random() < 0.15 else rng.uniform(6.0, max(6.5, 22.0 - hours))
    return int((day + timedelta(hours=hour)).timestamp()) * SECOND
