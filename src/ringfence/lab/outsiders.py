"""Two detectors from outside, for comparison: what they do as their own kind does it, faults included.

Both read call events as NDJSON in the order of time and judge calls as they begin (`INVITE`, and `CDR` at its
start): at least N = 5 distinct A-numbers to one B-number in W = 5 s. Both take numbers as they are written.

**The refreshed time-to-live** is the rule of the older call masking detection. It keeps a set of A-numbers for
each B-number in Redis: `SADD` the caller, `EXPIRE` the whole set W seconds from now, `SCARD`. `EXPIRE` on a key
that has a time to live replaces it (redis.io/commands/expire), so members never age out singly. At N members it
raises an alert and disconnects the calls of the last W seconds. For the next 60 s a cooldown key keeps it from
raising another, and so from disconnecting anything on that B-number.

**The counter** is what a Kamailio configuration does with the module htable:

    modparam("htable", "htable", "pairs=>size=16;autoexpire=5;initval=0;updateexpire=0")
    modparam("htable", "htable", "callers=>size=16;autoexpire=5;initval=0;updateexpire=0")
    if ($shtinc(pairs=>$fU::$rU) == 1) $var(n) = $shtinc(callers=>$rU);
    if ($sht(callers=>$rU) >= 5) { sl_send_reply("603", "Decline"); exit; }

After the module's documentation, section 3.1, and `ht_api.c`: an item lives `autoexpire` seconds; time is whole
seconds, and an item is gone once the present second is past its last, so it lives 5 to 6 s. An update begins
that time anew where `updateexpire` is 1, the default, and does not where it is 0. `$shtinc` starts an item that
is gone at `initval`; reading one gives `initval` and refreshes nothing. With the default the counter lives as
long as new callers come within 5 s of each other, which is the refreshed time-to-live again; with 0 it is a
window that begins with its first caller and does not slide. Both are entered.

Held to Kamailio 5.6.3 itself, random callers for five minutes: the default gave the same counts at every request.
With 0 that release leaves an item that has run out dead until its timer sweeps it (`timer_interval`, 20 s); later
ones begin it anew at once, and so does ours.
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from ringfence.errors import BadInput
from ringfence.lab.evaluate.reading import microseconds
from ringfence.lab.simulate.truth import rfc3339

THRESHOLD = 5
WINDOW = 5_000_000
COOLDOWN = 60_000_000
"""Microseconds, as all times here."""

_SECOND = 1_000_000
_SWEEP = 20
"""Seconds between two sweeps of what is over; htable's `timer_interval`."""


class Kind(StrEnum):
    REFRESHED_TTL = "refreshed-ttl"
    HTABLE = "htable"
    HTABLE_FIXED = "htable-fixed"


@dataclass(frozen=True, slots=True)
class Begun:
    """A call that begins. Without a Call-ID its line gives it a name."""

    at: int
    call_id: str
    a_number: str
    b_number: str


@dataclass(slots=True)
class RaisedAlert:
    b_number: str
    opened_at: int
    last_seen_at: int
    callers: dict[str, None] = field(default_factory=dict)
    cut: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cutting:
    alert: RaisedAlert
    call: Begun
    kind: str
    decided_at: int


class Outsider(Protocol):
    def begin(self, call: Begun) -> Iterable[Cutting]:
        """What the detector cuts when this call begins."""


@dataclass(slots=True)
class _CallerSet:
    expires_at: int = 0
    callers: set[str] = field(default_factory=set)
    calls: deque[Begun] = field(default_factory=deque)


class RefreshedTtl:
    def __init__(self) -> None:
        self._sets: dict[str, _CallerSet] = {}
        self._cooled_at: dict[str, int] = {}
        self._next_sweep = 0

    def begin(self, call: Begun) -> Iterable[Cutting]:
        self._sweep(call.at)
        known = self._sets.get(call.b_number)
        if known is None or known.expires_at <= call.at:
            known = self._sets[call.b_number] = _CallerSet()
        known.expires_at = call.at + WINDOW
        known.callers.add(call.a_number)
        known.calls.append(call)
        while known.calls[0].at <= call.at - WINDOW:
            known.calls.popleft()
        if len(known.callers) < THRESHOLD or self._cooled_at.get(call.b_number, 0) > call.at:
            return ()
        self._cooled_at[call.b_number] = call.at + COOLDOWN
        alert = RaisedAlert(call.b_number, call.at, call.at, dict.fromkeys(sorted(known.callers)))
        return [Cutting(alert, each, "disconnect", call.at) for each in known.calls]

    def _sweep(self, now: int) -> None:
        if now < self._next_sweep:
            return
        self._next_sweep = now + _SWEEP * _SECOND
        self._sets = {b: known for b, known in self._sets.items() if known.expires_at > now}
        self._cooled_at = {b: until for b, until in self._cooled_at.items() if until > now}


class _Htable:
    """One table of counters, `initval` 0. Times are whole seconds."""

    def __init__(self, autoexpire: int, *, update_expire: bool) -> None:
        self._autoexpire = autoexpire
        self._update_expire = update_expire
        self._items: dict[str, tuple[int, int]] = {}

    def get(self, key: str, now: int) -> int:
        value, expires = self._items.get(key, (0, now))
        return 0 if expires < now else value

    def increment(self, key: str, now: int) -> int:
        value, expires = self._items.get(key, (0, -1))
        if expires < now:
            value, expires = 0, now + self._autoexpire
        elif self._update_expire:
            expires = now + self._autoexpire
        self._items[key] = (value + 1, expires)
        return value + 1

    def sweep(self, now: int) -> None:
        self._items = {key: item for key, item in self._items.items() if item[1] >= now}


class HtableCounter:
    """Its alert, which Kamailio itself raises none of, is the time through which one counter blocks."""

    def __init__(self, *, update_expire: bool) -> None:
        autoexpire = WINDOW // _SECOND
        self._pairs = _Htable(autoexpire, update_expire=update_expire)
        self._callers = _Htable(autoexpire, update_expire=update_expire)
        self._alerts: dict[str, RaisedAlert] = {}
        self._next_sweep = 0

    def begin(self, call: Begun) -> Iterable[Cutting]:
        now = call.at // _SECOND
        self._sweep(now)
        if self._callers.get(call.b_number, now) < THRESHOLD:
            self._alerts.pop(call.b_number, None)
        if self._pairs.increment(f"{call.a_number}::{call.b_number}", now) == 1:
            self._callers.increment(call.b_number, now)
        if self._callers.get(call.b_number, now) < THRESHOLD:
            return ()
        alert = self._alerts.get(call.b_number)
        if alert is None:
            alert = self._alerts[call.b_number] = RaisedAlert(call.b_number, call.at, call.at)
        alert.last_seen_at = call.at
        alert.callers[call.a_number] = None
        return [Cutting(alert, call, "block", call.at)]

    def _sweep(self, now: int) -> None:
        if now < self._next_sweep:
            return
        self._next_sweep = now + _SWEEP
        self._pairs.sweep(now)
        self._callers.sweep(now)
        self._alerts = {b: a for b, a in self._alerts.items() if self._callers.get(b, now) >= THRESHOLD}


@dataclass(slots=True)
class OutsiderResult:
    """What a detector said of a stream of events; `attempts` counts calls begun, resends too."""

    attempts: int = 0
    alerts: list[RaisedAlert] = field(default_factory=list)
    cuts: list[Cutting] = field(default_factory=list)

    def alert_lines(self) -> Iterator[str]:
        for alert in self.alerts:
            yield json.dumps(
                {
                    "alert_id": _alert_id(alert),
                    "b_number": alert.b_number,
                    "label": "masking",
                    "opened_at": rfc3339(alert.opened_at * 1000),
                    "last_seen_at": rfc3339(alert.last_seen_at * 1000),
                    "distinct_callers": len(alert.callers),
                    "a_numbers": list(alert.callers),
                    "call_ids": list(alert.cut),
                }
            )

    def action_lines(self) -> Iterator[str]:
        for number, cut in enumerate(self.cuts, 1):
            alert_id = _alert_id(cut.alert)
            yield json.dumps(
                {
                    "action_id": f"{alert_id}/{number}",
                    "alert_id": alert_id,
                    "kind": cut.kind,
                    "call_id": cut.call.call_id,
                    "a_number": cut.call.a_number,
                    "b_number": cut.call.b_number,
                    "decided_at": rfc3339(cut.decided_at * 1000),
                }
            )


def outsider(kind: Kind) -> Outsider:
    if kind is Kind.REFRESHED_TTL:
        return RefreshedTtl()
    return HtableCounter(update_expire=kind is Kind.HTABLE)


def judge_events(detector: Outsider, lines: Iterable[bytes], name: str) -> OutsiderResult:
    """Runs a detector over events of `name`. Raises BadInput for a call whose line can't be read."""
    result = OutsiderResult()
    cut_ids: set[str] = set()
    for call in _begun(lines, name):
        result.attempts += 1
        for cut in detector.begin(call):
            if not cut.alert.cut:
                result.alerts.append(cut.alert)
            cut.alert.cut[cut.call.call_id] = None
            if cut.call.call_id not in cut_ids:
                cut_ids.add(cut.call.call_id)
                result.cuts.append(cut)
    return result


def _begun(lines: Iterable[bytes], name: str) -> Iterator[Begun]:
    looked = False
    for number, line in enumerate(lines, 1):
        # Most lines begin no call and need no parser; the first shows whether these are events at all.
        if not line.strip() or (looked and b"INVITE" not in line and b"CDR" not in line):
            continue
        looked = True
        try:
            event = json.loads(line)
            if event["event_type"] in ("INVITE", "CDR"):
                yield Begun(
                    _instant(event["timestamp"]),
                    str(event.get("call_id") or f"line {number}"),
                    str(event["a_number"]),
                    str(event["b_number"]),
                )
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise BadInput(f"line {number} of {name} is no call event") from error


def _instant(timestamp: Any) -> int:
    """Microseconds since 1970: of ISO 8601 text, or of a number whose unit its size tells."""
    if isinstance(timestamp, str):
        return microseconds(timestamp)
    seconds = float(timestamp)
    while abs(seconds) >= 1e11:
        seconds /= 1000
    return round(seconds * 1e6)


def _alert_id(alert: RaisedAlert) -> str:
    return f"{alert.b_number}@{rfc3339(alert.opened_at * 1000)}"
