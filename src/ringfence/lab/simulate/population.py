"""Who calls and who is called on an ordinary day: subscribers, companies, and callers from elsewhere.

Everybody is a whole number whose last three bits say what they are, and all that they are follows from it:
number, trunk, address, equipment, whether they withhold their number. So a million of them takes no memory,
and who calls again is the same as before.

How often one calls is heavy-tailed (Seshadri et al., "Mobile call graphs: beyond power-law and lognormal
distributions", KDD 2008; Jiang et al., "Calling patterns in human communication dynamics", PNAS 110(5),
2013): with the exponent t, the busiest x-th of the people make about x^(1/t) of the calls, flattened at the top
so that no single one makes a noticeable share. Most calls go to a few people that one always calls (the same
two papers). The figures drawn from are ours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from ringfence.lab.simulate.behaviour import OFFICE, PEOPLE, Behaviour
from ringfence.lab.simulate.call import Leg, Trunk, new_sdp_origin
from ringfence.lab.simulate.chance import scattered
from ringfence.lab.simulate.plans import NumberPlan, NumberPool
from ringfence.lab.simulate.trunks import Fleet

OWN, OUTSIDE, STAFF, FOREIGN, LEGACY = range(5)
"""Kinds of people: subscribers of this operator, of others, in companies, abroad, behind an old switch."""
_KIND_BITS = 3
_COMPANY_NUMBERS = 100
"""Extensions of one company, one block of the plan."""
_TOP = 0.1
"""Where the busiest people's calls flatten out."""
_FEW = 12
"""Those whom one always calls."""


def person(kind: int, index: int) -> int:
    return index << _KIND_BITS | kind


Caller = Callable[[], int | Leg]
"""Draws who calls next: one of the population, or somebody with this call's own look."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What the people of an operator do, in shares unless it says otherwise."""

    mix: tuple[float, float, float, float, float] = (0.30, 0.50, 0.12, 0.06, 0.02)
    """Of all calls, how many come from each kind of people, in the order of the kinds."""
    subscribers_per_call: float = 0.6
    """Residential lines of this operator, over the calls of a day."""
    outsiders_per_call: float = 0.4
    """People elsewhere who call now and then, over the calls of a day from elsewhere."""
    tail: float = 2.2
    """Exponent of how often one calls."""
    newcomers: float = 0.12
    """Of calls from elsewhere, those of somebody who hardly ever calls here."""
    contacts: float = 0.6
    """Of calls, those to somebody whom one always calls."""
    ported: float = 0.15
    """Of people elsewhere, those who took their number along, this operator's former customers among them."""
    overflow: float = 0.05
    """Of their calls, those that come over another interconnect than usual."""
    roaming: float = 0.004
    """Of people of this country, those who are abroad and call over an international trunk."""
    withheld: float = 0.015
    far: float = 0.03
    """Of people elsewhere, those whose number is of any range of the country."""
    unplanned: float = 0.001
    """Of people elsewhere, those whose number no plan holds: plans grow stale, and some send short codes."""
    forwarded: float = 0.01
    """Of people, those whose calls come forwarded: what is asserted is the number of who forwards them."""
    main_number: float = 0.5
    """Of companies, those whose exchange shows one number for everybody."""
    popularity: float = 0.25
    """How flat companies' popularity is at the top, 0 to 1."""


class Population:
    """The people of an operator with `calls_per_day`, and what their calls look like."""

    def __init__(
        self,
        plan: NumberPlan,
        fleet: Fleet,
        habits: Habits,
        abroad: tuple[NumberPool, ...],
        calls_per_day: int,
        manners: float = 1.0,
    ) -> None:
        self.plan, self.fleet, self.habits, self.abroad = plan, fleet, habits, abroad
        wanted = max(2_000, int(calls_per_day * habits.subscribers_per_call))
        self.subscribers = min(wanted, plan.own.size)
        from_elsewhere = calls_per_day * habits.mix[OUTSIDE] / sum(habits.mix)
        self.outsiders = max(200, int(from_elsewhere * habits.outsiders_per_call))
        self.companies = max(20, self.subscribers // 20)
        self.people = PEOPLE.slowed(manners)
        self.office = OFFICE.slowed(manners)
        self._bounds = _running(habits.mix)
        self._ported = int(1024 * habits.ported)
        shares = (
            *(habits.roaming, habits.withheld, habits.unplanned, habits.far),
            *(habits.forwarded, habits.main_number),
        )
        self._roaming, self._withheld, self._unplanned, self._far, self._forwarded, self._main = (
            int(4096 * share) for share in shares
        )
        self._flat = _TOP**habits.tail
        steps = (scattered(plan.own.first + slot) % self.subscribers for slot in range(_FEW))
        self._few = tuple(1 + step for step in steps)

    def caller(self, rng: Random) -> int:
        """An honest caller: on this network, on another one, in a company or abroad."""
        drawn = rng.random()
        own, outside, staff, foreign = self._bounds
        if drawn < own:
            return self._busy(rng, self.subscribers) << _KIND_BITS | OWN
        if drawn < outside:
            return self.outsider(rng)
        if drawn < staff:
            return self.employee(rng, self._busy(rng, len(self.fleet.enterprises)))
        kind = FOREIGN if drawn < foreign else LEGACY
        return self.outsider(rng) & ~7 | kind

    def outsider(self, rng: Random) -> int:
        if rng.random() < self.habits.newcomers:
            return self.newcomer(rng)
        return self._busy(rng, self.outsiders) << _KIND_BITS | OUTSIDE

    def _busy(self, rng: Random, size: int) -> int:
        """One of `size` people who begin with the busiest."""
        place = (_TOP + (1.0 - _TOP) * rng.random()) ** self.habits.tail - self._flat
        return int(size * place / (1.0 - self._flat))

    def newcomer(self, rng: Random) -> int:
        return person(OUTSIDE, self.outsiders + rng.getrandbits(40))

    def regular(self, rng: Random) -> int:
        """One of those elsewhere who call now and then, whoever it is."""
        return person(OUTSIDE, int(self.outsiders * rng.random()))

    def employee(self, rng: Random, company: int) -> int:
        return person(STAFF, company * _COMPANY_NUMBERS + int(rng.random() * _COMPANY_NUMBERS))

    @staticmethod
    def extension(who: int) -> int:
        """Of an employee."""
        return (who >> _KIND_BITS) % _COMPANY_NUMBERS

    def subscriber(self, rng: Random) -> str:
        return self.plan.own.number(int(rng.random() * self.subscribers))

    def company(self, rng: Random) -> str:
        """A company's main number. Popularity falls as 1/rank, flattened for the most called."""
        return self._company(rng.random())

    def _company(self, place: float) -> str:
        flat = self.habits.popularity
        return self.plan.business.number(int(self.companies ** (flat + (1.0 - flat) * place)))

    def called(self, rng: Random, business_share: float, who: int) -> tuple[str, Behaviour]:
        """Whom `who` calls, and how that goes."""
        often = rng.random() < self.habits.contacts
        place = rng.random()
        slot = int(_FEW * place * place)
        if rng.random() < business_share:
            if often:
                place = (scattered(who + (slot << 50)) >> 11) / 2**53
            return self._company(place), self.office
        if not often:
            return self.subscriber(rng), self.people
        step = self._few[slot] if rng.random() < 0.5 else -self._few[slot]
        return self.plan.own.number(((who >> _KIND_BITS) + step) % self.subscribers), self.people

    def leg(self, rng: Random, who: int) -> Leg:
        """The calling side of a call of `who`."""
        kind, index = who & 7, who >> _KIND_BITS
        is_ = scattered(who)
        if kind == STAFF:
            trunk = self.fleet.enterprises[index // _COMPANY_NUMBERS]
            return self.shown(rng, trunk, is_, self.staff_number(index), self._asserted_of_staff(index))
        number, trunk = self._at_home(rng, kind, index, is_)
        if kind <= OUTSIDE and (is_ >> 26 & 4095) < self._roaming:
            trunk = self._international(is_)
        return self.shown(rng, trunk, is_, number)

    def _at_home(self, rng: Random, kind: int, index: int, is_: int) -> tuple[str, Trunk]:
        if kind == OWN:
            return self.plan.own.number(index), self.fleet.access
        if kind == FOREIGN:
            return self.abroad[(is_ >> 12) % len(self.abroad)].number(index), self._international(is_)
        number = self._outside_number(index, is_)
        if kind == LEGACY:
            return number, self.fleet.legacy
        if rng.random() < self.habits.overflow:
            return number, self.fleet.interconnect(rng)
        interconnects = self.fleet.interconnects
        return number, interconnects[self.carrier_of(is_) % len(interconnects)]

    def number_of(self, who: int) -> str:
        """Of a subscriber of this operator or another."""
        index = who >> _KIND_BITS
        return self.plan.own.number(index) if who & 7 == OWN else self._outside_number(index, scattered(who))

    def carrier_of(self, is_: int) -> int:
        """Whose customer somebody is; the first carriers have most."""
        share = (is_ & 255) / 256
        return int(len(self.plan.carriers) * share * share**0.5)

    def _outside_number(self, index: int, is_: int) -> str:
        if (is_ >> 50 & 4095) < self._unplanned:
            if is_ >> 40 & 1:
                return f"+{self.plan.code}{100_000 + is_ % 90_000}"
            return self.plan.unallocated.number(index)
        if (scattered(is_) & 4095) < self._far:
            return self.plan.open.number(index)
        carriers = self.plan.carriers
        if (is_ >> 8 & 1023) < self._ported:
            of = (is_ >> 18) % (len(carriers) + 1)
            if of == len(carriers):
                return self.plan.own.number(self.subscribers + index)
            return carriers[of].number(index)
        return carriers[self.carrier_of(is_)].number(index)

    def _international(self, is_: int) -> Trunk:
        return self.fleet.international[(is_ >> 5) % len(self.fleet.international)]

    def staff_number(self, index: int) -> str:
        """What a company's exchange shows for one of its people."""
        company, extension = divmod(index, _COMPANY_NUMBERS)
        main = self.plan.business.number(company)
        if (scattered(company) & 4095) < self._main:
            return main
        return f"{main[:-2]}{extension:02d}"

    def _asserted_of_staff(self, index: int) -> str:
        """Exchanges assert what they show, or the company's main number, or the extension."""
        company, extension = divmod(index, _COMPANY_NUMBERS)
        main = self.plan.business.number(company)
        match (scattered(company) >> 12) % 4:
            case 0:
                return main
            case 1:
                return f"{main[:-2]}{extension:02d}"
            case _:
                return self.staff_number(index)

    def shown(self, rng: Random, trunk: Trunk, is_: int, number: str, asserted: str = "") -> Leg:
        """A call over `trunk` of an honest caller, who may withhold the number. A carrier that asserts identities
        asserts `number` unless told what, or the call comes forwarded."""
        if not trunk.asserts_identity:
            asserted = ""
        elif (is_ >> 14 & 4095) < self._forwarded:
            asserted = self.plan.carriers[0].number(is_ >> 20 & 0xF_FFFF)
        else:
            asserted = asserted or number
        if (is_ >> 38 & 4095) < self._withheld:
            number = "anonymous"
        return self.seen_as(rng, trunk, is_, number, asserted)

    @staticmethod
    def seen_as(rng: Random, trunk: Trunk, is_: int, number: str, asserted: str) -> Leg:
        """A call over `trunk` of somebody whose 64 bits are `is_`, as its switch sees it."""
        gateways = trunk.gateways
        behind = int(rng.random() * len(gateways)) if trunk.rewrites else (is_ >> 20) % len(gateways)
        gateway = gateways[behind]
        media = address_of(trunk.callers, is_) if trunk.callers else gateway.media
        sources = trunk.source_ips
        return Leg(
            number,
            trunk,
            sources[int(rng.random() * len(sources))] if sources else media,
            gateway.user_agent,
            new_sdp_origin(rng, gateway.sdp_user, media),
            trunk.attestations[(is_ >> 30) % len(trunk.attestations)],
            asserted,
        )


def address_of(network: str, is_: int) -> str:
    """Somebody's own address in a network of 22 bits."""
    if ":" in network:
        return f"{network}:{is_ >> 8 & 0xFFFF:x}::{is_ >> 24 & 0xFFFF:x}"
    return f"{network}.{64 + (is_ >> 8 & 63)}.{is_ >> 16 & 255}.{1 + (is_ >> 24) % 254}"


def _running(mix: tuple[float, ...]) -> tuple[float, ...]:
    total = sum(mix)
    return tuple(sum(mix[: n + 1]) / total for n in range(4))
