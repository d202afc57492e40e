"""Faults of other detectors, each told as a story: what happened on the phone line, and what we say of it."""

from __future__ import annotations

import json

from ringfence_engine import AlertChange, Decision, Engine

SECOND = 1_000_000_000
T0 = 1_704_672_000 * SECOND
HELPLINE = "+19876543210"


def caller(number: int) -> str:
    return f"+1202555{1000 + 37 * number:04}"


class Line:
    """A live line into an engine: events are received as they happen, seconds after T0."""

    def __init__(self, **settings: int) -> None:
        self.engine = Engine(region="US", **settings)  # type: ignore[arg-type]  # durations and counts alone
        self.told: list[AlertChange] = []

    def send(self, at: float, kind: str, a: str, call_id: str, b: str = HELPLINE, **more: object) -> Decision:
        instant = T0 + round(at * SECOND)
        event = {
            "event_type": kind,
            "timestamp": instant,
            "a_number": a,
            "b_number": b,
            "call_id": call_id,
            **more,
        }
        decision = self.engine.ingest_one(json.dumps(event).encode(), instant)
        self.told += decision.changes
        return decision

    def wait(self, until: float) -> None:
        self.told += self.engine.advance(T0 + round(until * SECOND))

    @property
    def alerts(self) -> set[str]:
        return {change.alert_id for change in self.told}

    @property
    def named(self) -> set[str]:
        return {call.call_id for change in self.told for call in change.calls}


def test_a_new_caller_every_four_seconds_never_alarms() -> None:
    """A set whose time-to-live is refreshed by every caller holds them all in the end."""
    line = Line()
    for n in range(500):
        assert line.send(4.0 * n, "INVITE", caller(n), f"call-{n}").distinct_callers <= 2
    assert line.told == []


def test_members_leave_the_window_one_by_one() -> None:
    line = Line()
    counts = [line.send(n, "INVITE", caller(n), f"call-{n}").distinct_callers for n in (0, 1, 2, 3)]
    assert counts == [1, 2, 3, 4]
    assert line.send(5.0, "INVITE", caller(0), "call-5").distinct_callers == 4  # its own first call has left
    assert line.send(6.0, "INVITE", caller(1), "call-6").distinct_callers == 4
    assert line.send(7.999, "INVITE", caller(4), "call-7").distinct_callers == 4
    assert line.told == []


def test_an_attack_of_ten_minutes_is_one_alert_that_names_every_call() -> None:
    """A cooldown after the first alarm hides the rest of the attack."""
    line = Line()
    for n in range(1_200):
        line.send(0.5 * n, "INVITE", caller(n % 200), f"call-{n}")
    line.wait(2_000)
    assert len(line.alerts) == 1
    assert line.named == {f"call-{n}" for n in range(1_200)}
    last = line.told[-1]
    assert (last.kind, last.total_calls, last.total_callers) == ("closed", 1_200, 200)
    assert last.distinct_callers == 10
    # Half a second apart, five are left until the fifth newest is five seconds old.
    assert last.closed_at == T0 + round((599.5 - 4 * 0.5 + 5 + 60) * SECOND)


def test_a_call_that_joins_late_is_named_at_once() -> None:
    line = Line()
    for n in range(5):
        line.send(0.1 * n, "INVITE", caller(n), f"call-{n}")
    joined = line.send(3, "INVITE", caller(9), "call-9")
    assert joined.member
    assert [call.call_id for call in joined.changes[0].calls] == ["call-9"]
    assert not line.send(40, "INVITE", caller(10), "call-10").member


def test_a_rise_within_the_hold_goes_on_and_one_after_it_is_a_new_alert() -> None:
    def attack(line: Line, at: float, name: str) -> None:
        for n in range(5):
            line.send(at, "INVITE", caller(n), f"{name}-{n}")

    same, other = Line(), Line()
    for line, second in ((same, 65.0), (other, 65.000000001)):
        attack(line, 0, "first")  # falls below five at 5 s
        attack(line, second, "second")
        line.wait(400)
    assert len(same.alerts) == 1
    assert len(other.alerts) == 2
    by_id = {change.alert_id: change for change in other.told if change.kind == "closed"}
    assert {change.total_calls for change in by_id.values()} == {5}


def test_a_call_that_begins_as_the_window_falls_is_the_next_alerts_alone() -> None:
    """The window that falls at an instant holds the rule until just before it."""
    line = Line(hold=2 * SECOND)
    for n in range(5):
        line.send(0, "INVITE", caller(n), f"first-{n}")  # falls below five at 5 s
    line.send(5, "INVITE", caller(5), "call-5")
    for n in range(6, 10):
        line.send(8, "INVITE", caller(n), f"second-{n}")
    line.wait(100)
    first, second = (change for change in line.told if change.kind == "closed")
    assert (first.opened_at, first.last_seen_at, first.total_calls) == (T0, T0, 5)
    assert (second.opened_at, second.total_calls) == (T0 + 8 * SECOND, 5)
    assert "call-5" in first.left


def test_retransmitted_and_repeated_invites_are_one_call() -> None:
    line = Line()
    for n in range(4):
        for resent in (0.0, 0.5, 1.5, 3.5):
            line.send(0.01 * n + resent, "INVITE", caller(n), f"call-{n}")
    line.send(4, "ANSWER", caller(0), "call-0")
    line.send(4.5, "INVITE", caller(7), "call-0")  # a re-INVITE, whose From a gateway has changed
    assert line.told == []
    assert line.engine.counters()["calls"] == 4
    assert line.engine.metrics(HELPLINE, T0 + 5 * SECOND).seizures == 4


def test_forked_legs_are_one_call_to_the_number_first_called() -> None:
    """Ten phones ring for each of three calls; no phone is under attack."""
    line = Line()
    phones = [f"+1987654330{n}" for n in range(10)]
    for n in range(3):
        line.send(n, "INVITE", caller(n), f"call-{n}")
        for leg, phone in enumerate(phones):
            line.send(n + 0.01 * leg, "INVITE", caller(n), f"call-{n}", b=phone)
    assert line.told == []
    assert line.engine.counters()["calls"] == 3
    assert all(line.engine.metrics(phone, T0 + 5 * SECOND).seizures == 0 for phone in phones)


def test_responses_and_ends_of_calls_are_no_attempts() -> None:
    line = Line()
    for n in range(20):
        for kind in ("RINGING", "ANSWER", "BYE", "CANCEL", "FAIL"):
            assert not line.send(0.05 * n, kind, caller(n), f"never-begun-{n}").changes
    assert line.told == []
    assert line.engine.metrics(HELPLINE, T0 + SECOND).seizures == 0
    counters = line.engine.counters()
    assert (counters["calls"], counters["unmatched"]) == (0, 20)


def test_the_other_leg_of_a_fork_and_a_refused_reinvite_dont_end_an_answered_call() -> None:
    line = Line()
    line.send(0, "INVITE", caller(0), "call")
    line.send(1, "ANSWER", caller(0), "call")
    line.send(1.1, "CANCEL", caller(0), "call")
    line.send(1.2, "FAIL", caller(0), "call", cause=487)
    line.send(20, "FAIL", caller(0), "call", cause=488)
    assert line.engine.metrics(HELPLINE, T0 + 21 * SECOND).calls_in_progress == 1
    line.send(31, "BYE", caller(0), "call")
    metrics = line.engine.metrics(HELPLINE, T0 + 31 * SECOND)
    assert (metrics.calls_in_progress, metrics.answered, metrics.aloc) == (0, 1, 30.0)


def test_a_call_that_is_forwarded_after_ringing_in_vain_is_up_once_it_is_answered() -> None:
    line = Line()
    line.send(0, "INVITE", caller(0), "call")
    line.send(20, "CANCEL", caller(0), "call")  # of the first phone
    line.send(25, "ANSWER", caller(0), "call")  # by the second
    assert line.engine.metrics(HELPLINE, T0 + 26 * SECOND).calls_in_progress == 1


def test_shares_are_taken_over_one_window() -> None:
    """Calls in progress from before the window over calls of the window once gave ratios above one."""
    line = Line()
    for n in range(10):
        line.send(n * 0.001, "INVITE", caller(n), f"old-{n}")
        line.send(n * 0.001 + 1, "ANSWER", caller(n), f"old-{n}")
    line.send(299, "INVITE", caller(1), "new-1")
    line.send(299.5, "INVITE", caller(1), "new-2")
    line.send(302, "BYE", caller(0), "old-0")
    metrics = line.engine.metrics(HELPLINE, T0 + 302 * SECOND)
    assert (metrics.seizures, metrics.answered, metrics.asr, metrics.aloc) == (2, 0, 0.0, 0.0)
    assert (metrics.overlap_ratio, metrics.calls_in_progress, metrics.distinct_callers) == (0.5, 2, 1)


def test_the_window_and_the_statistics_may_be_equally_long() -> None:
    line = Line(window=300 * SECOND)
    line.send(0, "INVITE", caller(0), "old")
    line.send(0.5, "ANSWER", caller(0), "old")
    line.send(301, "INVITE", caller(1), "new")
    metrics = line.engine.metrics(HELPLINE, T0 + 301 * SECOND)
    assert (metrics.seizures, metrics.answered, metrics.distinct_callers) == (1, 0, 1)


def test_the_first_call_to_a_number_scores_low() -> None:
    line = Line()
    first = line.send(0, "INVITE", caller(0), "call", trunk="carrier-1", source_ip="192.0.2.1")
    assert (first.score, first.probability, first.member, first.changes) == (0.0, 0.0, False, [])
    judged = line.engine.judge(caller(1), "+12125550000", now=T0)
    assert (judged.score, judged.probability, judged.distinct_callers) == (0.0, 0.0, 0)


def test_a_hotlines_burst_of_true_callers_is_an_alert_that_scores_low() -> None:
    line = Line()
    for n in range(200):  # ordinary calls before it
        line.send(1.4 * n, "INVITE", caller(n), f"before-{n}", sdp_origin=f"- 1 1 IN IP4 198.51.100.{n}")
        line.send(1.4 * n + 0.5, "ANSWER", caller(n), f"before-{n}")
    for n in range(12):
        origin = f"phone{n} 1 1 IN IP4 203.0.113.{n}"
        a = f"+1{212 + 3 * n}555{1100 + 177 * n}"
        line.send(300 + n * 0.2, "INVITE", a, f"burst-{n}", sdp_origin=origin, attestation="A")
    assert len(line.alerts) == 1
    assert max(change.probability for change in line.told) < 0.2


def test_a_call_of_a_closed_alert_is_no_member_of_the_next() -> None:
    line = Line()
    for n in range(5):
        line.send(0, "INVITE", caller(n), f"first-{n}")
    line.wait(100)
    for n in range(5):
        line.send(200, "INVITE", caller(n), f"second-{n}")
    assert line.send(201, "BYE", caller(0), "second-0").member
    assert not line.send(201, "BYE", caller(0), "first-0").member


def test_a_call_id_used_anew_is_another_call_and_the_old_one_still_counts() -> None:
    line = Line()
    line.send(0, "INVITE", caller(0), "call")
    line.send(1, "FAIL", caller(0), "call", cause=486)
    line.send(61, "INVITE", caller(0), "call")
    assert line.engine.counters()["calls"] == 1  # a minute after its end it is still known
    line.send(61.001, "INVITE", caller(1), "call")
    metrics = line.engine.metrics(HELPLINE, T0 + 62 * SECOND)
    assert (metrics.seizures, metrics.ner, metrics.calls_in_progress) == (2, 50.0, 1)
