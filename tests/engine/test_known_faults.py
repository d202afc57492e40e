"""Faults of other detectors, each told as a story: what happened on the phone line, and what we say of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from ringfence_engine import AlertChange, Decision, Engine, Replay

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


def test_a_call_that_goes_on_signalling_leaves_the_window_all_the_same() -> None:
    """A time-to-live that any message of a call refreshes keeps its caller for as long as the call lasts."""
    line = Line()
    for n in range(4):
        line.send(0.1 * n, "INVITE", caller(n), f"call-{n}")
    for second in range(1, 30):
        for n in range(4):
            kind = ("INVITE", "RINGING", "ANSWER")[second % 3]
            line.send(second + 0.1 * n, kind, caller(n), f"call-{n}")
    assert line.send(30, "INVITE", caller(4), "call-4").distinct_callers == 1
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


def test_an_attack_on_one_number_hides_none_on_the_next_nor_another_origin_on_the_same() -> None:
    """A cooldown for all numbers, or for all that calls one number, is a place to hide in."""
    line = Line()
    for n in range(30):
        line.send(n, "INVITE", caller(n % 6), f"first-{n}", trunk="carrier-1")
        line.send(n + 0.1, "INVITE", caller(n % 6), f"next-{n}", b="+19876543211", trunk="carrier-1")
        line.send(n + 0.2, "INVITE", f"+1303555{1000 + n % 6}", f"other-{n}", trunk="carrier-2")
    by_number = {change.b_number: change.alert_id for change in line.told}
    assert set(by_number) == {HELPLINE, "+19876543211"}
    assert line.named == {f"{name}-{n}" for name in ("first", "next", "other") for n in range(30)}


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


def sip(at: int, start: str, a: str, call_id: str) -> str:
    date = format_datetime(datetime.fromtimestamp(T0 // SECOND + at, UTC), usegmt=True)
    return (
        f"{start}\nFrom: <sip:{a}@carrier.example>;tag=a\nTo: <sip:{HELPLINE}@desk.example>\n"
        f"Call-ID: {call_id}\nCSeq: 1 INVITE\nDate: {date}\nContent-Length: 0\n\n"
    )


def test_a_sip_response_is_no_attempt_of_the_number_in_its_from() -> None:
    """Every response repeats From and To of its request: who counts messages sees callers that never were."""
    invite = f"INVITE sip:{HELPLINE}@desk.example SIP/2.0"
    answers = ("100 Trying", "180 Ringing", "183 Session Progress", "200 OK")
    text = "".join(sip(n, invite, caller(n), f"call-{n}") for n in range(4))
    for status in answers:
        text += "".join(sip(4, f"SIP/2.0 {status}", caller(n), f"call-{n}") for n in range(4))
        text += "".join(sip(4, f"SIP/2.0 {status}", caller(n), f"never-begun-{n}") for n in range(4, 20))
    engine = Engine(region="US")
    replay = Replay(engine, now=T0 + 60 * SECOND)
    batches = [replay.feed(text.encode()), replay.close(), replay.finish()]
    summary = replay.summary()
    assert (summary.messages, summary.methods, summary.malformed) == (84, {"INVITE": 4}, {})
    assert summary.calls == 4
    assert engine.metrics(HELPLINE, T0 + 5 * SECOND).distinct_callers == 4
    assert [change for batch in batches for change in batch.changes] == []


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


FIRST_CALLS: dict[str, tuple[str, dict[str, str]]] = {
    "plain": (caller(0), {"trunk": "carrier-1", "source_ip": "192.0.2.1"}),
    "of which nothing is known": (caller(0), {}),
    "from a number that cannot exist": ("+10001234567", {"trunk": "carrier-1"}),
    "withheld": ("anonymous", {"trunk": "carrier-1", "attestation": "none"}),
    "whose signature is wrong": (caller(0), {"trunk": "carrier-1", "attestation": "failed"}),
    "by another number than is asserted": (
        caller(0),
        {"p_asserted_identity": "<sip:+442079460000@transit.example>"},
    ),
    "by a tool": (caller(0), {"user_agent": "sipp", "sdp_origin": "user1 1 1 IN IP4 203.0.113.66"}),
}


@pytest.mark.parametrize("kind", FIRST_CALLS)
def test_the_first_call_to_a_number_scores_low(kind: str) -> None:
    """A model that learnt shares from 0 to 1 and is served counts takes a first call for the worst of attacks."""
    a, facts = FIRST_CALLS[kind]
    line = Line()
    first = line.send(0, "INVITE", a, "call", **facts)
    assert (first.score, first.probability, first.member, first.changes) == (0.0, 0.0, False, [])
    for kind_of_end in ("RINGING", "CANCEL"):
        assert line.send(0.5, kind_of_end, a, "call").score == 0.0
    for b in (HELPLINE, "+12125550000"):
        judged = line.engine.judge(a, b, now=T0 + SECOND)
        assert (judged.score, judged.probability) == (0.0, 0.0)


def test_how_often_one_caller_calls_makes_no_masking() -> None:
    line = Line()
    for n in range(300):
        line.send(0.1 * n, "INVITE", caller(0), f"call-{n}", trunk="carrier-1")
        line.send(0.1 * n + 0.05, "CANCEL", caller(0), f"call-{n}")
    assert line.told == []
    judged = line.engine.judge(caller(0), HELPLINE, now=T0 + 30 * SECOND)
    assert (judged.score, judged.distinct_callers) == (0.0, 1)


@pytest.mark.parametrize("unit", ["seconds", "milliseconds", "microseconds", "ISO 8601"])
def test_an_attack_scores_alike_in_whatever_unit_its_times_are_told(unit: str) -> None:
    def told(unit: str) -> AlertChange:
        lines = []
        for n in range(9):
            at = T0 + n * 375_000_000
            stamps: dict[str, object] = {
                "seconds": at / SECOND,
                "milliseconds": at // 1_000_000,
                "microseconds": at // 1_000,
                "nanoseconds": at,
                "ISO 8601": datetime.fromtimestamp(at / SECOND, UTC).isoformat(),
            }
            event = {"event_type": "INVITE", "timestamp": stamps[unit], "a_number": f"+1202555{1000 + n}"}
            event |= {"b_number": HELPLINE, "call_id": f"call-{n}", "trunk": "carrier-1"}
            lines.append(json.dumps(event))
        (change,) = Engine(region="US").ingest("\n".join(lines).encode(), T0 + 4 * SECOND).changes
        return change

    ours, exact = told(unit), told("nanoseconds")
    assert ours.probability == exact.probability > 0.95
    assert (ours.alert_id, ours.opened_at, ours.last_seen_at) == (
        exact.alert_id,
        exact.opened_at,
        exact.last_seen_at,
    )


@pytest.mark.parametrize("callers", [12, 120, 1_200])
def test_a_burst_of_true_callers_scores_no_higher_for_being_larger(callers: int) -> None:
    line = Line()
    for n in range(200):  # ordinary calls before it
        line.send(1.4 * n, "INVITE", caller(n), f"before-{n}", sdp_origin=f"- 1 1 IN IP4 198.51.100.{n}")
        line.send(1.4 * n + 0.5, "ANSWER", caller(n), f"before-{n}")
    for n in range(callers):
        origin = f"phone{n} 1 1 IN IP4 203.0.{n // 250}.{n % 250}"
        a = f"+1{(212, 303, 415, 617, 702, 808)[n % 6]}{200 + 7 * n % 800}{(7_919 * n) % 10_000:04}"
        at = 300 + 2.4 * n / callers + (n * 0.618 % 0.01)
        line.send(at, "INVITE", a, f"burst-{n}", sdp_origin=origin, attestation="A")
    assert len(line.alerts) == 1
    assert max(change.probability for change in line.told) < 0.2


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
