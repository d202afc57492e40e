"""Scores a detector's alerts and actions against the truth of a simulated run."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ringfence.errors import BadInput
from ringfence.lab.simulate.truth import AttackTruth, Truth

_CUTS = ("block", "disconnect")


@dataclass(frozen=True, slots=True)
class Score:
    """`rule_attacks` counts attacks and drips whose calls satisfy the rule, `alerted` those of them that an
    alert covers. `false_drips` are drips that do not satisfy it and were alerted all the same.

    Calls are counted once each, by Call-ID, where a `block` or `disconnect` action names them; `benign_calls`
    are all calls of the run that no attack or drip made.
    """

    rule_attacks: int
    alerted: int
    missed: tuple[str, ...]
    false_drips: tuple[str, ...]
    alerts: int
    attack_calls: int
    attack_calls_cut: int
    benign_calls: int
    benign_calls_cut: int

    @property
    def wrong_cuts_per_million(self) -> float:
        """Benign calls that an action names, per million benign calls."""
        return 1e6 * self.benign_calls_cut / self.benign_calls if self.benign_calls else 0.0


def score_run(truth: Truth, alerts: Iterable[str], actions: Iterable[str]) -> Score:
    """Compares NDJSON lines of alerts and of actions with the truth.

    An alert covers an attack if it is on the same B-number and names one of its calls, or, since alerts name
    calls up to a cap, if both were going on at one time. Raises BadInput for lines that are neither.
    """
    by_b: dict[str, list[_Alert]] = {}
    count = 0
    for record in _records(alerts, "alert"):
        count += 1
        try:
            alert = _Alert.read(record)
        except (TypeError, ValueError) as error:
            raise BadInput(f"alert {count} has a time or a list of calls that cannot be read") from error
        by_b.setdefault(alert.b_number, []).append(alert)
    covered = {
        attack.attack_id
        for attack in truth.attacks
        if any(alert.covers(attack) for alert in by_b.get(attack.b_number, ()))
    }
    bad_calls = {call_id for attack in truth.attacks for call_id in attack.call_ids}
    cut = {r["call_id"] for r in _records(actions, "action") if r["kind"] in _CUTS and r["call_id"]}
    on_rule = [attack.attack_id for attack in truth.attacks if attack.reaches_rule]
    return Score(
        rule_attacks=len(on_rule),
        alerted=sum(name in covered for name in on_rule),
        missed=tuple(name for name in on_rule if name not in covered),
        false_drips=tuple(
            attack.attack_id
            for attack in truth.attacks
            if not attack.reaches_rule and attack.attack_id in covered
        ),
        alerts=count,
        attack_calls=len(bad_calls),
        attack_calls_cut=len(cut & bad_calls),
        benign_calls=truth.run.calls - len(bad_calls),
        benign_calls_cut=len(cut - bad_calls),
    )


@dataclass(frozen=True, slots=True)
class _Alert:
    b_number: str
    opened_at: datetime
    last_seen_at: datetime
    call_ids: frozenset[str]

    @classmethod
    def read(cls, record: dict[str, Any]) -> "_Alert":
        opened = datetime.fromisoformat(record["opened_at"])
        last = record.get("last_seen_at")
        calls = frozenset((*record.get("call_ids", ()), *record.get("suspect_call_ids", ())))
        return cls(record["b_number"], opened, datetime.fromisoformat(last) if last else opened, calls)

    def covers(self, attack: AttackTruth) -> bool:
        if not self.call_ids.isdisjoint(attack.call_ids):
            return True
        first, last = (datetime.fromisoformat(at) for at in (attack.first_call_at, attack.last_call_at))
        return attack.reaches_rule and self.opened_at <= last and first <= self.last_seen_at


def _records(lines: Iterable[str], what: str) -> Iterator[dict[str, Any]]:
    needed = {"alert": ("b_number", "opened_at"), "action": ("kind", "call_id")}[what]
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise BadInput(f"line {number} of the {what}s is not JSON") from error
        if not isinstance(record, dict) or any(name not in record for name in needed):
            raise BadInput(f"line {number} of the {what}s has no {' or '.join(needed)}")
        yield record
