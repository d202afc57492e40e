"""A run in an operator's life as one stream of events in the order of their time.

    profile → population → ordinary calls ┐
      hotlines → bursts ──────────────────┼─ merged by time ─► referee (truth) ─► events
      planted attacks and drips ──────────┘

Everything follows from the profile and the seed. What is held in memory is what is going on: calls in progress,
the last W of beginnings, and the planted attacks' calls.
"""

import heapq
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from operator import attrgetter

from ringfence.errors import BadInput
from ringfence.lab.simulate.attack_calls import attack_calls
from ringfence.lab.simulate.attacks import Attack, AttackStage, plan_attacks
from ringfence.lab.simulate.bursts import CIRCLES, burst_calls, callers_of
from ringfence.lab.simulate.call import EVENTS, Call, SimulatedEvent
from ringfence.lab.simulate.chance import SECOND, stream, whole_us
from ringfence.lab.simulate.day import Day, Load, ordinary_calls
from ringfence.lab.simulate.hotlines import Burst, Hotline, HotlineKind, build_hotlines, plan_bursts
from ringfence.lab.simulate.population import Caller, Population
from ringfence.lab.simulate.profiles import Profile, drawn_profile, standard_profile
from ringfence.lab.simulate.ranges import Split
from ringfence.lab.simulate.referee import Referee
from ringfence.lab.simulate.truth import Truth

_LIMITS = {
    "calls_per_day": (1, 1_000_000_000),
    "attacks": (0, 100_000),
    "hotlines": (0, 10_000),
    "hours": (0.01, 24 * 366),
}
_MOST_OPERATORS = 10_000
_EXACT = 1_000


class Operator:
    """A simulated operator; `events` can be read any number of times and is the same each time.

    `start` is nanoseconds since 1970 UTC, `calls_per_day` the mean of a working day without bursts and
    attacks, `region` one of IN, GB, US; with a `profile` the region is the profile's. Raises BadInput for what
    is out of bounds.
    """

    def __init__(
        self,
        seed: int,
        *,
        start: int,
        hours: float = 24.0,
        calls_per_day: int = 200_000,
        attacks: int = 40,
        hotlines: int = 8,
        region: str = "IN",
        profile: Profile | None = None,
    ) -> None:
        given = {"calls_per_day": calls_per_day, "attacks": attacks, "hotlines": hotlines, "hours": hours}
        for name, value in given.items():
            low, high = _LIMITS[name]
            if not low <= value <= high:
                raise BadInput(f"{name} must be {low} to {high}, not {value}")
        self.profile = profile = profile or standard_profile(region, calls_per_day)
        self.seed, self.hours, self.plan = seed, hours, profile.plan
        self.start = start // 1000 * 1000
        self.end = self.start + whole_us(hours * 3600)
        self.population = Population(
            profile.plan, profile.fleet, profile.habits, profile.abroad, calls_per_day, profile.manners
        )
        self.hotlines: tuple[Hotline, ...] = build_hotlines(hotlines, self.population, profile.kinds)
        offset = self.plan.utc_offset_minutes * 60 * SECOND
        self.bursts: tuple[Burst, ...] = plan_bursts(
            stream(seed, "bursts"), self.hotlines, calls_per_day, self.start, self.end, offset
        )
        self.attacks: tuple[Attack, ...] = plan_attacks(stream(seed, "attacks"), self._stage(), attacks)
        self._load = Load(calls_per_day, self.plan.utc_offset_minutes, profile.offices)
        self._truth: Truth | None = None

    @classmethod
    def of_profile(
        cls,
        profile: Profile,
        seed: int,
        *,
        start: int | None = None,
        hours: float | None = None,
        calls_per_day: int | None = None,
        attacks: int | None = None,
        hotlines: int | None = None,
    ) -> "Operator":
        """With the beginning, length, load, attacks and hotlines that the profile has, where none is given."""
        return cls(
            seed,
            start=profile.start if start is None else start,
            hours=profile.hours if hours is None else hours,
            calls_per_day=profile.calls_per_day if calls_per_day is None else calls_per_day,
            attacks=profile.attacks if attacks is None else attacks,
            hotlines=profile.hotlines if hotlines is None else hotlines,
            profile=profile,
        )

    def _stage(self) -> AttackStage:
        return AttackStage(
            self.population,
            self.hotlines,
            self.bursts,
            self.start,
            self.end,
            self.profile.families,
            self.profile.attack_calls,
            self.profile.hidden,
            self.profile.manners,
        )

    def calls(self) -> Iterator[Call]:
        """Every call of the run in the order of its beginning."""
        seed, people, manners = self.seed, self.population, self.profile.manners
        day = Day(people, self._load, self._called_daily(), self.profile.diallers, manners)
        ordinary = ordinary_calls(stream(seed, "day"), day, self.start, self.end)
        bursts = (burst_calls(stream(seed, f"burst {b.number}"), people, b, manners) for b in self.bursts)
        attacks = (attack_calls(seed, people, a) for a in self.attacks)
        calls = heapq.merge(ordinary, *bursts, *attacks, key=attrgetter("at"))
        return map(self._as_stamped, calls) if self.profile.clock > _EXACT else calls

    def _called_daily(self) -> tuple[tuple[str, Caller], ...]:
        """Hotlines that get ordinary calls, and who makes these."""
        rng, people = stream(self.seed, "circles"), self.population
        return tuple(
            (h.b_number, callers_of(rng, people, h) if h.kind in CIRCLES else partial(people.caller, rng))
            for h in self.hotlines
            if h.kind is not HotlineKind.ADVERT
        )

    def _as_stamped(self, call: Call) -> Call:
        """As the switch's clock stamps it."""
        clock = self.profile.clock
        steps = tuple(replace(step, at=step.at // clock * clock) for step in call.steps)
        return replace(call, at=call.at // clock * clock, steps=steps)

    def events(self, *, on_the_wire: bool = False) -> Iterator[SimulatedEvent]:
        """Every event that the operator's switches report, in the order of its time; all that is `on_the_wire`,
        as a capture holds it, if so wished.

        Calls are followed to their end, so the last events lie beyond the end of the run; so may the last
        calls of a burst or attack that began near it.
        """
        referee = self._referee()
        pending: list[tuple[int, int, SimulatedEvent]] = []
        push, pop = heapq.heappush, heapq.heappop
        order = 0
        for call in self.calls():
            while pending and pending[0][0] <= call.at:
                yield pop(pending)[2]
            referee.see(call)
            steps = call.steps
            told = EVENTS if on_the_wire else call.leg.trunk.reports.told.events
            for step in steps[1:]:
                if step.kind not in told:
                    continue
                order += 1
                push(pending, (step.at, order, SimulatedEvent(step.kind, step.at, step.cause, call)))
            yield SimulatedEvent("INVITE", call.at, 0, call)
        while pending:
            yield pop(pending)[2]
        self._truth = self._judged(referee)

    def truth(self) -> Truth:
        """What was planted and what the rule makes of it; runs through the calls once if nobody has."""
        if self._truth is None:
            referee = self._referee()
            for call in self.calls():
                referee.see(call)
            self._truth = self._judged(referee)
        return self._truth

    def _referee(self) -> Referee:
        return Referee(frozenset(attack.burst for attack in self.attacks) - {0})

    def _judged(self, referee: Referee) -> Truth:
        return referee.truth(
            self.attacks,
            self.bursts,
            seed=self.seed,
            profile=self.profile.name,
            split=self.profile.split,
            region=self.plan.region,
            start=self.start,
            hours=self.hours,
        )


def operators(split: Split | str, count: int, seed: int = 0) -> Iterator[Operator]:
    """`count` operators of a split, small and large, each with a profile of its own; another seed gives others.
    Raises BadInput."""
    if not 0 <= count <= _MOST_OPERATORS:
        raise BadInput(f"count must be 0 to {_MOST_OPERATORS}, not {count}")
    for index in range(count):
        yield nth_operator(split, index, seed)


def nth_operator(split: Split | str, index: int, seed: int = 0) -> Operator:
    """The operator at `index` of `operators`, without those before it.

    `ringfence simulate masking --split SPLIT --seed K` writes it, with K = 10,000 seed + index. Raises BadInput.
    """
    if split not in list(Split):
        raise BadInput(f"split must be one of {', '.join(Split)}, not {split}")
    if not 0 <= index < _MOST_OPERATORS or seed < 0:
        raise BadInput(f"index must be 0 to {_MOST_OPERATORS - 1} and seed 0 or more, not {index} and {seed}")
    number = seed * _MOST_OPERATORS + index
    return Operator.of_profile(drawn_profile(Split(split), number), number)
