"""Scoring a detector against the truth; every figure here was worked out by hand."""

import gzip
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from ringfence.errors import BadInput
from ringfence.lab.evaluate import RunOutcome, Score, judge_run
from ringfence.lab.evaluate.reading import lines_of, read_cuts

from .conftest import Day
from .made_up_truth import alert, at, attack, burst, cut, truth

EVERY_SECOND = [float(n) for n in range(12)]

CAUGHT = attack("caught", EVERY_SECOND)
LATE = attack("late", EVERY_SECOND, family="sequential", unseen=True, pace="slow")
MISSED = attack("missed", [100 + n for n in range(6)], mixed=True, b_number="+1vote")
DRIP = attack("drip", [0, 2, 4, 6, 8, 10, 12, 14], nth=None, pace="drip", drip=True)
VOTE = burst("televote", "+1vote", 90, 110, 20, mixed=True)
SHOW = burst("tickets", "+1show", 300, 310, 5, mixed=True)
BANK = burst("bank", "+1bank", 500, 520, 30, mixed=False)
TRUTH = truth([CAUGHT, LATE, MISSED, DRIP], [VOTE, SHOW, BANK], units={10: 5, 50: 1})

ACTIONS = [
    # Calls 4 to 11 of the first attack, from its 7th second on.
    *(cut(f"caught-{n}", "+1caught", max(n, 6.0)) for n in range(4, 12)),
    # The 5th call after the N-th is call 9; half a second later is late.
    cut("late-10", "+1late", 9.5),
    cut("drip-0", "+1drip", 20),
    cut("drip-1", "+1drip", 20, kind="block"),
    # Three of the twenty true callers of the vote, and honest calls elsewhere.
    *(cut(f"televote-{n}", "+1vote", 101) for n in range(3)),
    *(cut(f"honest-{n}", "+1bank", 510) for n in range(2)),
    cut("honest-2", "+1quiet", 510),
]
ALERTS = [alert("+1caught", 4, "caught-4"), alert("+1late", 9.5, "late-10"), alert("+1bank", 510, "honest-1")]


@pytest.fixture(scope="module")
def outcome() -> RunOutcome:
    return judge_run(TRUTH, ALERTS, ACTIONS)


@pytest.fixture(scope="module")
def score(outcome: RunOutcome) -> Score:
    return Score.of([outcome])


def test_recall_is_of_attacks_that_meet_the_rule(score: Score) -> None:
    assert (score.all.attacks, score.all.cut, score.all.recall) == (3, 2, 2 / 3)
    assert score.missed == ("missed",)
    assert (score.drips.attacks, score.drips.cut, score.drips.alerted) == (1, 1, 0)
    assert (score.drips.in_time, score.drips.in_time_share) == (0, None)


def test_families_paces_and_mixed_attacks_stand_apart(score: Score) -> None:
    assert {name: group.recall for name, group in score.by_family.items()} == {"random": 0.5, "sequential": 1}
    assert {name: group.recall for name, group in score.by_pace.items()} == {"fast": 0.5, "slow": 1.0}
    assert (score.known.attacks, score.known.recall) == (2, 0.5)
    assert (score.unseen.attacks, score.unseen.recall) == (1, 1.0)
    assert (score.mixed.attacks, score.mixed.recall) == (1, 0.0)


def test_times_are_from_the_first_call_to_the_first_action(score: Score) -> None:
    assert (score.all.seconds_median, score.all.seconds_p95) == (7.75, 9.5)
    assert score.mixed.seconds_median is None


def test_the_fifth_call_after_the_nth_is_the_last_in_time(score: Score) -> None:
    assert (score.all.in_time, score.all.in_time_share) == (1, 1 / 3)
    assert (score.by_family["random"].in_time, score.by_family["sequential"].in_time) == (1, 0)
    on_the_call = judge_run(TRUTH, [], [cut("late-10", "+1late", 9)])
    assert [one.in_time for one in on_the_call.attacks] == [False, True, False, False]


def test_an_attack_that_ended_before_that_call_is_in_time_whenever_it_is_cut() -> None:
    short = truth([attack("short", [0.0, 1, 2, 3, 4])], [], units={1: 1})
    assert judge_run(short, [], [cut("short-0", "+1short", 30)]).attacks[0].in_time
    others = attack("others", EVERY_SECOND)
    none_after = truth([replace(others, nth_call=None)], [], units={1: 1})
    assert judge_run(none_after, [], [cut("others-0", "+1others", 30)]).attacks[0].in_time


def test_calls_that_got_through_are_those_no_action_names(score: Score) -> None:
    assert (score.all.calls, score.all.calls_cut) == (30, 9)
    assert score.all.got_through == 21 / 30
    assert score.by_family["random"].got_through == 10 / 18


def test_false_cuts_are_counted_by_b_number_outside_mixed_bursts(outcome: RunOutcome, score: Score) -> None:
    assert outcome.false_cuts == {"+1bank": 2, "+1quiet": 1}
    found = score.false_cuts
    assert (found.benign_calls, found.cut, found.b_numbers, found.b_numbers_hit) == (100, 3, 6, 2)
    assert found.per_million == 30_000
    assert found.method == "bootstrap"
    assert found.upper_bound is not None
    assert found.upper_bound > 60_000


def test_inside_mixed_bursts_the_true_callers_are_counted(score: Score) -> None:
    mixed = score.mixed_bursts
    assert (mixed.bursts, mixed.calls, mixed.cut) == (2, 25, 3)
    assert (mixed.share, mixed.worst) == (3 / 25, 3 / 20)


def test_it_is_told_where_the_false_cuts_fell(score: Score) -> None:
    bank, ordinary = score.by_benign_family["bank"], score.by_benign_family["ordinary"]
    assert (bank.bursts, bank.bursts_hit, bank.calls, bank.cut) == (1, 1, 30, 2)
    assert (ordinary.calls, ordinary.cut) == (70, 1)
    assert set(score.by_benign_family) == {"bank", "ordinary"}


def test_runs_add_up_to_one_figure(outcome: RunOutcome) -> None:
    clean = judge_run(TRUTH, [alert("+1missed", 104)], [cut("missed-5", "+1vote", 105)])
    both = Score.of([outcome, clean])
    assert (both.runs, both.calls, both.alerts, both.calls_cut) == (2, 400, 4, 18)
    assert (both.all.attacks, both.all.cut, both.all.recall) == (6, 3, 0.5)
    assert both.missed == ("1:missed", "2:caught", "2:late")
    assert (both.false_cuts.benign_calls, both.false_cuts.per_million) == (200, 15_000)
    assert both.mixed_bursts.share == 3 / 50
    assert (both.by_benign_family["bank"].bursts, both.by_benign_family["bank"].bursts_hit) == (2, 1)


def test_no_false_cut_leaves_the_rule_of_three() -> None:
    found = Score.of([judge_run(TRUTH, [], [cut("caught-0", "+1caught", 1)])]).false_cuts
    assert (found.cut, found.per_million, found.method) == (0, 0.0, "rule_of_three")
    assert found.upper_bound == 1e6 * 3 / 100


def test_nothing_to_count_makes_no_figure() -> None:
    score = Score.of([judge_run(truth([], [], units={}, calls=0), [], [])])
    assert (score.all.recall, score.all.got_through, score.mixed_bursts.worst) == (None, None, None)
    assert (score.false_cuts.per_million, score.false_cuts.upper_bound) == (None, None)


def test_an_action_told_twice_counts_once_at_its_earlier_time() -> None:
    twice = [cut("caught-5", "+1caught", 8), cut("caught-5", "+1caught", 6, kind="block"), ""]
    honest = [cut("honest", "+1bank", 510), cut("honest", "+1bank", 511)]
    outcome = judge_run(TRUTH, [], twice + honest)
    assert (outcome.attacks[0].calls_cut, outcome.attacks[0].seconds) == (1, 6.0)
    assert outcome.false_cuts == {"+1bank": 1}
    assert outcome.calls_cut == 2


def test_flags_and_actions_without_a_call_are_no_cuts() -> None:
    flags = [cut(None, "+1caught", 5, kind="flag"), cut("caught-1", "+1caught", 5, kind="flag")]
    outcome = judge_run(TRUTH, [], [*flags, cut(None, "+1bank", 5)])
    assert (outcome.calls_cut, outcome.attacks[0].calls_cut, outcome.false_cuts) == (0, 0, {})


def test_a_call_without_a_call_id_is_known_by_its_numbers_and_time() -> None:
    """Each detector makes up a name for it that the truth cannot know."""
    a_number = CAUGHT.a_numbers[3]
    assert judge_run(TRUTH, [], [cut("made-up", "+1caught", 5, a=a_number)]).attacks[0].calls_cut == 1
    elsewhere = judge_run(TRUTH, [], [cut("made-up", "+1bank", 5, a=a_number)])
    assert (elsewhere.attacks[0].calls_cut, elsewhere.false_cuts) == (0, {"+1bank": 1})
    in_the_vote = judge_run(TRUTH, [], [cut("made-up", "+1vote", 100, a="+449")])
    assert (in_the_vote.bursts[0].cut, in_the_vote.false_cuts) == (1, {})
    next_day = judge_run(TRUTH, [], [cut("made-up", "+1vote", 86_400, a="+449")])
    assert (next_day.bursts[0].cut, next_day.false_cuts) == (0, {"+1vote": 1})


def test_a_cut_between_two_bursts_belongs_to_the_one_that_began_last() -> None:
    again = burst("bank", "+1vote", 130, 150, 40, mixed=False)
    both = truth([], [VOTE, again], units={40: 1})
    outcomes = [judge_run(both, [], [cut("one", "+1vote", seconds)]) for seconds in (125, 140, 211)]
    assert [[one.cut for one in outcome.bursts] for outcome in outcomes] == [[1, 0], [0, 1], [0, 0]]
    assert [outcome.ordinary_cut for outcome in outcomes] == [0, 0, 1]


def test_an_alert_covers_an_attack_by_a_call_or_by_time() -> None:
    def alerted(*alerts: str) -> list[bool]:
        return [one.alerted for one in judge_run(TRUTH, alerts, []).attacks]

    assert alerted(alert("+1caught", 500, "caught-0")) == [True, False, False, False]
    assert alerted(alert("+1caught", 8, "unknown")) == [True, False, False, False]
    assert alerted(alert("+1caught", 500)) == [False] * 4
    assert alerted(alert("+1caught", -5, last_seen=3)) == [True, False, False, False]
    # A drip must be named: it goes on for long, and others' alerts fall into it.
    assert alerted(alert("+1drip", 8)) == [False] * 4
    assert alerted(alert("+1drip", 8, "drip-3")) == [False, False, False, True]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("no JSON", "line 2 of the actions is not JSON"),
        (b"\xff\xfe", "line 2 of the actions is not JSON"),
        ("[" * 100_000, "line 2 of the actions is not JSON"),
        ("[]", "line 2 of the actions is not a JSON object"),
        ("{}", "line 2 of the actions has no kind"),
        ('{"kind":"cut","call_id":"a"}', "line 2 of the actions has no kind"),
        ('{"kind":"block","call_id":17}', "line 2 of the actions: call_id is missing or no text"),
        ('{"kind":"block","call_id":"a"}', "line 2 of the actions: b_number is missing"),
        (cut("a", "+1", 0).replace("Z", ""), "line 2 of the actions: .* names no zone"),
        (cut("a", "+1", 0).replace("2026-", ""), "line 2 of the actions: .* is not a time"),
    ],
)
def test_a_line_that_is_no_action_is_refused_with_its_number(line: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        judge_run(TRUTH, [], [ACTIONS[0], line, ACTIONS[1]])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{}", "line 1 of the alerts: opened_at is missing"),
        ('{"opened_at":"2026-01-05T09:00:00Z"}', "line 1 of the alerts: b_number is missing"),
        (alert("+1", 0).replace("[]", "17"), "line 1 of the alerts: call_ids is no list of texts"),
        (alert("+1", 0).replace("[]", "[17]"), "line 1 of the alerts: call_ids is no list of texts"),
    ],
)
def test_a_line_that_is_no_alert_is_refused_with_its_number(line: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        judge_run(TRUTH, [line], [])


def test_files_are_read_packed_or_plain(tmp_path: Path) -> None:
    plain, packed = tmp_path / "actions", tmp_path / "packed"
    data = "".join(f"{line}\n" for line in ACTIONS).encode()
    plain.write_bytes(data)
    packed.write_bytes(gzip.compress(data))
    found = [list(read_cuts(lines_of(path), path.name)) for path in (plain, packed)]
    assert found[0] == found[1]
    assert len(found[0]) == len(ACTIONS)
    for length in (5, 20, len(packed.read_bytes()) - 9):
        packed.write_bytes(gzip.compress(data)[:length])
        with pytest.raises(BadInput, match="cut off or damaged"):
            list(lines_of(packed))
    with pytest.raises(BadInput, match=r"Cannot read .*nowhere: No such file"):
        list(lines_of(tmp_path / "nowhere"))


def test_a_detector_that_knows_the_truth_of_a_simulated_day_is_perfect(day: Day) -> None:
    known = day.operator.truth()
    reached = [attack for attack in known.attacks if attack.reaches_rule]
    actions = [
        json.dumps(
            {"kind": "block", "call_id": c, "b_number": one.b_number, "decided_at": one.reached_at or at(0)}
        )
        for one in reached
        for c in one.call_ids
    ]
    score = Score.of([judge_run(known, [], actions)])
    assert (score.all.attacks, score.all.recall) == (len(reached), 1.0)
    assert (score.all.got_through, score.all.in_time_share) == (0.0, 1.0)
    assert (score.drips.cut, score.false_cuts.cut, score.mixed_bursts.cut) == (0, 0, 0)


def test_any_cuts_of_a_simulated_day_are_sorted_as_a_naive_count_sorts_them(day: Day) -> None:
    known = day.operator.truth()
    mixed = {burst.burst for burst in known.bursts if burst.mixed}
    rng = Random(3)
    cut_calls = [call for call in day.operator.calls() if rng.random() < 0.05]
    a_day_later = "2027-01-01T00:00:00Z"
    actions = [
        json.dumps({"kind": "block", "call_id": c.call_id, "b_number": c.b_number, "decided_at": a_day_later})
        for c in cut_calls
    ]
    outcome = judge_run(known, [], actions)
    honest = [call for call in cut_calls if not call.attack]
    assert outcome.false_cuts == Counter(call.b_number for call in honest if call.burst not in mixed)
    assert sum(one.cut for one in outcome.bursts) == sum(call.burst in mixed for call in honest) > 0
    assert sum(one.calls_cut for one in outcome.attacks) == len(cut_calls) - len(honest) > 0
    score = Score.of([outcome])
    assert score.false_cuts.b_numbers == sum(known.run.benign_units.values())
