"""Scoring a detector against the truth."""

import json

import pytest

from ringfence.errors import BadInput
from ringfence.lab.evaluate import score_run
from ringfence.lab.simulate.truth import AttackTruth

from .conftest import Day


def alert(attack: AttackTruth, *call_ids: str, opened_at: str | None = None) -> str:
    opened = opened_at or attack.first_call_at
    return json.dumps(
        {"b_number": attack.b_number, "opened_at": opened, "last_seen_at": opened, "call_ids": call_ids}
    )


def action(kind: str, call_id: str | None) -> str:
    return json.dumps({"kind": kind, "call_id": call_id, "b_number": "+911"})


def test_a_perfect_detector_misses_nothing_and_cuts_nobody_else(day: Day) -> None:
    truth = day.operator.truth()
    real = [attack for attack in truth.attacks if attack.reaches_rule]
    score = score_run(
        truth,
        [alert(attack, *attack.call_ids) for attack in real],
        [action("disconnect", call_id) for attack in real for call_id in attack.call_ids],
    )
    assert (score.rule_attacks, score.alerted, score.missed, score.false_drips) == (40, 40, (), ())
    assert score.attack_calls_cut == sum(len(attack.call_ids) for attack in real)
    assert (score.benign_calls_cut, score.wrong_cuts_per_million) == (0, 0.0)
    assert score.attack_calls + score.benign_calls == truth.run.calls


def test_misses_false_drips_and_wrong_cuts_are_named(day: Day) -> None:
    truth = day.operator.truth()
    first, second, *_ = truth.attacks
    drip = next(attack for attack in truth.attacks if attack.drip)
    score = score_run(
        truth,
        [alert(first, first.call_ids[0]), alert(drip, drip.call_ids[2])],
        [
            action("disconnect", first.call_ids[0]),
            action("block", first.call_ids[0]),
            action("block", "an honest call"),
            action("disconnect", "an honest call"),
            action("flag", None),
            "",
        ],
    )
    assert score.alerted == 1
    assert second.attack_id in score.missed
    assert len(score.missed) == 39
    assert score.false_drips == (drip.attack_id,)
    assert (score.attack_calls_cut, score.benign_calls_cut) == (1, 1)
    assert score.wrong_cuts_per_million == pytest.approx(1e6 / score.benign_calls)


def test_an_alert_whose_list_of_calls_was_cut_off_still_covers_by_time(day: Day) -> None:
    attack = day.operator.truth().attacks[0]
    assert attack.reached_at is not None
    assert score_run(day.operator.truth(), [alert(attack, opened_at=attack.reached_at)], []).alerted == 1
    elsewhen = alert(attack, opened_at="2020-01-01T00:00:00Z")
    assert score_run(day.operator.truth(), [elsewhen], []).alerted == 0


@pytest.mark.parametrize("line", ["no JSON", "[]", "{}", '{"b_number":"+91"}', '{"kind":"block"}'])
def test_lines_that_are_neither_are_refused_with_their_number(day: Day, line: str) -> None:
    with pytest.raises(BadInput, match="line 1 of the alerts"):
        score_run(day.operator.truth(), [line], [])
    with pytest.raises(BadInput, match="line 1 of the actions"):
        score_run(day.operator.truth(), [], [line])


@pytest.mark.parametrize("field", ["opened_at", "last_seen_at", "call_ids"])
def test_an_alert_that_cannot_be_read_is_refused_by_its_place(day: Day, field: str) -> None:
    good = json.loads(alert(day.operator.truth().attacks[0]))
    with pytest.raises(BadInput, match="alert 2"):
        score_run(day.operator.truth(), [json.dumps(good), json.dumps(good | {field: 17})], [])
