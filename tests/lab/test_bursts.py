"""What each kind of burst does, over many seeds and operators."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from ringfence.lab.simulate import Call, Operator
from ringfence.lab.simulate.bursts import burst_calls
from ringfence.lab.simulate.chance import stream
from ringfence.lab.simulate.hotlines import RUSHES, Burst, HotlineKind
from ringfence.lab.simulate.profiles import drawn_profile
from ringfence.lab.simulate.ranges import Layout, Split

SECOND = 1_000_000_000
OPERATORS = 6
PROVOKED = (HotlineKind.REMINDER, HotlineKind.SCHOOL)


def bursts_of(kind: HotlineKind) -> Iterator[tuple[Operator, Burst, list[Call]]]:
    """The kind's bursts at operators of every split whose trunks can be told apart."""
    for number in range(OPERATORS):
        profile = drawn_profile(tuple(Split)[number % 3], number)
        while profile.layout is not Layout.CARRIERS or profile.plain:
            number += OPERATORS
            profile = drawn_profile(profile.split, number)
        habits = replace(profile.habits, withheld=0.0, unplanned=0.0)
        one = Operator.of_profile(
            replace(profile, kinds=(kind,), habits=habits), number, hours=8, calls_per_day=60_000, hotlines=2
        )
        for burst in one.bursts:
            rng = stream(one.seed, f"burst {burst.number}")
            yield one, burst, list(burst_calls(rng, one.population, burst))


def true_callers(burst: Burst, calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.burst == burst.number]


@pytest.mark.parametrize("kind", HotlineKind)
def test_callers_seconds_and_redials_lie_in_the_stated_ranges(kind: HotlineKind) -> None:
    rush = RUSHES[kind]
    for _, burst, calls in bursts_of(kind):
        assert rush.callers[0] <= burst.callers <= rush.callers[1]
        assert rush.seconds[0] <= burst.seconds <= rush.seconds[1]
        assert all(a.at <= b.at for a, b in pairwise(calls))
        assert {call.b_number for call in true_callers(burst, calls)} <= {burst.hotline.b_number}
        if kind in PROVOKED:
            continue
        # Nobody calls twice at once, and a quiz has few listeners.
        least = 0.3 if kind is HotlineKind.QUIZ else 0.9
        assert least * burst.callers <= len(calls) <= burst.callers
        assert calls[-1].at - burst.at <= burst.seconds * SECOND
        callers = len({call.leg.a_number for call in calls})
        assert callers >= (1 - rush.redial[1]) * burst.callers * 0.4


@pytest.mark.parametrize("kind", [HotlineKind.TICKETS, HotlineKind.CONGESTION, HotlineKind.TRAVELLERS])
def test_who_dials_again_has_hung_up_before(kind: HotlineKind) -> None:
    again = at_once = 0
    for _, _, calls in bursts_of(kind):
        before: dict[str, Call] = {}
        for call in calls:
            earlier = before.get(call.leg.a_number)
            again += earlier is not None
            at_once += earlier is not None and earlier.steps[-1].at >= call.at
            before[call.leg.a_number] = call
    assert again > 100
    # Colleagues behind one exchange that shows its main number.
    assert at_once < 0.06 * again


def test_votes_are_answered_and_short() -> None:
    for _, burst, calls in bursts_of(HotlineKind.TELEVOTE):
        talks = [c.steps[-1].at - c.steps[-2].at for c in calls if c.steps[-1].kind == "BYE"]
        assert len(talks) > 0.35 * burst.callers
        assert sum(talks) / len(talks) < 45 * SECOND


@pytest.mark.parametrize("kind", [HotlineKind.TICKETS, HotlineKind.QUIZ, HotlineKind.CONGESTION])
def test_where_all_want_to_get_through_hardly_anybody_does(kind: HotlineKind) -> None:
    ends = Counter(call.steps[-1].kind for _, _, calls in bursts_of(kind) for call in calls)
    answered = ends["BYE"] / ends.total()
    assert answered == 0 if kind is HotlineKind.CONGESTION else 0 < answered < 0.3
    assert ends["FAIL"] / ends.total() > 0.5


def test_a_conference_has_neighbouring_extensions_of_one_exchange() -> None:
    for one, _, calls in bursts_of(HotlineKind.CONFERENCE):
        over = Counter(c.leg.trunk for c in calls if c.leg.trunk in one.profile.fleet.enterprises)
        trunk, most = over.most_common(1)[0]
        staff = {c.leg.a_number[:-2] for c in calls if c.leg.trunk == trunk}
        assert most >= 0.1 * len(calls)
        assert len(staff) <= 2


def test_most_callers_of_an_emergency_are_of_one_area_and_come_over_one_trunk() -> None:
    for one, burst, calls in bursts_of(HotlineKind.EMERGENCY):
        prefixes = one.plan.others.prefixes
        areas = Counter(p for c in calls for p in prefixes if c.leg.a_number.startswith(p))
        trunks = Counter(call.leg.trunk for call in calls)
        assert areas.most_common(1)[0][1] > 0.2 * burst.callers
        assert trunks.most_common(1)[0][1] > 0.4 * burst.callers


def test_after_an_outage_all_come_over_the_trunk_that_returned() -> None:
    for one, _, calls in bursts_of(HotlineKind.OUTAGE):
        (trunk,) = {call.leg.trunk for call in calls}
        assert trunk in one.profile.fleet.interconnects


def test_travellers_call_with_national_numbers_over_international_trunks() -> None:
    for one, _, calls in bursts_of(HotlineKind.TRAVELLERS):
        assert {call.leg.trunk for call in calls} <= set(one.profile.fleet.international)
        national = sum(call.leg.a_number.startswith(f"+{one.plan.code}") for call in calls)
        assert national > 0.4 * len(calls)


def test_a_quiz_asks_regularly_and_the_same_listeners_call() -> None:
    seen: dict[str, set[str]] = {}
    times: dict[str, list[int]] = {}
    again = []
    for one, burst, calls in bursts_of(HotlineKind.QUIZ):
        key = f"{one.seed} {burst.hotline.b_number}"
        callers = {call.leg.a_number for call in calls}
        if key in seen:
            again.append(len(callers & seen[key]) / len(callers))
        seen.setdefault(key, set()).update(callers)
        times.setdefault(key, []).append(burst.at)
    assert sum(part > 0.1 for part in again) > 0.8 * len(again) > 5
    assert all(len({b - a for a, b in pairwise(begun)}) <= 1 for begun in times.values())


@pytest.mark.parametrize("kind", PROVOKED)
def test_one_number_calls_many_and_some_of_them_call_back(kind: HotlineKind) -> None:
    for _, burst, calls in bursts_of(kind):
        out = [call for call in calls if not call.burst]
        back = true_callers(burst, calls)
        assert {call.leg.a_number for call in out} == {burst.hotline.b_number}
        assert len(out) == burst.callers
        first_called = {call.b_number: call.at for call in reversed(out)}
        assert all(
            call.at > first_called[call.leg.a_number] for call in back if call.leg.trunk.callers == "10"
        )
        assert len(back) < 0.7 * len(out)


def test_an_advertisement_rings_a_subscriber_who_gets_hardly_any_calls_otherwise() -> None:
    for one, burst, calls in bursts_of(HotlineKind.ADVERT):
        subscribers = {one.plan.own.number(index) for index in range(one.population.subscribers)}
        assert burst.hotline.b_number in subscribers
        assert len(calls) <= 40
        if one.bursts[0] == burst:
            every = sum(call.b_number == burst.hotline.b_number for call in one.calls() if not call.attack)
            assert every <= 2 * 40 + 15


def test_couriers_call_from_few_blocks_of_one_carrier() -> None:
    for one, burst, calls in bursts_of(HotlineKind.SHIFT):
        blocks = Counter(call.leg.a_number[:-3] for call in calls)
        most = sum(count for _, count in blocks.most_common(3))
        assert most > 0.3 * burst.callers
        assert one.profile.fleet.interconnects[0] in {call.leg.trunk for call in calls}


def test_nothing_of_a_hotlines_number_says_what_it_is() -> None:
    profile = drawn_profile(Split.TEST, 1)
    kinds_but = tuple(kind for kind in profile.kinds if kind is not HotlineKind.ADVERT)
    numbers = Operator.of_profile(replace(profile, kinds=kinds_but), 1, hotlines=30)
    kinds = [hotline.b_number.startswith(numbers.plan.own.prefixes) for hotline in numbers.hotlines]
    assert 0 < sum(kinds) < len(kinds)
    assert len({hotline.b_number for hotline in numbers.hotlines}) == 30
