"""Two decisions over the same calls, whoever made them: here a live model and one in its shadow."""

from ringfence.lab.compare import (
    Change,
    CutCall,
    Decisions,
    by_number,
    by_trunk,
    compared,
    comparison_view,
    difference_lines,
    differences,
)

NOON = 1_768_478_400_000_000_000
BANK, CLINIC = "+912222445566", "+914040425827"


def cut(
    n: int, b_number: str = BANK, *, trunk: str = "carrier-7", probability: float = 0.9, at: int = 0
) -> CutCall:
    return CutCall(
        call_id=f"{n}@gw",
        a_number=f"+1202555{1000 + n % 100}",
        b_number=b_number,
        trunk=trunk,
        alert_id=f"alert on {b_number}",
        begun_at=NOON,
        decided_at=NOON + at,
        probability=probability,
    )


def decided(name: str, *calls: CutCall) -> Decisions:
    reasons = {call.alert_id: f"{name} says so of {call.b_number[-2:]}" for call in calls}
    return Decisions(
        name, len(reasons), len(reasons), len(calls), {call.call_id: call for call in calls}, reasons
    )


def test_a_call_that_both_cut_differs_in_nothing() -> None:
    live = decided("live", cut(1), cut(2))
    shadow = decided("shadow", cut(1, at=900, probability=0.99), cut(2))
    assert differences(live, shadow) == ()


def test_what_one_alone_cuts_is_told_as_that_one_tells_it_in_order_of_time() -> None:
    live = decided("live", cut(1, at=30), cut(2, at=10), cut(3))
    shadow = decided("shadow", cut(3), cut(4, CLINIC, at=20))
    told = [(one.change, one.call.call_id, one.reason) for one in differences(live, shadow)]
    assert told == [
        (Change.SPARED, "2@gw", "live says so of 66"),
        (Change.CUT, "4@gw", "shadow says so of 27"),
        (Change.SPARED, "1@gw", "live says so of 66"),
    ]


def test_groups_hold_calls_of_one_change_and_the_largest_comes_first() -> None:
    live = decided("live", cut(1, CLINIC), cut(2, CLINIC, trunk=""))
    shadow = decided("shadow", cut(3, CLINIC), cut(4), cut(104, probability=0.95, trunk="carrier-9"), cut(5))
    numbers = by_number(differences(live, shadow))
    assert [(group.change, group.name, len(group.calls), group.callers) for group in numbers] == [
        (Change.CUT, BANK, 3, 2),
        (Change.SPARED, CLINIC, 2, 2),
        (Change.CUT, CLINIC, 1, 1),
    ]
    assert (numbers[0].probability, numbers[0].trunks) == (0.95, ("carrier-7", "carrier-9"))
    assert numbers[1].trunks == ("carrier-7",)
    trunks = by_trunk(differences(live, shadow))
    assert {(group.change, group.name): len(group.calls) for group in trunks} == {
        (Change.CUT, "carrier-7"): 3,
        (Change.CUT, "carrier-9"): 1,
        (Change.SPARED, "carrier-7"): 1,
        (Change.SPARED, ""): 1,
    }


def test_no_more_than_ten_groups_are_shown_and_all_calls_are_written() -> None:
    many = [cut(n, f"+9122224455{n % 30:02}") for n in range(90)]
    comparison = compared([decided("live"), decided("shadow", *many)], attacks=frozenset({"0@gw", "30@gw"}))
    newly = comparison_view(comparison)["comparisons"][0]["newly_cut"]
    assert (newly["calls"], newly["called_numbers"], len(newly["by_number"])) == (90, 30, 10)
    assert (newly["attack_calls"], newly["other_calls"]) == (2, 88)
    first = newly["by_number"][0]
    assert (first["calls"], first["attack_calls"], first["other_calls"]) == (3, 2, 1)
    lines = list(difference_lines(comparison))
    assert len(lines) == 90
    assert sum(line["attack"] for line in lines) == 2


def test_a_probability_just_under_a_threshold_is_never_shown_to_reach_it() -> None:
    comparison = compared([decided("live", cut(1, trunk="", probability=0.699999)), decided("shadow")])
    [line] = difference_lines(comparison)
    assert (line["policy"], line["change"], line["probability"]) == ("shadow", "spared", 0.6999)
    assert line["trunk"] is None
    assert "attack" not in line
    spared = comparison_view(comparison)["comparisons"][0]["no_longer_cut"]
    assert spared["by_trunk"] == [{"trunk": None, "calls": 1, "callers": 1}]
    assert spared["by_number"][0]["probability"] == 0.6999
