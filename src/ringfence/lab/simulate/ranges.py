"""From which ranges each split draws its operators.

The splits share no country, no style of trunk names and no carriers' equipment, and differ in how the network is
laid out, which facts it reports and what happens on it, so that what holds on the test operators was not learnt by
heart. How many interconnects there are and how people behave is drawn more widely for training and validation than
for the test: nobody knows beforehand whose traffic a model will see, and beyond what it has seen it guesses. Training
has more attacks that hide in bursts, which are the hardest to tell. Sources, where there are any:

- Attestation: TransNexus, "STIR/SHAKEN statistics" (monthly since 2021): a minority of calls arrives signed
  where signing is law; elsewhere none does.
- Calls from numbers that called before on the day: follow from the exponent of the call rate; see population.
- All else is ours: wide enough for countries without number portability and those where a third was ported,
  for operators whose events are mirrored signalling and those that have call records alone. What a score does
  where facts are missing that it could have is a measurement of its own (`make evaluate`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from ringfence.lab.simulate.call import Told
from ringfence.lab.simulate.chance import Range


class Split(StrEnum):
    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class Layout(StrEnum):
    """How other networks' calls reach the operator's switch."""

    CARRIERS = "carriers"
    """A trunk with addresses of its own for each carrier."""
    TRANSIT = "transit"
    """One or two wholesale carriers with many gateways behind them."""
    FRONTED = "fronted"
    """A trunk for each carrier, but one SBC before all of them shows its own address and equipment."""
    ONE_SBC = "one_sbc"
    """Every call, the own subscribers' too, comes from one SBC under one trunk's name."""


class Feed(StrEnum):
    """Where an operator's events come from, and so which facts of a call's origin they tell."""

    MIRROR = "mirror"
    """Mirrored signalling, by trunk: all of them."""
    SWITCH = "switch"
    """The switch's own events: trunk and source address."""
    RECORDS = "records"
    """Call records: the trunk."""
    PROBE = "probe"
    """A probe beside the switch, which knows no trunks: source address, User-Agent and SDP origin."""
    BARE = "bare"
    """Numbers and times alone."""


TrunkNames = Callable[[Random, int], str]


@dataclass(frozen=True, slots=True)
class Ranges:
    """What one split draws from. Shares unless it says otherwise; `patchy` is the chance of each fact of a call's
    origin to be missing on a trunk."""

    countries: tuple[str, ...]
    layouts: dict[Layout, int]
    """How many of ten operators have each."""
    trunk_names: tuple[TrunkNames, ...]
    equipment: tuple[tuple[str, str], ...]
    """User-Agents of carriers' SBCs and the user names in their SDP origins."""
    feeds: dict[Feed, int]
    """How many of ten operators have each."""
    patchy: float
    unsigned: float
    """Chance that nobody in the country signs calls."""
    asserting: float
    """Chance that carriers assert identities."""
    told: dict[Told, int]
    """Of ten operators, how many are told so much of what becomes of a call."""
    plain: float
    """Chance that an operator is a plain one: few habits, and `PLAIN` for those it has."""
    clocks: dict[int, int] = field(default_factory=lambda: {1_000: 6, 1_000_000: 2, 1_000_000_000: 2})
    """Of ten operators, how many have time stamps in steps of so many nanoseconds."""
    calls_per_day: tuple[int, int] = (5_000, 400_000)
    hours: Range = (0.5, 24.0)
    attacks: tuple[int, int] = (4, 36)
    hotlines: tuple[int, int] = (0, 18)
    attack_calls: tuple[int, int] = (5, 500)
    hidden: tuple[int, ...] = (5, 10)
    """Of eleven attacks in a row, those that hide in a burst."""
    carriers: tuple[int, int] = (1, 16)
    tail: Range = (1.1, 3.8)
    subscribers_per_call: Range = (0.2, 1.5)
    outsiders_per_call: Range = (0.04, 0.8)
    newcomers: Range = (0.02, 0.3)
    contacts: Range = (0.15, 0.95)
    ported: Range = (0.0, 0.5)
    overflow: Range = (0.0, 0.3)
    roaming: Range = (0.0, 0.06)
    withheld: Range = (0.0, 0.12)
    far: Range = (0.0, 0.2)
    unplanned: Range = (0.0, 0.02)
    forwarded: Range = (0.0, 0.05)
    main_number: Range = (0.05, 0.95)
    diallers: Range = (0.0, 0.15)
    """Of all calls, those of outbound call centres with one or a few numbers."""
    offices: Range = (0.15, 0.8)
    """Of all calls, those to companies."""
    manners: Range = (0.4, 3.0)
    """How long calls take to be set up, over the usual."""


PLAIN: dict[str, Range] = {
    "tail": (1.0, 1.6),
    "newcomers": (0.0, 1.0),
    "contacts": (0.0, 1.0),
    "ported": (0.0, 0.02),
    "overflow": (0.0, 1.0),
    "roaming": (0.0, 0.002),
    "withheld": (0.0, 0.01),
    "unplanned": (0.0, 0.001),
    "forwarded": (0.0, 0.0),
    "outsiders_per_call": (0.003, 0.6),
    "subscribers_per_call": (0.02, 1.2),
}
"""Habits of a plain operator's people: a small or private switch, or traffic that somebody made up for a trial. A few
hundred callers or ever new ones, each over the one trunk or any."""


def _city(rng: Random, index: int) -> str:
    return f"ic-{rng.choice(('north', 'east', 'west', 'south', 'hub', 'metro', 'coast'))}-{index + 1}"


def _group(rng: Random, index: int) -> str:
    return f"TG{100 * (index + 1) + rng.randrange(100)}"


def _underscored(rng: Random, index: int) -> str:
    return f"trk_{rng.choice('abcdefgh')}{rng.randrange(10)}_{index + 1:02d}"


def _padded(rng: Random, index: int) -> str:
    return f"SIPT-{rng.randrange(10):01d}{index + 1:03d}"


def _peer(rng: Random, index: int) -> str:
    return f"peer{index + 1}.{rng.choice('klmnpq')}{rng.choice('klmnpq')}.example"


def _number(rng: Random, index: int) -> str:
    return str(7_000 + 10 * index + rng.randrange(10))


def _slashed(rng: Random, index: int) -> str:
    return f"vlan{rng.randrange(100, 999)}/nni-{index + 1}"


def _gateway(rng: Random, index: int) -> str:
    return f"gw{index + 1:02d}.{rng.choice(('lon', 'fra', 'lag', 'syd', 'sin'))}.carrier.example:5060"


RANGES = {
    Split.TRAIN: Ranges(
        countries=("IN", "GB", "FR", "BR"),
        layouts={Layout.CARRIERS: 4, Layout.TRANSIT: 2, Layout.FRONTED: 2, Layout.ONE_SBC: 2},
        trunk_names=(_city, _group, _underscored),
        equipment=(
            ("Oracle SBC 9.3", "-"),
            ("Sonus_UAC", "Sonus_UAC"),
            ("Ribbon SBC SWe 12.1", "RBBN"),
            ("GENBAND Q20", "-"),
            ("kamailio (5.8.4 (x86_64/linux))", "-"),
            ("", "-"),
        ),
        feeds={Feed.MIRROR: 4, Feed.SWITCH: 2, Feed.RECORDS: 2, Feed.PROBE: 1, Feed.BARE: 1},
        patchy=0.08,
        unsigned=0.6,
        asserting=0.5,
        told={Told.EVERYTHING: 7, Told.NO_RINGING: 1, Told.INVITES: 2},
        plain=0.3,
        calls_per_day=(3_000, 300_000),
        hours=(0.1, 16.0),
        hidden=(2, 5, 7, 10),
    ),
    Split.VALIDATION: Ranges(
        countries=("US", "ES"),
        layouts={Layout.CARRIERS: 5, Layout.TRANSIT: 1, Layout.FRONTED: 3, Layout.ONE_SBC: 1},
        trunk_names=(_padded, _peer),
        equipment=(
            ("Dialogic BorderNet", "BN"),
            ("Metaswitch Perimeta 4.9", "-"),
            ("OpenSIPS (3.4.9 (x86_64/linux))", "-"),
            ("TS-v4.6.0-16hi", "TelcoBridges"),
        ),
        feeds={Feed.MIRROR: 6, Feed.SWITCH: 2, Feed.RECORDS: 1, Feed.PROBE: 1},
        patchy=0.05,
        unsigned=0.5,
        asserting=0.4,
        told={Told.EVERYTHING: 8, Told.NO_RINGING: 1, Told.INVITES: 1},
        plain=0.2,
    ),
    Split.TEST: Ranges(
        countries=("DE", "NG", "AU", "SG"),
        carriers=(1, 12),
        layouts={Layout.CARRIERS: 4, Layout.TRANSIT: 3, Layout.FRONTED: 2, Layout.ONE_SBC: 1},
        trunk_names=(_number, _slashed, _gateway),
        equipment=(
            ("AudioCodes-Sip-Gateway-Mediant 9030/v.7.40A.500", "AudiocodesGW"),
            ("Cataleya Orchid", "-"),
            ("Huawei SE2900 V500R022", "HuaweiSE2900"),
            ("NetBorder Express", "-"),
            ("yate/6.4.0", "yate"),
            ("", "-"),
        ),
        feeds={Feed.MIRROR: 6, Feed.SWITCH: 2, Feed.RECORDS: 1, Feed.PROBE: 1},
        patchy=0.05,
        unsigned=0.7,
        asserting=0.4,
        told={Told.EVERYTHING: 7, Told.NO_RINGING: 2, Told.INVITES: 1},
        plain=0.1,
        hotlines=(0, 14),
        tail=(1.2, 3.4),
        subscribers_per_call=(0.3, 1.2),
        outsiders_per_call=(0.07, 0.6),
        newcomers=(0.04, 0.2),
        contacts=(0.25, 0.85),
        ported=(0.0, 0.4),
        overflow=(0.0, 0.2),
        roaming=(0.001, 0.04),
        withheld=(0.005, 0.08),
        far=(0.002, 0.15),
        unplanned=(0.0, 0.01),
        forwarded=(0.0, 0.03),
        main_number=(0.1, 0.9),
        diallers=(0.0, 0.1),
        manners=(0.5, 2.5),
        offices=(0.25, 0.7),
    ),
}
