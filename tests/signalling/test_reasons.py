"""What a fraud analyst reads of an alert."""

from typing import TYPE_CHECKING

import pytest

from ringfence.model.alert import Alert
from ringfence.model.policy import Decide, Deed, Policy
from ringfence.signalling import (
    HitDetector,
    MaskingDetector,
    PolicyBook,
    describe,
    opening_call,
    recommended_action,
)
from ringfence.signalling.wording import within

from .builders import call, change, cluster, hit, metrics

if TYPE_CHECKING:
    import ringfence_engine as engine

HOTLINE = metrics(seizures=50, answered=2)


def alert_of(
    *clusters: "engine.Cluster",
    policy: Policy | None = None,
    figures: "engine.Metrics | None" = None,
    callers: int = 7,
    exempt: tuple[int, ...] = (),
    allowed: bool = False,
) -> Alert:
    """The alert of calls as suspect as the first of the clusters."""
    peak = clusters[0].probability
    calls = [call(n, score=peak, allowed=n in exempt) for n in range(7)]
    told = change(
        calls, callers=callers, clusters=list(clusters), figures=figures, probability=peak, allowed=allowed
    )
    return MaskingDetector(PolicyBook([policy] if policy else [])).on_change(told).alert


def test_a_plain_attack_reads_as_an_analyst_would_say_it() -> None:
    alert = alert_of(cluster(sequential=6, neighbours=6), figures=HOTLINE)
    assert alert.reasons == (
        "7 callers in 3.1 s from one trunk (carrier-7)",
        "6 of them sequential",
        "ASR 4 % (2 of 50 calls answered in 5 minutes)",
    )
    assert describe(alert) == (
        "Call masking: 7 callers in 3.1 s from one trunk (carrier-7); 6 of them sequential; "
        "ASR 4 % (2 of 50 calls answered in 5 minutes)"
    )


def test_everything_that_tells_is_told_the_most_telling_first() -> None:
    attack = cluster(
        callers=8,
        calls=9,
        span=0.0,
        source_ip="203.0.113.9",
        sdp_origin="- 203.0.113.9",
        user_agent="friendly-scanner",
        foreign=True,
        sequential=2,
        neighbours=8,
        invalid=3,
        anonymous=1,
        unattested=9,
        answered=1,
        gave_up=7,
        evenness=0.9,
        points=(("shared_trunk", 0.35), ("invalid", 0.2), ("answered", -0.04), ("nothing", 0.0)),
    )
    alert = alert_of(
        attack,
        cluster(callers=5, probability=0.8),
        cluster(callers=12, probability=0.1),
        callers=25,
        figures=HOTLINE,
    )
    assert alert.reasons == (
        "8 callers at the same instant from one trunk (carrier-7), one address (203.0.113.9), one SDP origin "
        "and one agent (friendly-scanner)",
        "the trunk's other calls come from elsewhere",
        "2 of them sequential",
        "all 8 of them alike but for the last four digits",
        "3 of them in no numbering plan",
        "1 call with the number withheld",
        "all 9 calls with attestation C, none or failed",
        "7 of 9 calls given up by the caller within 3 s",
        "the callers follow each other like clockwork",
        "1 of 9 calls of the group answered",
        "ASR 4 % (2 of 50 calls answered in 5 minutes)",
        "1 other group of calls judged masking too",
        "12 other callers to this number are left alone",
        "score made of shared trunk +0.35, invalid +0.20, answered -0.04",
    )


def test_a_fan_in_says_why_it_is_not_taken_for_masking() -> None:
    hotline = cluster(callers=12, calls=12, span=4.2, trunk="", attested=9, probability=0.08)
    alert = alert_of(hotline, figures=metrics(seizures=200, answered=183), callers=12)
    assert alert.reasons == (
        "12 callers in 4.2 s",
        "not taken for masking: its probability is 0.08, under 0.7",
        "no trunk, address, SDP origin or agent is known to be shared",
        "no sequential or neighbouring numbers among them",
        "every number is a valid one",
        "9 of 12 calls fully attested",
        "ASR 92 % (183 of 200 calls answered in 5 minutes)",
    )
    assert describe(alert).startswith("Fan-in burst: 12 callers in 4.2 s; not taken for masking")


def test_a_fan_in_of_several_origins_tells_of_the_most_suspect() -> None:
    beside = cluster(callers=8, probability=0.1, trunk="")
    alert = alert_of(cluster(callers=4, sequential=2, probability=0.41), beside, callers=12)
    assert alert.reasons == (
        "12 callers in one window",
        "not taken for masking: its probability is 0.41, under 0.7",
        "the most suspect group holds 4 of the 12 callers, from one trunk (carrier-7)",
        "2 of them sequential",
        "every number is a valid one",
    )


def test_a_probability_is_not_rounded_up_to_the_threshold_it_missed() -> None:
    alert = alert_of(cluster(probability=0.6999))
    assert alert.reasons[1] == "not taken for masking: its probability is just under 0.7"


def test_without_origin_clusters_nothing_is_said_of_the_origin() -> None:
    told = change([call(n, score=0.0) for n in range(7)], clusters=[])
    assert MaskingDetector(PolicyBook()).on_change(told).alert.reasons == (
        "7 callers in one window",
        "the origin of the calls was not examined",
    )


def test_the_window_at_its_worst_stays_the_reason() -> None:
    masking = MaskingDetector(PolicyBook())
    masking.on_change(change([call(n) for n in range(7)], clusters=[cluster(sequential=6)]))
    later = change([call(9, score=0.3)], kind="updated", clusters=[cluster(callers=5, probability=0.3)])
    assert masking.on_change(later).alert.reasons[1] == "6 of them sequential"


def test_the_asr_outlives_the_calls_it_was_measured_on() -> None:
    masking = MaskingDetector(PolicyBook())
    masking.on_change(change([call(n) for n in range(7)], figures=HOTLINE))
    closed = masking.on_change(change([], kind="closed", at=400, closed=400)).alert
    assert closed.reasons[-1] == "ASR 4 % (2 of 50 calls answered in 5 minutes)"


def test_nothing_is_said_of_answers_where_no_call_is_known_to_be_answered_or_over() -> None:
    """Senders of INVITEs alone, and an attack whose calls still ring, must not read as ASR 0 %."""
    beside = cluster(callers=12, probability=0.1)
    alert = alert_of(cluster(sequential=6), beside, figures=metrics(seizures=40))
    assert not any("answered" in reason or "ASR" in reason for reason in alert.reasons)


def test_lists_that_hold_the_policy_back_are_named() -> None:
    assert (
        alert_of(cluster(), allowed=True).reasons[1]
        == "the called number is on the allow list: nothing is cut"
    )
    one = alert_of(cluster(), exempt=(3,))
    two = alert_of(cluster(), exempt=(3, 4))
    assert one.reasons[1] == "1 call of allowed callers or trunks is left alone"
    assert two.reasons[1] == "2 calls of allowed callers or trunks are left alone"


def test_a_policy_that_decides_by_the_rule_is_named() -> None:
    beside = cluster(callers=1, probability=0.1)
    alert = alert_of(cluster(), beside, policy=Policy(decide=Decide.RULE))
    assert "the policy decides by the rule alone: every call counts, whatever its origin" in alert.reasons
    assert not any("left alone" in reason for reason in alert.reasons)


def test_other_callers_of_a_policy_that_cuts_nobody_are_not_said_to_be_spared() -> None:
    alert = alert_of(cluster(), cluster(callers=1, probability=0.1), policy=Policy(deed=Deed.FLAG))
    assert "1 other caller to this number is not taken for masking" in alert.reasons


def test_figures_near_none_and_all_are_not_rounded_to_them() -> None:
    def asr(answered: int) -> str:
        figures = metrics(seizures=1_000, answered=answered, short=0.5)
        return alert_of(cluster(), figures=figures).reasons[-1][:11]

    assert [asr(0), asr(3), asr(996), asr(1_000)] == [
        "ASR 0 % (0 ",
        "ASR under 1",
        "ASR over 99",
        "ASR 100 % (",
    ]


def test_what_a_caller_may_choose_can_not_break_the_line() -> None:
    alert = alert_of(cluster(user_agent="evil\r\n\x1b[31m" + "x" * 4_000))
    assert len(alert.reasons[0]) < 120
    assert alert.reasons[0].isprintable()


def test_no_reason_holds_a_telephone_number() -> None:
    alert = alert_of(cluster(sdp_origin="+12025551000 203.0.113.9", sequential=6), figures=HOTLINE)
    told = describe(alert)
    assert not any(number in told for number in (*alert.a_numbers, alert.b_number))


def test_older_clients_find_their_fields() -> None:
    alert = alert_of(cluster())
    opener = opening_call(alert)
    assert opener is not None
    assert opener.call_id == "call-0004@198.51.100.9", "the fifth caller brought the window to the threshold"
    assert recommended_action(alert) == "disconnect"
    assert recommended_action(alert_of(cluster(), policy=Policy(deed=Deed.BLOCK))) == "block"
    assert recommended_action(alert_of(cluster(probability=0.1))) == "monitor"
    (denied,) = HitDetector(PolicyBook([Policy(deed=Deed.MONITOR)])).on_hit(hit(1))
    (watched,) = HitDetector(PolicyBook()).on_hit(hit(1, list_name="watch_a"))
    assert (recommended_action(denied.alert), recommended_action(watched.alert)) == ("block", "flag")
    assert describe(denied.alert) == "Denied caller: the caller is on the deny list; 1 call to this number"


@pytest.mark.parametrize(
    ("span", "told"),
    [(0, "at the same instant"), (20_000_000, "in under 0.1 s"), (3_100_000_000, "in 3.1 s")],
)
def test_the_time_that_calls_took_is_never_made_up(span: int, told: str) -> None:
    assert within(span) == told
