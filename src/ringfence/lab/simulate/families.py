"""Where an attack takes its A-numbers from."""

from collections.abc import Callable
from enum import StrEnum
from random import Random

from ringfence.lab.simulate.plans import NumberPlan, NumberPool
from ringfence.lab.simulate.population import Population

_FROM_ABROAD = 0.15
_ANY_RANGE = 0.5


class Family(StrEnum):
    RANDOM = "random"
    """In the ranges that call here or in all open ones, now and then those of another country."""
    SEQUENTIAL = "sequential"
    """Up or down from a base, by one to three."""
    NEIGHBOUR = "neighbour"
    """All but the last four digits shared, with the B-number where it is residential."""
    SAME_PREFIX = "same_prefix"
    """The first three to six digits after the country code shared, the others anything."""
    STOLEN = "stolen"
    """Real subscribers, of this operator, of others or of both."""
    UNALLOCATED = "unallocated"
    """Ranges that no plan has opened."""
    ROTATING_BLOCKS = "rotating_blocks"
    """Two to six numbers out of each of many companies' real blocks, one block after the other in turn."""


UNSEEN_FAMILIES = frozenset({Family.ROTATING_BLOCKS})
"""Those that only the test split has."""

_TRIES = 50
"""Draws for each number that is wanted."""
Drawer = Callable[[], str]


def a_numbers(rng: Random, population: Population, family: Family, b_number: str, wanted: int) -> list[str]:
    """As many different A-numbers as are wanted, or as a small operator has to steal; none is the B-number."""
    draw = _drawer(rng, population, family, b_number, wanted)
    numbers: dict[str, None] = {}
    for _ in range(_TRIES * wanted):
        number = draw()
        if number != b_number:
            numbers[number] = None
        if len(numbers) == wanted:
            break
    return list(numbers)


def _drawer(rng: Random, population: Population, family: Family, b_number: str, wanted: int) -> Drawer:
    plan = population.plan
    match family:
        case Family.RANDOM:
            return _anywhere(rng, population)
        case Family.SEQUENTIAL:
            return _Sequence(_model(rng, plan), rng.choice((1, 1, 1, 2, 3, -1, -1, -2)))
        case Family.NEIGHBOUR:
            residential = b_number.startswith(plan.own.prefixes)
            base = (b_number if residential else _model(rng, plan))[:-4]
            return lambda: f"{base}{int(rng.random() * 10_000):04d}"
        case Family.SAME_PREFIX:
            return _same_prefix(rng, population)
        case Family.STOLEN:
            return _stolen(rng, population)
        case Family.UNALLOCATED:
            return lambda: plan.unallocated.draw(rng)
        case Family.ROTATING_BLOCKS:
            return _RotatingBlocks(rng, population, wanted)


class _Sequence:
    """The next number up or down at every call."""

    def __init__(self, base: str, step: int) -> None:
        self._prefix, self._at, self._step = base[:-5], int(base[-5:]), step

    def __call__(self) -> str:
        self._at = (self._at + self._step) % 100_000
        return f"{self._prefix}{self._at:05d}"


def _model(rng: Random, plan: NumberPlan) -> str:
    """A number that others are made like."""
    return (plan.open if rng.random() < _ANY_RANGE else plan.others).draw(rng)


def _anywhere(rng: Random, population: Population) -> Drawer:
    plan = population.plan
    pools: tuple[NumberPool, ...] = (plan.own, plan.others, plan.business)
    if rng.random() < _ANY_RANGE:
        pools = (plan.open,)
    if rng.random() < _FROM_ABROAD:
        pools = population.abroad
    return lambda: pools[int(rng.random() * len(pools))].draw(rng)


def _same_prefix(rng: Random, population: Population) -> Drawer:
    """Leaves four digits or more open."""
    country = 1 + len(population.plan.code)
    model = _model(rng, population.plan)
    kept = min(country + rng.randint(3, 6), len(model) - 4)
    free = len(model) - kept
    return lambda: f"{model[:kept]}{int(rng.random() * 10**free):0{free}d}"


def _stolen(rng: Random, population: Population) -> Drawer:
    own = rng.choice((0.0, 1.0, 1.0, rng.random()))

    def draw() -> str:
        if rng.random() < own:
            return population.subscriber(rng)
        return population.number_of(population.regular(rng))

    return draw


class _RotatingBlocks:
    """From a block of a hundred to the next, and round again."""

    def __init__(self, rng: Random, population: Population, wanted: int) -> None:
        each = rng.randint(2, 6)
        blocks = max(3, -(-wanted // each))
        self._rng = rng
        self._blocks = [population.plan.business.draw(rng)[:-2] for _ in range(blocks)]
        self._turn = 0

    def __call__(self) -> str:
        self._turn += 1
        return f"{self._blocks[self._turn % len(self._blocks)]}{int(self._rng.random() * 100):02d}"
