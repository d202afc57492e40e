"""Who calls and who is called on an ordinary day: subscribers, companies, and callers from elsewhere."""

from random import Random

from ringfence.lab.simulate.behaviour import OFFICE, PEOPLE, Behaviour
from ringfence.lab.simulate.call import Leg, Trunk, new_sdp_origin
from ringfence.lab.simulate.plans import PLANS, NumberPlan, NumberPool
from ringfence.lab.simulate.trunks import build_fleet

_COMPANY_NUMBERS = 100
"""Extensions of one company, one block of the plan."""
_WITHHELD = 0.015
"""Share of callers who withhold their number."""


class Population:
    """The numbers of a simulated operator of `subscribers` residential lines and who stands behind them.

    Numbers are computed from their index, so a million of them takes no memory.
    """

    def __init__(self, plan: NumberPlan, subscribers: int) -> None:
        self.plan = plan
        self.subscribers = min(subscribers, plan.own.size)
        self.companies = max(20, self.subscribers // 20)
        self.fleet = build_fleet(enterprises=min(400, max(12, self.companies // 50)))
        self._foreign: list[NumberPool] = [p.others for p in PLANS.values() if p is not plan]

    def subscriber(self, rng: Random) -> str:
        return self.plan.own.number(int(rng.random() * self.subscribers))

    def company(self, rng: Random) -> str:
        """A company's main number. Popularity falls as 1/rank, flattened for the most called."""
        return self.plan.business.number(int(self.companies ** (0.25 + 0.75 * rng.random())))

    def called(self, rng: Random, business_share: float) -> tuple[str, Behaviour]:
        if rng.random() < business_share:
            return self.company(rng), OFFICE
        return self.subscriber(rng), PEOPLE

    def caller(self, rng: Random) -> Leg:
        """An honest caller: on this network, on another one, in a company or abroad."""
        kind = rng.random()
        fleet = self.fleet
        if kind < 0.50:
            return self.leg(rng, fleet.interconnect(rng), self.plan.others.draw(rng))
        if kind < 0.80:
            return self._subscriber_leg(rng)
        if kind < 0.92:
            return self.company_leg(rng, int(rng.random() * len(fleet.enterprises)))
        if kind < 0.98:
            pool = self._foreign[int(rng.random() * len(self._foreign))]
            return self.leg(
                rng, fleet.international[int(rng.random() * len(fleet.international))], pool.draw(rng)
            )
        return self.leg(rng, fleet.legacy, self.plan.others.draw(rng))

    def company_leg(self, rng: Random, company: int) -> Leg:
        """A call out of a company's exchange: an extension, or half the time the main number."""
        main = self.plan.business.number(company)
        extension = main if rng.random() < 0.5 else self.extension(company, rng)
        return self.leg(rng, self.fleet.enterprises[company], extension)

    def extension(self, company: int, rng: Random) -> str:
        main = self.plan.business.number(company)
        return f"{main[:-2]}{int(rng.random() * _COMPANY_NUMBERS):02d}"

    def leg(self, rng: Random, trunk: Trunk, a_number: str) -> Leg:
        """A call of an honest caller over `trunk`, which is not the access trunk."""
        if rng.random() < _WITHHELD:
            shown, asserted = "anonymous", a_number if trunk.asserts_identity else ""
        else:
            shown, asserted = a_number, a_number if trunk.asserts_identity else ""
        return Leg(
            shown,
            trunk,
            trunk.source_ips[int(rng.random() * len(trunk.source_ips))],
            trunk.user_agents[int(rng.random() * len(trunk.user_agents))],
            new_sdp_origin(rng, trunk.sdp_user, trunk.media[int(rng.random() * len(trunk.media))]),
            trunk.attestations[int(rng.random() * len(trunk.attestations))],
            asserted,
        )

    def _subscriber_leg(self, rng: Random) -> Leg:
        """A subscriber at home: always the same address and handset."""
        index = int(rng.random() * self.subscribers)
        number = self.plan.own.number(index)
        trunk = self.fleet.access
        address = f"10.{64 + (index >> 16) % 64}.{(index >> 8) % 256}.{index % 256}"
        agent = trunk.user_agents[index % len(trunk.user_agents)]
        shown = "anonymous" if rng.random() < _WITHHELD else number
        return Leg(shown, trunk, address, agent, new_sdp_origin(rng, "-", address), "A", number)
