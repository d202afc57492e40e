"""What the engine keeps over a restart: the next calls meet the same score as if it had never ended."""

import json
import struct
from typing import Any

import pytest
from ringfence_engine import AlertChange, Engine, Example, Replay

from ringfence.lab.simulate import SimulatedEvent, nth_operator

SECOND = 1_000_000_000
HOUR = 3_600 * SECOND
T0 = 1_768_000_000
NOW = 1_800_000_000 * SECOND
HOTLINE = "+911800112233"
OPERATOR = nth_operator("train", 1)


def a_day_cut_in_two() -> tuple[bytes, bytes]:
    """A simulated operator's calls up to noon, and those of the afternoon after an hour of silence."""
    events = list(OPERATOR.events())
    noon = events[len(events) // 2].at
    morning = b"".join(line(event, 0) for event in events if event.at < noon)
    return morning, b"".join(line(event, HOUR) for event in events if event.at >= noon)


def line(event: SimulatedEvent, later: int) -> bytes:
    told = json.loads(event.to_json())
    return json.dumps({**told, "timestamp": event.at + later}).encode() + b"\n"


def hear(engine: Engine, lines: bytes) -> list[AlertChange]:
    files = Replay(engine, now=NOW)
    return [*files.feed(lines).changes, *files.close().changes, *files.finish().changes]


def memory_of(engine: Engine) -> bytes:
    return b"".join(engine.memory())


def of(example: Example) -> tuple[str, int, bytes, list[str]]:
    return example.alert_id, example.at, example.row, sorted(example.calls)


def at_their_end(changes: list[AlertChange]) -> dict[str, tuple[Any, ...]]:
    return {
        change.alert_id: (change.b_number, change.opened_at, change.probability, change.total_calls)
        for change in changes
    }


def test_after_a_restart_the_same_calls_get_the_same_alerts_and_the_same_rows_bit_for_bit() -> None:
    morning, afternoon = a_day_cut_in_two()
    going_on = Engine(record=True, region=OPERATOR.profile.plan.region)
    of_morning = at_their_end(hear(going_on, morning)).keys()
    restarted = Engine(record=True, region=OPERATOR.profile.plan.region)
    restarted.restore(memory_of(going_on))
    fresh = Engine(record=True, region=OPERATOR.profile.plan.region)
    going_on.take_examples()
    alerts, again, anew = (at_their_end(hear(engine, afternoon)) for engine in (going_on, restarted, fresh))
    rows = [of(example) for example in going_on.take_examples()]
    assert len({alert_id for alert_id, *_ in rows}) >= 5, "some alerts of the afternoon are judged"
    assert [of(example) for example in restarted.take_examples()] == rows
    # Alerts that were open at noon ended with the engine; the one that went on closes them an hour later.
    of_afternoon = {alert_id: end for alert_id, end in alerts.items() if alert_id not in of_morning}
    assert again == of_afternoon
    assert anew != of_afternoon
    assert [of(example) for example in fresh.take_examples()] != rows


def invite(at: float, a: str, b: str, **more: Any) -> bytes:
    call = {"event_type": "INVITE", "timestamp": T0 + at, "a_number": a, "b_number": b, **more}
    return json.dumps(call | {"call_id": f"{a}-{b}-{at}"}).encode() + b"\n"


def busy_line(minutes: int) -> bytes:
    """Three callers within a second, every minute."""
    return b"".join(
        invite(minute * 60 + n * 0.3, f"+91981000{minute:03}{n}", HOTLINE)
        for minute in range(minutes)
        for n in range(3)
    )


def test_what_is_usual_for_a_number_is_known_after_a_restart_and_learnt_on() -> None:
    engine = Engine()
    assert engine.usual(HOTLINE) is None
    hear(engine, busy_line(20))
    restarted = Engine()
    restarted.restore(memory_of(engine))
    usual = restarted.usual("1800112233")
    assert usual is not None
    assert (usual.callers, usual.windows, usual.bursts) == (3, 19, 0)
    hear(restarted, busy_line(25))
    later = restarted.usual(HOTLINE)
    assert later is not None
    assert later.windows > usual.windows


def test_a_memory_that_cannot_be_used_is_refused_with_the_reason_and_changes_nothing() -> None:
    engine = Engine()
    hear(engine, busy_line(20))
    memory = memory_of(engine)
    newer = memory[:8] + struct.pack("<I", 99) + memory[12:]
    refusals = {
        b"": "memory_foreign",
        b"SQLite format 3\0" * 9: "memory_foreign",
        memory[:-1]: "memory_corrupt",
        memory[: len(memory) // 2]: "memory_corrupt",
        memory + b"\0": "memory_corrupt",
        memory[:500] + b"\xff" + memory[501:]: "memory_corrupt",
        newer: "memory_version",
    }
    for file, code in refusals.items():
        other = Engine()
        with pytest.raises(ValueError, match=r".") as refused:
            other.restore(file)
        assert refused.value.args[0] == code
        assert other.usual(HOTLINE) is None
        other.restore(memory)
        assert other.usual(HOTLINE) is not None


def test_an_engine_that_has_calls_takes_over_nothing() -> None:
    memory = memory_of(Engine())
    engine = Engine()
    hear(engine, busy_line(1))
    with pytest.raises(ValueError, match="before") as refused:
        engine.restore(memory)
    assert refused.value.args[0] == "memory_late"


def test_a_name_in_a_numbers_place_and_a_trunk_are_known_again() -> None:
    """Both are kept as hashes, whose key has to outlast the process."""
    engine = Engine(features=True)
    lines = busy_line(20).replace(HOTLINE.encode(), b"sip:desk@example.net")
    hear(engine, lines)
    restarted = Engine()
    restarted.restore(memory_of(engine))
    usual = restarted.usual("sip:desk@example.net")
    assert usual is not None
    assert usual.callers == 3
