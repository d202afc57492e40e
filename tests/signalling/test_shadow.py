"""What a second judge makes of the bank's alerts, beside the live one: told and counted, and nothing done about it."""

import pytest

from ringfence.model.alert import AlertLabel, AlertShadow, CallShadow
from ringfence.model.policy import Policy, PolicyScope
from ringfence.signalling import Agreement, MaskingDetector, PolicyBook

from .builders import TRUNK, call, change, shadow


def detector(
    *policies: Policy, threshold: float | None = None, members: int = 1_000
) -> tuple[MaskingDetector, MaskingDetector]:
    """One with a shadow's threshold and one that knows of none."""
    book = PolicyBook(policies)
    return (
        MaskingDetector(book, members=members, shadow_threshold=threshold),
        MaskingDetector(book, members=members),
    )


def suspects(scores: dict[int, float], threshold: float | None = None) -> list[int]:
    """Numbers of the calls that the shadow takes for suspects, of five that live holds for nothing."""
    masking, _ = detector(threshold=threshold)
    told = masking.on_change(change([call(n, score=0.1) for n in range(5)], shadow=shadow(scores))).alert
    return [n for n, one in enumerate(told.calls) if one.shadow and one.shadow.suspect]


def test_an_alert_is_told_with_the_shadows_word_and_acted_on_by_the_live_one_alone() -> None:
    masking, alone = detector(threshold=0.9)
    calls = [call(n, score=0.999 if n else 0.2) for n in range(5)]
    beside = shadow({0: 0.95, 1: 0.5, 2: 0.93})
    told = masking.on_change(change(calls, shadow=beside))
    live = alone.on_change(change(calls))
    assert told.actions == live.actions
    assert [action.call_id for action, _ in told.actions] == [call.call_id for call in calls[1:]]
    assert told.alert.shadow == AlertShadow("shadow-1", AlertLabel.MASKING, 0.95)
    assert [one.shadow for one in told.alert.calls] == [
        CallShadow(0.95, True), CallShadow(0.5, False), CallShadow(0.93, True),
        CallShadow(0.0, False), CallShadow(0.0, False),
    ]  # fmt: skip
    assert live.alert.shadow is None
    assert {one.shadow for one in live.alert.calls} == {None}
    assert [one.suspect for one in told.alert.calls] == [one.suspect for one in live.alert.calls]
    assert masking.agreement == Agreement(alerts=1, calls_live_alone=3, calls_shadow_alone=1)
    assert alone.agreement == Agreement()


def test_its_threshold_is_the_live_one_unless_it_has_its_own() -> None:
    scores = {0: 0.69, 1: 0.7, 2: 0.9, 3: 0.1}
    assert suspects(scores) == [1, 2]
    assert suspects(scores, threshold=0.9) == [2]
    assert suspects(scores, threshold=0.1) == [0, 1, 2, 3]


def test_a_policy_that_differs_from_the_default_keeps_its_threshold() -> None:
    own = Policy(scope=PolicyScope.TRUNK, match=TRUNK, threshold=0.5)
    same = Policy(scope=PolicyScope.TRUNK, match="carrier-9", threshold=0.7)
    masking, _ = detector(own, same, threshold=0.9)
    calls = [call(0, score=0.1), call(1, score=0.1, trunk="carrier-9"), call(2, score=0.1, trunk="carrier-3")]
    told = masking.on_change(change(calls, shadow=shadow(dict.fromkeys(range(3), 0.8)))).alert
    assert [one.shadow and one.shadow.suspect for one in told.calls] == [True, False, False]


def test_scores_rise_with_the_attack_and_the_agreement_follows() -> None:
    masking, _ = detector()
    calls = [call(n, score=0.1) for n in range(5)]
    masking.on_change(change(calls, shadow=shadow(dict.fromkeys(range(5), 0.75))))
    assert masking.agreement == Agreement(alerts=1, shadow_alone=1, calls_shadow_alone=5)
    more = [call(n, score=0.9) for n in range(6)]
    told = masking.on_change(change(more, kind="updated", shadow=shadow({5: 0.75}))).alert
    assert [one.shadow and one.shadow.score for one in told.calls] == [0.75] * 6
    assert masking.agreement == Agreement(alerts=1)
    masking.on_change(change([], kind="closed", closed=66.0, shadow=shadow({})))
    other = change(calls, alert_id="b2" * 16, shadow=shadow({}))
    assert masking.on_change(other).alert.shadow == AlertShadow("shadow-1", AlertLabel.FAN_IN, 0.0)
    assert masking.agreement == Agreement(alerts=2)


def test_calls_that_a_list_exempts_are_in_no_count() -> None:
    masking, _ = detector()
    calls = [call(n, score=0.1, allowed=n == 0) for n in range(5)]
    told = masking.on_change(change(calls, shadow=shadow({0: 0.9, 1: 0.9}))).alert
    assert [one.shadow for one in told.calls][:2] == [None, CallShadow(0.9, True)]
    assert masking.agreement.calls_shadow_alone == 1
    masking, _ = detector()
    masking.on_change(change(calls, allowed=True, shadow=shadow({0: 0.9, 1: 0.9})))
    assert masking.agreement == Agreement(alerts=1, shadow_alone=1)


def test_calls_that_belong_to_a_later_alert_leave_the_count() -> None:
    masking, _ = detector()
    calls = [call(n, score=0.1) for n in range(5)]
    masking.on_change(change(calls, shadow=shadow({3: 0.9, 4: 0.9})))
    masking.on_change(change([], kind="closed", closed=66.0, left=(calls[4].call_id,), shadow=shadow({})))
    assert masking.agreement.calls_shadow_alone == 1


@pytest.mark.parametrize("members", [2, 5])
def test_calls_beyond_the_cap_are_counted_and_the_list_is_the_live_ones(members: int) -> None:
    masking, alone = detector(members=members)
    calls = [call(n, score=0.9 if n == 4 else 0.1) for n in range(5)]
    told = masking.on_change(change(calls, shadow=shadow({0: 0.9, 3: 0.9}))).alert
    plain = alone.on_change(change(calls)).alert
    assert [one.call_id for one in told.calls] == [one.call_id for one in plain.calls]
    assert masking.agreement == Agreement(alerts=1, calls_live_alone=1, calls_shadow_alone=2)
