"""The window, the attacks and the statistics by their definition: slow, plain, no kin of the engine's code.

Written from "Call event" of the formats and "Call masking" of the standards. Instants and durations are
nanoseconds. Events go in as they are received, each with its receipt; calls are kept for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

SECOND = 1_000_000_000
OPEN_AT_MOST = 4 * 3_600 * SECOND
AFTER_END = 60 * SECOND
CHALLENGED = 32 * SECOND
KINDS = ("INVITE", "RINGING", "ANSWER", "CANCEL", "BYE", "FAIL", "CDR")
BUSY = {486, 600, 17}
NO_ANSWER = {408, 480, 487, 18, 19}
REJECTED = {603, 607, 21}


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a sender writes it. `cause` 0 and negative durations are absent."""

    kind: str
    at: int
    a: str
    b: str
    call_id: str | None = None
    cause: int = 0
    ring: int = -1
    duration: int = -1


@dataclass(slots=True)
class Call:
    """One call, as far as its events have told."""

    begin: int
    a: str
    b: str
    call_id: str | None
    answer: int | None = None
    end: int | None = None
    cause: int = 0
    cancelled: bool = False
    challenged: bool = False
    """It ends when the caller does not answer the challenge."""
    final: bool = False
    """Its end is that of a BYE or a CDR."""
    windowed: bool = True
    """It came in time for the window."""

    def remembers(self, at: int) -> bool:
        if self.end is None:
            return at <= self.begin + OPEN_AT_MOST
        return at <= self.end + AFTER_END

    def is_up(self, at: int) -> bool:
        return self.begin <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack with all that its alert should say in the end."""

    opened_at: int
    closed_at: int | None
    peak: int
    members: tuple[tuple[int, str, str], ...]
    """(begin, A-number, Call-ID or nothing) in order."""

    @property
    def last_seen_at(self) -> int:
        return max(begin for begin, _, _ in self.members)

    @property
    def callers(self) -> int:
        return len({a for _, a, _ in self.members})


@dataclass(slots=True)
class Numbers:
    """Statistics of a B-number."""

    seizures: int = 0
    answered: int = 0
    asr: float = 0.0
    ner: float = 0.0
    aloc: float = 0.0
    overlap_ratio: float = 0.0
    calls_in_progress: int = 0
    distinct_callers: int = 0
    calls_per_second: float = 0.0
    short_call_ratio: float = 0.0


@dataclass(slots=True)
class Oracle:
    """Windows, attacks and statistics of every B-number."""

    window: int = 5 * SECOND
    threshold: int = 5
    hold: int = 60 * SECOND
    lateness: int = 2 * SECOND
    metrics_window: int = 300 * SECOND
    calls: list[Call] = field(default_factory=list)
    by_id: dict[str, Call] = field(default_factory=dict)
    early: dict[str, list[Event]] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    lag: dict[str, int] = field(default_factory=dict)
    late: int = 0
    past_window: int = 0
    duplicates: int = 0

    def clock(self, b: str, now: int) -> int | None:
        """The B-number's highest timestamp, moved on by the time that has passed since it was received."""
        if b not in self.newest:
            return None
        return max(self.newest[b], now - self.lag[b])

    def take(self, event: Event, now: int) -> bool:
        """Takes an event received at `now`; whether it was in time."""
        in_time = self._begin(event, now) if event.kind in ("INVITE", "CDR") else self._go_on(event, now)
        self.late += not in_time
        return in_time

    def _hear(self, b: str, at: int, now: int) -> None:
        self.newest[b] = max(self.newest.get(b, at), at)
        self.lag[b] = min(self.lag.get(b, now - at), now - at)

    def _is_late(self, b: str, at: int, now: int) -> bool:
        clock = self.clock(b, now)
        return clock is not None and at < clock - self.lateness

    def _begin(self, event: Event, now: int) -> bool:
        known = self.by_id.get(event.call_id) if event.call_id else None
        if known is not None and known.remembers(event.at):
            self.duplicates += 1
            self._repeat(known, event, now)
            return True
        late = self._is_late(event.b, event.at, now)
        if late and event.kind == "INVITE":
            return False
        call = Call(event.at, event.a, event.b, event.call_id, windowed=not late)
        if event.kind == "CDR":
            _whole(call, event)
        self.calls.append(call)
        if event.call_id:
            self.by_id[event.call_id] = call
            for earlier in self.early.pop(event.call_id, []):
                if earlier.at >= call.begin:
                    _apply(call, earlier)
        if late:
            self.past_window += 1
        else:
            self._hear(event.b, event.at, now)
        return True

    def _repeat(self, call: Call, event: Event, now: int) -> None:
        late = self._is_late(call.b, event.at, now)
        if not late and event.at < call.begin and event.kind == "INVITE":
            call.begin, call.a, call.b = event.at, event.a, event.b
        self._hear(call.b, event.at, now)
        if event.kind == "CDR":
            _whole(call, event)
        elif not late and self._is_retry(call, event.at):
            call.end, call.cause, call.challenged = None, 0, False

    def _is_retry(self, call: Call, at: int) -> bool:
        """Whether an INVITE answers a challenge; one at the end of its patience, that others may overtake, does not."""
        if not call.challenged or call.end is None or call.final or call.answer is not None:
            return False
        return call.end - CHALLENGED <= at < call.end - self.lateness

    def _go_on(self, event: Event, now: int) -> bool:
        call = self._call_of(event)
        b = event.b if call is None else call.b
        late = self._is_late(b, event.at, now)
        if not late and b in self.newest:
            self._hear(b, event.at, now)
        if call is not None:
            _apply(call, event)
        elif event.call_id:
            self.early.setdefault(event.call_id, []).append(event)
        return not late

    def _call_of(self, event: Event) -> Call | None:
        if event.call_id:
            return self.by_id.get(event.call_id)
        pair = (c for c in reversed(self.calls) if c.call_id is None and (c.a, c.b) == (event.a, event.b))
        return next((call for call in pair if call.end is None), None)

    def held(self, b: str, at: int) -> set[str]:
        """A-numbers in the window at an instant: those of calls begun in (at - W, at]."""
        return {c.a for c in self.calls if c.b == b and c.windowed and at - self.window < c.begin <= at}

    def attacks(self, b: str, until: int) -> list[Attack]:
        """The attacks on a B-number, as they stand when its clock has come to `until`."""
        calls = sorted(
            (c for c in self.calls if c.b == b and c.windowed), key=lambda c: (c.begin, c.a, c.call_id or "")
        )
        stretches = self._stretches(calls, until)
        attacks = []
        while stretches:
            one = [stretches.pop(0)]
            while stretches and stretches[0][0] - one[-1][1] <= self.hold:
                one.append(stretches.pop(0))
            opened, fell = one[0][0], one[-1][1]
            over = fell <= until and (bool(stretches) or until > fell + self.hold)
            named = [c for c in calls if any(s < c.begin + self.window and e > c.begin for s, e, _ in one)]
            members = tuple((c.begin, c.a, c.call_id or "") for c in named)
            closed = fell + self.hold if over else None
            attacks.append(Attack(opened, closed, max(peak for _, _, peak in one), members))
        return attacks

    def _stretches(self, calls: list[Call], until: int) -> list[tuple[int, int, int]]:
        """Stretches [from, to) in which the window holds the threshold, each with its peak."""
        instants = sorted({at for c in calls for at in (c.begin, c.begin + self.window)})
        found: list[tuple[int, int, int]] = []
        start, peak = None, 0
        for at in (instant for instant in instants if instant <= until):
            count = len({c.a for c in calls if at - self.window < c.begin <= at})
            if count >= self.threshold:
                start, peak = (at if start is None else start), max(peak, count)
            elif start is not None:
                found.append((start, at, peak))
                start, peak = None, 0
        if start is not None:
            found.append((start, until + 1, peak))
        return found

    def metrics(self, b: str, now: int) -> Numbers:
        """Statistics over the calls begun in the metrics window before the B-number's clock."""
        clock = self.clock(b, now)
        if clock is None:
            return Numbers()
        return measure(
            [c for c in self.calls if c.b == b and clock - self.metrics_window < c.begin <= clock],
            clock,
            self.metrics_window,
        )


def _whole(call: Call, event: Event) -> None:
    """What a CDR says of its call. One that was answered before is not unanswered by it."""
    ring = max(event.ring, 0)
    if event.duration > 0:
        call.answer = event.at + ring
        call.end = call.answer + event.duration
    else:
        call.end = event.at + ring
    call.cause, call.final = event.cause, True


def _apply(call: Call, event: Event) -> None:
    """What a later event says of a call: once answered, only BYE ends it (RFC 3261, 9.1 and 14.1)."""
    if event.kind == "ANSWER":
        call.answer = event.at if call.answer is None else min(call.answer, event.at)
        if not call.final:
            call.end, call.cause = None, 0
    elif event.kind == "BYE" or (event.kind in ("CANCEL", "FAIL") and call.answer is None):
        call.cancelled = call.cancelled or event.kind == "CANCEL"
        call.final = call.final or event.kind == "BYE"
        challenged = event.kind == "FAIL" and event.cause in (401, 407)
        end = event.at + CHALLENGED if challenged else event.at
        if call.end is None or end < call.end:
            call.end, call.cause, call.challenged = end, event.cause, challenged


def measure(calls: list[Call], clock: int, window: int) -> Numbers:
    """ASR, NER, ALOC and the rest of some calls, every share over the same calls."""
    if not calls:
        return Numbers()
    talks = [c.end - c.answer if c.answer is not None else 0 for c in calls if c.end is not None]
    of_answered = [c.end - c.answer for c in calls if c.end is not None and c.answer is not None]
    reached = [
        c for c in calls if c.answer is not None or c.cancelled or c.cause in BUSY | NO_ANSWER | REJECTED
    ]
    answered = sum(c.answer is not None for c in calls)
    return Numbers(
        seizures=len(calls),
        answered=answered,
        asr=100.0 * answered / len(calls),
        ner=100.0 * len(reached) / len(calls),
        aloc=sum(max(t, 0) for t in of_answered) / SECOND / len(of_answered) if of_answered else 0.0,
        overlap_ratio=_overlap(calls),
        calls_in_progress=sum(c.is_up(clock) for c in calls),
        distinct_callers=len({c.a for c in calls}),
        calls_per_second=len(calls) * SECOND / window,
        short_call_ratio=sum(t < 10 * SECOND for t in talks) / len(talks) if talks else 0.0,
    )


def _overlap(calls: list[Call]) -> float:
    """Distinct A-numbers / calls in progress at the first of the busiest instants."""
    busiest, ratio = 0, 0.0
    for at in sorted({c.begin for c in calls}):
        up = [c.a for c in calls if c.is_up(at)]
        if len(up) > busiest:
            busiest, ratio = len(up), len(set(up)) / len(up)
    return ratio


def in_order(events: Iterable[Event], lateness: int) -> list[tuple[Event, int]]:
    """Events of a file as a replay judges them, each with its receipt: in order of time within the bound.

    One that comes later than the bound is judged when it comes, by the clock of the stream.
    """
    newest: int | None = None
    queue = []
    for event in events:
        newest = event.at if newest is None else max(newest, event.at)
        due = event.at if event.at >= newest - lateness else newest
        kind = KINDS.index(event.kind)
        queue.append((due, due != event.at, event.at, kind, event.call_id or "", event.b, event.a, event))
    queue.sort(key=lambda entry: entry[:-1])
    return [(entry[-1], entry[0]) for entry in queue]
