"""Where the simulated numbers come from: small extracts of national numbering plans.

The ranges are open ones (India: National Numbering Plan of the DoT; Great Britain: Ofcom's S1 to S8; North
America: NANPA; the others: the national plans as ITU-T's E.164 notices and libphonenumber's metadata have
them), so a detector that checks numbers takes them for valid. The numbers in them are drawn at random, stand
for nobody, and nothing is ever dialled. `unallocated` holds ranges that no plan has opened.

People mostly call people nearby (Lambiotte et al., "Geographical dispersal of mobile communication networks",
Physica A 387, 2008), so an operator's callers are of a few of its country's ranges, and of the others now and then.
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
    first: int = 271_828
    """Where the order begins, so that two operators of a country have other numbers at the same index."""

    @property
    def size(self) -> int:
        return len(self.prefixes) * int(10**self.free)

    def number(self, index: int) -> str:
        """The number at `index` modulo the size, in E.164; different for every index below the size."""
        rest, prefix = divmod(index, len(self.prefixes))
        return f"{self.prefixes[prefix]}{(rest * _STRIDE + self.first) % 10**self.free:0{self.free}d}"

    def draw(self, rng: Random) -> str:
        return self.number(int(rng.random() * self.size))


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """What the simulator knows of an operator's country. `own` are this operator's ranges, `carriers` those of
    each of the other operators, `others` the same taken together, `open` mobile ranges of the whole country; the
    clock has no summer time."""

    region: str
    code: str
    utc_offset_minutes: int
    own: NumberPool
    carriers: tuple[NumberPool, ...]
    open: NumberPool
    business: NumberPool
    toll_free: NumberPool
    unallocated: NumberPool

    @property
    def others(self) -> NumberPool:
        prefixes = tuple(prefix for carrier in self.carriers for prefix in carrier.prefixes)
        return NumberPool(prefixes, self.carriers[0].free, self.carriers[0].first)


@dataclass(frozen=True, slots=True)
class Country:
    """An extract of a national plan: ranges, each with how many digits follow."""

    region: str
    code: str
    utc_offset_minutes: int
    mobile: tuple[tuple[str, ...], int]
    open: tuple[tuple[str, ...], int]
    fixed: tuple[tuple[str, ...], int]
    toll_free: tuple[tuple[str, ...], int]
    unallocated: tuple[tuple[str, ...], int]

    def plan(self) -> NumberPlan:
        """Of the standard operator: the first third of the mobile ranges is its own, three others share the
        rest."""
        mobile, free = self.mobile
        third = len(mobile) // 3
        rest = mobile[third:]
        carriers = tuple(NumberPool(rest[n::3], free) for n in range(3))
        return self._plan(NumberPool(mobile[:third], free), carriers, self.fixed[0], 271_828)

    def drawn_plan(self, rng: Random, carriers: int) -> NumberPlan:
        """Of one operator of the country: ranges dealt out anew to it and to up to `carriers` others."""
        mobile, free = self.mobile
        dealt = rng.sample(mobile, len(mobile))
        own = 1 + int(rng.random() * len(dealt) / 3)
        rest = dealt[own:]
        count = min(carriers, len(rest))
        first = rng.randrange(10**free)
        others = tuple(NumberPool(tuple(rest[n::count]), free, first) for n in range(count))
        fixed = rng.sample(self.fixed[0], rng.randint(1, len(self.fixed[0])))
        return self._plan(NumberPool(tuple(dealt[:own]), free, first), others, tuple(fixed), first)

    def _plan(
        self, own: NumberPool, carriers: tuple[NumberPool, ...], fixed: tuple[str, ...], first: int
    ) -> NumberPlan:
        return NumberPlan(
            region=self.region,
            code=self.code,
            utc_offset_minutes=self.utc_offset_minutes,
            own=own,
            carriers=carriers,
            open=NumberPool(*self.open, first),
            business=NumberPool(fixed, self.fixed[1], first),
            toll_free=NumberPool(*self.toll_free, first),
            unallocated=NumberPool(*self.unallocated, first),
        )


def _ranges(code: str, national: str | Sequence[str], free: int) -> tuple[tuple[str, ...], int]:
    names = national.split() if isinstance(national, str) else national
    return tuple(f"+{code}{name}" for name in names), free


def _exchanges(areas: str) -> list[str]:
    """Area codes with the first two digits of an office code; none ends in 1, so no code is an N11."""
    return [area + lead for area, lead in product(areas.split(), ("22", "34", "47", "58", "63", "79", "86"))]


def _area_codes(areas: str) -> list[str]:
    """Each with every first digit that an office code can have."""
    return [area + lead for area, lead in product(areas.split(), "23456789")]


def _country(
    region: str,
    code: str,
    utc_offset_minutes: int,
    *,
    mobile: tuple[str | Sequence[str], int],
    open: tuple[str | Sequence[str], int],
    fixed: tuple[str | Sequence[str], int],
    toll_free: tuple[str | Sequence[str], int],
    unallocated: tuple[str, int],
) -> Country:
    named = (_ranges(code, *ranges) for ranges in (mobile, open, fixed, toll_free, unallocated))
    return Country(region, code, utc_offset_minutes, *named)


COUNTRIES = {
    country.region: country
    for country in (
        _country(
            "IN",
            "91",
            330,
            mobile=(
                "9810 9820 9845 9884 9871 9892 9900 9940 9899 9811 9833 9846 9880 9821 9999 8800 8826 8860 8971 "
                "7042 7060 7259 7358 7718 9415 9450 9560 9602 9711 9739",
                6,
            ),
            open=("90 91 92 93 94 95 96 97 98 99 70 72 74 84 85", 8),
            fixed=("2240 2261 8041 8046 1140 1143 4442 4440 3340 4040 7940 2067", 6),
            toll_free=("1800", 6),
            unallocated=("1000 0123 0456 5000", 6),
        ),
        _country(
            "GB",
            "44",
            0,
            mobile=(
                "7712 7725 7736 7747 7403 7971 7411 7415 7525 7530 7590 7815 7850 7891 7912 7946 7958 7989",
                6,
            ),
            open=("73 74 75 78", 8),
            fixed=("2079 2034 2083 1614 1612 1214 1314 1142 1179 1513 1412 1162", 6),
            toll_free=("8000 8001 8002", 6),
            unallocated=("4123 4200 6123 6999", 6),
        ),
        _country(
            "FR",
            "33",
            60,
            mobile=("612 614 620 623 630 633 650 651 660 667 671 680 685 698 750 752 761 769 781", 6),
            open=("60 61 62 64 65 66 67 68 73 74 75 76 77 78", 7),
            fixed=("142 144 153 155 472 478 491 493 556 561 320 388", 6),
            toll_free=("800 801 805", 6),
            unallocated=("400 404 702 708", 6),
        ),
        _country(
            "BR",
            "55",
            -180,
            mobile=(
                "11961 11972 11981 11991 21965 21971 21981 21998 31984 31991 41988 41999 51981 51999 61981 71988 "
                "81991 85988",
                6,
            ),
            open=("119 219 279 319 419 489 519 619 719 819 859 919", 8),
            fixed=("1130 1131 1138 2122 2125 3132 4130 5132 6133 7133", 6),
            toll_free=("800", 7),
            unallocated=("20900 10900 23912", 6),
        ),
        _country(
            "US",
            "1",
            -300,
            mobile=(_exchanges("212 312 404 206 213 303 415 512 617 702"), 5),
            open=(
                _area_codes("212 312 404 206 213 303 415 512 617 702"),
                6,
            ),
            fixed=(_exchanges("202 305 713"), 5),
            toll_free=([code + lead for code in ("800", "888", "877") for lead in ("22", "34", "47")], 5),
            unallocated=("01223 12234 21112 99947", 5),
        ),
        _country(
            "ES",
            "34",
            60,
            mobile=("610 615 620 626 633 637 644 649 652 655 660 666 670 677 686 691 717 722 747", 6),
            open=("60 61 62 63 64 65 66 67 68 69 71 72 73 74", 7),
            fixed=("911 912 915 932 934 936 954 963 976 944", 6),
            toll_free=("900", 6),
            unallocated=("410 101 500", 6),
        ),
        _country(
            "DE",
            "49",
            60,
            mobile=("1511 1512 1514 1515 1516 1520 1522 1523 1525 1573 1575 1577 1578 1590", 7),
            open=("150 151 152 155 156 157 158 159", 8),
            fixed=("3020 3030 8921 8945 4022 4036 6924 6975 2213 7112 2117", 6),
            toll_free=("800", 7),
            unallocated=("1000 1900 0123", 7),
        ),
        _country(
            "NG",
            "234",
            60,
            mobile=(
                "8032 8034 8036 8062 8065 7032 7036 8102 8133 9032 9062 8023 8028 8082 7012 8122 9022 8052 8055 "
                "7052 8112 8152 9052 8092 8172 8182 9092",
                6,
            ),
            open=(
                "703 706 708 802 803 805 806 807 808 809 810 811 812 813 814 815 816 817 818 902 903 905 906",
                7,
            ),
            fixed=("2011 2012 2013 2014 2015 2016 2020", 6),
            toll_free=("800", 7),
            unallocated=("6123 5200 1000", 6),
        ),
        _country(
            "AU",
            "61",
            600,
            mobile=(
                "401 402 403 407 408 411 412 414 416 418 421 423 425 430 432 437 450 455 466 470 478 481 490",
                6,
            ),
            open=("40 41 42 43 46", 7),
            fixed=("280 282 290 292 386 390 396 730 731 861 862 882", 6),
            toll_free=("1800", 6),
            unallocated=("100 600 910", 6),
        ),
        _country(
            "SG",
            "65",
            480,
            mobile=("82 83 84 85 86 87 91 92 93 94 96 97", 6),
            open=("81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96 97 98", 6),
            fixed=("62 63 64 65 67 68", 6),
            toll_free=("800", 7),
            unallocated=("12 22 50 70", 6),
        ),
    )
}
"""Operators' home countries by region."""

PLANS = {region: COUNTRIES[region].plan() for region in ("IN", "GB", "US")}
"""Of the standard operators."""

ABROAD = (
    NumberPool(_ranges("971", "501 503 505 521 523 541 551 555 563 586", 6)[0], 6),
    NumberPool(_ranges("353", "851 861 871 831", 6)[0], 6),
    NumberPool(_ranges("48", "501 503 510 530 570 600 605 609 660 668 691 721 730 790 880", 6)[0], 6),
    NumberPool(_ranges("27", "711 722 731 741 760 781 821 832 840 843", 6)[0], 6),
    NumberPool(_ranges("254", "701 710 715 722 728 733 740 757 790 110", 6)[0], 6),
    NumberPool(_ranges("81", "8012 8023 9011 9034 7012", 6)[0], 6),
)
"""Mobile ranges of countries that are nobody's home here: where callers from abroad have their numbers."""
