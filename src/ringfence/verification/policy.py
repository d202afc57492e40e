"""When a card holder may be called: not at night, not too often, not twice at once, and not once all is clear.

Asked by the records in the transaction that orders the call, so it is pure and quick.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ringfence.errors import BadInput
from ringfence.identifiers.zones import zones_of
from ringfence.model.call import QuietHours, Refusal, RefusalKind, VerificationCall
from ringfence.model.transaction import Transaction, TransactionStatus

_SECOND = 1_000_000_000
_MINUTE = 60 * _SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS_AHEAD = 4
"""A day's attempts are forgotten by the next day, and a change of the clocks may move that by a day more."""


def may_call(
    transaction: Transaction,
    calls: Sequence[VerificationCall],
    now: int,
    zones: Sequence[str],
    quiet_hours: QuietHours | None,
    attempts_a_day: int = 3,
    minutes_apart: int = 30,
) -> Refusal | None:
    """None where the call may be made. `calls` are the transaction's and those that run to its number; `zones` where
    the card holder may be: nobody is called at night in any of them, and a day's attempts are used where they are in
    any of them. Attempts and spacing are the transaction's own: a number with three suspicious transactions is asked
    about each. Calls that the provider never placed don't count.

    Raises BadInput of a zone that nobody knows.
    """
    if transaction.status is TransactionStatus.RESOLVED:
        return Refusal(RefusalKind.RESOLVED, None, "The card holder has said that this transaction is theirs")
    if any(call.ended_at is None for call in calls):
        return Refusal(
            RefusalKind.CALL_RUNNING, None, "A call to this card holder runs: wait until it has ended"
        )
    made = [
        call.ordered_at for call in calls if call.made and call.transaction_id == transaction.transaction_id
    ]
    rules = _Rules(
        made, tuple(_zone(name) for name in zones), quiet_hours, attempts_a_day, minutes_apart * _MINUTE
    )
    kind = rules.against(now)
    if kind is None:
        return None
    return Refusal(kind, rules.retry_at(now), rules.told(kind))


def zones_for(transaction: Transaction) -> tuple[str, ...]:
    """The transaction's own zone, else all in which its number may be."""
    return zones_of(transaction.phone) if transaction.zone is None else (transaction.zone,)


@dataclass(frozen=True, slots=True)
class _Rules:
    """Those that time alone satisfies."""

    made: Sequence[int]
    zones: tuple[ZoneInfo, ...]
    quiet: QuietHours | None
    attempts: int
    apart: int

    def against(self, at: int) -> RefusalKind | None:
        """The first of them that forbids a call at this instant."""
        if self._used(at):
            return RefusalKind.ATTEMPTS_USED
        if self._quiet(at):
            return RefusalKind.QUIET_HOURS
        return RefusalKind.TOO_SOON if any(at < call + self.apart for call in self.made) else None

    def retry_at(self, now: int) -> int | None:
        """The first instant that no rule is against."""
        spaced = max([now, *(call + self.apart for call in self.made)])
        turns = {at for zone in self.zones or (UTC,) for at in self._turns(zone, spaced) if at > spaced}
        return next((at for at in (spaced, *sorted(turns)) if self.against(at) is None), None)

    def told(self, kind: RefusalKind) -> str:
        if kind is RefusalKind.ATTEMPTS_USED:
            return f"{self.attempts} calls were made today, which is all that a day allows"
        if kind is RefusalKind.TOO_SOON:
            return f"Calls are {self.apart // _MINUTE} minutes apart"
        if not self.zones:
            return "Quiet hours: nobody knows the card holder's zone; give the transaction one"
        if len(self.zones) > 1:
            return "Quiet hours where the card holder may be; give the transaction a zone to know better"
        return "It is night where the card holder is"

    def _quiet(self, at: int) -> bool:
        if self.quiet is None:
            return False
        return not self.zones or any(self.quiet.hold(_minute(at, zone)) for zone in self.zones)

    def _used(self, at: int) -> bool:
        """By the days of the calendar there."""
        return any(
            sum(_local(call, zone).date() == _local(at, zone).date() for call in self.made) >= self.attempts
            for zone in self.zones or (UTC,)
        )

    def _turns(self, zone: tzinfo, since: int) -> Iterator[int]:
        """Every instant, of the next days, at which a rule may cease to hold here."""
        first = _local(since, zone).date()
        for day in (first + timedelta(days=ahead) for ahead in range(-1, _DAYS_AHEAD)):
            yield from _instants(day, time(0), zone)
            if self.quiet is not None:
                yield from _instants(day, time(*divmod(self.quiet.ends, 60)), zone)
            change = _change(day, zone)
            if change is not None:
                yield change


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            "The transaction's zone is unknown: write an IANA name such as Asia/Kolkata", code="zone_unknown"
        ) from None


def _local(at: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(seconds=at // _SECOND)).astimezone(zone)


def _minute(at: int, zone: tzinfo) -> int:
    there = _local(at, zone)
    return there.hour * 60 + there.minute


def _nanoseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(seconds=1) * _SECOND


def _instants(day: date, clock: time, zone: tzinfo) -> Iterator[int]:
    """When the clocks there show this; twice where they are set back over it."""
    for fold in (0, 1):
        yield _nanoseconds(datetime.combine(day, clock.replace(fold=fold), zone))


@lru_cache(maxsize=1024)
def _change(day: date, zone: tzinfo) -> int | None:
    """When the clocks there are set forward or back on this day of UTC; None where they are not."""
    early = _nanoseconds(datetime.combine(day, time(0), UTC))
    late = early + 24 * 60 * _MINUTE
    before = _local(early, zone).utcoffset()
    if before == _local(late, zone).utcoffset():
        return None
    while late - early > _SECOND:
        middle = (early + late) // 2 // _SECOND * _SECOND
        early, late = (middle, late) if _local(middle, zone).utcoffset() == before else (early, middle)
    return late
