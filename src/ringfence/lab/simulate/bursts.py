"""The calls of a hotline's burst: who calls, when, and over which trunk."""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from random import Random

from ringfence.lab.simulate.behaviour import REMINDED, Behaviour
from ringfence.lab.simulate.call import Call, Leg, Trunk
from ringfence.lab.simulate.chance import scattered, stream, whole_us
from ringfence.lab.simulate.hotlines import RUSHES, Arrival, Burst, Hotline, HotlineKind
from ringfence.lab.simulate.population import FOREIGN, OUTSIDE, OWN, Caller, Population, person

_DRAWS = 20
CIRCLES = frozenset(
    {HotlineKind.CONFERENCE, HotlineKind.QUIZ, HotlineKind.ALARM, HotlineKind.CAMPUS, HotlineKind.SHIFT}
)
"""Hotlines that a circle of their own calls, on ordinary days as well."""
_CALLED_BACK = {HotlineKind.REMINDER: (0.05, 0.3, 90.0), HotlineKind.SCHOOL: (0.1, 0.4, 40.0)}
"""Of those called, the share that calls back, from and to, and after how many seconds in the mean."""


def burst_calls(rng: Random, population: Population, burst: Burst, manners: float = 1.0) -> Iterator[Call]:
    """The burst's calls in the order of their beginning, those that provoke it among them."""
    behaviour = RUSHES[burst.hotline.kind].behaviour.slowed(manners).varied(rng)
    if burst.hotline.kind in _CALLED_BACK:
        return iter(_provoked(rng, population, burst, behaviour, REMINDED.slowed(manners)))
    return _rush(rng, population, burst, behaviour)


def _rush(rng: Random, population: Population, burst: Burst, behaviour: Behaviour) -> Iterator[Call]:
    draw = callers_of(rng, population, burst.hotline)
    trying: list[tuple[int, int, int | Leg]] = []
    refused: list[int | Leg] = []
    up: dict[int | str, int] = {}
    for order, offset in enumerate(_offsets(rng, burst)):
        at = burst.at + whole_us(offset)
        while trying and trying[0][0] < at:
            refused.append(heappop(trying)[2])
        who = _free(_any_of(rng, refused), up, at) if rng.random() < burst.redial else None
        if who is None:
            who = _free(draw, up, at)
        if who is None:
            continue
        leg = population.leg(rng, who) if isinstance(who, int) else who
        call = behaviour.call(rng, at, leg, burst.hotline.b_number, burst=burst.number)
        if all(step.kind != "ANSWER" for step in call.steps):
            heappush(trying, (call.steps[-1].at, order, who))
        up[_phone(who)] = call.steps[-1].at
        yield call


def _free(draw: Callable[[], int | Leg | None], up: dict[int | str, int], at: int) -> int | Leg | None:
    """Somebody who is not on the phone already; nobody where that is hard to find."""
    for _ in range(_DRAWS):
        who = draw()
        if who is None or up.get(_phone(who), 0) < at:
            return who
    return None


def _phone(who: int | Leg) -> int | str:
    return who if isinstance(who, int) else who.a_number


def _any_of(rng: Random, refused: list[int | Leg]) -> Callable[[], int | Leg | None]:
    """One of them, who is taken out; nobody where none is left."""
    return lambda: refused.pop(int(rng.random() * len(refused))) if refused else None


def _offsets(rng: Random, burst: Burst) -> list[float]:
    """Seconds into the burst, in order."""
    if burst.scatter is None:
        return sorted(_offset(rng, burst) for _ in range(burst.callers))
    step = burst.seconds / burst.callers
    return [step * (index + rng.uniform(0.0, burst.scatter)) for index in range(burst.callers)]


def _offset(rng: Random, burst: Burst) -> float:
    match RUSHES[burst.hotline.kind].arrival:
        case Arrival.SURGE:
            return min(rng.gammavariate(2.0, burst.seconds / 6), burst.seconds)
        case Arrival.AT_ONCE:
            return min(rng.expovariate(5 / burst.seconds), burst.seconds)
        case Arrival.STEADY:
            return rng.random() * burst.seconds


def callers_of(rng: Random, population: Population, hotline: Hotline) -> Caller:
    """Who calls it in a burst. Of some hotlines these are always the same circle, which calls on other days, too."""
    match hotline.kind:
        case HotlineKind.CONFERENCE:
            return _company_and_others(rng, population, hotline)
        case HotlineKind.EMERGENCY:
            return _one_area(rng, population)
        case HotlineKind.OUTAGE:
            return _customers_of_one_carrier(rng, population)
        case HotlineKind.TRAVELLERS:
            return _travellers(rng, population)
        case HotlineKind.QUIZ:
            return _listeners(rng, population, hotline)
        case HotlineKind.ALARM:
            return _alarms(rng, population, hotline)
        case HotlineKind.CAMPUS:
            return _campus(rng, population, hotline)
        case HotlineKind.SHIFT:
            return _couriers(rng, population, hotline)
        case _:
            return lambda: population.caller(rng)


def _company_and_others(rng: Random, population: Population, hotline: Hotline) -> Caller:
    """Staff with their extensions, whatever their exchange shows otherwise."""
    company = scattered(int(hotline.b_number)) % len(population.fleet.enterprises)
    block = population.plan.business.number(company)[:-2]
    inside = rng.uniform(0.4, 0.95)

    def draw() -> int | Leg:
        if rng.random() >= inside:
            return population.caller(rng)
        who = population.employee(rng, company)
        extension = f"{block}{population.extension(who):02d}"
        return _over(rng, population, population.fleet.enterprises[company], who, extension)

    return draw


def _one_area(rng: Random, population: Population) -> Caller:
    """Customers of one carrier in one of its ranges, many of whom hardly ever call here, and some others."""
    carrier = population.carrier_of(scattered(population.outsider(rng)))
    ranges = len(population.plan.carriers[carrier].prefixes)
    area, inside = int(rng.random() * ranges), rng.uniform(0.6, 0.95)

    def draw() -> int | Leg:
        if rng.random() >= inside:
            return population.caller(rng)
        while True:
            index = population.newcomer(rng) if rng.random() < 0.5 else population.regular(rng)
            who = person(OUTSIDE, (index >> 3) // ranges * ranges + area)
            if population.carrier_of(scattered(who)) == carrier:
                return who

    return draw


def _customers_of_one_carrier(rng: Random, population: Population) -> Caller:
    """All over the one trunk that has just returned."""
    carrier = population.carrier_of(scattered(population.outsider(rng)))
    trunk = population.fleet.interconnects[carrier % len(population.fleet.interconnects)]

    def draw() -> int | Leg:
        who = population.outsider(rng)
        while population.carrier_of(scattered(who)) != carrier:
            who = population.outsider(rng)
        return _over(rng, population, trunk, who, population.number_of(who))

    return draw


def _travellers(rng: Random, population: Population) -> Caller:
    """People of this country over one to all international trunks, and some foreigners."""
    trunks = population.fleet.international
    over = rng.sample(trunks, rng.randint(1, len(trunks)))
    national = rng.uniform(0.6, 0.97)

    def draw() -> int | Leg:
        who = population.outsider(rng)
        if rng.random() >= national:
            return who & ~7 | FOREIGN
        if rng.random() < 0.5:
            who = person(OWN, (who >> 3) % population.subscribers)
        trunk = over[int(rng.random() * len(over))]
        return _over(rng, population, trunk, who, population.number_of(who))

    return draw


def _listeners(rng: Random, population: Population, hotline: Hotline) -> Caller:
    """The same few hundred people at each of the show's bursts."""
    audience = stream(scattered(int(hotline.b_number)), "audience")
    people = [population.caller(audience) for _ in range(audience.randint(30, 300))]
    return lambda: people[int(len(people) * rng.random() ** 1.5)]


def _couriers(rng: Random, population: Population, hotline: Hotline) -> Caller:
    """Company mobiles of one to three blocks of a thousand on one carrier, and some private ones."""
    firm = stream(scattered(int(hotline.b_number)), "firm")
    blocks = [population.plan.carriers[0].draw(firm)[:-3] for _ in range(firm.randint(1, 3))]
    phones = [f"{firm.choice(blocks)}{firm.randrange(1000):03d}" for _ in range(firm.randint(150, 400))]
    trunk = population.fleet.interconnects[0]
    private = firm.uniform(0.0, 0.3)

    def draw() -> int | Leg:
        if rng.random() < private:
            return population.caller(rng)
        return _look(rng, population, trunk, phones[int(rng.random() * len(phones))])

    return draw


def _alarms(rng: Random, population: Population, hotline: Hotline) -> Caller:
    """The SIM cards of one to four makers' blocks of a hundred thousand, each on one carrier, and telephone lines."""
    station = stream(scattered(int(hotline.b_number)), "station")
    carriers = population.fleet.interconnects
    makers = [
        (population.plan.open.draw(station)[:-5], carriers[int(station.random() * len(carriers))])
        for _ in range(station.randint(1, 4))
    ]
    panels = [
        (f"{block}{station.randrange(100_000):05d}", trunk)
        for block, trunk in makers
        for _ in range(station.randint(20, 400))
    ]
    lines = station.uniform(0.0, 0.5)

    def draw() -> int | Leg:
        if rng.random() < lines:
            return population.caller(rng)
        number, trunk = panels[int(rng.random() * len(panels))]
        return _look(rng, population, trunk, number)

    return draw


def _campus(rng: Random, population: Population, hotline: Hotline) -> Caller:
    """Rooms of one university, whose exchange has a thousand extensions or several, and students elsewhere."""
    university = stream(scattered(int(hotline.b_number)), "university")
    exchanges = population.fleet.enterprises
    trunk = exchanges[int(university.random() * len(exchanges))]
    blocks = [population.plan.business.draw(university)[:-3] for _ in range(university.randint(1, 3))]
    inside = university.uniform(0.3, 0.95)

    def draw() -> int | Leg:
        if rng.random() >= inside:
            return population.caller(rng)
        return _look(rng, population, trunk, f"{rng.choice(blocks)}{int(rng.random() * 1_000):03d}")

    return draw


def _over(rng: Random, population: Population, trunk: Trunk, who: int, number: str) -> Leg:
    """A call of `who` over a trunk that need not be the usual one."""
    return population.shown(rng, trunk, scattered(who), number)


def _look(rng: Random, population: Population, trunk: Trunk, number: str) -> Leg:
    """A call of somebody of whom no more is known than the number."""
    asserted = number if trunk.asserts_identity else ""
    return population.seen_as(rng, trunk, scattered(int(number)), number, asserted)


def _provoked(
    rng: Random, population: Population, burst: Burst, back: Behaviour, out: Behaviour
) -> list[Call]:
    """One number calls many people, and some of them call it back. Only the latter are the burst's."""
    number = burst.hotline.b_number
    trunks = population.fleet.enterprises
    trunk = trunks[scattered(int(number)) % len(trunks)]
    low, high, later = _CALLED_BACK[burst.hotline.kind]
    share = rng.uniform(low, high)
    calls = []
    for _ in range(burst.callers):
        at = burst.at + whole_us(_offset(rng, burst))
        who = population.outsider(rng)
        if rng.random() < 0.6:
            who = person(OWN, (who >> 3) % population.subscribers)
        called = population.number_of(who)
        calls.append(out.call(rng, at, _look(rng, population, trunk, number), called))
        tries = 1 + (rng.random() < burst.redial)
        for _ in range(tries if rng.random() < share else 0):
            at += whole_us(4.0 + rng.expovariate(1 / later))
            calls.append(back.call(rng, at, population.leg(rng, who), number, burst=burst.number))
    return sorted(calls, key=lambda call: call.at)
