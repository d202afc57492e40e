"""The two detectors from outside do as their kind does, and ours does not share their faults."""

import json
from collections.abc import Iterable

import pytest

from ringfence.errors import BadInput
from ringfence.lab.outsiders import Kind, OutsiderResult, judge_events, outsider

NOON = 1_767_614_400
HELPLINE = "+19876543210"


def call(n: int, at: float, a_number: str | None = None, **more: object) -> bytes:
    event = {
        "event_type": "INVITE",
        "timestamp": NOON + at,
        "a_number": a_number or f"+1202555{1000 + n}",
        "b_number": HELPLINE,
        "call_id": f"call-{n}",
    }
    return json.dumps(event | more).encode()


def judged(kind: Kind, lines: Iterable[bytes]) -> OutsiderResult:
    return judge_events(outsider(kind), lines, "events")


def cut(result: OutsiderResult) -> list[str]:
    return [cut.call.call_id for cut in result.cuts]


def test_all_see_five_callers_in_a_second() -> None:
    attack = [call(n, n / 10) for n in range(7)]
    assert cut(judged(Kind.REFRESHED_TTL, attack)) == [f"call-{n}" for n in range(5)]
    for kind in (Kind.HTABLE, Kind.HTABLE_FIXED):
        assert cut(judged(kind, attack)) == ["call-4", "call-5", "call-6"]


@pytest.mark.parametrize("kind", Kind)
def test_four_callers_who_redial_are_no_attack(kind: Kind) -> None:
    calls = [call(n, n / 10, f"+1202555000{n % 4}") for n in range(40)]
    assert judged(kind, calls).alerts == []


@pytest.mark.parametrize("kind", [Kind.REFRESHED_TTL, Kind.HTABLE])
def test_one_new_caller_every_four_seconds_alarms_in_the_end(kind: Kind) -> None:
    """What is refreshed never ages out. tests/engine/test_known_faults.py tells the same story of our engine, which
    never sees more than two."""
    result = judged(kind, [call(n, 4.0 * n) for n in range(20)])
    assert result.alerts[0].opened_at == (NOON + 16) * 1_000_000
    assert "call-4" in cut(result)


def test_a_cooldown_hides_the_rest_of_the_attack() -> None:
    result = judged(Kind.REFRESHED_TTL, [call(n, n / 2) for n in range(240)])
    assert [alert.opened_at // 1_000_000 - NOON for alert in result.alerts] == [2, 62]
    # The five of the first alarm, then the ten that began in the last 5 s before the second.
    assert cut(result) == [*(f"call-{n}" for n in range(5)), *(f"call-{n}" for n in range(115, 125))]


def test_a_set_is_gone_after_five_seconds_of_silence() -> None:
    four = [call(n, 0) for n in range(4)]
    assert judged(Kind.REFRESHED_TTL, [*four, call(4, 4.999999)]).alerts
    assert not judged(Kind.REFRESHED_TTL, [*four, call(4, 5)]).alerts


def test_a_counter_lives_five_to_six_seconds() -> None:
    """htable counts whole seconds, and an item is gone once the present is past its last one."""
    four = [call(n, 0.9) for n in range(4)]
    for kind in (Kind.HTABLE, Kind.HTABLE_FIXED):
        assert cut(judged(kind, [*four, call(4, 5.999)])) == ["call-4"]
        assert cut(judged(kind, [*four, call(4, 6.0)])) == []


def test_a_fixed_counter_misses_what_falls_on_both_sides_of_its_end() -> None:
    """Four callers late in one life and four early in the next are eight within 2 s, and no five in one count."""
    calls = [call(0, 0), *(call(n, 5) for n in range(1, 4)), *(call(n, 6) for n in range(4, 8))]
    assert judged(Kind.HTABLE_FIXED, calls).alerts == []
    assert cut(judged(Kind.HTABLE, calls)) == ["call-4", "call-5", "call-6", "call-7"]


def test_a_fixed_counter_blocks_until_its_end_only() -> None:
    result = judged(Kind.HTABLE_FIXED, [call(n, n / 2) for n in range(24)])
    assert cut(result) == [f"call-{n}" for n in (*range(4, 12), *range(16, 24))]
    assert len(result.alerts) == 2


def test_a_resent_invite_is_no_new_caller_and_cut_once() -> None:
    calls = [line for n in range(6) for line in (call(n, n / 10), call(n, n / 10 + 0.05))]
    assert cut(judged(Kind.REFRESHED_TTL, calls)) == [f"call-{n}" for n in range(5)]
    assert cut(judged(Kind.HTABLE, calls)) == ["call-4", "call-5"]


def test_what_is_written_is_what_the_scorer_reads() -> None:
    result = judged(Kind.HTABLE, [call(n, n / 10) for n in range(6)])
    (alert,) = map(json.loads, result.alert_lines())
    actions = [json.loads(line) for line in result.action_lines()]
    assert (alert["b_number"], alert["opened_at"]) == (HELPLINE, "2026-01-05T12:00:00.400000Z")
    assert (alert["call_ids"], alert["last_seen_at"]) == (["call-4", "call-5"], "2026-01-05T12:00:00.500000Z")
    assert [(a["kind"], a["call_id"], a["decided_at"]) for a in actions] == [
        ("block", "call-4", "2026-01-05T12:00:00.400000Z"),
        ("block", "call-5", "2026-01-05T12:00:00.500000Z"),
    ]
    assert {a["alert_id"] for a in actions} == {alert["alert_id"]}
    assert len({a["action_id"] for a in actions}) == 2


def test_times_come_in_any_unit_and_calls_without_a_name() -> None:
    calls = [
        call(0, 0, timestamp="2026-01-05T12:00:00Z"),
        call(1, 0, timestamp=NOON * 1_000 + 100),
        call(2, 0, timestamp=NOON * 1_000_000 + 200_000),
        call(3, 0, timestamp=NOON * 1_000_000_000 + 300_000_000),
        call(4, 0.4, event_type="CDR", call_id=None),
        call(5, 0.5, event_type="BYE"),
        b"",
    ]
    result = judged(Kind.REFRESHED_TTL, calls)
    assert result.attempts == 5
    assert [c.call.at - NOON * 1_000_000 for c in result.cuts] == [0, 100_000, 200_000, 300_000, 400_000]
    assert cut(result)[-1] == "line 5"


@pytest.mark.parametrize(
    "line",
    [b'{"event_type":"INVITE"', b'{"event_type":"INVITE"}', b'["INVITE"]', call(1, 0, timestamp="today")],
)
def test_a_call_that_cannot_be_read_is_refused_with_its_line(line: bytes) -> None:
    with pytest.raises(BadInput, match="line 2 of events is no call event"):
        judged(Kind.HTABLE, [call(0, 0), line])


def test_another_kind_of_file_is_refused_at_its_first_line() -> None:
    with pytest.raises(BadInput, match="line 2 of events is no call event"):
        judged(Kind.HTABLE, [b"\n", b"a,b,started\n", b"1,2,3\n"])
    assert judged(Kind.HTABLE, [b"\n"]).attempts == 0


def test_what_is_over_is_forgotten() -> None:
    """A day of other numbers between two callers leaves nothing behind."""
    detectors = [outsider(kind) for kind in Kind]
    for detector in detectors:
        judge_events(detector, (call(n, n / 10, b_number=f"+1{n:010}") for n in range(5_000)), "events")
        judge_events(detector, [call(6_000, 3_600)], "events")
    held = [sum(len(v) for v in vars(d).values() if isinstance(v, dict)) for d in detectors]
    assert max(held) <= 1
