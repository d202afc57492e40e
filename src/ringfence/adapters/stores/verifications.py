"""Calls to card holders as rows: ordered once, advanced turn by turn, ended once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, or_, select, update

from ringfence.adapters.stores import tables as t
from ringfence.adapters.stores import transactions
from ringfence.adapters.stores.audit import note
from ringfence.errors import NotFound
from ringfence.model.audit import ChangeKind
from ringfence.model.call import Refusal, TimelineEntry, VerificationCall
from ringfence.model.transaction import Transaction, TransactionStatus
from ringfence.model.verification import AnsweredBy, CallStatus, Dialogue, Progress
from ringfence.ports import CallRequest

MayCall = Callable[[Transaction, Sequence[VerificationCall]], Refusal | None]

_CALLS = t.verification_calls.c
_ALL = select(*(_CALLS[name] for name in VerificationCall.__dataclass_fields__))
_IN_ORDER = _ALL.order_by(_CALLS.ordered_at, _CALLS.call_id)
# Those of every webhook are made once: to make a statement costs more than to run it.
_BY_ID = _ALL.where(_CALLS.call_id == bindparam("wanted"))
_BY_TOKEN = _ALL.where(_CALLS.token_digest == bindparam("wanted"))
_STATUS_BEFORE = select(_CALLS.status_before).where(_CALLS.call_id == bindparam("wanted"))
_ADVANCE = update(t.verification_calls).where(
    _CALLS.call_id == bindparam("wanted"), _CALLS.turn == bindparam("at_turn"), _CALLS.ended_at.is_(None)
)
_ENTRIES = select(func.count()).where(t.call_timeline.c.call_id == bindparam("wanted"))
_ENTRY_INSERT = insert(t.call_timeline)
_RANKS = {CallStatus.QUEUED: 1, CallStatus.RINGING: 2, CallStatus.IN_PROGRESS: 3}
_END = 4
_WARNINGS = frozenset({TransactionStatus.FRAUD, TransactionStatus.COACHED})
_UNDECIDED = frozenset(
    {
        TransactionStatus.NOT_ANSWERED,
        TransactionStatus.DISCONNECTED,
        TransactionStatus.VOICEMAIL,
        TransactionStatus.UNVERIFIED,
    }
)


@cache
def _dialogues() -> TypeAdapter[Dialogue]:
    """Made at first use, which takes milliseconds: commands that only read alerts start without."""
    return TypeAdapter(Dialogue)


@cache
def _entries() -> TypeAdapter[TimelineEntry]:
    return TypeAdapter(TimelineEntry)


def order(connection: Connection, request: CallRequest, may_call: MayCall) -> VerificationCall | Refusal:
    there = transactions.known(connection, request.transaction_id)
    mine = _CALLS.transaction_id == there.transaction_id
    runs_there = (_CALLS.phone == there.phone) & _CALLS.ended_at.is_(None)
    refusal = may_call(there, _read(connection, or_(mine, runs_there)))
    if refusal is not None:
        return refusal
    call = VerificationCall(
        call_id=request.call_id,
        transaction_id=there.transaction_id,
        phone=there.phone,
        attempt=there.attempts + 1,
        token_digest=request.token_digest,
        ordered_by=request.who,
        ordered_at=request.at,
    )
    row = _row_of(call) | {"status_before": there.status.value}
    connection.execute(insert(t.verification_calls), row)
    transactions.store(connection, replace(there, status=TransactionStatus.CONNECTING, attempts=call.attempt))
    told = {"call_id": call.call_id, "attempt": call.attempt}
    note(connection, request.at, request.who, ChangeKind.CALL_ORDER, there.transaction_id, after=told)
    return call


def placed(connection: Connection, call_id: str, provider_id: str) -> None:
    call = _known(connection, call_id)
    if call.provider_id is None:
        _store(connection, call_id, {"provider_id": provider_id})


def advance(
    connection: Connection, call_id: str, turn: int, dialogue: Dialogue, entries: Sequence[TimelineEntry]
) -> bool:
    became = {"turn": dialogue.turn, "dialogue": _dialogues().dump_json(dialogue).decode()}
    if not connection.execute(_ADVANCE, {"wanted": call_id, "at_turn": turn, **became}).rowcount:
        _known(connection, call_id)
        return False
    count = connection.execute(_ENTRIES, {"wanted": call_id}).scalar_one()
    rows = [
        {
            "call_id": call_id,
            "number": count + number,
            "at": one.at,
            "entry": _entries().dump_json(one).decode(),
        }
        for number, one in enumerate(entries, 1)
    ]
    if rows:
        connection.execute(_ENTRY_INSERT, rows)
    if dialogue.outcome is not None:
        _settle(connection, _known(connection, call_id), dialogue.outcome)
    return True


def progress(
    connection: Connection,
    call_id: str,
    news: Progress,
    at: int,
    outcome_of: Callable[[VerificationCall], TransactionStatus],
) -> VerificationCall:
    before = _known(connection, call_id)
    call = _with(before, news)
    if call != before:
        told = {"provider_id": call.provider_id, "status": call.status, "answered_by": call.answered_by}
        _store(connection, call_id, told)
    if _rank(call.status) < _END or call.ended_at is not None:
        return call
    _end(connection, call, outcome_of(call), at)
    return _known(connection, call_id)


def end(connection: Connection, call_id: str, outcome: TransactionStatus, at: int, made: bool) -> bool:
    call = _known(connection, call_id)
    if call.ended_at is not None:
        return False
    if not made:
        _store(connection, call_id, {"made": False})
        there = transactions.known(connection, call.transaction_id)
        transactions.store(connection, replace(there, attempts=there.attempts - 1))
    _end(connection, call, outcome, at)
    return True


def close_overdue(connection: Connection, ordered_before: int, at: int) -> tuple[VerificationCall, ...]:
    overdue = _read(connection, _CALLS.ended_at.is_(None) & (_CALLS.ordered_at < ordered_before))
    for call in overdue:
        _end(connection, call, TransactionStatus.DISCONNECTED, at)
    return tuple(_known(connection, call.call_id) for call in overdue)


def read(connection: Connection, call_id: str) -> VerificationCall | None:
    return _one(connection.execute(_BY_ID, {"wanted": call_id}).first())


def read_by_token(connection: Connection, token_digest: bytes) -> VerificationCall | None:
    return _one(connection.execute(_BY_TOKEN, {"wanted": token_digest}).first())


def read_of(connection: Connection, transaction_id: str) -> tuple[VerificationCall, ...]:
    return _read(connection, _CALLS.transaction_id == transaction_id)


def read_running(connection: Connection) -> tuple[VerificationCall, ...]:
    return _read(connection, _CALLS.ended_at.is_(None))


def read_timeline(connection: Connection, call_id: str) -> tuple[TimelineEntry, ...]:
    columns = t.call_timeline.c
    wanted = select(columns.entry).where(columns.call_id == call_id).order_by(columns.number)
    return tuple(map(_entries().validate_json, connection.execute(wanted).scalars()))


def _end(connection: Connection, call: VerificationCall, otherwise: TransactionStatus, at: int) -> None:
    """Of a call that runs; the writer is alone, so nobody else ends it meanwhile."""
    outcome = call.dialogue.outcome or otherwise
    _store(connection, call.call_id, {"ended_at": at, "outcome": outcome.value})
    _settle(connection, call, outcome)


def _settle(connection: Connection, call: VerificationCall, outcome: TransactionStatus) -> None:
    """The transaction's status by what the call has come to."""
    there = transactions.known(connection, call.transaction_id)
    before = TransactionStatus(connection.execute(_STATUS_BEFORE, {"wanted": call.call_id}).scalar_one())
    status = before if before in _WARNINGS and outcome in _UNDECIDED else outcome
    if there.status is TransactionStatus.CONNECTING or outcome in _WARNINGS:
        transactions.store(connection, replace(there, status=status))


def _with(call: VerificationCall, news: Progress) -> VerificationCall:
    """News come twice and in any order: of the status the furthest counts, of all else what was told first."""
    further = _rank(news.status) > _rank(call.status)
    unsure = call.answered_by in (None, AnsweredBy.UNKNOWN)
    return replace(
        call,
        provider_id=call.provider_id or news.provider_id,
        status=news.status if further else call.status,
        answered_by=(news.answered_by or call.answered_by) if unsure else call.answered_by,
    )


def _rank(status: CallStatus | None) -> int:
    return 0 if status is None else _RANKS.get(status, _END)


def _known(connection: Connection, call_id: str) -> VerificationCall:
    call = read(connection, call_id)
    if call is None:
        raise NotFound("There is no call of this id", code="call_unknown")
    return call


def _store(connection: Connection, call_id: str, values: dict[str, Any]) -> None:
    connection.execute(update(t.verification_calls).where(_CALLS.call_id == call_id), values)


def _read(connection: Connection, where: ColumnElement[bool]) -> tuple[VerificationCall, ...]:
    return tuple(map(_call_of, connection.execute(_IN_ORDER.where(where))))


def _one(row: Row[Any] | None) -> VerificationCall | None:
    return None if row is None else _call_of(row)


def _row_of(call: VerificationCall) -> dict[str, Any]:
    row = {name: getattr(call, name) for name in VerificationCall.__dataclass_fields__}
    return row | {"turn": call.dialogue.turn, "dialogue": _dialogues().dump_json(call.dialogue).decode()}


def _call_of(row: Row[Any]) -> VerificationCall:
    told = {
        "status": None if row.status is None else CallStatus(row.status),
        "answered_by": None if row.answered_by is None else AnsweredBy(row.answered_by),
        "outcome": None if row.outcome is None else TransactionStatus(row.outcome),
        "dialogue": _dialogues().validate_json(row.dialogue),
    }
    return VerificationCall(**dict(row._mapping) | told)
