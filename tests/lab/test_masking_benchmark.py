"""`make evaluate` on an operator so small that it takes a second."""

import re
from pathlib import Path

from benchmarks import masking, masking_page
from benchmarks.masking import Detector, Group
from benchmarks.masking_page import BARS, Section

from ringfence.lab.evaluate import Score, judge_run
from ringfence.lab.simulate import Operator

from .conftest import MONDAY
from .made_up_truth import cut
from .test_evaluate import ALERTS, TRUTH

RULE = Detector("rule alone", ("replay", "--decide", "rule"))
NUMBERS = Detector(
    "numbers only", ("replay",), ("trunk", "source_ip", "user_agent", "sdp_origin", "attestation")
)


def test_detectors_are_run_and_their_figures_add_up() -> None:
    """The rule alone cuts every attack; hotlines fill the small hours, and it cuts them too."""
    small = [Operator(seed, start=MONDAY, hours=0.5, calls_per_day=20_000, attacks=5) for seed in (1, 2)]
    results = masking.run(small, [Group("Both", "", (RULE, NUMBERS))])
    rule, numbers = (Score.of(results.outcomes[one.name]) for one in (RULE, NUMBERS))
    assert (rule.runs, rule.all.attacks, rule.all.recall) == (2, 10, 1.0)
    assert numbers.all.calls_cut < rule.all.calls_cut
    assert results.benign_calls == rule.false_cuts.benign_calls > 0
    assert rule.false_cuts.cut > 100 * max(numbers.false_cuts.cut, 1)


def test_a_group_may_judge_the_first_runs_alone_and_is_told_beside_ours_on_these() -> None:
    small = [Operator(seed, start=MONDAY, hours=0.1, calls_per_day=20_000, attacks=2) for seed in (1, 2, 3)]
    part = Group("Part", "", (NUMBERS,), runs=1)
    results = masking.run(small, [Group("Whole", "", (masking.SCORE,)), part])
    assert [(name, len(runs)) for name, runs in results.of(part)] == [
        ("rule and score", 1),
        ("numbers only", 1),
    ]
    assert len(results.outcomes["rule and score"]) == 3


def test_it_ends_with_enough_honest_calls() -> None:
    endless = (Operator(seed, start=MONDAY, hours=0.1, calls_per_day=20_000, attacks=0) for seed in range(99))
    results = masking.run(endless, [Group("One", "", (RULE,))], enough=1)
    assert len(results.outcomes[RULE.name]) == 1


def test_fields_that_a_detector_is_not_told_are_gone(tmp_path: Path) -> None:
    events = tmp_path / "events"
    events.write_text(
        '{"event_type":"INVITE","call_id":"a","user_agent":"say \\"hi\\", ok","trunk":"t","cause":16}\n'
    )
    bare = masking.stripped(events, ("user_agent", "trunk"))
    assert bare.read_text() == '{"event_type":"INVITE","call_id":"a","cause":16}\n'
    assert masking.stripped(events, ()) == events


def test_a_bar_is_met_missed_or_not_measured() -> None:
    nobody = Score.of(
        [judge_run(TRUTH, ALERTS, [cut("caught-4", "+1caught", 4), cut("late-4", "+1late", 4)])]
    )
    held = {bar.name: bar.holds(nobody) for bar in BARS}
    assert held == {
        "recall, known families": False,
        "recall, unseen families": True,
        "false disconnects per million, 95 % bound": False,
        "true callers cut in mixed bursts": True,
        "cut in time": False,
    }
    assert [bar.holds(Score.of([])) for bar in BARS] == [None] * 5


def test_the_page_holds_ours_against_the_bars() -> None:
    outcome = judge_run(TRUTH, ALERTS, [cut("caught-4", "+1caught", 4), cut("late-4", "+1late", 4)])
    nothing = judge_run(TRUTH, [], [])
    page = masking_page.write(
        "make evaluate",
        [Section("Some", "Two.", [("ours", [outcome]), ("idle", [nothing])])],
        "ours",
        "## Others",
    )
    assert "\n\n## Others\n\n" in page
    assert "2 of 5 are met" in page
    assert "| recall, known families (≥ 97%) | 50.0% | **missed** |" in page
    assert "| recall, unseen families (≥ 85%) | 100.0% | met |" in page
    assert re.search(r"^\| idle \| 0\.0% ✗ \| 0\.0% ✗ ", page, flags=re.MULTILINE)
    tables = [block.splitlines() for block in page.split("\n\n") if block.startswith("|")]
    assert len(tables) == 6
    for table in tables:
        assert len({line.count("|") for line in table}) == 1


def test_every_detector_has_a_name_of_its_own() -> None:
    names = [one.name for group in masking.GROUPS for one in group.detectors]
    assert len(set(names)) == len(names)
