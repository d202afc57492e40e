"""What a fraud analyst reads of an alert that a trained model judged."""

import math

import ringfence_engine as engine
from hypothesis import given
from hypothesis import strategies as st

from ringfence.model.alert import Alert
from ringfence.model.policy import Decide, Deed, Policy
from ringfence.signalling import MaskingDetector, PolicyBook, describe
from ringfence.signalling.contributions import NOTABLE, weighed

from .builders import call, change, cluster, metrics

VERSION = "masking-xgboost-2b0c8d7e91af"
ATTACK = {
    "sequential": 6 / 7,
    "in_a_row": 0.86,
    "new_callers": 1.0,
    "new_callers_excess": 0.8,
    "trunk_usual_share": 0.04,
    "b_usual_callers": 6.0,
    "shared_source": 1.0,
    "gap_deviation": 0.12,
    "given_up_at_once": 4 / 7,
    "attested": 0.0,
    "asr": 4.0,
}
MOVED = (
    ("base", -3.2), ("sequential", 2.1), ("new_callers_excess", 1.3), ("new_callers", 0.2), ("in_a_row", 1.0),
    ("trunk_usual_share", 0.9), ("b_usual_callers", -0.84), ("gap_deviation", 0.7), ("given_up_at_once", 0.6),
    ("shared_source", 0.5), ("attested", -0.4), ("asr", -0.35), ("short_talks", 5.0),
)  # fmt: skip


def alert_of(*clusters: "engine.Cluster", callers: int = 7, policy: Policy | None = None) -> Alert:
    """The alert of calls as suspect as the first of the clusters."""
    peak = clusters[0].probability
    told = change(
        [call(n, score=peak) for n in range(7)],
        callers=callers,
        clusters=list(clusters),
        figures=metrics(seizures=50, answered=2),
        probability=peak,
        method=VERSION,
    )
    return MaskingDetector(PolicyBook([policy] if policy else [])).on_change(told).alert


def test_what_moved_the_score_most_is_told_with_how_far() -> None:
    alert = alert_of(cluster(points=MOVED, features=ATTACK), cluster(callers=12, probability=0.1), callers=19)
    assert alert.method == VERSION
    assert alert.reasons == (
        "7 callers in 3.1 s from one trunk (carrier-7)",
        "6 of 7 callers have a number within 10 of that of the caller before or after [+3.1]",
        "all 7 callers have never called before (usually 20 %) [+1.5]",
        "the callers come over one trunk that carries 4 % of all calls [+0.9]",
        "the callers follow each other like clockwork (gaps differ by 12 % of their mean) [+0.7]",
        "4 of 7 calls were given up by the caller within 3 s [+0.6]",
        "against masking: the number is known to be rung by several callers at once (usually 6) [-0.8]",
        "against masking: none of the calls with a STIR verdict have attestation A [-0.4]",
        "12 other callers to this number are left alone",
    )
    assert describe(alert).startswith("Call masking: 7 callers in 3.1 s from one trunk (carrier-7); 6 of 7")


def test_a_fan_in_tells_first_what_speaks_against_masking() -> None:
    facts = {"b_bursts": 2.71, "b_answered_share": 0.92, "shared_trunk": 1.0, "trunks_per_caller": 0.0}
    moved = (("base", -3.2), ("b_bursts", -1.4), ("b_answered_share", -0.9), ("shared_trunk", 0.5))
    alert = alert_of(cluster(callers=7, probability=0.08, points=moved, features=facts))
    assert alert.reasons == (
        "7 callers in 3.1 s from one trunk (carrier-7)",
        "not taken for masking: its probability is 0.08, under 0.7",
        "the number has had bursts of true callers before (counted 2.71, older ones less) [-1.4]",
        "92 % of the calls to the number whose outcome is known were answered [-0.9]",
        "for masking: all 7 calls show the same trunk [+0.5]",
    )


def test_of_a_crowd_the_most_suspect_part_is_told() -> None:
    moved = (("sequential", 1.2),)
    alert = alert_of(
        cluster(callers=4, probability=0.4, points=moved, features={"sequential": 0.5}), callers=12
    )
    assert alert.reasons[2:] == (
        "the most suspect group holds 4 of the 12 callers, from one trunk (carrier-7)",
        "for masking: 2 of 4 callers have a number within 10 of that of the caller before or after [+1.2]",
    )


def test_what_is_not_known_is_no_fact_however_much_it_weighs() -> None:
    told = cluster(points=(("answered", -3.0), ("new_callers_excess", 2.0)), features={"new_callers": 1.0})
    assert weighed(told, masking=True) == []


def test_what_hardly_moved_the_score_is_left_out() -> None:
    facts = {"sequential": 0.0, "answered": 0.0}
    told = cluster(points=(("sequential", -0.29), ("answered", 0.3)), features=facts)
    assert weighed(told, masking=True) == [
        "none of the group's calls whose outcome is known were answered [+0.3]"
    ]


def test_facts_of_one_subject_that_outweigh_each_other_are_left_out() -> None:
    facts = {"sequential": 0.5, "in_a_row": 0.1}
    told = cluster(points=(("sequential", 1.0), ("in_a_row", -1.1)), features=facts)
    assert weighed(told, masking=True) == []


def test_what_the_policy_did_stands_before_the_facts() -> None:
    policy = Policy(decide=Decide.RULE, deed=Deed.BLOCK)
    alert = alert_of(cluster(points=MOVED, features=ATTACK), policy=policy)
    assert alert.reasons[1] == "the policy decides by the rule alone: every call counts, whatever its origin"


WEIGHTS = st.dictionaries(st.sampled_from(engine.FEATURES), st.floats(-9, 9, allow_nan=False))


@given(WEIGHTS, st.sets(st.sampled_from(engine.FEATURES)), st.booleans())
def test_at_most_five_for_and_two_against_the_heaviest_first(
    weights: dict[str, float], known: set[str], masking: bool
) -> None:
    shares = {
        "neighbours",
        "new_callers",
        "impossible",
    }  # without which what is told beside them is not known either
    facts = dict.fromkeys((known | shares) - {"callers", "calls_per_caller"}, 0.5)
    told = weighed(cluster(points=tuple(weights.items()), features=facts), masking=masking)
    shown = [float(line.rpartition("[")[2].rstrip("]")) for line in told]
    after = [" masking: " in line for line in told]
    assert after == sorted(after)
    ours = [weight for weight, other in zip(shown, after, strict=True) if not other]
    theirs = [weight for weight, other in zip(shown, after, strict=True) if other]
    assert len(ours) <= 5
    assert len(theirs) <= 2
    assert all((weight > 0) == masking for weight in ours)
    assert all((weight < 0) == masking for weight in theirs)
    assert [abs(w) for w in ours] == sorted((abs(w) for w in ours), reverse=True)
    assert all(abs(weight) >= math.floor(10 * NOTABLE) / 10 for weight in shown)
