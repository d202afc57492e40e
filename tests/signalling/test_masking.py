"""An attack from its opening to its close, and what each policy does about its calls."""

from math import inf

from ringfence_engine import FEATURES

from ringfence.model.action import ActionKind, ActionMode
from ringfence.model.alert import AlertLabel
from ringfence.model.policy import Decide, Deed, Policy, PolicyScope
from ringfence.signalling import Judgement, MaskingDetector, MinuteCap, PolicyBook

from .builders import BANK, SECOND, T0, call, change, cluster

MINUTE = 60 * SECOND
LED_BY_NUMBERS = (("base", -3.0), ("answered", -1.2), ("sequential_numbers", 1.1), ("shared_trunk", 0.3))


def detector(*policies: Policy, cap: MinuteCap | None = None, members: int = 1_000) -> MaskingDetector:
    return MaskingDetector(PolicyBook(policies), cap=cap, members=members)


def acted_on(judgement: Judgement) -> list[str | None]:
    return [action.call_id for action, _ in judgement.actions]


def ids(*calls: int) -> list[str]:
    return [f"call-{n:04}@198.51.100.9" for n in calls]


class TestTheAlert:
    def test_opens_with_every_call_of_the_window_as_a_suspect(self) -> None:
        alert = detector().on_change(change([call(n) for n in range(5)])).alert
        assert (alert.label, alert.severity, alert.risk_level) == (AlertLabel.MASKING, "CRITICAL", "CRITICAL")
        assert alert.opened_at == T0 + 2 * SECOND
        assert alert.closed_at is None
        assert alert.a_numbers == tuple(f"+1202555{1000 + n}" for n in range(5))
        assert [told.call_id for told in alert.calls if told.suspect] == ids(0, 1, 2, 3, 4)
        assert (alert.trunks, alert.method, alert.action) == (("carrier-7",), "scorecard", "disconnect")

    def test_grows_while_it_lasts_and_is_forgotten_when_it_closes(self) -> None:
        masking = detector()
        masking.on_change(change([call(n) for n in range(5)]))
        grown = masking.on_change(
            change([call(6), call(5)], kind="updated", callers=7, total_callers=7, total_calls=7)
        ).alert
        assert [told.call_id for told in grown.calls] == ids(*range(7))
        assert (len(grown.a_numbers), grown.distinct_callers, len(masking)) == (7, 7, 1)
        closed = masking.on_change(
            change(
                [],
                kind="closed",
                at=68,
                closed=68,
                callers=7,
                total_callers=7,
                total_calls=7,
                probability=0.98,
            )
        ).alert
        assert closed.closed_at == T0 + 68 * SECOND
        assert len(closed.calls) == 7
        assert len(masking) == 0

    def test_keeps_the_peak_when_the_window_calms_down(self) -> None:
        masking = detector()
        masking.on_change(change([call(n) for n in range(8)], opened=2))
        later = masking.on_change(
            change([call(9, score=0.2)], kind="updated", callers=5, probability=0.4)
        ).alert
        assert later.masking_probability == 0.999
        assert later.distinct_callers == 8
        assert later.label is AlertLabel.MASKING

    def test_turns_from_fan_in_to_masking_and_never_back(self) -> None:
        masking = detector()
        opened = masking.on_change(change([call(n, score=0.4) for n in range(5)])).alert
        assert (opened.label, opened.severity, opened.action) == (AlertLabel.FAN_IN, "MEDIUM", "monitor")
        risen = masking.on_change(change([call(n, score=0.7) for n in range(6)], kind="updated")).alert
        assert (risen.label, risen.severity) == (AlertLabel.MASKING, "HIGH")
        fallen = masking.on_change(change([call(7, score=0.1)], kind="updated")).alert
        assert fallen.label is AlertLabel.MASKING
        assert [told.suspect for told in fallen.calls] == [True] * 6 + [False]

    def test_is_masking_from_the_threshold_on(self) -> None:
        just_under = detector().on_change(change([call(n, score=0.6999) for n in range(5)])).alert
        at_it = detector().on_change(change([call(n, score=0.7) for n in range(5)])).alert
        assert (just_under.label, at_it.label) == (AlertLabel.FAN_IN, AlertLabel.MASKING)

    def test_is_masking_where_the_suspect_cluster_is_known_by_its_probability_alone(self) -> None:
        told = change([call(n, score=0.2) for n in range(5)], probability=0.9)
        assert detector().on_change(told).alert.label is AlertLabel.MASKING

    def test_keeps_what_was_known_of_a_call(self) -> None:
        masking = detector()
        masking.on_change(change([*(call(n) for n in range(4)), call(4, score=0.9)]))
        alert = masking.on_change(change([call(4, score=0.3), call(5)], kind="updated")).alert
        assert (alert.calls[4].score, alert.calls[4].suspect) == (0.9, True)

    def test_tells_of_a_call_that_goes_on_after_all(self) -> None:
        masking = detector()
        challenged = masking.on_change(change([call(n, ended=34.0) for n in range(5)])).alert
        assert challenged.calls[4].ended_at == T0 + 34 * SECOND
        alert = masking.on_change(change([call(4), call(5)], kind="updated")).alert
        assert [told.ended_at is None for told in alert.calls] == [False] * 4 + [True] * 2

    def test_lists_a_number_by_its_first_call_though_that_is_told_late(self) -> None:
        masking = detector()
        masking.on_change(change([call(n) for n in range(1, 6)], opened=2.5))
        late = call(0, a_number="+12025551005")
        alert = masking.on_change(change([late], kind="updated", total_callers=5, total_calls=6)).alert
        assert alert.a_numbers[0] == "+12025551005"
        assert len(alert.a_numbers) == 5

    def test_is_one_severity_higher_with_more_than_twenty_callers(self) -> None:
        twenty = detector().on_change(change([call(n, score=0.75) for n in range(20)])).alert
        more = detector().on_change(change([call(n, score=0.75) for n in range(21)])).alert
        assert (twenty.severity, more.severity, more.risk_level) == ("HIGH", "CRITICAL", "HIGH")

    def test_names_a_thousand_members_and_counts_the_others(self) -> None:
        masking = detector()
        masking.on_change(change([call(n, begun=n / 100) for n in range(1, 1_001)], opened=0.05))
        told = masking.on_change(
            change(
                [call(n, begun=n / 100) for n in (0, *range(1_001, 1_100))],
                kind="updated",
                total_callers=1_100,
                total_calls=1_100,
            )
        )
        assert [kept.call_id for kept in told.alert.calls] == ids(*range(1_000))
        assert (len(told.alert.a_numbers), told.alert.more_a_numbers, told.alert.more_calls) == (
            1_000,
            100,
            100,
        )
        assert len(told.actions) == 100, "calls beyond the list are cut all the same"

    def test_lists_the_suspects_before_the_true_callers_who_came_earlier(self) -> None:
        masking = detector(members=4)
        crowd = [call(n, begun=n / 100, score=0.1) for n in range(6)]
        masking.on_change(change(crowd, probability=0.1))
        attack = [call(n, begun=n / 100) for n in (7, 8)]
        alert = masking.on_change(change(attack, kind="updated", total_calls=8)).alert
        assert [kept.call_id for kept in alert.calls] == ids(0, 1, 7, 8)
        assert [kept.call_id for kept in alert.calls if kept.suspect] == ids(7, 8)
        assert alert.more_calls == 4

    def test_lists_a_number_that_comes_after_the_last_listed_call(self) -> None:
        masking = detector(members=3)
        repeated = [call(n, a_number="+12025550001") for n in range(5)]
        alert = masking.on_change(change([*repeated, call(5)], total_callers=2, total_calls=6)).alert
        assert alert.a_numbers == ("+12025550001", "+12025551005")
        assert (len(alert.calls), alert.more_calls, alert.more_a_numbers) == (3, 3, 0)

    def test_that_was_opened_before_a_restart_goes_on(self) -> None:
        told = detector().on_change(
            change([call(8), call(9)], kind="updated", total_callers=9, total_calls=9)
        )
        assert (told.alert.more_calls, acted_on(told)) == (7, ids(8, 9))


class TestDisconnect:
    def test_ends_each_suspect_that_is_up_ringing_or_answered(self) -> None:
        calls = [
            call(0, ended=1.5),
            call(1, answered=1.0),
            call(2),
            call(3, answered=1.7, ended=1.9),
            call(4),
        ]
        judgement = detector().on_change(change(calls))
        assert acted_on(judgement) == ids(1, 2, 4)
        action, mode = judgement.actions[0]
        assert (action.kind, mode) == (ActionKind.DISCONNECT, ActionMode.DRY_RUN)
        assert (action.a_number, action.b_number) == ("+12025551001", BANK)
        assert action.decided_at == T0 + 2 * SECOND

    def test_leaves_a_call_alone_that_ends_at_that_instant(self) -> None:
        calls = [call(0, ended=2.0), *(call(n) for n in range(1, 5))]
        assert acted_on(detector().on_change(change(calls))) == ids(1, 2, 3, 4)

    def test_ends_a_call_that_joins_later_in_the_update_and_none_twice(self) -> None:
        masking = detector()
        masking.on_change(change([call(n) for n in range(5)]))
        update = masking.on_change(change([call(0, score=0.97), call(5)], kind="updated"))
        assert acted_on(update) == ids(5)
        assert update.actions[0][0].decided_at == T0 + 5 * SECOND // 2

    def test_reaches_the_calls_of_the_window_once_their_score_does(self) -> None:
        masking = detector()
        assert not masking.on_change(change([call(n, score=0.5) for n in range(5)])).actions
        risen = masking.on_change(
            change(
                [
                    call(0, ended=2.2, suspect=2.5),
                    *(call(n, suspect=2.5) for n in range(1, 6)),
                ],
                kind="updated",
            )
        )
        assert acted_on(risen) == ids(1, 2, 3, 4, 5)

    def test_leaves_the_true_callers_beside_the_attack_alone(self) -> None:
        calls = [
            call(n, score=0.999 if n % 2 else 0.08, trunk="carrier-7" if n % 2 else "") for n in range(12)
        ]
        judgement = detector().on_change(change(calls, opened=2))
        assert acted_on(judgement) == ids(1, 3, 5, 7, 9, 11)

    def test_by_rule_ends_every_named_call_though_only_the_masking_ones_are_suspects(self) -> None:
        judgement = detector(Policy(decide=Decide.RULE)).on_change(
            change([call(n, score=0.1) for n in range(5)])
        )
        assert acted_on(judgement) == ids(0, 1, 2, 3, 4)
        assert not any(told.suspect for told in judgement.alert.calls)
        assert (judgement.alert.label, judgement.alert.action) == (AlertLabel.FAN_IN, "disconnect")

    def test_is_live_only_where_the_policy_says_so(self) -> None:
        judgement = detector(Policy(live=True)).on_change(change([call(n) for n in range(5)]))
        assert {mode for _, mode in judgement.actions} == {ActionMode.LIVE}

    def test_of_a_live_cdr_comes_too_late(self) -> None:
        calls = [call(n, answered=n / 2, ended=n / 2 + 8) for n in range(5)]
        assert not detector().on_change(change(calls), now=T0 + 11 * SECOND).actions

    def test_of_a_replayed_cdr_holds_from_its_start(self) -> None:
        unanswered = [call(n, ended=n / 2) for n in range(4)]
        ringing = [call(4, ended=2.0), call(5, answered=2.5, ended=2.5)]
        judgement = detector().on_change(change([*unanswered, *ringing]))
        assert acted_on(judgement) == ids(4, 5)

    def test_of_a_replay_does_not_depend_on_the_size_of_its_pieces(self) -> None:
        whole = [call(n, answered=n / 2 + 0.2, ended=n / 2 + 3) for n in range(9)]
        at_once = detector().on_change(change(whole, at=40, opened=2))
        masking = detector()
        pieces = [masking.on_change(change(whole[:5]))]
        pieces += [masking.on_change(change([told], kind="updated")) for told in whole[5:]]
        assert at_once.actions == tuple(order for piece in pieces for order in piece.actions)
        assert len(at_once.actions) == 9

    def test_is_decided_when_the_clock_says_where_the_traffic_is_live(self) -> None:
        judgement = detector().on_change(change([call(n) for n in range(5)]), now=T0 + 3 * SECOND)
        assert {action.decided_at for action, _ in judgement.actions} == {T0 + 3 * SECOND}


class TestWhileNobodyIsSure:
    def test_one_call_of_the_alert_is_cut_and_the_others_flagged(self) -> None:
        judgement = detector().on_change(change([call(n, score=0.8) for n in range(7)]))
        assert acted_on(judgement) == [*ids(0), None]
        assert judgement.actions[-1][0].kind is ActionKind.FLAG
        assert "the score is not sure yet: 6 suspect calls flagged and not cut" in judgement.alert.reasons
        assert all(told.suspect for told in judgement.alert.calls)

    def test_the_flagged_are_cut_once_it_is(self) -> None:
        masking = detector()
        masking.on_change(change([call(n, score=0.8) for n in range(5)]))
        surer = [call(n, steps=((0.8, 2.0), (0.999, 3.0)), ended=2.5 if n == 4 else None) for n in range(7)]
        judgement = masking.on_change(change(surer, kind="updated"))
        assert acted_on(judgement) == ids(1, 2, 3, 5, 6)
        assert {action.decided_at for action, _ in judgement.actions} == {T0 + 3 * SECOND}
        assert "the score is not sure yet: 1 suspect call flagged and not cut" in judgement.alert.reasons

    def test_an_analyst_who_wants_every_suspect_cut_says_so(self) -> None:
        masking = detector(Policy(sure_threshold=0.0))
        assert acted_on(masking.on_change(change([call(n, score=0.7) for n in range(5)]))) == ids(*range(5))

    def test_a_new_policy_that_is_surer_has_the_flagged_cut(self) -> None:
        masking = detector()
        masking.on_change(change([call(n, score=0.8) for n in range(5)]))
        masking.use(PolicyBook([Policy(sure_threshold=0.75)]))
        after = masking.on_change(change([call(5, score=0.8)], kind="updated", at=3))
        assert sorted(acted_on(after), key=str) == ids(1, 2, 3, 4, 5)


class TestBlock:
    def test_refuses_the_opening_call_and_those_after_it_but_none_that_already_rang(self) -> None:
        masking = detector(Policy(deed=Deed.BLOCK))
        opened = masking.on_change(change([call(n) for n in range(5)]))
        assert acted_on(opened) == ids(4)
        assert opened.actions[0][0].kind is ActionKind.BLOCK
        assert acted_on(masking.on_change(change([call(5)], kind="updated"))) == ids(5)
        assert not masking.on_change(change([call(5, ended=9)], kind="updated", at=9)).actions

    def test_begins_where_the_call_came_to_the_policys_own_threshold(self) -> None:
        # Every call is at 0.55 as it begins; the group comes to 0.75 with call 6 and to 0.92 with call 8.
        def told(n: int) -> tuple[tuple[float, float], ...]:
            at = max(n / 2, 2.0)
            later = [(level, since) for level, since in ((0.75, 3.0), (0.92, 4.0)) if since > at]
            now = max((level for level, since in ((0.55, 2.0), (0.75, 3.0), (0.92, 4.0)) if since <= at))
            return ((now, at), *later)

        calls = [call(n, score=0.92, steps=told(n)) for n in range(10)]
        for threshold, first in ((0.5, 4), (0.7, 6), (0.9, 8)):
            policy = Policy(deed=Deed.BLOCK, threshold=threshold, sure_threshold=threshold)
            assert acted_on(detector(policy).on_change(change(calls))) == ids(*range(first, 10))

    def test_refuses_a_call_of_a_cluster_that_stands_suspect_though_it_wavers(self) -> None:
        masking = detector(Policy(deed=Deed.BLOCK, threshold=0.9, sure_threshold=0.9))
        wavering = [call(n, score=0.84, steps=((0.91, n / 2),)) for n in (5, 6)]
        calm = call(7, score=0.79, steps=((0.89, 3.5),))
        judgement = masking.on_change(change([*wavering, calm], kind="updated"))
        assert acted_on(judgement) == ids(5, 6)
        assert [told.score for told in judgement.alert.calls] == [0.84, 0.84, 0.79]

    def test_comes_too_late_for_an_answered_call(self) -> None:
        calls = [*(call(n) for n in range(4)), call(4, answered=2.4)]
        judgement = detector(Policy(deed=Deed.BLOCK)).on_change(change(calls), now=T0 + 3 * SECOND)
        assert not judgement.actions
        assert judgement.alert.action == "block"


class TestFlag:
    def test_is_one_an_alert_and_names_no_call(self) -> None:
        masking = detector(Policy(deed=Deed.FLAG))
        (opened,) = masking.on_change(change([call(n) for n in range(5)])).actions
        assert (opened[0].kind, opened[0].call_id, opened[0].a_number) == (ActionKind.FLAG, None, None)
        assert not masking.on_change(change([call(5), call(6)], kind="updated")).actions

    def test_is_for_a_suspect_alert_unless_the_rule_decides(self) -> None:
        fan_in = [call(n, score=0.3) for n in range(5)]
        assert not detector(Policy(deed=Deed.FLAG)).on_change(change(fan_in)).actions
        assert (
            len(detector(Policy(deed=Deed.FLAG, decide=Decide.RULE)).on_change(change(fan_in)).actions) == 1
        )


def test_monitor_raises_the_alert_and_does_nothing() -> None:
    judgement = detector(Policy(deed=Deed.MONITOR)).on_change(change([call(n) for n in range(5)]))
    assert (judgement.actions, judgement.alert.action) == ((), "monitor")
    assert judgement.alert.label is AlertLabel.MASKING


class TestAllowLists:
    def test_an_allowed_caller_or_trunk_is_never_touched(self) -> None:
        calls = [call(n, allowed=n in (1, 3)) for n in range(5)]
        judgement = detector(Policy(decide=Decide.RULE)).on_change(change(calls))
        assert acted_on(judgement) == ids(0, 2, 4)

    def test_an_allowed_b_number_has_its_alert_and_no_action_of_any_kind(self) -> None:
        for deed in Deed:
            judgement = detector(Policy(deed=deed)).on_change(
                change([call(n) for n in range(5)], allowed=True)
            )
            assert (judgement.actions, judgement.alert.action) == ((), "monitor")
            assert judgement.alert.severity == "CRITICAL"


class TestPoliciesOfTrunks:
    def test_each_call_meets_the_policy_of_its_own_trunk(self) -> None:
        masking = detector(
            Policy(PolicyScope.TRUNK, "carrier-7", deed=Deed.DISCONNECT, live=True),
            Policy(PolicyScope.TRUNK, "carrier-8", deed=Deed.FLAG),
            Policy(deed=Deed.MONITOR),
        )
        calls = [call(n, trunk=("carrier-7", "carrier-8", "carrier-9")[n % 3]) for n in range(6)]
        judgement = masking.on_change(change(calls, opened=2.5))
        assert acted_on(judgement) == [ids(0)[0], None, ids(3)[0]]
        assert [mode for _, mode in judgement.actions] == [
            ActionMode.LIVE,
            ActionMode.DRY_RUN,
            ActionMode.LIVE,
        ]
        assert judgement.alert.action == "disconnect"
        assert judgement.alert.trunks == ("carrier-7", "carrier-8", "carrier-9")

    def test_the_called_numbers_own_policy_wins_over_them(self) -> None:
        masking = detector(
            Policy(PolicyScope.TRUNK, "carrier-7"), Policy(PolicyScope.B_NUMBER, BANK, deed=Deed.MONITOR)
        )
        assert not masking.on_change(change([call(n) for n in range(5)])).actions

    def test_a_trunks_own_threshold_makes_its_calls_suspects(self) -> None:
        masking = detector(Policy(PolicyScope.TRUNK, "carrier-7", threshold=0.5))
        calls = [call(n, score=0.6, trunk="carrier-7" if n < 3 else "carrier-8") for n in range(6)]
        judgement = masking.on_change(change(calls, opened=2.5))
        assert [told.suspect for told in judgement.alert.calls] == [True] * 3 + [False] * 3
        assert judgement.alert.label is AlertLabel.MASKING


class TestTheCap:
    def test_flags_what_is_beyond_it_and_says_so(self) -> None:
        masking = detector(Policy(disconnects_per_minute=3), cap=MinuteCap())
        judgement = masking.on_change(change([call(n) for n in range(5)]), now=T0 + 2 * SECOND)
        kinds = [action.kind.value for action, _ in judgement.actions]
        assert kinds == ["disconnect"] * 3 + ["flag"]
        assert judgement.capped == 2
        assert (
            "THE CAP OF 3 CUT CALLS A MINUTE IS REACHED: 2 calls flagged instead of cut"
            in judgement.alert.reasons
        )
        again = masking.on_change(change([call(5)], kind="updated"), now=T0 + 3 * SECOND)
        assert (again.actions, again.capped) == ((), 1)

    def test_slides_by_the_minute(self) -> None:
        masking = detector(Policy(disconnects_per_minute=5), cap=MinuteCap())
        masking.on_change(change([call(n) for n in range(5)]), now=T0)
        before = masking.on_change(change([call(5)], kind="updated"), now=T0 + MINUTE - 1)
        after = masking.on_change(change([call(6)], kind="updated"), now=T0 + MINUTE)
        assert [a.kind.value for a, _ in before.actions] == ["flag"]
        assert [a.kind.value for a, _ in after.actions] == ["disconnect"]

    def test_is_one_for_all_alerts_of_the_site(self) -> None:
        masking = detector(Policy(disconnects_per_minute=6), cap=MinuteCap())
        first = masking.on_change(change([call(n) for n in range(5)]), now=T0)
        second = masking.on_change(
            change([call(n) for n in range(10, 15)], alert_id="b2" * 16, b_number="+911800222333"), now=T0 + 1
        )
        assert (first.capped, second.capped) == (0, 4)

    def test_that_leaves_nothing_to_cut_shows_as_flagged(self) -> None:
        masking = detector(Policy(disconnects_per_minute=0), cap=MinuteCap())
        assert masking.on_change(change([call(n) for n in range(5)]), now=T0).alert.action == "flag"

    def test_does_not_apply_to_a_replay(self) -> None:
        calls = [call(n, begun=n / 50) for n in range(200)]
        assert len(detector().on_change(change(calls, opened=0.08)).actions) == 200


class TestAChangeOfPolicy:
    def test_meets_the_running_calls_at_the_next_change(self) -> None:
        masking = detector(Policy(deed=Deed.MONITOR))
        masking.on_change(change([call(0, allowed=True), *(call(n) for n in range(1, 5))]))
        masking.on_change(change([call(1, ended=2.4)], kind="updated", at=2.4))
        masking.use(PolicyBook())
        judgement = masking.on_change(change([call(5)], kind="updated"))
        assert acted_on(judgement) == ids(2, 3, 4, 5)

    def test_leaves_a_call_alone_that_ends_with_the_next_change(self) -> None:
        masking = detector(Policy(deed=Deed.MONITOR))
        masking.on_change(change([call(n) for n in range(5)]))
        masking.use(PolicyBook())
        ended = change([call(n, ended=2.5) for n in range(4)], kind="updated", at=3)
        assert acted_on(masking.on_change(ended)) == ids(4)

    def test_to_block_holds_for_the_calls_from_then_on(self) -> None:
        masking = detector(Policy(deed=Deed.MONITOR))
        masking.on_change(change([call(n) for n in range(5)]))
        masking.use(PolicyBook([Policy(deed=Deed.BLOCK)]))
        assert acted_on(masking.on_change(change([call(5)], kind="updated"))) == ids(5)

    def test_to_monitor_stops_the_cutting(self) -> None:
        masking = detector()
        masking.on_change(change([call(n) for n in range(5)]))
        masking.use(PolicyBook([Policy(deed=Deed.MONITOR)]))
        assert not masking.on_change(change([call(5)], kind="updated")).actions


def test_the_same_deed_has_the_same_id_wherever_it_is_decided() -> None:
    first = detector().on_change(change([call(n) for n in range(5)]))
    second = detector().on_change(change([call(n) for n in range(5)]), now=T0 + 9 * SECOND)
    assert [a.action_id for a, _ in first.actions] == [a.action_id for a, _ in second.actions]
    assert first.actions[0][0].action_id == "e7fb348a78f3891ffeeeb0ae1500fa23"
    assert len({a.action_id for a, _ in first.actions}) == 5


def test_no_more_alerts_are_kept_than_allowed() -> None:
    masking = MaskingDetector(PolicyBook(), alerts=10)
    for n in range(50):
        masking.on_change(change([call(0)], alert_id=f"{n:032x}"))
    assert (len(masking), masking.shed) == (10, 40)


class TestTheRowOfFeatures:
    def test_is_that_of_the_most_suspect_group_at_its_worst(self) -> None:
        masking = detector()
        worst = cluster(points=LED_BY_NUMBERS, features={"callers_per_second": 2.5, "asr": 4.0, "aloc": inf})
        beside = cluster(callers=9, probability=0.2)
        masking.on_change(change([call(n) for n in range(7)], clusters=[worst, beside]))
        calmer = cluster(callers=8, probability=0.4)
        kept = masking.on_change(change([call(9)], kind="updated", clusters=[calmer])).alert.features
        assert kept is not None
        known = {name: v for name, v in zip(kept.names, kept.values, strict=True) if v is not None}
        assert known == {"callers": 7, "calls_per_caller": 1, "callers_per_second": 2.5, "asr": 4}
        assert (kept.names, kept.leading) == (FEATURES, "sequential_numbers")

    def test_names_no_leading_fact_where_none_spoke_for_masking(self) -> None:
        points = (("base", 1.0), ("fully_attested", -2.5))
        told = change([call(n) for n in range(7)], clusters=[cluster(points=points)])
        kept = detector().on_change(told).alert.features
        assert kept is not None
        assert kept.leading == ""

    def test_is_missing_where_nobody_looked_at_the_origin(self) -> None:
        told = change([call(n, score=0.0) for n in range(7)], clusters=[])
        assert detector().on_change(told).alert.features is None


class TestAnAttackThatTimeSplitsInTwo:
    def test_leaves_its_later_calls_to_the_later_alert(self) -> None:
        masking = detector()
        masking.on_change(change([call(n) for n in range(8)]))
        closed = masking.on_change(
            change([], kind="closed", closed=70.0, left=tuple(ids(5, 6, 7)), total_callers=5)
        )
        assert [told.call_id for told in closed.alert.calls] == list(ids(0, 1, 2, 3, 4))
        assert len(closed.alert.a_numbers) == 5
