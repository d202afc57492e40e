"""What each family of attacks does, over many seeds and operators."""

from collections import Counter, defaultdict
from itertools import pairwise
from random import Random

import phonenumbers
import pytest

from ringfence.lab.simulate import Call, Operator
from ringfence.lab.simulate.attack_calls import attack_calls
from ringfence.lab.simulate.attacks import DRIP_SIZES, GAPS, Attack, Headers, Pace
from ringfence.lab.simulate.families import Family, a_numbers
from ringfence.lab.simulate.population import OUTSIDE, person
from ringfence.lab.simulate.profiles import drawn_profile
from ringfence.lab.simulate.ranges import Split

W = 5_000_000_000
SEEDS = range(12)
SPLITS = tuple(Split)


def operator(seed: int) -> Operator:
    profile = drawn_profile(SPLITS[seed % 3], seed)
    return Operator.of_profile(profile, seed, hours=2, calls_per_day=20_000, attacks=30)


@pytest.fixture(scope="module")
def attacked() -> list[tuple[Operator, Attack, list[Call]]]:
    """Every attack of a dozen operators, with its calls."""
    found = []
    for one in map(operator, SEEDS):
        for attack in one.attacks:
            found.append((one, attack, list(attack_calls(one.seed, one.population, attack))))
    return found


Attacked = list[tuple[Operator, Attack, list[Call]]]


def numbers_of(seed: int, family: Family, wanted: int = 60) -> tuple[Operator, str, list[str]]:
    one = operator(seed)
    victim = one.population.subscriber(Random(seed))
    return one, victim, a_numbers(Random(seed), one.population, family, victim, wanted)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("family", Family)
def test_every_family_gives_as_many_different_numbers_as_are_wanted(seed: int, family: Family) -> None:
    _, victim, numbers = numbers_of(seed, family, 500)
    assert len(set(numbers)) == len(numbers) == 500
    assert victim not in numbers
    assert all(number.startswith("+") and 7 <= len(number) - 1 <= 15 for number in numbers)


@pytest.mark.parametrize("seed", SEEDS)
def test_sequential_goes_up_or_down_by_one_to_three(seed: int) -> None:
    _, _, numbers = numbers_of(seed, Family.SEQUENTIAL)
    steps = {(int(b[-5:]) - int(a[-5:])) % 100_000 for a, b in pairwise(numbers)}
    assert len(steps) == 1
    assert steps <= {1, 2, 3, 99_999, 99_998}


@pytest.mark.parametrize("seed", SEEDS)
def test_neighbours_share_all_but_four_digits_with_a_victim_at_home(seed: int) -> None:
    _, victim, numbers = numbers_of(seed, Family.NEIGHBOUR)
    assert {number[:-4] for number in numbers} == {victim[:-4]}


@pytest.mark.parametrize("seed", SEEDS)
def test_same_prefix_shares_three_to_six_digits_after_the_country_code_and_no_more(seed: int) -> None:
    one, _, numbers = numbers_of(seed, Family.SAME_PREFIX)
    shared = next(n for n in range(20) if len({number[: n + 1] for number in numbers}) > 1)
    assert 3 <= shared - 1 - len(one.plan.code) <= 6
    assert len({number[-4:] for number in numbers}) > 50


def test_stolen_numbers_are_those_of_subscribers_of_this_operator_of_others_or_of_both() -> None:
    owners = set()
    for seed in SEEDS:
        one, _, numbers = numbers_of(seed, Family.STOLEN)
        people = one.population
        own = {one.plan.own.number(index) for index in range(people.subscribers)}
        elsewhere = {people.number_of(person(OUTSIDE, index)) for index in range(people.outsiders)}
        assert set(numbers) <= own | elsewhere
        owners.add(frozenset(number in own for number in numbers))
    assert owners == {frozenset({True}), frozenset({False}), frozenset({True, False})}


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_holds_the_unallocated_and_plans_hold_the_random(seed: int) -> None:
    for family, valid in ((Family.UNALLOCATED, False), (Family.RANDOM, True)):
        _, _, numbers = numbers_of(seed, family)
        told = {phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in numbers}
        assert told == {valid}


@pytest.mark.parametrize("seed", SEEDS)
def test_rotating_blocks_take_a_handful_from_each_of_many_and_never_two_in_a_row(seed: int) -> None:
    one, _, numbers = numbers_of(seed, Family.ROTATING_BLOCKS)
    blocks = Counter(number[:-2] for number in numbers)
    assert len(blocks) >= 60 / 6
    assert max(blocks.values()) <= 8
    assert all(a[:-2] != b[:-2] for a, b in pairwise(numbers))
    assert all(number.startswith(one.plan.business.prefixes) for number in numbers)


def test_gaps_keep_to_the_pace_so_five_callers_fit_into_the_window_or_never_do(attacked: Attacked) -> None:
    for _, attack, calls in attacked:
        spans = [b.at - a.at for a, b in zip(calls, calls[4:], strict=False)]
        if attack.pace is Pace.DRIP:
            assert all(span > W for span in spans)
        else:
            assert spans
            assert all(span < W for span in spans)
        distinct = [len({call.leg.a_number for call in calls[n : n + 5]}) for n in range(len(spans))]
        assert distinct[0] == 5
        assert attack.again or set(distinct) == {5}
        low, high = GAPS[attack.pace]
        assert low <= attack.gap <= high


def test_sizes_lie_in_the_range_evenly_on_a_log_scale(attacked: Attacked) -> None:
    sizes = [attack.calls for _, attack, _ in attacked if attack.pace is not Pace.DRIP]
    assert (min(sizes) < 8, max(sizes) > 400) == (True, True)
    assert all(5 <= size <= 500 for size in sizes)
    assert 0.4 < sum(size < 50 for size in sizes) / len(sizes) < 0.6
    drips = [attack.calls for _, attack, _ in attacked if attack.pace is Pace.DRIP]
    assert all(DRIP_SIZES[0] <= size <= DRIP_SIZES[1] for size in drips)


def test_a_pool_of_numbers_is_used_in_turn_and_some_attacks_use_numbers_again(attacked: Attacked) -> None:
    pooled = again = 0
    for _, attack, calls in attacked:
        numbers = [call.leg.a_number for call in calls]
        most = min(attack.pool or attack.calls, attack.calls)
        pooled, again = pooled + (attack.pool > 0), again + (attack.again > 0)
        if attack.again:
            assert 5 <= len(set(numbers)) <= most
        else:
            assert len(set(numbers)) == most
            assert not attack.pool or numbers[attack.pool :] == numbers[: len(numbers) - most]
    assert 0.1 < pooled / len(attacked) < 0.35
    assert 0.15 < again / len(attacked) < 0.35


def test_attacks_come_over_one_way_and_several_and_nowhere_but_over_their_own(attacked: Attacked) -> None:
    several = 0
    for _, attack, calls in attacked:
        assert {call.leg.trunk for call in calls} <= set(attack.origin.trunks)
        several += len(attack.origin.trunks) > 1
    assert 0.1 < several / len(attacked) < 0.5


def test_what_shows_of_an_attack_is_what_its_headers_and_the_sbc_let_through(attacked: Attacked) -> None:
    kinds = set()
    for _, attack, calls in attacked:
        looks = {(call.leg.user_agent, call.leg.sdp_origin.rpartition(" ")[2]) for call in calls}
        rewritten = any(trunk.rewrites for trunk in attack.origin.trunks)
        kinds.add((attack.origin.headers, rewritten))
        assert attack.origin.exposed == (attack.origin.headers is Headers.OWN and not rewritten)
        if attack.origin.exposed:
            assert looks <= {(machine.user_agent, machine.media) for machine in attack.origin.machines}
        elif attack.origin.headers is Headers.BEHIND and not rewritten:
            assert len(looks) <= len(attack.origin.trunks)
    assert len(kinds) == 6


def test_a_signing_network_attests_attacks_as_all_or_as_honest_calls_and_a_silent_one_never(
    attacked: Attacked,
) -> None:
    told = Counter[str | None]()
    for _, attack, calls in attacked:
        for call in calls:
            told[call.leg.attestation] += 1
            if call.leg.trunk.attestations == (None,):
                assert call.leg.attestation is None
            elif attack.origin.told:
                assert call.leg.attestation == attack.origin.told
            else:
                assert call.leg.attestation in call.leg.trunk.attestations
    assert {"A", "B", "C", "none", "failed", None} <= set(told)


def test_campaigns_ring_several_victims_from_one_origin_with_the_same_numbers(attacked: Attacked) -> None:
    campaigns = defaultdict(list)
    for one, attack, calls in attacked:
        campaigns[one.seed, attack.origin.number].append((attack, [call.leg.a_number for call in calls]))
    repeated = [group for group in campaigns.values() if len(group) > 1]
    assert len(repeated) > 10
    for (first, numbers), *others in repeated:
        assert len({attack.b_number for attack, _ in [(first, numbers), *others]}) > 1
        for attack, again in others:
            assert (attack.origin, attack.pace, attack.pool) == (first.origin, first.pace, first.pool)
            if first.pool and first.origin.family in (Family.SEQUENTIAL, Family.UNALLOCATED):
                assert again[:5] == numbers[:5]


def test_victims_are_at_home_at_work_and_at_hotlines(attacked: Attacked) -> None:
    victims = Counter[str]()
    for one, attack, _ in attacked:
        if attack.pace is Pace.DRIP:
            assert attack.b_number.startswith(one.plan.own.prefixes)
        if attack.b_number in {hotline.b_number for hotline in one.hotlines}:
            victims["hotline in its burst" if attack.burst else "hotline"] += 1
        else:
            victims["home" if attack.b_number.startswith(one.plan.own.prefixes) else "work"] += 1
    assert min(victims.values()) > 10
    assert len(victims) == 4
