"""Where the simulated numbers come from: small extracts of three national numbering plans.

The ranges are open ones (India: National Numbering Plan of the DoT; Great Britain: Ofcom's S1 to S8; North
America: NANPA), so a detector that checks numbers takes them for valid. The numbers in them are drawn at
random, stand for nobody, and nothing is ever dialled. `unallocated` holds ranges that no plan has opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

_STRIDE = 7_368_787
"""Shares no factor with ten, so every number is met once."""


@dataclass(frozen=True, slots=True)
class NumberPool:
    """Numbers that begin with one of `prefixes` and have `free` more digits, in a fixed scattered order."""

    prefixes: tuple[str, ...]
    free: int

    @property
    def size(self) -> int:
        return len(self.prefixes) * int(10**self.free)

    def number(self, index: int) -> str:
        """The number at `index` modulo the size, in E.164; different for every index below the size."""
        rest, prefix = divmod(index, len(self.prefixes))
        return f"{self.prefixes[prefix]}{(rest * _STRIDE + 271_828) % 10**self.free:0{self.free}d}"

    def draw(self, rng: Random) -> str:
        return self.number(int(rng.random() * self.size))


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """What the simulator knows of a country. `own` and `others` are mobile ranges of this operator and of the
    other operators; the clock has no summer time."""

    region: str
    utc_offset_minutes: int
    own: NumberPool
    others: NumberPool
    business: NumberPool
    toll_free: NumberPool
    unallocated: NumberPool


def _pool(country: str, national: str | Sequence[str], free: int) -> NumberPool:
    names = national.split() if isinstance(national, str) else national
    return NumberPool(tuple(f"+{country}{name}" for name in names), free)


def _exchanges(areas: str) -> list[str]:
    """Area codes with the first two digits of an office code; none ends in 1, so no code is an N11."""
    return [area + lead for area, lead in product(areas.split(), ("22", "34", "47", "58", "63", "79", "86"))]


INDIA = NumberPlan(
    region="IN",
    utc_offset_minutes=330,
    own=_pool("91", "9810 9820 9845 9884 9871 9892 9900 9940", 6),
    others=_pool("91", "9811 9833 9846 9880 9999 8800 8826 8971 7042 7060 9415 9450", 6),
    business=_pool("91", "2240 2261 8041 8046 1140 1143 4442 3340 4040", 6),
    toll_free=_pool("91", "1800", 6),
    unallocated=_pool("91", "1000 0123 0456 5000", 6),
)
BRITAIN = NumberPlan(
    region="GB",
    utc_offset_minutes=0,
    own=_pool("44", "7712 7725 7736 7747", 6),
    others=_pool("44", "7411 7525 7815 7946 7850 7989", 6),
    business=_pool("44", "2079 2034 1614 1214 1314", 6),
    toll_free=_pool("44", "8000 8001 8002", 6),
    unallocated=_pool("44", "4123 4200 6123 6999", 6),
)
AMERICA = NumberPlan(
    region="US",
    utc_offset_minutes=-300,
    own=_pool("1", _exchanges("212 312 404"), 5),
    others=_pool("1", _exchanges("206 213 303 415 512 617 702"), 5),
    business=_pool("1", _exchanges("202 305 713"), 5),
    toll_free=_pool("1", [code + lead for code in ("800", "888", "877") for lead in ("22", "34", "47")], 5),
    unallocated=_pool("1", "01223 12234 21112 99947", 5),
)
PLANS = {plan.region: plan for plan in (INDIA, BRITAIN, AMERICA)}
