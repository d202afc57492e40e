"""Truths written by hand, whose every figure can be worked out on paper."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from ringfence.lab.simulate.truth import AttackTruth, BurstTruth, RunTruth, Truth

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def at(seconds: float) -> str:
    return (NOON + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def attack(name: str, times: list[float], *, nth: int | None = 4, **more: Any) -> AttackTruth:
    """Its calls are `name-0`, `name-1`, … at these seconds after noon, each from a caller of its own."""
    told: dict[str, Any] = {
        "attack_id": name,
        "family": "random",
        "unseen": False,
        "pace": "fast",
        "drip": False,
        "mixed": False,
        "answered": True,
        "exposed": True,
        "b_number": f"+1{name}",
        "first_call_at": at(times[0]),
        "last_call_at": at(times[-1]),
        "reaches_rule": nth is not None,
        "reaches_rule_alone": nth is not None,
        "reached_at": None if nth is None else at(times[nth]),
        "nth_call": nth,
        "rule_calls": 0 if nth is None else len(times),
        "hotline_burst": None,
        "trunks": ("carrier-1",),
        "a_numbers": tuple(f"+44{name}{n}" for n in range(len(times))),
        "call_ids": tuple(f"{name}-{n}" for n in range(len(times))),
        "called_at": tuple(round((time - times[0]) * 1_000_000) for time in times),
    }
    return AttackTruth(**told | more)


def burst(kind: str, b_number: str, first: float, last: float, calls: int, *, mixed: bool) -> BurstTruth:
    """The true callers' calls are `kind-0`, `kind-1`, …; named where an attack hides among them."""
    ids = tuple(f"{kind}-{n}" for n in range(calls)) if mixed else ()
    return BurstTruth(1, kind, False, mixed, b_number, at(first), at(last), calls, True, ids)


def truth(
    attacks: list[AttackTruth], bursts: list[BurstTruth], *, units: dict[int, int], calls: int = 200
) -> Truth:
    """`units`: number of honest calls of a B-number → how many B-numbers have so many."""
    run = RunTruth(
        seed=1,
        profile="made-up",
        split="test",
        region="GB",
        started_at=at(0),
        hours=1.0,
        calls=calls,
        attack_calls=sum(len(attack.call_ids) for attack in attacks),
        benign_calls=sum(calls * count for calls, count in units.items()),
        benign_units=units,
        asr=0.5,
        acd_seconds=60.0,
    )
    return Truth(run, tuple(attacks), tuple(bursts), ())


def cut(call_id: str | None, b_number: str, seconds: float, *, kind: str = "disconnect", a: str = "") -> str:
    return json.dumps(
        {
            "kind": kind,
            "call_id": call_id,
            "a_number": a or None,
            "b_number": b_number,
            "decided_at": at(seconds),
        }
    )


def alert(b_number: str, opened: float, *call_ids: str, last_seen: float | None = None) -> str:
    last = opened if last_seen is None else last_seen
    return json.dumps(
        {"b_number": b_number, "opened_at": at(opened), "last_seen_at": at(last), "call_ids": call_ids}
    )
