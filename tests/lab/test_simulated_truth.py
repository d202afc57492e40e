"""The truth file against a naive window over what was written."""

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from ringfence.errors import BadInput
from ringfence.lab.simulate import Operator, Truth
from ringfence.lab.simulate.attacks import Pace
from ringfence.lab.simulate.families import UNSEEN_FAMILIES, Family
from ringfence.lab.simulate.truth import AttackTruth

from .conftest import Day, read_back

W = 5_000_000_000


class NaiveWindow:
    """Looks at every window of every B-number, each from scratch."""

    def __init__(self, records: list[dict[str, Any]]) -> None:
        self.calls: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        known = set()
        for record in records:
            call_id = record["id"]
            if record["event_type"] == "INVITE" and call_id not in known:
                known.add(call_id)
                self.calls[record["b_number"]].append((record["at"], record["a_number"], call_id))

    def full(self, b_number: str, only: set[str] | None = None) -> list[tuple[int, set[str], int]]:
        """(instant, Call-IDs, distinct callers) of each window that holds the threshold."""
        calls = [call for call in self.calls[b_number] if only is None or call[2] in only]
        times = [at for at, _, _ in calls]
        found = []
        for at in dict.fromkeys(times):
            inside = calls[bisect_right(times, at - W) : bisect_right(times, at)]
            callers = len({a for _, a, _ in inside})
            if callers >= 5:
                found.append((at, {call_id for _, _, call_id in inside}, callers))
        return found


def instant(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int(moment.replace(microsecond=0).timestamp()) * 1_000_000_000 + moment.microsecond * 1000


def check(truth: Truth, records: list[dict[str, Any]]) -> None:
    naive = NaiveWindow(records)
    bad_calls = {call_id for attack in truth.attacks for call_id in attack.call_ids}
    for attack in truth.attacks:
        own = set(attack.call_ids)
        windows = [window for window in naive.full(attack.b_number) if window[1] & own]
        assert attack.reaches_rule == bool(windows), attack.attack_id
        assert attack.rule_calls == len(set().union(*(w[1] & own for w in windows))), attack.attack_id
        assert attack.reaches_rule_alone == bool(naive.full(attack.b_number, own)), attack.attack_id
        if windows:
            assert attack.reached_at is not None
            assert instant(attack.reached_at) == windows[0][0]
        check_called_at(attack)
        seen = [call for call in naive.calls[attack.b_number] if call[2] in own]
        assert [call_id for _, _, call_id in seen] == list(attack.call_ids)
        assert tuple(dict.fromkeys(a for _, a, _ in seen)) == attack.a_numbers
        assert (seen[0][0], seen[-1][0]) == (instant(attack.first_call_at), instant(attack.last_call_at))
    fan_ins = {}
    for b_number, calls in naive.calls.items():
        honest = {call_id for _, _, call_id in calls} - bad_calls
        if windows := naive.full(b_number, honest):
            times = 1 + sum(b[0] - a[0] > W for a, b in pairwise(windows))
            fan_ins[b_number] = (windows[0][0], windows[-1][0], times, max(w[2] for w in windows))
    told = {
        f.b_number: (instant(f.first_at), instant(f.last_at), f.times, f.peak_callers) for f in truth.fan_ins
    }
    assert told == fan_ins
    check_benign(truth, records)


def check_called_at(attack: AttackTruth) -> None:
    first = instant(attack.first_call_at)
    begun = [first + 1000 * after for after in attack.called_at]
    assert begun == sorted(begun)
    assert (begun[0], begun[-1]) == (first, instant(attack.last_call_at))
    assert len(begun) == len(attack.call_ids)
    reached = None if attack.reached_at is None else instant(attack.reached_at)
    later = [n for n, at in enumerate(begun) if reached is not None and at >= reached]
    assert attack.nth_call == (later[0] if later else None)


def check_benign(truth: Truth, records: list[dict[str, Any]]) -> None:
    mixed = {attack.hotline_burst for attack in truth.attacks if attack.mixed}
    apart = {call_id for attack in truth.attacks for call_id in attack.call_ids}
    for burst in truth.bursts:
        assert burst.mixed == (burst.burst in mixed)
        assert len(burst.call_ids) == (burst.calls if burst.mixed else 0)
        assert apart.isdisjoint(burst.call_ids)
        apart.update(burst.call_ids)
    by_number = NaiveWindow(records).calls.values()
    counts = [sum(call_id not in apart for _, _, call_id in calls) for calls in by_number]
    assert truth.run.benign_calls == sum(counts)
    assert truth.run.benign_units == Counter(count for count in counts if count)


def test_the_truth_of_the_day_is_what_a_naive_window_finds(day: Day) -> None:
    check(day.operator.truth(), day.records)


@pytest.mark.parametrize("seed", range(8))
def test_so_it_is_for_other_seeds(small: Callable[[int], Operator], seed: int) -> None:
    operator = small(seed)
    records = [read_back(event) for event in operator.events()]
    check(operator.truth(), records)


def test_every_family_comes_fast_and_slow_and_as_a_drip(day: Day) -> None:
    attacks = day.operator.truth().attacks
    kinds = Counter((attack.family, attack.pace) for attack in attacks)
    assert set(kinds) == {(family, pace) for family in set(Family) - UNSEEN_FAMILIES for pace in Pace}
    assert sum(not attack.drip for attack in attacks) == 40
    assert sum(attack.drip for attack in attacks) == 8


def test_attacks_come_over_one_trunk_and_several_answered_and_not_and_in_a_hotlines_burst(day: Day) -> None:
    attacks = [attack for attack in day.operator.truth().attacks if not attack.drip]
    assert {len(attack.trunks) > 1 for attack in attacks} == {True, False}
    assert {attack.answered for attack in attacks} == {True, False}
    hidden = [attack for attack in attacks if attack.hotline_burst]
    bursts = {burst.burst: burst for burst in day.operator.truth().bursts}
    assert len(hidden) >= 3
    for attack in hidden:
        assert attack.hotline_burst is not None
        burst = bursts[attack.hotline_burst]
        assert attack.b_number == burst.b_number
        assert attack.first_call_at < burst.last_call_at
        assert attack.last_call_at > burst.first_call_at


def test_attacks_satisfy_the_rule_by_themselves_and_drips_do_not(day: Day) -> None:
    for attack in day.operator.truth().attacks:
        assert attack.reaches_rule_alone == (not attack.drip), attack.attack_id
        assert attack.reaches_rule == (not attack.drip), attack.attack_id
        assert len(attack.a_numbers) >= 5


def test_attacks_that_nobody_answers_are_never_answered_and_the_others_are(day: Day) -> None:
    answered_calls = {event.call.call_id for event in day.events if event.kind == "ANSWER"}
    taken: Counter[bool] = Counter()
    calls: Counter[bool] = Counter()
    for attack in day.operator.truth().attacks:
        taken[attack.answered] += len(answered_calls & set(attack.call_ids))
        calls[attack.answered] += len(attack.call_ids)
    assert taken[False] == 0 < calls[False]
    assert taken[True] > 0.2 * calls[True]


def test_hotlines_have_bursts_that_satisfy_the_rule(day: Day) -> None:
    truth = day.operator.truth()
    assert {burst.kind for burst in truth.bursts} == {"televote", "hospital", "bank", "conference"}
    assert sum(burst.reaches_rule for burst in truth.bursts) >= len(truth.bursts) / 2
    hotlines = {hotline.b_number for hotline in day.operator.hotlines}
    assert all(fan_in.hotline == (fan_in.b_number in hotlines) for fan_in in truth.fan_ins)


def test_a_burst_reaches_the_rule_where_a_naive_window_with_its_calls_does(day: Day) -> None:
    naive = NaiveWindow(day.records)
    calls = defaultdict(set)
    for event in day.events:
        if event.call.burst and not event.call.attack:
            calls[event.call.burst].add(event.call.call_id)
    for burst in day.operator.truth().bursts:
        full = any(window[1] & calls[burst.burst] for window in naive.full(burst.b_number))
        assert burst.reaches_rule == full
        assert burst.calls == len(calls[burst.burst])


def test_a_truth_file_can_be_read_again(day: Day) -> None:
    truth = day.operator.truth()
    lines = list(truth.to_lines())
    assert Truth.from_lines(lines) == truth
    assert [json.loads(line)["record"] for line in lines[:2]] == ["run", "attack"]


@pytest.mark.parametrize(
    "line", ["", "no JSON", "[]", '{"record":"attack"}', '{"record":"run"}', '{"record":"new"}', "7"]
)
def test_what_is_no_truth_file_is_refused(line: str) -> None:
    with pytest.raises(BadInput, match="truth file"):
        Truth.from_lines([line])
