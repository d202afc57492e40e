"""Calls by numbers of the deny and watch lists."""

from ringfence.model.action import ActionKind
from ringfence.model.alert import AlertLabel
from ringfence.model.policy import Deed, Policy
from ringfence.signalling import HitDetector, Judgement, MinuteCap, PolicyBook

from .builders import SECOND, T0, hit

MINUTE = 60 * SECOND


def detector(*policies: Policy, cap: MinuteCap | None = None) -> HitDetector:
    return HitDetector(PolicyBook(policies), cap=cap)


def kinds(judgement: Judgement) -> list[ActionKind]:
    return [action.kind for action, _ in judgement.actions]


def test_a_denied_caller_is_disconnected_at_the_first_call() -> None:
    (judgement,) = detector().on_hit(hit(1))
    alert = judgement.alert
    assert (alert.label, alert.severity, alert.risk_level) == (AlertLabel.DENIED_CALLER, "HIGH", "HIGH")
    assert (alert.a_numbers, alert.distinct_callers, alert.trunks) == (("+447700900123",), 1, ("carrier-7",))
    assert alert.reasons == ("the caller is on the deny list", "1 call to this number")
    assert alert.action == "disconnect"
    ((action, _),) = judgement.actions
    assert (action.kind, action.call_id) == (ActionKind.DISCONNECT, "listed-0001@203.0.113.4")
    assert action.decided_at == T0


def test_the_reason_names_the_prefix_that_a_caller_fell_under() -> None:
    (judgement,) = detector().on_hit(hit(1, value="+4477*", list_name="watch_a"))
    assert judgement.alert.reasons[0] == "the caller is on the watch list by the entry +4477*"


def test_a_watched_caller_is_flagged_once_and_never_touched() -> None:
    watching = detector()
    (first,) = watching.on_hit(hit(1, list_name="watch_a"))
    (second,) = watching.on_hit(hit(2, list_name="watch_a", at=5))
    assert (first.alert.label, first.alert.severity) == (AlertLabel.WATCHED_CALLER, "MEDIUM")
    assert (kinds(first), kinds(second)) == ([ActionKind.FLAG], [])
    assert second.alert.action == "flag"


def test_each_deed_of_the_policy_for_a_denied_caller() -> None:
    for deed, first, second in (
        (Deed.MONITOR, [], []),
        (Deed.FLAG, [ActionKind.FLAG], []),
        (Deed.BLOCK, [ActionKind.BLOCK], [ActionKind.BLOCK]),
        (Deed.DISCONNECT, [ActionKind.DISCONNECT], [ActionKind.DISCONNECT]),
    ):
        listed = detector(Policy(deed=deed))
        assert kinds(listed.on_hit(hit(1))[0]) == first
        assert kinds(listed.on_hit(hit(2, at=1))[0]) == second


def test_calls_within_the_hold_are_one_alert_and_a_later_one_another() -> None:
    listed = detector()
    (first,) = listed.on_hit(hit(1))
    (joined,) = listed.on_hit(hit(2, at=60))
    closed, reopened = listed.on_hit(hit(3, at=121))
    assert joined.alert.alert_id == first.alert.alert_id == closed.alert.alert_id
    assert len(joined.alert.calls) == 2
    assert closed.alert.closed_at == T0 + 120 * SECOND
    assert reopened.alert.alert_id != first.alert.alert_id
    assert (len(reopened.alert.calls), reopened.alert.opened_at) == (1, T0 + 121 * SECOND)


def test_each_called_number_and_each_list_has_its_own_alert() -> None:
    listed = detector()
    told = [
        listed.on_hit(hit(1))[0],
        listed.on_hit(hit(2, b_number="+911800222333"))[0],
        listed.on_hit(hit(3, list_name="watch_a"))[0],
    ]
    assert len({judgement.alert.alert_id for judgement in told}) == 3


def test_the_passing_of_time_closes_an_alert() -> None:
    listed = detector()
    listed.on_hit(hit(1))
    listed.on_hit(hit(2, b_number="+911800222333", at=30))
    assert listed.advance(T0 + MINUTE) == ()
    (closed,) = listed.advance(T0 + MINUTE + 1)
    assert (closed.alert.closed_at, closed.actions) == (T0 + MINUTE, ())
    (last,) = listed.finish()
    assert last.alert.closed_at == T0 + 90 * SECOND
    assert len(listed) == 0


def test_a_late_call_does_not_shorten_the_hold() -> None:
    listed = detector()
    listed.on_hit(hit(1, at=10))
    (late,) = listed.on_hit(hit(2, at=9))
    assert late.alert.last_seen_at == T0 + 10 * SECOND
    assert [told.call_id[:11] for told in late.alert.calls] == ["listed-0002", "listed-0001"]


def test_a_caller_who_goes_on_keeps_his_alert_open_and_no_other() -> None:
    listed = detector()
    listed.on_hit(hit(1))
    listed.on_hit(hit(2, b_number="+911800222333", at=10))
    listed.on_hit(hit(3, at=50))
    (closed,) = listed.advance(T0 + 75 * SECOND)
    assert closed.alert.b_number == "+911800222333"


def test_a_live_stream_of_the_past_is_held_open_by_its_receipt() -> None:
    listed = detector()
    year = 365 * 24 * 60 * MINUTE
    listed.on_hit(hit(1), now=T0 + year)
    assert listed.advance(T0 + year + 59 * SECOND) == ()
    (closed,) = listed.advance(T0 + year + 61 * SECOND)
    assert closed.alert.closed_at == T0 + MINUTE


def test_a_call_told_twice_is_one_call() -> None:
    listed = detector()
    listed.on_hit(hit(1))
    (again,) = listed.on_hit(hit(1, at=0.5))
    assert (len(again.alert.calls), again.actions) == (1, ())


def test_the_cap_holds_for_denied_callers_too() -> None:
    listed = detector(Policy(disconnects_per_minute=1), cap=MinuteCap())
    listed.on_hit(hit(1))
    (second,) = listed.on_hit(hit(2, at=1))
    assert (kinds(second), second.capped) == ([ActionKind.FLAG], 1)
    assert "THE CAP OF 1 CUT CALLS A MINUTE IS REACHED" in second.alert.reasons[-1]


def test_no_more_alerts_are_open_than_allowed() -> None:
    listed = HitDetector(PolicyBook(), alerts=2)
    listed.on_hit(hit(1, b_number="+911800222331"))
    listed.on_hit(hit(2, b_number="+911800222332"))
    closed, opened = listed.on_hit(hit(3, b_number="+911800222333"))
    assert (closed.alert.b_number, closed.alert.closed_at) == ("+911800222331", T0 + MINUTE)
    assert opened.alert.closed_at is None
    assert len(listed) == 2


def test_a_thousand_calls_are_listed_and_the_others_counted() -> None:
    listed = detector(Policy(deed=Deed.FLAG))
    for n in range(1_003):
        (told,) = listed.on_hit(hit(n, at=n / 100))
    assert (len(told.alert.calls), told.alert.more_calls) == (1_000, 3)
