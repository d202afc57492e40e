"""Who an alert names: its calls and A-numbers, gathered over its updates up to a cap.

The cap keeps the earliest suspects and then the earliest other calls, whatever the order they were told in: a
replay in pieces of any size ends with the same members, and an attack in a hotline's burst of thousands is not lost
behind the true callers who came before it.
"""

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ringfence.model.alert import AlertCall, CallShadow

if TYPE_CHECKING:
    from ringfence_engine import AlertCall as ToldCall

_Key = tuple[int, str]


class _Earliest:
    """The earliest names of a stream of (when, call, name), each once, at most `cap`; in order of time."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._order: list[tuple[_Key, str]] = []
        self._keys: dict[str, _Key] = {}

    def add(self, name: str, key: _Key) -> str | None:
        """Answers the name that had to go for it, which can be this one."""
        known = self._keys.get(name)
        if known is not None:
            if known <= key:
                return None
            self._order.remove((known, name))
        self._keys[name] = key
        insort(self._order, (key, name))
        if len(self._order) <= self._cap:
            return None
        dropped = self._order.pop()[1]
        del self._keys[dropped]
        return dropped

    def __contains__(self, name: str) -> bool:
        return name in self._keys

    def drop(self, name: str) -> None:
        key = self._keys.pop(name, None)
        if key is not None:
            self._order.remove((key, name))

    def entries(self) -> list[tuple[_Key, str]]:
        return self._order

    def names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self._order)


class Members:
    """Calls in order of their begin, then Call-ID; A-numbers and trunks in order of their first call."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._order = _Earliest(cap)
        self._suspects = _Earliest(cap)
        self._a_numbers = _Earliest(cap)
        self._trunks = _Earliest(cap)
        self._calls: dict[str, AlertCall] = {}

    def add(self, told: "ToldCall | AlertCall", *, suspect: bool) -> AlertCall:
        """Takes a call as told last; a suspect stays one, a score never falls. Answers how it stands now."""
        key = (told.begun_at, told.call_id)
        call = _joined(self._calls.get(told.call_id), told, suspect=suspect)
        self._a_numbers.add(told.a_number, key)
        if told.trunk:
            self._trunks.add(told.trunk, key)
        self._calls[told.call_id] = call
        dropped = {self._order.add(told.call_id, key)}
        if call.suspect:
            dropped.add(self._suspects.add(told.call_id, key))
        for call_id in filter(None, dropped):
            if call_id not in self._order and call_id not in self._suspects:
                del self._calls[call_id]
        return call

    def drop(self, call_ids: Iterable[str]) -> None:
        """Forgets calls that belong to a later alert, and the A-numbers and trunks that only they had."""
        gone = [self._calls.pop(call_id) for call_id in call_ids if call_id in self._calls]
        for call in gone:
            self._order.drop(call.call_id)
            self._suspects.drop(call.call_id)
        left = self._calls.values()
        for a_number in {call.a_number for call in gone} - {call.a_number for call in left}:
            self._a_numbers.drop(a_number)
        for trunk in {call.trunk for call in gone} - {call.trunk for call in left}:
            self._trunks.drop(trunk)

    def shade(self, shadows: Mapping[str, CallShadow]) -> None:
        """Takes what the shadow makes of calls, by Call-ID; those beyond the cap are passed over."""
        for call_id, shadow in shadows.items():
            known = self._calls.get(call_id)
            if known is not None:
                self._calls[call_id] = replace(known, shadow=shadow)

    @property
    def calls(self) -> tuple[AlertCall, ...]:
        suspects = self._suspects.entries()
        room = self._cap - len(suspects)
        others = [entry for entry in self._order.entries() if entry[1] not in self._suspects][:room]
        return tuple(self._calls[call_id] for _, call_id in sorted([*suspects, *others]))

    @property
    def a_numbers(self) -> tuple[str, ...]:
        return self._a_numbers.names()

    @property
    def trunks(self) -> tuple[str, ...]:
        return self._trunks.names()


def _joined(known: AlertCall | None, told: "ToldCall | AlertCall", *, suspect: bool) -> AlertCall:
    if known is None:
        return AlertCall(
            call_id=told.call_id,
            a_number=told.a_number,
            begun_at=told.begun_at,
            trunk=told.trunk,
            score=told.score,
            suspect=suspect,
            ended_at=told.ended_at,
        )
    return replace(
        known,
        score=max(known.score, told.score),
        suspect=known.suspect or suspect,
        ended_at=told.ended_at,
    )
