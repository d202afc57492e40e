"""Planted masking attacks: one origin that rings one B-number with ever new A-numbers.

Beside the attacks stand drips, which do the same just too slowly for the rule of N = 5 callers in W = 5 s:
any five of a drip's calls in a row span more than 5 s. No published figures tell how such attacks are made; the
ranges are ours and wide on purpose, and docs/simulation.md shows them.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count as counted
from random import Random

from ringfence.lab.simulate.behaviour import Behaviour
from ringfence.lab.simulate.call import Gateway, Trunk
from ringfence.lab.simulate.chance import SECOND, Range, log_uniform, log_uniform_whole, whole_us
from ringfence.lab.simulate.families import Family
from ringfence.lab.simulate.hotlines import Burst, Hotline
from ringfence.lab.simulate.population import Population, address_of
from ringfence.lab.simulate.trunks import HANDSETS, PBXES
from ringfence.lab.simulate.truth import THRESHOLD


class Pace(StrEnum):
    FLOOD = "flood"
    """0.01 to 0.1 s between calls in the mean."""
    FAST = "fast"
    """0.1 to 0.6 s."""
    SLOW = "slow"
    """0.7 to 1.22 s: five calls just fit into 5 s."""
    DRIP = "drip"
    """1.27 to 4 s: five calls never do."""


class Rhythm(StrEnum):
    """How the gaps between calls scatter; all keep to the pace's limit."""

    REGULAR = "regular"
    LOOSE = "loose"
    POISSON = "poisson"
    CLUMPED = "clumped"
    """Two calls at once, then twice the gap."""


class Headers(StrEnum):
    """What an attack's calls show of where they come from, unless an SBC rewrites it."""

    OWN = "own"
    """Machines of its own."""
    BEHIND = "behind"
    """One gateway of the trunk, which honest callers use too."""
    LIKE_CALLERS = "like_callers"
    """With every A-number the gateway that somebody with it might show."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who stands behind an attack, or behind several on one B-number after another (a campaign)."""

    number: int
    family: Family
    trunks: tuple[Trunk, ...]
    headers: Headers
    machines: tuple[Gateway, ...]
    told: str | None
    """The attestation that all its calls have; None: what honest calls over the trunk have."""
    asserted: str
    """Its own number, where a carrier asserts it in P-Asserted-Identity; empty: the A-number, as of anybody."""

    @property
    def exposed(self) -> bool:
        return self.headers is Headers.OWN and not any(trunk.rewrites for trunk in self.trunks)


@dataclass(frozen=True, slots=True)
class Attack:
    """The plan of one attack. `burst` is 0 or the hotline burst it hides in; `pool` is 0, or how many
    A-numbers it has and uses in turn; `gap` is the mean number of seconds between its calls, from which those of
    the regular rhythm differ by up to the share `scatter`."""

    number: int
    attack_id: str
    origin: Origin
    pace: Pace
    rhythm: Rhythm
    gap: float
    scatter: float
    b_number: str
    at: int
    calls: int
    answered: bool
    behaviour: Behaviour
    pool: int = 0
    again: float = 0.0
    """Share of the calls after the first five with an A-number of before, as machines dial that retry."""
    burst: int = 0


GAPS: dict[Pace, Range] = {
    Pace.FLOOD: (0.01, 0.1),
    Pace.FAST: (0.1, 0.6),
    Pace.SLOW: (0.7, 1.22),
    Pace.DRIP: (1.27, 4.0),
}
_LONGEST_GAP, _SHORTEST_DRIP = 1.24, 1.26
"""Five calls with four gaps of the one fit into 5 s, with the other they do not."""
_LONGEST_PAUSE, _SHORTEST_PAUSE = 2.3, 2.55
"""The same of two pauses between clumps, which any five calls have among them."""
_AT_ONCE = 0.05
_AGAIN = 0.25
_RHYTHMS = (
    *(Rhythm.REGULAR, Rhythm.REGULAR, Rhythm.LOOSE, Rhythm.LOOSE),
    *(Rhythm.POISSON, Rhythm.POISSON, Rhythm.POISSON, Rhythm.CLUMPED),
)
_MOST_SCATTERED = 0.2
DRIP_SIZES = (8, 60)
_TOOLS = ("friendly-scanner", "PJSUA v2.13 Linux", "sipp", "VOS3000 V2.1.8.05", "")
_TOLD = ("A", "B", "C", "C", "none", "none", "failed")
_PACES = (Pace.FAST, Pace.SLOW, Pace.FLOOD)
_DRIPS_PER_ATTACK = 5
_MIXED_CYCLE = 11
"""No number of families divides it."""
_SEVERAL = 0.33
_CAMPAIGN = 0.12
_CAMPAIGN_SPREAD = 2 * 3600
"""Seconds over which a campaign's further attacks come."""


@dataclass(frozen=True, slots=True)
class AttackStage:
    """Where attacks are planned: the people, the hotlines and their bursts, and from when to when."""

    population: Population
    hotlines: tuple[Hotline, ...]
    bursts: tuple[Burst, ...]
    start: int
    end: int
    families: tuple[Family, ...]
    sizes: tuple[int, int]
    hidden: tuple[int, ...]
    """Of `_MIXED_CYCLE` in a row, those that hide in a burst."""
    manners: float


def plan_attacks(rng: Random, stage: AttackStage, count: int) -> tuple[Attack, ...]:
    """`count` attacks that go through every family and pace, some of one origin, then a drip for every five."""
    attacks: list[Attack] = []
    for index in counted():
        if len(attacks) >= count:
            break
        origin = _origin(rng, stage, index)
        pace = _PACES[index // len(stage.families) % len(_PACES)]
        attack = _plan(rng, stage, len(attacks), origin, pace)
        attacks.append(_hidden(rng, stage.bursts, attack) if index % _MIXED_CYCLE in stage.hidden else attack)
        if rng.random() < _CAMPAIGN:
            more = min(rng.randint(1, 4), count - len(attacks))
            attacks += [_again(rng, stage, attack, len(attacks) + n) for n in range(more)]
    for drip in range(-(-count // _DRIPS_PER_ATTACK)):
        attacks.append(_plan(rng, stage, len(attacks), _origin(rng, stage, drip), Pace.DRIP))
    return tuple(attacks)


def _origin(rng: Random, stage: AttackStage, index: int) -> Origin:
    population = stage.population
    agents = (*PBXES, *((agent, "-") for agent in (*HANDSETS, *_TOOLS)))
    machines = []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        agent, user = rng.choice(agents)
        network = rng.choice(("10", "10", "100", "2001:db8:99"))
        machines.append(Gateway(agent, user, address_of(network, rng.getrandbits(64))))
    return Origin(
        number=rng.getrandbits(32),
        family=stage.families[index % len(stage.families)],
        trunks=_ways_in(rng, population, several=rng.random() < _SEVERAL),
        headers=rng.choice((Headers.OWN, Headers.OWN, Headers.BEHIND, Headers.LIKE_CALLERS)),
        machines=tuple(machines),
        told=rng.choice(_TOLD) if rng.random() < 0.6 else None,
        asserted=population.plan.others.draw(rng) if rng.random() < 0.25 else "",
    )


def _ways_in(rng: Random, population: Population, *, several: bool) -> tuple[Trunk, ...]:
    """One carrier or company, or two to four carriers at once."""
    fleet = population.fleet
    carriers = [*fleet.interconnects, *fleet.international]
    if several and len(carriers) > 1:
        return tuple(rng.sample(carriers, rng.randint(2, min(4, len(carriers)))))
    drawn = rng.random()
    if drawn < 0.15:
        return (fleet.enterprises[int(rng.random() * len(fleet.enterprises))],)
    if drawn < 0.23:
        return (fleet.access,)
    return (carriers[int(rng.random() * len(carriers))],)


def _plan(rng: Random, stage: AttackStage, index: int, origin: Origin, pace: Pace) -> Attack:
    calls = log_uniform_whole(rng, DRIP_SIZES if pace is Pace.DRIP else stage.sizes)
    gap = log_uniform(rng, GAPS[pace])
    room = max(0, stage.end - stage.start - whole_us(calls * gap))
    answered = rng.random() < 0.6
    return Attack(
        number=index + 1,
        attack_id=f"{'drip' if pace is Pace.DRIP else 'attack'}-{index + 1:04d}",
        origin=origin,
        pace=pace,
        rhythm=rng.choice(_RHYTHMS),
        gap=gap,
        scatter=_MOST_SCATTERED * rng.random() ** 2,
        b_number=_victim(rng, stage, pace),
        at=stage.start + whole_us(rng.random() * room / SECOND),
        calls=calls,
        answered=answered,
        behaviour=_behaviour(rng, answered=answered).slowed(stage.manners),
        pool=rng.randint(5, max(6, calls // 2)) if rng.random() < 0.2 else 0,
        again=rng.uniform(0.05, 0.5) if rng.random() < _AGAIN else 0.0,
    )


def _victim(rng: Random, stage: AttackStage, pace: Pace) -> str:
    """At home, at work or at a hotline; a drip's is at home, where nobody's calls add to it."""
    drawn = rng.random()
    if pace is Pace.DRIP or drawn < 0.6:
        return stage.population.subscriber(rng)
    if stage.hotlines and drawn < 0.7:
        return stage.hotlines[int(rng.random() * len(stage.hotlines))].b_number
    return stage.population.company(rng)


def _behaviour(rng: Random, *, answered: bool) -> Behaviour:
    """Talks that last seconds or minutes; or dropped at the first ring, left ringing, or mostly busy, as a
    telephone is at which many ring."""
    refused, lost = rng.uniform(0.0, 0.08), rng.choice((0.0, rng.uniform(0.0, 0.3)))
    rest = 1 - refused - lost
    taken = rest * rng.uniform(0.2, 1.0) if answered else 0.0
    busy = (rest - taken) * rng.choice((0.0, rng.random(), rng.random()))
    out = (rest - taken - busy) * rng.choice((0.0, 0.0, rng.random()))
    return Behaviour(
        (taken, rest - taken - busy - out, out, busy, refused, 0.0, lost),
        talk_mean=log_uniform(rng, (4.0, 240.0)),
        talk_sigma=rng.uniform(0.3, 1.1),
        short_share=rng.uniform(0.0, 0.4),
        ring_median=log_uniform(rng, (1.0, 9.0)),
        patience=log_uniform(rng, (0.6, 18.0)),
    )


def _hidden(rng: Random, bursts: tuple[Burst, ...], attack: Attack) -> Attack:
    """The same in a hotline's burst and not much longer than it, where there is one."""
    if not bursts:
        return attack
    burst = bursts[int(rng.random() * len(bursts))]
    at = burst.at + whole_us(burst.seconds * rng.uniform(0.02, 0.4))
    calls = max(THRESHOLD, min(attack.calls, int(0.6 * burst.seconds / attack.gap)))
    return replace(attack, at=at, calls=calls, b_number=burst.hotline.b_number, burst=burst.number)


def _again(rng: Random, stage: AttackStage, first: Attack, index: int) -> Attack:
    """The same origin at another B-number a while later."""
    attack = _plan(rng, stage, index, first.origin, first.pace)
    room = stage.end - whole_us(attack.calls * attack.gap) - first.at
    later = min(_CAMPAIGN_SPREAD, max(0, room) / SECOND)
    return replace(attack, at=first.at + whole_us(rng.random() * later), pool=first.pool)


def gap_after(rng: Random, attack: Attack, index: int) -> float:
    """Seconds from the attack's call at `index` to its next."""
    drip = attack.pace is Pace.DRIP
    match attack.rhythm:
        case Rhythm.REGULAR:
            gap = attack.gap * rng.uniform(1 - attack.scatter, 1 + attack.scatter)
        case Rhythm.LOOSE:
            gap = attack.gap * rng.uniform(0.3, 1.7)
        case Rhythm.POISSON:
            gap = rng.expovariate(1 / attack.gap)
        case Rhythm.CLUMPED if index % 2 == 0:
            return min(attack.gap, rng.uniform(0.0, _AT_ONCE))
        case Rhythm.CLUMPED:
            gap = 2 * attack.gap * rng.uniform(0.8, 1.2)
            return max(_SHORTEST_PAUSE, gap) if drip else min(_LONGEST_PAUSE, gap)
    return max(_SHORTEST_DRIP, gap) if drip else min(_LONGEST_GAP, max(0.001, gap))
