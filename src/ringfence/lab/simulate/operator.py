"""A day in an operator's life as one stream of events in the order of their time.

    plans → population → ordinary calls ┐
    hotlines → bursts ──────────────────┼─ merged by time ─► referee (truth) ─► events
    planted attacks and drips ──────────┘

Everything follows from the seed. What is held in memory is what is going on: calls in progress, the last W of
beginnings, and the planted attacks' calls.
"""

import heapq
from collections.abc import Iterator
from operator import attrgetter

from ringfence.errors import BadInput
from ringfence.lab.simulate.attacks import Attack, attack_calls, plan_attacks
from ringfence.lab.simulate.call import Call, SimulatedEvent
from ringfence.lab.simulate.chance import SECOND, stream, whole_us
from ringfence.lab.simulate.day import Load, ordinary_calls
from ringfence.lab.simulate.hotlines import Burst, Hotline, build_hotlines, burst_calls, plan_bursts
from ringfence.lab.simulate.plans import PLANS
from ringfence.lab.simulate.population import Population
from ringfence.lab.simulate.referee import Referee
from ringfence.lab.simulate.truth import Truth

_SUBSCRIBERS_PER_CALL = 0.6
_LIMITS = {
    "calls_per_day": (1, 1_000_000_000),
    "attacks": (0, 100_000),
    "hotlines": (0, 10_000),
    "hours": (0.01, 24 * 366),
}


class Operator:
    """A simulated operator; `events` can be read any number of times and is the same each time.

    `start` is nanoseconds since 1970 UTC, `calls_per_day` the mean of a working day without bursts and
    attacks, `region` one of IN, GB, US. Raises BadInput for what is out of bounds.
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
    ) -> None:
        given = {"calls_per_day": calls_per_day, "attacks": attacks, "hotlines": hotlines, "hours": hours}
        for name, value in given.items():
            low, high = _LIMITS[name]
            if not low <= value <= high:
                raise BadInput(f"{name} must be {low} to {high}, not {value}")
        if region not in PLANS:
            raise BadInput(f"region must be one of {', '.join(PLANS)}, not {region}")
        self.seed, self.region, self.hours = seed, region, hours
        self.start = start // 1000 * 1000
        self.end = self.start + whole_us(hours * 3600)
        self.plan = PLANS[region]
        self.population = Population(self.plan, max(2_000, int(calls_per_day * _SUBSCRIBERS_PER_CALL)))
        self.hotlines: tuple[Hotline, ...] = build_hotlines(hotlines, self.population)
        self.bursts: tuple[Burst, ...] = plan_bursts(
            stream(seed, "bursts"),
            self.hotlines,
            self.start,
            self.end,
            self.plan.utc_offset_minutes * 60 * SECOND,
        )
        self.attacks: tuple[Attack, ...] = plan_attacks(
            stream(seed, "attacks"), self.population, self.bursts, attacks, self.start, self.end
        )
        self._load = Load(calls_per_day, self.plan.utc_offset_minutes)
        self._truth: Truth | None = None

    def calls(self) -> Iterator[Call]:
        """Every call of the run in the order of its beginning."""
        seed, people = self.seed, self.population
        numbers = tuple(hotline.b_number for hotline in self.hotlines)
        ordinary = ordinary_calls(stream(seed, "day"), people, self._load, numbers, self.start, self.end)
        bursts = (burst_calls(stream(seed, f"burst {b.number}"), people, b) for b in self.bursts)
        attacks = (attack_calls(stream(seed, f"attack {a.number}"), people, a) for a in self.attacks)
        return heapq.merge(ordinary, *bursts, *attacks, key=attrgetter("at"))

    def events(self) -> Iterator[SimulatedEvent]:
        """Every event in the order of its time.

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
            for step in steps[1:]:
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
            profile=f"standard-{self.region.lower()}",
            split="train",
            region=self.region,
            start=self.start,
            hours=self.hours,
        )
