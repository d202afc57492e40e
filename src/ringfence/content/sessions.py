"""What was said before in a session: the turns of one conversation build on each other.

Bounded and expiring: the oldest session is forgotten for a new one, and a session after it was silent for a while.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ringfence.content.lexicon import Hit

_SECOND = 1_000_000_000
_MOST_SAID = 2_000
"""Characters that are kept of what a session said."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a turn wants to be paid: the ways to pay that it names, the largest sum by currency, and whether it
    threatens."""

    ways: frozenset[str]
    sums: tuple[tuple[str, Decimal], ...] = ()
    threatens: bool = False

    @classmethod
    def of(cls, hits: Sequence[Hit], sums: Sequence[tuple[str, Decimal]] = ()) -> "Demand | None":
        """`hits` are what is meant (`fingerprint.demands`), `sums` what is asked for. None where nothing is."""
        ways = frozenset(hit.phrase.kind for hit in hits if hit.phrase.tactic == "payment")
        if not ways and not sums:
            return None
        largest: dict[str, Decimal] = {}
        for currency, number in sums:
            largest[currency] = max(number, largest.get(currency, number))
        return cls(ways, tuple(sorted(largest.items())), any(hit.phrase.tactic == "fear" for hit in hits))

    def exceeds(self, before: "Demand") -> bool:
        """Asks for more, in another way, or now with a threat."""
        known = dict(before.sums)
        return (
            any(number > known.get(currency, number) for currency, number in self.sums)
            or bool(self.ways - before.ways and before.ways)
            or (self.threatens and not before.threatens)
        )

    def joined(self, before: "Demand") -> "Demand":
        """All that was demanded so far: every way, the largest sums, any threat."""
        largest = dict(before.sums)
        for currency, number in self.sums:
            largest[currency] = max(number, largest.get(currency, number))
        threatens = self.threatens or before.threatens
        return Demand(self.ways | before.ways, tuple(sorted(largest.items())), threatens)


@dataclass(slots=True)
class _Session:
    last_at: int
    turns: int = 0
    demanded: Demand | None = None
    escalates: bool = False
    said: tuple[str, ...] = ()


@dataclass(slots=True)
class Sessions:
    """Of each session what later turns need; at most `most` of them, forgotten after `idle` seconds of silence."""

    most: int = 10_000
    idle: float = 1_800.0
    _known: "OrderedDict[str, _Session]" = field(default_factory=OrderedDict)

    def said(self, session_id: str, now: int) -> tuple[str, ...]:
        """The texts of the last turns, the oldest first, as far as they are kept."""
        session = self._known.get(session_id)
        return () if session is None or self._over(session, now) else session.said

    def turn(self, session_id: str, text: str, demand: Demand | None, now: int) -> tuple[int, bool]:
        """Adds a turn; says which it is, from 1, and whether the demands have risen so far. `now` in nanoseconds."""
        session = self._session(session_id, now)
        session.turns += 1
        session.said = _kept((*session.said, text))
        if demand is not None and session.demanded is not None:
            session.escalates |= demand.exceeds(session.demanded)
            demand = demand.joined(session.demanded)
        session.demanded = demand or session.demanded
        return session.turns, session.escalates

    def _session(self, session_id: str, now: int) -> _Session:
        session = self._known.pop(session_id, None)
        if session is None or self._over(session, now):
            session = _Session(now)
        session.last_at = now
        self._known[session_id] = session
        while len(self._known) > self.most:
            self._known.popitem(last=False)
        return session

    def _over(self, session: _Session, now: int) -> bool:
        return now - session.last_at > self.idle * _SECOND

    def __len__(self) -> int:
        return len(self._known)


def _kept(said: tuple[str, ...]) -> tuple[str, ...]:
    """The last turns that fit whole."""
    room = _MOST_SAID
    for at in range(len(said) - 1, -1, -1):
        room -= len(said[at])
        if room < 0:
            return said[at + 1 :]
    return said
