"""Planted masking attacks: one origin that rings one B-number with ever new A-numbers.

Beside the attacks stand drips, which do the same just too slowly for the rule of N = 5 callers in W = 5 s:
any five of a drip's calls in a row span more than 5 s.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from ringfence.lab.simulate.behaviour import ATTACK_ANSWERED, ATTACK_UNANSWERED
from ringfence.lab.simulate.call import Call, Trunk, new_sdp_origin
from ringfence.lab.simulate.chance import SECOND, whole_us
from ringfence.lab.simulate.hotlines import Burst
from ringfence.lab.simulate.population import Population


class Family(StrEnum):
    """Where an attack takes its A-numbers from."""

    RANDOM = "random"
    """Anywhere in open ranges."""
    SEQUENTIAL = "sequential"
    """Up or down from a base, one by one."""
    NEIGHBOUR = "neighbour"
    """All but the last four digits shared, with the B-number where it is residential."""
    STOLEN = "stolen"
    """Real subscribers of this operator."""
    UNALLOCATED = "unallocated"
    """Ranges that no plan has opened."""


UNSEEN_FAMILIES: frozenset[Family] = frozenset()
"""Those that only the test split has."""


class Pace(StrEnum):
    FAST = "fast"
    """0.05 to 0.5 s between calls."""
    SLOW = "slow"
    """0.9 to 1.22 s: five calls just fit into 5 s."""
    DRIP = "drip"
    """1.27 to 2.2 s: five calls never do."""


@dataclass(frozen=True, slots=True)
class Attack:
    """The plan of one attack. `burst` is 0 or the hotline burst it hides in; `pool` is 0, or how many
    A-numbers it has and uses in turn; `exposed` is whether its own User-Agent and SDP origin come through the
    trunks."""

    number: int
    attack_id: str
    family: Family
    pace: Pace
    b_number: str
    at: int
    calls: int
    answered: bool
    exposed: bool
    trunks: tuple[Trunk, ...]
    pool: int = 0
    burst: int = 0
    asserted: str = ""
    """The attacker's own number, where a carrier asserts it in P-Asserted-Identity."""


_GAPS = {Pace.FAST: (0.05, 0.5), Pace.SLOW: (0.9, 1.22), Pace.DRIP: (1.27, 2.2)}
_SIZES = {Pace.FAST: (8, 60), Pace.SLOW: (6, 25), Pace.DRIP: (8, 30)}
_AGENTS = ("friendly-scanner", "Asterisk PBX 16.2.1", "PJSUA v2.13 Linux", "sipp", "VOS3000 V2.1.8.05", "")
_TOLD = ("C", "C", "B", "none", "none", "failed", None)
_DRIPS_PER_ATTACK = 5


def plan_attacks(
    rng: Random, population: Population, bursts: tuple[Burst, ...], count: int, start: int, end: int
) -> tuple[Attack, ...]:
    """`count` attacks that go through every family, pace and way in, then a drip for every five of them."""
    families = tuple(Family)
    attacks = []
    for index in range(count):
        burst = bursts[int(rng.random() * len(bursts))] if bursts and index % 7 == 6 else None
        pace = Pace.SLOW if index // len(families) % 2 else Pace.FAST
        attack = _plan(rng, population, index, families[index % len(families)], pace, start, end)
        if burst is not None:
            at = burst.at + whole_us(burst.seconds * rng.uniform(0.05, 0.3))
            attack = replace(attack, at=at, b_number=burst.hotline.b_number, burst=burst.number)
        attacks.append(attack)
    for drip in range(-(-count // _DRIPS_PER_ATTACK)):
        family = families[drip % len(families)]
        attacks.append(_plan(rng, population, count + drip, family, Pace.DRIP, start, end))
    return tuple(attacks)


def _plan(
    rng: Random, population: Population, index: int, family: Family, pace: Pace, start: int, end: int
) -> Attack:
    calls = rng.randint(*_SIZES[pace])
    longest = whole_us(calls * _GAPS[pace][1])
    victim_is_company = pace is not Pace.DRIP and rng.random() < 0.3
    return Attack(
        number=index + 1,
        attack_id=f"{'drip' if pace is Pace.DRIP else 'attack'}-{index + 1:04d}",
        family=family,
        pace=pace,
        b_number=population.company(rng) if victim_is_company else population.subscriber(rng),
        at=start + whole_us(rng.random() * max(0, end - start - longest) / SECOND),
        calls=calls,
        answered=index % 4 in (1, 2),
        exposed=index % 2 == 0,
        trunks=_ways_in(rng, population, several=index % 3 == 2),
        pool=rng.randint(6, 12) if index % 6 == 5 else 0,
        asserted=population.plan.others.draw(rng) if index % 9 == 4 else "",
    )


def _ways_in(rng: Random, population: Population, *, several: bool) -> tuple[Trunk, ...]:
    """One carrier or company, or two to four carriers at once."""
    fleet = population.fleet
    carriers = [*fleet.interconnects, *fleet.international]
    if several:
        return tuple(rng.sample(carriers, rng.randint(2, 4)))
    if rng.random() < 0.2:
        return (fleet.enterprises[int(rng.random() * len(fleet.enterprises))],)
    return (carriers[int(rng.random() * len(carriers))],)


def attack_calls(rng: Random, population: Population, attack: Attack) -> Iterator[Call]:
    """The attack's calls in the order of their beginning."""
    behaviour = ATTACK_ANSWERED if attack.answered else ATTACK_UNANSWERED
    numbers = _a_numbers(rng, population, attack)
    host = f"198.51.100.{150 + attack.number % 100}"
    agent = _AGENTS[attack.number % len(_AGENTS)]
    told = _TOLD[int(rng.random() * len(_TOLD))]
    at = attack.at
    for index in range(attack.calls):
        trunk = attack.trunks[int(rng.random() * len(attack.trunks))]
        leg = population.leg(rng, trunk, numbers[index % len(numbers)])
        asserted = attack.asserted if trunk.asserts_identity else ""
        silent = None in trunk.attestations and len(trunk.attestations) == 1
        leg = replace(
            leg,
            a_number=numbers[index % len(numbers)],
            p_asserted_identity=asserted,
            attestation=None if silent else told,
        )
        if attack.exposed:
            leg = replace(leg, user_agent=agent, sdp_origin=new_sdp_origin(rng, "root", host))
        yield behaviour.call(rng, at, leg, attack.b_number, attack.number, attack.burst)
        at += whole_us(rng.uniform(*_GAPS[attack.pace]))


def _a_numbers(rng: Random, population: Population, attack: Attack) -> list[str]:
    """As many different A-numbers as the attack has; none is the B-number."""
    wanted = attack.pool or attack.calls
    draw = _drawer(rng, population, attack)
    numbers: dict[str, None] = {}
    while len(numbers) < wanted:
        number = draw()
        if number != attack.b_number:
            numbers[number] = None
    return list(numbers)


class _Sequence:
    """The next number up or down at every call."""

    def __init__(self, base: str, step: int) -> None:
        self._prefix, self._at, self._step = base[:-5], int(base[-5:]), step

    def __call__(self) -> str:
        self._at = (self._at + self._step) % 100_000
        return f"{self._prefix}{self._at:05d}"


def _drawer(rng: Random, population: Population, attack: Attack) -> Callable[[], str]:
    plan = population.plan
    match attack.family:
        case Family.RANDOM:
            pools = (plan.own, plan.others, plan.business)
            return lambda: pools[int(rng.random() * len(pools))].draw(rng)
        case Family.SEQUENTIAL:
            return _Sequence(plan.others.draw(rng), rng.choice((1, 1, 2, -1)))
        case Family.NEIGHBOUR:
            residential = attack.b_number.startswith(plan.own.prefixes)
            base = (attack.b_number if residential else plan.others.draw(rng))[:-4]
            return lambda: f"{base}{int(rng.random() * 10_000):04d}"
        case Family.STOLEN:
            return lambda: population.subscriber(rng)
        case Family.UNALLOCATED:
            return lambda: plan.unallocated.draw(rng)
