"""What a client hears of one call it asks about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.signalling import Confidence, Hints, cli_mismatch, judge

from .builders import decision, metrics


def test_the_first_call_to_a_number_is_no_masking() -> None:
    told = judge(decision(), metrics(), cli="+12025551234", p_asserted_identity="+918888888888")
    assert (told.is_masking, told.masking_probability, told.risk_level) == (False, 0.0, "MINIMAL")
    assert (told.confidence, told.method) == (Confidence.LOW, "scorecard")
    assert told.features_used.cli_mismatch == 1


def test_the_score_of_an_open_alert_is_the_answer() -> None:
    told = judge(decision(distinct=9, score=0.93), metrics(seizures=9, in_progress=9, rate=1.8))
    assert (told.is_masking, told.masking_probability, told.risk_level) == (True, 0.93, "CRITICAL")
    assert told.confidence is Confidence.HIGH


def test_a_call_of_a_cluster_that_stands_suspect_is_masking_though_its_probability_fell_a_little() -> None:
    told = judge(decision(distinct=9, member=True, score=0.65, level=0.72), metrics(seizures=9))
    assert (told.is_masking, told.masking_probability) == (True, 0.65)
    assert not judge(decision(distinct=9, member=True, score=0.65), metrics(seizures=9)).is_masking


def test_a_true_caller_amid_a_burst_is_not_taken_for_one_of_the_attack() -> None:
    told = judge(decision(distinct=30, score=0.05), metrics(seizures=40, rate=6.0), Hints(50, 10.0, 1.0))
    assert (told.is_masking, told.masking_probability) == (False, 0.05)


def test_a_burst_without_any_sign_of_one_origin_scores_nothing() -> None:
    told = judge(decision(distinct=30), metrics(seizures=40, rate=6.0, short=0.9))
    assert told.masking_probability == 0.0


def test_an_attack_in_its_hold_is_still_scored() -> None:
    assert judge(decision(distinct=2, score=0.91), metrics(seizures=30)).masking_probability == 0.91


def test_hints_of_a_plain_attack_are_enough_where_nothing_is_measured() -> None:
    told = judge(decision(), metrics(), Hints(distinct_a_count=15, call_rate=3.0, short_call_ratio=0.9))
    assert told.is_masking
    assert told.masking_probability == 0.825
    assert told.risk_level == "HIGH"
    assert told.confidence is Confidence.LOW
    assert told.features_used.high_volume_flag == 1


def test_our_own_measurement_overrides_the_hints() -> None:
    told = judge(
        decision(distinct=2),
        metrics(seizures=10, answered=6, in_progress=2, rate=0.03, short=0.1),
        Hints(distinct_a_count=40, call_rate=8.0, short_call_ratio=1.0),
    )
    features = told.features_used
    assert (features.distinct_a_count, features.call_rate, features.short_call_ratio) == (2, 0.03, 0.1)
    assert (features.asr, features.aloc) == (60.0, 12.5)
    assert told.masking_probability < 0.2
    assert told.confidence is Confidence.MEDIUM


def test_a_hint_of_short_calls_holds_until_a_call_has_ended() -> None:
    told = judge(decision(distinct=1), metrics(seizures=1, in_progress=1), Hints(short_call_ratio=0.8))
    assert told.features_used.short_call_ratio == 0.8


def test_an_exempt_call_is_never_called_masking() -> None:
    told = judge(decision(distinct=9, score=0.95, allowed=True), metrics(seizures=9))
    assert (told.is_masking, told.masking_probability) == (False, 0.95)


@given(
    distinct=st.integers(0, 4),
    rate=st.floats(0, allow_infinity=True),
    short=st.floats(allow_nan=True),
    mismatch=st.booleans(),
)
def test_fewer_callers_than_the_threshold_are_never_masking(
    distinct: int, rate: float, short: float, mismatch: bool
) -> None:
    told = judge(
        decision(),
        metrics(),
        Hints(distinct, rate, short),
        "+911234567890",
        "+912222222222" if mismatch else "",
    )
    assert 0.0 <= told.masking_probability < 0.7
    assert distinct > 1 or told.masking_probability == 0.0


@given(hints=st.builds(Hints, st.integers(), st.floats(), st.floats()))
def test_a_probability_it_stays_whatever_the_hints(hints: Hints) -> None:
    assert 0.0 <= judge(decision(), metrics(), hints).masking_probability <= 1.0


@pytest.mark.parametrize(
    ("cli", "asserted", "differs"),
    [
        ("+12025551234", "+12025551234", False),
        ('"Bank" <sip:+12025551234@198.51.100.9;user=phone>', "<tel:+1-202-555-1234>", False),
        ("09876543210", "sip:+919876543210@core.example", False),
        ("00919876543210", "+919876543210", False),
        ("+12025551234", "+12025551235", True),
        ("+12025551234", "", False),
        ("", "+12025551234", False),
        ("anonymous", "+12025551234", False),
        ("sip:Anonymous@anonymous.invalid", "+12025551234", False),
        ("sip:restricted@198.51.100.9", "+12025551234", False),
        ("+12025551234", "<sip:anonymous@anonymous.invalid>", False),
        ("sip:desk@example.com", "sip:Desk@example.com", False),
        ("sip:desk@example.com", "+12025551234", True),
        ("1800", "+911234501800", True),
    ],
)
def test_when_the_caller_shown_is_not_the_caller_asserted(cli: str, asserted: str, differs: bool) -> None:
    assert cli_mismatch(cli, asserted) is differs
