"""docs/simulation.md, held against the ranges that the simulator draws from."""

import re
from pathlib import Path

import pytest

from ringfence.lab.simulate.attacks import GAPS, Pace
from ringfence.lab.simulate.call import Told
from ringfence.lab.simulate.families import UNSEEN_FAMILIES, Family
from ringfence.lab.simulate.hotlines import RUSHES, UNSEEN_KINDS, HotlineKind
from ringfence.lab.simulate.ranges import PLAIN, RANGES, Feed, Layout, Split

PAGE = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text()
IN_PER_CENT = (
    *(
        "newcomers",
        "contacts",
        "ported",
        "overflow",
        "roaming",
        "withheld",
        "unplanned",
        "far",
        "main_number",
    ),
    *("diallers", "offices", "forwarded"),
)
AS_THEY_ARE = (
    *("carriers", "calls_per_day", "hours", "attacks", "hotlines", "attack_calls", "tail", "manners"),
    *("subscribers_per_call", "outsiders_per_call"),
)


def shown(bounds: tuple[float, float], unit: float = 1) -> str:
    low, high = (f"{bound * unit:,.10g}" for bound in bounds)
    return f"{low} to {high}" if low != high else low


def row(name: str) -> str:
    return next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))


@pytest.mark.parametrize("kind", HotlineKind)
def test_every_kind_of_burst_is_told_with_its_ranges_and_source(kind: HotlineKind) -> None:
    rush = RUSHES[kind]
    cells = [cell.strip() for cell in row(kind).strip("|").split("|")]
    assert cells[2:] == [
        shown(rush.callers),
        shown(rush.seconds),
        f"{shown(rush.redial, 100)} %",
        shown(rush.bursts),
        rush.source,
    ]
    assert ("only in test" in cells[1]) == (kind in UNSEEN_KINDS)


@pytest.mark.parametrize("family", Family)
def test_every_family_of_attacks_is_told(family: Family) -> None:
    assert ("only in test" in row(family)) == (family in UNSEEN_FAMILIES)


@pytest.mark.parametrize("pace", Pace)
def test_every_pace_is_told_with_its_gaps(pace: Pace) -> None:
    assert f"| {shown(GAPS[pace])} s |" in row(pace)


@pytest.mark.parametrize("name", [*IN_PER_CENT, *AS_THEY_ARE])
def test_every_range_of_a_split_is_told(name: str) -> None:
    cells = [cell.strip() for cell in row(name).strip("|").split("|")]
    unit, sign = (100, " %") if name in IN_PER_CENT else (1, "")
    assert cells[2:] == [f"{shown(getattr(RANGES[split], name), unit)}{sign}" for split in Split]


def test_countries_layouts_and_chances_of_the_splits_are_told() -> None:
    def cells(name: str) -> list[str]:
        return [cell.strip() for cell in row(name).strip("|").split("|")][2:]

    assert cells("countries") == [", ".join(RANGES[split].countries) for split in Split]
    for layout in Layout:
        assert _in_ten(layout, [RANGES[split].layouts[layout] for split in Split])
    for told in Told:
        assert _in_ten(told, [RANGES[split].told[told] for split in Split])
    for feed in Feed:
        assert _in_ten(feed, [RANGES[split].feeds.get(feed, 0) for split in Split])
    for name in ("patchy", "unsigned", "asserting", "plain"):
        assert cells(name) == [f"{getattr(RANGES[split], name) * 100:g} %" for split in Split]


def test_clocks_and_plain_operators_are_told() -> None:
    page = " ".join(PAGE.split())
    clocks = "microseconds (60 % of operators of each split), milliseconds (20 %) or whole seconds (20 %)"
    assert clocks in page
    assert all(ranges.clocks == {1_000: 6, 1_000_000: 2, 1_000_000_000: 2} for ranges in RANGES.values())
    for name in ("newcomers", "overflow"):
        assert PLAIN[name] == (0.0, 1.0)
        assert f"(`{name}` 0 to 100 %" in page
    for name in ("outsiders_per_call", "tail"):
        assert f"`{name}` {shown(PLAIN[name])}" in page


def _in_ten(name: str, tenths: list[int]) -> bool:
    ends = " \\| ".join(f"{10 * tenth} %" for tenth in tenths)
    return re.search(rf"^\| `{name}` \| .* \| {ends} \|$", PAGE, re.MULTILINE) is not None
