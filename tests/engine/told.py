"""What the engine told of its alerts, put together as a reader of its changes would."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from ringfence_engine import AlertChange

from .oracle import SECOND, Attack, Event


def line(event: Event) -> bytes:
    """An event as NDJSON, with the timestamp in whole nanoseconds."""
    fields: dict[str, object] = {
        "event_type": event.kind,
        "timestamp": event.at,
        "a_number": event.a,
        "b_number": event.b,
    }
    if event.call_id is not None:
        fields["call_id"] = event.call_id
    if event.cause:
        fields["cause"] = event.cause
    if event.ring >= 0:
        fields["ring_seconds"] = event.ring / SECOND
    if event.duration >= 0:
        fields["duration_seconds"] = event.duration / SECOND
    return json.dumps(fields).encode() + b"\n"


@dataclass(slots=True)
class Told:
    """One alert as its changes leave it."""

    b_number: str
    kinds: list[str] = field(default_factory=list)
    calls: dict[tuple[str, int], str] = field(default_factory=dict)
    """A-numbers by Call-ID and begin."""
    last: AlertChange | None = None

    def take(self, change: AlertChange) -> None:
        assert change.b_number == self.b_number
        self.kinds.append(change.kind)
        for call in change.calls:
            self.calls[call.call_id, call.begun_at] = call.a_number
        for call_id in change.left:
            del self.calls[max(key for key in self.calls if key[0] == call_id)]
        self.last = change

    def attack(self, known: set[str]) -> Attack:
        """As the oracle says it; a Call-ID that is not known was made up for a call without."""
        assert self.last is not None
        assert self.kinds[0] == "opened" or self.kinds == ["closed"]
        assert "opened" not in self.kinds[1:]
        assert "closed" not in self.kinds[:-1]
        members = sorted(
            (begin, a, call_id if call_id in known else "") for (call_id, begin), a in self.calls.items()
        )
        told = Attack(self.last.opened_at, self.last.closed_at, self.last.distinct_callers, tuple(members))
        assert self.last.total_calls == len(members)
        assert self.last.total_callers == told.callers
        assert self.last.last_seen_at == told.last_seen_at
        return told


def gather(changes: Iterable[AlertChange]) -> dict[str, Told]:
    """Alerts by their id."""
    alerts: dict[str, Told] = {}
    for change in changes:
        alerts.setdefault(change.alert_id, Told(change.b_number)).take(change)
    return alerts


def attacks(changes: Iterable[AlertChange], sent: Iterable[Event]) -> dict[str, list[Attack]]:
    """Attacks by B-number, in order of time."""
    known = {event.call_id for event in sent if event.call_id is not None}
    found: dict[str, list[Attack]] = {}
    for alert in gather(changes).values():
        found.setdefault(alert.b_number, []).append(alert.attack(known))
    for of_one in found.values():
        of_one.sort(key=lambda attack: attack.opened_at)
    return found


def spelled(change: AlertChange) -> str:
    """A change with all it holds, for comparing byte by byte."""
    fields: dict[str, object] = {}
    for name in dir(type(change)):
        if not name.startswith("_"):
            fields[name] = getattr(change, name)
    fields["calls"] = [_plain(call) for call in change.calls]
    fields["clusters"] = [_plain(cluster) for cluster in change.clusters]
    fields["metrics"] = _plain(change.metrics)
    fields["shadow"] = None if change.shadow is None else _plain(change.shadow)
    return json.dumps(fields, sort_keys=True)


def _plain(view: object) -> dict[str, object]:
    return {name: getattr(view, name) for name in dir(type(view)) if not name.startswith("_")}
