"""Calls to card holders as rows: ordered once, advanced turn by turn, ended once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, update

from ringfence.adapters.stores import tables as t
from ringfence.adapters.stores import transactions
from ringfence.adapters.stores.audit import note
from ringfence.errors import NotFound
from ringfence.model.audit import ChangeKind
from ringfence.model.call import Refusal, TimelineEntry, VerificationCall
from ringfence.model.transaction import Transaction, TransactionStatus
from ringfence.model.verification import ENDS, AnsweredBy, CallStatus, Dialogue, Progress
from ringfence.ports import CallRequest

MayCall = Callable[[Transaction, Sequence[VerificationCall]], Refusal | None]

_CALLS = t.verification_calls.c
_NAMES = tuple(VerificationCall.__dataclass_fields__)
_COLUMNS = tuple(_CALLS[name] for name in _NAMES)
_ALL = select(*_COLUMNS)
_IN_ORDER = _ALL.order_by(_CALLS.ordered_at, _CALLS.call_id)
# Those of every webhook are made once: to make a statement costs more than to run it.
_MINE = _CALLS.call_id == bindparam("wanted")
_BY_ID = _ALL.where(_MINE)
_WITH_TRANSACTION = t.verification_calls.join(t.transactions)
_BY_TOKEN = (
    select(*_COLUMNS, *transactions.COLUMNS)
    .select_from(_WITH_TRANSACTION)
    .where(_CALLS.token_digest == bindparam("wanted"))
)
_BEFORE = select(_CALLS.status_before, *transactions.COLUMNS).select_from(_WITH_TRANSACTION).where(_MINE)
_AGAINST = _IN_ORDER.where(
    or_(
        _CALLS.transaction_id == bindparam("wanted"),
        (_CALLS.phone == bindparam("number")) & _CALLS.ended_at.is_(None),
    )
)
_INSERT = insert(t.verification_calls)
_STORE = update(t.verification_calls).where(_MINE)
_ADVANCE = _STORE.where(_CALLS.turn == bindparam("at_turn"), _CALLS.ended_at.is_(None))
_ENTRY_INSERT = """INSERT INTO call_timeline (call_id, number, at, entry)
VALUES (:call_id, (SELECT count(*) + 1 FROM call_timeline WHERE call_id = :call_id), :at, :entry)"""
_TIMELINE = (
    select(t.call_timeline.c.entry)
    .where(t.call_timeline.c.call_id == bindparam("wanted"))
    .order_by(t.call_timeline.c.number)
)
_CHANGES = ("provider_id", "status", "answered_by", "ended_at", "outcome", "made")
_KINDS = {"status": CallStatus, "answered_by": AnsweredBy, "outcome": TransactionStatus}
_WARNINGS = frozenset({TransactionStatus.FRAUD, TransactionStatus.COACHED})
_UNDECIDED = frozenset(
    {
        TransactionStatus.NOT_ANSWERED,
        TransactionStatus.DISCONNECTED,
        TransactionStatus.VOICEMAIL,
        TransactionStatus.UNVERIFIED,
        TransactionStatus.TRANSFERRED,
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
    against = connection.execute(_AGAINST, {"wanted": there.transaction_id, "number": there.phone})
    refusal = may_call(there, tuple(map(_call_of, against)))
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
        reference=request.reference,
    )
    row = _row_of(call) | {"status_before": there.status.value}
    connection.execute(_INSERT, row)
    transactions.store(connection, replace(there, status=TransactionStatus.CONNECTING, attempts=call.attempt))
    told = {"call_id": call.call_id, "attempt": call.attempt}
    note(connection, request.at, request.who, ChangeKind.CALL_ORDER, there.transaction_id, after=told)
    return call


def placed(connection: Connection, call_id: str, provider_id: str) -> None:
    call = _known(connection, call_id)
    _store(connection, call, replace(call, provider_id=call.provider_id or provider_id))


def advance(
    connection: Connection, call_id: str, turn: int, dialogue: Dialogue, entries: Sequence[TimelineEntry]
) -> bool:
    became = {"turn": dialogue.turn, "dialogue": _dialogues().dump_json(dialogue).decode()}
    if not connection.execute(_ADVANCE, {"wanted": call_id, "at_turn": turn, **became}).rowcount:
        _known(connection, call_id)
        return False
    add(connection, call_id, entries)
    if dialogue.outcome is not None:
        untaken = TransactionStatus.TRANSFERRED if dialogue.taken is False else None
        _settle(connection, call_id, dialogue.outcome, instead_of=untaken)
    return True


def add(connection: Connection, call_id: str, entries: Sequence[TimelineEntry]) -> None:
    rows = [
        {"call_id": call_id, "at": one.at, "entry": _entries().dump_json(one).decode()} for one in entries
    ]
    if rows:
        connection.exec_driver_sql(_ENTRY_INSERT, rows)


def progress(
    connection: Connection,
    call_id: str,
    news: Progress,
    at: int,
    outcome_of: Callable[[VerificationCall], TransactionStatus],
) -> VerificationCall:
    before = _known(connection, call_id)
    call = before.told(news)
    if call.status in ENDS and call.ended_at is None:
        return _end(connection, before, call, outcome_of(call), at)
    _store(connection, before, call)
    return call


def end(connection: Connection, call_id: str, outcome: TransactionStatus, at: int, made: bool) -> bool:
    call = _known(connection, call_id)
    if call.ended_at is not None:
        return False
    if not made:
        there = transactions.known(connection, call.transaction_id)
        transactions.store(connection, replace(there, attempts=there.attempts - 1))
    _end(connection, call, replace(call, made=made), outcome, at)
    return True


def read(connection: Connection, call_id: str) -> VerificationCall | None:
    row = connection.execute(_BY_ID, {"wanted": call_id}).first()
    return None if row is None else _call_of(row)


def read_by_token(connection: Connection, token_digest: bytes) -> tuple[VerificationCall, Transaction] | None:
    row = connection.execute(_BY_TOKEN, {"wanted": token_digest}).first()
    if row is None:
        return None
    return _call_of(row[: len(_NAMES)]), transactions.of_row(row[len(_NAMES) :])


def read_of(connection: Connection, transaction_id: str) -> tuple[VerificationCall, ...]:
    return _read(connection, _CALLS.transaction_id == transaction_id)


def read_page(
    connection: Connection, reference: str | None, running: bool | None, limit: int, offset: int
) -> tuple[tuple[VerificationCall, ...], int]:
    tests: list[ColumnElement[bool]] = [_CALLS.call_id.is_not(None)]
    if reference is not None:
        tests.append(_CALLS.reference == reference)
    if running is not None:
        tests.append(_CALLS.ended_at.is_(None) if running else _CALLS.ended_at.is_not(None))
    total = connection.execute(
        select(func.count()).select_from(t.verification_calls).where(*tests)
    ).scalar_one()
    newest = _ALL.where(*tests).order_by(_CALLS.ordered_at.desc(), _CALLS.call_id)
    return tuple(map(_call_of, connection.execute(newest.limit(limit).offset(offset)))), total


def claim_text(connection: Connection, call_id: str, at: int, unless_since: int) -> bool:
    call = _known(connection, call_id)
    same = _CALLS.transaction_id == call.transaction_id
    if connection.execute(select(_CALLS.call_id).where(same, _CALLS.texted_at >= unless_since)).first():
        return False
    connection.execute(_STORE, {"wanted": call_id, "texted_at": at})
    return True


def hung_up(connection: Connection, call_id: str, who: str, at: int) -> None:
    call = _known(connection, call_id)
    note(connection, at, who, ChangeKind.CALL_END, call.transaction_id, after={"call_id": call_id})


def read_running(connection: Connection) -> tuple[VerificationCall, ...]:
    return _read(connection, _CALLS.ended_at.is_(None))


def read_timeline(connection: Connection, call_id: str) -> tuple[TimelineEntry, ...]:
    entries = connection.execute(_TIMELINE, {"wanted": call_id}).scalars()
    return tuple(map(_entries().validate_json, entries))


def _end(
    connection: Connection,
    before: VerificationCall,
    call: VerificationCall,
    otherwise: TransactionStatus,
    at: int,
) -> VerificationCall:
    """Of a call that runs; the writer is alone, so nobody else ends it meanwhile."""
    outcome = call.dialogue.outcome or otherwise
    ended = replace(call, ended_at=at, outcome=outcome)
    _store(connection, before, ended)
    _settle(connection, call.call_id, outcome)
    return ended


def _settle(
    connection: Connection,
    call_id: str,
    outcome: TransactionStatus,
    instead_of: TransactionStatus | None = None,
) -> None:
    """The transaction's status by what the call has come to. `instead_of`: what it had come to before, which stands as
    the status unless a person has set another meanwhile."""
    status_before, *values = connection.execute(_BEFORE, {"wanted": call_id}).one()
    there, before = transactions.of_row(values), TransactionStatus(status_before)
    status = before if before in _WARNINGS and outcome in _UNDECIDED else outcome
    own = there.status in (TransactionStatus.CONNECTING, instead_of)
    if there.status is not status and (own or outcome in _WARNINGS):
        transactions.store(connection, replace(there, status=status))


def _known(connection: Connection, call_id: str) -> VerificationCall:
    call = read(connection, call_id)
    if call is None:
        raise NotFound("There is no call of this id", code="call_unknown")
    return call


def _store(connection: Connection, before: VerificationCall, call: VerificationCall) -> None:
    """What has changed of a call beside its dialogue."""
    changed = {name: new for name in _CHANGES if (new := getattr(call, name)) != getattr(before, name)}
    if changed:
        connection.execute(_STORE, {"wanted": call.call_id, **changed})


def _read(connection: Connection, where: ColumnElement[bool]) -> tuple[VerificationCall, ...]:
    return tuple(map(_call_of, connection.execute(_IN_ORDER.where(where))))


def _row_of(call: VerificationCall) -> dict[str, Any]:
    row = {name: getattr(call, name) for name in _NAMES}
    return row | {"turn": call.dialogue.turn, "dialogue": _dialogues().dump_json(call.dialogue).decode()}


def _call_of(values: Sequence[Any]) -> VerificationCall:
    told = dict(zip(_NAMES, values, strict=True))
    for name, kind in _KINDS.items():
        if told[name] is not None:
            told[name] = kind(told[name])
    return VerificationCall(**told | {"dialogue": _dialogues().validate_json(told["dialogue"])})
