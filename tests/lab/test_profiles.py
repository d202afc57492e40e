"""The operators that are drawn: different from each other, and from split to split."""

import io
import json
from collections import Counter, defaultdict
from dataclasses import fields, replace
from itertools import islice, pairwise
from random import Random

import phonenumbers
import pytest

from ringfence.errors import BadInput
from ringfence.lab.simulate import Operator, nth_operator, operators
from ringfence.lab.simulate.call import Reports, Told
from ringfence.lab.simulate.families import UNSEEN_FAMILIES, Family
from ringfence.lab.simulate.hotlines import UNSEEN_KINDS, HotlineKind
from ringfence.lab.simulate.plans import ABROAD, COUNTRIES
from ringfence.lab.simulate.population import FOREIGN, OUTSIDE, OWN, STAFF, Habits, Population
from ringfence.lab.simulate.profiles import Profile, drawn_profile, named_profile, standard_profile
from ringfence.lab.simulate.ranges import PLAIN, RANGES, Layout, Split
from ringfence.lab.simulate.writers import PcapWriter

from .conftest import read_back
from .pcap_reader import read_pcap
from .test_simulated_truth import check

DRAWN = 60


@pytest.fixture(scope="module")
def profiles() -> dict[Split, list[Profile]]:
    return {split: [drawn_profile(split, number) for number in range(DRAWN)] for split in Split}


Profiles = dict[Split, list[Profile]]


def trunk_names(profile: Profile) -> set[str]:
    fleet = profile.fleet
    trunks = (*fleet.interconnects, *fleet.international, fleet.access, *fleet.enterprises)
    return {trunk.name for trunk in trunks}


def test_splits_share_no_country_no_range_and_no_trunk(profiles: Profiles) -> None:
    seen: dict[str, Split] = {}
    for split, drawn in profiles.items():
        for profile in drawn:
            plan = profile.plan
            ranges = {*plan.own.prefixes, *plan.others.prefixes, *plan.business.prefixes}
            for mark in {plan.region, *ranges, *trunk_names(profile)}:
                assert seen.setdefault(mark, split) is split, mark


def test_splits_share_no_carriers_equipment_but_silence() -> None:
    made = [{agent for agent, _ in RANGES[split].equipment} for split in Split]
    for n, one in enumerate(made):
        assert all(one & other <= {""} for other in made[n + 1 :])


def test_one_family_and_one_kind_are_in_test_only(profiles: Profiles) -> None:
    for split, drawn in profiles.items():
        for profile in drawn:
            unseen = (set(profile.families) >= UNSEEN_FAMILIES, set(profile.kinds) >= UNSEEN_KINDS)
            assert unseen == ((True, True) if split is Split.TEST else (False, False))
            assert set(profile.families) | UNSEEN_FAMILIES == set(Family)
            assert set(profile.kinds) | UNSEEN_KINDS == set(HotlineKind)
    assert (len(UNSEEN_FAMILIES), len(UNSEEN_KINDS)) == (1, 1)


@pytest.mark.parametrize("split", Split)
def test_operators_of_a_split_are_small_and_large_short_and_long_and_of_every_layout(
    profiles: Profiles, split: Split
) -> None:
    drawn = profiles[split]
    assert {profile.layout for profile in drawn} == set(RANGES[split].layouts) == set(Layout)
    assert {profile.plan.region for profile in drawn} == set(RANGES[split].countries)
    sizes = [profile.calls_per_day for profile in drawn]
    assert min(sizes) < 10_000
    assert max(sizes) > 200_000
    low, high = RANGES[split].calls_per_day
    assert all(low <= size <= high for size in sizes)
    hours = [profile.hours for profile in drawn]
    assert min(hours) < 1
    assert max(hours) > 12
    low_hours, high_hours = RANGES[split].hours
    assert all(low_hours <= length <= high_hours for length in hours)
    hotlines = [profile.hotlines for profile in drawn]
    assert min(hotlines) <= 1
    assert max(hotlines) >= 13
    assert all(profile.attacks >= 1 for profile in drawn)


@pytest.mark.parametrize("split", Split)
def test_habits_lie_in_the_stated_ranges_and_differ(profiles: Profiles, split: Split) -> None:
    for habit in fields(Habits):
        bounds = getattr(RANGES[split], habit.name, None)
        if bounds is None:
            continue
        for plain, low_high in ((False, bounds), (True, PLAIN.get(habit.name, bounds))):
            of_kind = [profile.habits for profile in profiles[split] if profile.plain is plain]
            drawn = {getattr(habits, habit.name) for habits in of_kind}
            assert len(drawn) > len(of_kind) / 2 or low_high[0] == low_high[1], habit.name
            assert all(low_high[0] <= value <= low_high[1] for value in drawn), habit.name


@pytest.mark.parametrize("split", Split)
def test_each_fact_about_the_origin_is_missing_somewhere(profiles: Profiles, split: Split) -> None:
    for fact in fields(Reports):
        told = Counter(getattr(p.fleet.interconnects[0].reports, fact.name) for p in profiles[split])
        if fact.name == "call_id":
            assert set(told) == {True}
        elif fact.name == "told":
            assert set(told) == set(RANGES[split].told) == set(Told)
        else:
            assert told[False] > 0.03 * DRAWN, fact.name
            assert told[True] > 0.4 * DRAWN, fact.name
    unsigned = sum(profile.fleet.access.attestations == (None,) for profile in profiles[split])
    assert 0.3 * DRAWN < unsigned < 0.9 * DRAWN
    asserting = sum(profile.fleet.access.asserts_identity for profile in profiles[split])
    assert 0.2 * DRAWN < asserting < 0.8 * DRAWN


def test_where_there_is_one_sbc_every_call_shows_it_and_nothing_else(profiles: Profiles) -> None:
    one = next(p for p in profiles[Split.TEST] if p.layout is Layout.ONE_SBC)
    told = defaultdict(set)
    operator = Operator.of_profile(one, 3, hours=0.5, calls_per_day=20_000)
    for event in islice(operator.events(), 3_000):
        leg = event.call.leg
        told["trunk"].add(json.loads(event.to_json()).get("trunk"))
        if leg.trunk is not one.fleet.legacy:
            told["agent"].add(leg.user_agent)
            told["address"].add(leg.source_ip)
            told["media"].add(leg.sdp_origin.rpartition(" ")[2])
    assert len(told["trunk"] - {None}) <= 1
    assert len(told["agent"]) == 1
    assert len(told["address"]) <= 2
    assert len(told["media"]) <= 6


@pytest.mark.parametrize("split", Split)
def test_what_a_trunk_does_not_report_stands_in_no_event(profiles: Profiles, split: Split) -> None:
    for profile in profiles[split][:6]:
        operator = Operator.of_profile(profile, 1, hours=0.5, calls_per_day=20_000)
        for event in islice(operator.events(), 500):
            record, reports = json.loads(event.to_json()), event.call.leg.trunk.reports
            first = event.kind == "INVITE"
            assert ("trunk" in record) == reports.trunk
            assert ("source_ip" in record) == reports.source_ip
            assert ("sdp_origin" in record) == (reports.sdp_origin and first)
            assert ("user_agent" in record) <= (reports.user_agent and first)
            assert ("call_id" in record) == reports.call_id


@pytest.mark.parametrize("told", Told)
def test_a_switch_sends_the_events_it_sends_and_a_capture_holds_all(profiles: Profiles, told: Told) -> None:
    profile = next(p for p in profiles[Split.TRAIN] if p.fleet.access.reports.told is told)
    operator = Operator.of_profile(profile, 1, hours=0.5, calls_per_day=20_000)
    missing = {
        Told.EVERYTHING: set(),
        Told.NO_RINGING: {"RINGING"},
        Told.INVITES: {"RINGING", "ANSWER", "CANCEL", "BYE", "FAIL"},
    }[told]
    everything = {"INVITE", "RINGING", "ANSWER", "CANCEL", "BYE", "FAIL"}
    assert {event.kind for event in operator.events()} == everything - missing
    assert {event.kind for event in operator.events(on_the_wire=True)} == everything
    begun = {event.call.call_id for event in operator.events() if event.kind == "INVITE"}
    assert len(begun) == operator.truth().run.calls


@pytest.mark.parametrize("region", COUNTRIES)
def test_drawn_ranges_are_dealt_to_one_operator_each_and_their_numbers_are_valid(region: str) -> None:
    for seed in range(5):
        plan = COUNTRIES[region].drawn_plan(Random(seed), 1 + seed)
        dealt = [*plan.own.prefixes, *plan.others.prefixes]
        assert len(set(dealt)) == len(dealt)
        assert len(plan.carriers) <= 1 + seed
        for pool, valid in (
            (plan.own, True),
            (plan.others, True),
            (plan.open, True),
            (plan.business, True),
            (plan.toll_free, True),
        ):
            numbers = [pool.number(index) for index in range(0, 4_000, 97)]
            assert all(phonenumbers.is_valid_number(phonenumbers.parse(n)) is valid for n in numbers)
        gone = [plan.unallocated.number(index) for index in range(0, 4_000, 97)]
        assert not any(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in gone)


def test_numbers_of_people_abroad_are_valid() -> None:
    for pool in ABROAD:
        numbers = [pool.number(index) for index in range(0, 4_000, 97)]
        assert all(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in numbers)


def called_before(profile: Profile, calls: int = 20_000) -> tuple[float, Counter[int]]:
    people = Population(profile.plan, profile.fleet, profile.habits, profile.abroad, calls)
    rng = Random(profile.name)
    seen = Counter[int]()
    for _ in range(calls):
        seen[people.caller(rng)] += 1
    outside = [count for who, count in seen.items() if who & 7 == OUTSIDE]
    return 1 - len(outside) / sum(outside), seen


def test_callers_from_elsewhere_call_again_on_the_day_and_nobody_calls_all_the_time(
    profiles: Profiles,
) -> None:
    shares = []
    for drawn in profiles.values():
        for profile in [profile for profile in drawn if not profile.plain][:8]:
            again, seen = called_before(profile)
            shares.append(again)
            assert max(count for who, count in seen.items() if who & 7 <= OUTSIDE) < 0.03 * seen.total()
    assert all(0.3 <= share <= 0.9 for share in shares)
    assert min(shares) < 0.5
    assert max(shares) > 0.7


def test_somebody_is_always_the_same_on_every_call(profiles: Profiles) -> None:
    for profile in profiles[Split.TRAIN][:5]:
        habits = replace(profile.habits, overflow=0.0)
        people = Population(profile.plan, profile.fleet, habits, profile.abroad, 20_000)
        rng = Random(1)
        for _ in range(200):
            who = people.caller(rng)
            looks = set()
            for _ in range(3):
                leg = people.leg(rng, who)
                looks.add((leg.a_number, leg.trunk, leg.attestation, leg.p_asserted_identity))
            assert len(looks) == 1


def test_shares_of_callers_who_are_abroad_withhold_or_have_no_planned_number_are_as_drawn() -> None:
    profile = standard_profile("GB", 50_000)
    habits = Habits(roaming=0.03, withheld=0.06, unplanned=0.01, tail=1.2)
    people = Population(profile.plan, profile.fleet, habits, profile.abroad, 50_000)
    rng = Random(2)
    callers = {who for who in (people.caller(rng) for _ in range(40_000)) if who & 7 <= OUTSIDE}
    legs = [(who, people.leg(rng, who)) for who in callers]
    assert sum(leg.a_number == "anonymous" for _, leg in legs) == pytest.approx(0.06 * len(legs), rel=0.2)
    assert sum(leg.trunk in profile.fleet.international for _, leg in legs) == pytest.approx(
        0.03 * len(legs), rel=0.25
    )
    outside = [leg.a_number for who, leg in legs if who & 7 == OUTSIDE and leg.a_number != "anonymous"]
    invalid = [n for n in outside if not phonenumbers.is_valid_number(phonenumbers.parse(n))]
    assert len(invalid) == pytest.approx(0.01 * len(outside), rel=0.4)


def test_what_is_asserted_is_mostly_what_is_shown_but_not_of_forwarded_calls_and_some_exchanges() -> None:
    profile = standard_profile("IN", 50_000)
    people = Population(profile.plan, profile.fleet, Habits(forwarded=0.03), profile.abroad, 50_000)
    rng = Random(5)
    other: Counter[int] = Counter()
    asserted: Counter[int] = Counter()
    for who in {people.caller(rng) for _ in range(20_000)}:
        leg = people.leg(rng, who)
        if leg.p_asserted_identity and leg.a_number != "anonymous":
            asserted[who & 7] += 1
            other[who & 7] += leg.p_asserted_identity != leg.a_number
    assert other[OWN] / asserted[OWN] == pytest.approx(0.03, rel=0.3)
    assert 0.1 < other[STAFF] / asserted[STAFF] < 0.5


def test_a_ported_number_is_of_one_operators_range_and_comes_over_anothers_trunk() -> None:
    profile = drawn_profile(Split.TEST, next(n for n in range(99) if _carriers(n) >= 3))
    habits = Habits(ported=0.3, roaming=0.0, unplanned=0.0, overflow=0.0, withheld=0.0)
    people = Population(profile.plan, profile.fleet, habits, profile.abroad, 20_000)
    rng, away, ours = Random(3), 0, 0
    for _ in range(4_000):
        leg = people.leg(rng, people.regular(rng))
        interconnects = profile.fleet.interconnects
        homes = [i for i, c in enumerate(profile.plan.carriers) if leg.a_number.startswith(c.prefixes)]
        ours += leg.a_number.startswith(profile.plan.own.prefixes)
        away += interconnects[homes[0] % len(interconnects)] != leg.trunk if homes else 1
    assert 0.12 < away / 4_000 < 0.32
    assert 0.02 < ours / 4_000 < 0.12


def _carriers(number: int) -> int:
    profile = drawn_profile(Split.TEST, number)
    return len(profile.plan.carriers) if profile.layout is Layout.CARRIERS else 0


def test_most_calls_go_to_those_whom_one_always_calls() -> None:
    profile = standard_profile("IN", 20_000)
    for contacts, low, high in ((0.9, 0.5, 1.0), (0.0, 0.0, 0.05)):
        habits = Habits(contacts=contacts)
        people = Population(profile.plan, profile.fleet, habits, profile.abroad, 20_000)
        rng = Random(4)
        called = Counter(people.called(rng, 0.0, OWN)[0] for _ in range(400))
        assert low <= sum(count for _, count in called.most_common(24)) / 400 <= high + 0.05
    assert people.caller(rng) & 7 <= FOREIGN + 1


def test_operators_are_reproducible_different_and_named_for_the_command_line() -> None:
    first = list(operators("validation", 3, seed=2))
    again = list(operators(Split.VALIDATION, 3, seed=2))
    assert [one.profile for one in first] == [one.profile for one in again]
    assert [one.profile.name for one in first] == ["validation-20000", "validation-20001", "validation-20002"]
    assert [one.profile for one in first] == [named_profile(one.profile.name) for one in first]
    assert nth_operator("validation", 2, seed=2).profile == first[2].profile
    assert [one.truth() for one in first[:1]] == [one.truth() for one in again[:1]]
    assert not {one.profile.name for one in first} & {one.profile.name for one in operators("validation", 9)}
    assert len({one.start for one in operators("train", 20)}) == 20


@pytest.mark.parametrize(
    ("split", "count", "seed"), [("dev", 1, 0), ("test", -1, 0), ("test", 10_001, 0), ("test", 1, -1)]
)
def test_operators_that_cannot_be_are_refused(split: str, count: int, seed: int) -> None:
    with pytest.raises(BadInput):
        list(operators(split, count, seed))


@pytest.mark.parametrize("split", Split)
@pytest.mark.parametrize("number", range(3))
def test_the_truth_of_drawn_operators_is_what_a_naive_window_finds(split: Split, number: int) -> None:
    profile = drawn_profile(split, number)
    operator = Operator.of_profile(
        profile, number, hours=0.6, calls_per_day=min(30_000, profile.calls_per_day)
    )
    truth = operator.truth()
    records = [read_back(event) for event in operator.events()]
    assert all(a["at"] <= b["at"] for a, b in pairwise(records))
    check(truth, records)
    assert (truth.run.profile, truth.run.split) == (f"{split}-{number}", split)
    for attack in truth.attacks:
        assert attack.unseen == (attack.family in UNSEEN_FAMILIES)
        assert attack.drip or attack.reaches_rule_alone
    assert all(burst.unseen == (burst.kind in UNSEEN_KINDS) for burst in truth.bursts)


@pytest.mark.parametrize("split", Split)
def test_a_capture_of_a_drawn_operator_holds_its_calls(split: Split) -> None:
    for number in range(3):
        operator = Operator.of_profile(
            drawn_profile(split, number), number, hours=0.5, calls_per_day=8_000, hotlines=3
        )
        out = io.BytesIO()
        writer = PcapWriter(out)
        for event in operator.events(on_the_wire=True):
            writer.write(event)
        writer.close()
        calls = {message.headers["Call-ID"] for message in read_pcap(out.getvalue())}
        assert len(calls) == operator.truth().run.calls


def test_an_attack_of_the_unseen_family_and_a_burst_of_the_unseen_kind_come_in_test() -> None:
    tests = list(operators("test", 4))
    truths = [one.truth() for one in tests]
    assert any(attack.unseen for truth in truths for attack in truth.attacks)
    assert any(burst.unseen for truth in truths for burst in truth.bursts)
