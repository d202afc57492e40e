"""Card transactions as rows, and the changes of their numbers, some of which take two people."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, String, and_, bindparam, func, insert, select, update

from ringfence.adapters.stores import tables as t
from ringfence.adapters.stores.audit import note
from ringfence.errors import Conflict, NotAllowed, NotFound
from ringfence.model.audit import ChangeKind
from ringfence.model.transaction import PhoneChange, PhoneChangeState, Transaction, TransactionStatus
from ringfence.ports import TransactionFilter

_NAMES = tuple(Transaction.__dataclass_fields__)
COLUMNS = tuple(t.transactions.c[name] for name in _NAMES)
_WRITTEN = (*_NAMES, "searched", "imported_at")
_INSERT = f"INSERT INTO transactions ({', '.join(_WRITTEN)}) VALUES ({', '.join('?' * len(_WRITTEN))})"  # noqa: S608
_ALL = select(*COLUMNS)
_MINE = t.transactions.c.transaction_id == bindparam("wanted")
# Those of every call are made once: to make a statement costs more than to run it.
_BY_ID = _ALL.where(_MINE)
_STORE = update(t.transactions).where(_MINE)
_CHANGES = select(*(t.phone_changes.c[name] for name in PhoneChange.__dataclass_fields__))
_OPEN = t.phone_changes.c.state == PhoneChangeState.PROPOSED.value
_PAGE = 1_000
_CHUNK = 500
"""Ids in one question; SQLite takes some thousands."""
_MOST_WORDS = 16


def rows_of(transactions: Sequence[Transaction], at: int) -> list[tuple[Any, ...]]:
    """What `write_new` writes, made outside of the writer's thread: events wait for that one."""
    return [(*_row_of(one).values(), at) for one in transactions]


def write_new(connection: Connection, rows: Sequence[tuple[Any, ...]], who: str, at: int) -> tuple[bool, ...]:
    ids = [row[0] for row in rows]
    there = _known(connection, ids)
    fresh: list[bool] = []
    for transaction_id in ids:
        fresh.append(transaction_id not in there)
        there.add(transaction_id)
    new = [row for row, is_new in zip(rows, fresh, strict=True) if is_new]
    if new:
        connection.exec_driver_sql(_INSERT, new)
        counts = {"imported": len(new), "duplicates": len(rows) - len(new)}
        note(connection, at, who, ChangeKind.TRANSACTIONS_IMPORT, "transactions", after=counts)
    return tuple(fresh)


def read(connection: Connection, transaction_id: str) -> Transaction | None:
    row = connection.execute(_BY_ID, {"wanted": transaction_id}).first()
    return None if row is None else of_row(row)


def known(connection: Connection, transaction_id: str) -> Transaction:
    """Raises NotFound."""
    found = read(connection, transaction_id)
    if found is None:
        raise NotFound("There is no transaction of this id", code="transaction_unknown")
    return found


def of_row(values: Sequence[Any]) -> Transaction:
    """Of what `COLUMNS` select."""
    told = dict(zip(_NAMES, values, strict=True))
    return Transaction(
        **told | {"amount": Decimal(told["amount"]), "status": TransactionStatus(told["status"])}
    )


def read_page(
    connection: Connection, wanted: TransactionFilter, limit: int, offset: int
) -> tuple[tuple[Transaction, ...], int]:
    where = _where(wanted)
    total = connection.execute(select(func.count()).select_from(t.transactions).where(where)).scalar_one()
    in_order = _ALL.where(where).order_by(t.transactions.c.place)
    rows = connection.execute(in_order.limit(limit).offset(offset))
    return tuple(map(of_row, rows)), total


def read_after(
    connection: Connection, wanted: TransactionFilter, place: int
) -> list[tuple[int, Transaction]]:
    """The next of them in their order, each with its place."""
    columns = t.transactions.c
    following = select(columns.place, *_ALL.selected_columns).where(_where(wanted), columns.place > place)
    rows = connection.execute(following.order_by(columns.place).limit(_PAGE))
    return [(place, of_row(values)) for place, *values in rows]


def note_export(
    connection: Connection, wanted: TransactionFilter, rows: int, kind: str, who: str, at: int
) -> None:
    told = {
        "rows": rows,
        "format": kind,
        "status": None if wanted.status is None else wanted.status.value,
        "searched": bool(_words(wanted)),
    }
    note(connection, at, who, ChangeKind.TRANSACTIONS_EXPORT, "transactions", after=told)


def store(connection: Connection, changed: Transaction) -> None:
    """What changes of a transaction: number, status and attempts."""
    connection.execute(
        _STORE,
        {
            "wanted": changed.transaction_id,
            "phone": changed.phone,
            "status": changed.status.value,
            "attempts": changed.attempts,
            "searched": _searched(changed),
        },
    )


def set_status(
    connection: Connection, transaction_id: str, status: TransactionStatus, who: str, at: int
) -> Transaction:
    before = known(connection, transaction_id)
    if before.status is status:
        return before
    after = replace(before, status=status)
    store(connection, after)
    kind = ChangeKind.TRANSACTION_STATUS
    note(connection, at, who, kind, transaction_id, {"status": before.status}, {"status": status})
    return after


def change_phone(connection: Connection, transaction_id: str, phone: str, who: str, at: int) -> Transaction:
    before = known(connection, transaction_id)
    if before.phone == phone:
        return before
    row = _change_row(before, phone, who, at) | {"state": PhoneChangeState.MADE.value, "decided_at": at}
    connection.execute(insert(t.phone_changes), row)
    _note_phone(connection, ChangeKind.PHONE_CHANGE, transaction_id, before.phone, phone, who, at)
    after = replace(before, phone=phone)
    store(connection, after)
    return after


def propose_phone(connection: Connection, transaction_id: str, phone: str, who: str, at: int) -> PhoneChange:
    there = known(connection, transaction_id)
    if there.phone == phone:
        raise Conflict("The transaction has this number already", code="phone_same")
    mine = t.phone_changes.c.transaction_id == transaction_id
    if connection.execute(_CHANGES.where(mine, _OPEN)).first():
        raise Conflict(
            "A change of this number waits for a second person: approve or refuse it first",
            code="change_open",
        )
    row = _change_row(there, phone, who, at) | {"state": PhoneChangeState.PROPOSED.value}
    connection.execute(insert(t.phone_changes), row)
    _note_phone(connection, ChangeKind.PHONE_PROPOSE, transaction_id, there.phone, phone, who, at)
    return read_changes(connection, transaction_id)[-1]


def decide_phone(
    connection: Connection, transaction_id: str, change_id: int, approve: bool, who: str, at: int
) -> PhoneChange:
    there = known(connection, transaction_id)
    change = _change(connection, transaction_id, change_id)
    if change.state is not PhoneChangeState.PROPOSED:
        raise Conflict(f"This change is decided already: {change.state}", code="change_decided")
    if change.proposed_by == who:
        raise NotAllowed(
            "Whoever proposed a number cannot decide on it: ask a second person", code="four_eyes"
        )
    if approve and there.phone != change.before:
        raise Conflict(
            "The number has changed since: refuse this change and propose it anew", code="change_outdated"
        )
    state = PhoneChangeState.MADE if approve else PhoneChangeState.REFUSED
    connection.execute(
        update(t.phone_changes).where(t.phone_changes.c.change_id == change_id),
        {"state": state.value, "decided_by": who, "decided_at": at},
    )
    kind = ChangeKind.PHONE_APPROVE if approve else ChangeKind.PHONE_REFUSE
    _note_phone(connection, kind, transaction_id, change.before, change.after, who, at)
    if approve:
        store(connection, replace(there, phone=change.after))
    return _change(connection, transaction_id, change_id)


def read_changes(connection: Connection, transaction_id: str) -> tuple[PhoneChange, ...]:
    mine = _CHANGES.where(t.phone_changes.c.transaction_id == transaction_id)
    return tuple(map(_change_of, connection.execute(mine.order_by(t.phone_changes.c.change_id))))


def read_proposed(connection: Connection, limit: int, offset: int) -> tuple[tuple[PhoneChange, ...], int]:
    total = connection.execute(select(func.count()).select_from(t.phone_changes).where(_OPEN)).scalar_one()
    oldest = _CHANGES.where(_OPEN).order_by(t.phone_changes.c.change_id).limit(limit).offset(offset)
    return tuple(map(_change_of, connection.execute(oldest))), total


def _known(connection: Connection, ids: Sequence[str]) -> set[str]:
    column = t.transactions.c.transaction_id
    found: set[str] = set()
    for start in range(0, len(ids), _CHUNK):
        found |= set(
            connection.execute(select(column).where(column.in_(ids[start : start + _CHUNK]))).scalars()
        )
    return found


def _where(wanted: TransactionFilter) -> ColumnElement[bool]:
    columns = t.transactions.c
    tests: list[ColumnElement[bool]] = [columns.place.is_not(None)]
    if wanted.status is not None:
        tests.append(columns.status == wanted.status.value)
    searched: ColumnElement[str] = columns.searched
    if not wanted.whole_phones:
        for start in (2, -10):  # a name may hold the number, too, as it is dialled at home
            digits, shown = func.substr(columns.phone, start), func.substr(columns.phone, -4)
            searched = func.replace(searched, digits, shown, type_=String)
    return and_(*tests, *(searched.contains(word, autoescape=True) for word in _words(wanted)))


def _words(wanted: TransactionFilter) -> list[str]:
    return (wanted.search or "").casefold().split()[:_MOST_WORDS]


def _searched(transaction: Transaction) -> str:
    """What a search looks at; the sum also as it is shown."""
    shown = (
        transaction.transaction_id,
        transaction.client_name,
        transaction.card_last_four,
        transaction.phone,
        str(transaction.amount),
        f"{transaction.amount:,.2f}",
        transaction.currency,
        transaction.bank_name,
        transaction.merchant_name,
        transaction.made_on,
        transaction.status.value,
    )
    return "\n".join(shown).casefold()


def _row_of(transaction: Transaction) -> dict[str, Any]:
    row = {name: getattr(transaction, name) for name in _NAMES}
    return row | {
        "amount": str(transaction.amount),
        "status": transaction.status.value,
        "searched": _searched(transaction),
    }


def _change_row(there: Transaction, phone: str, who: str, at: int) -> dict[str, Any]:
    return {
        "transaction_id": there.transaction_id,
        "before": there.phone,
        "after": phone,
        "proposed_by": who,
        "proposed_at": at,
    }


def _change(connection: Connection, transaction_id: str, change_id: int) -> PhoneChange:
    columns = t.phone_changes.c
    mine = _CHANGES.where(columns.transaction_id == transaction_id, columns.change_id == change_id)
    row = connection.execute(mine).first()
    if row is None:
        raise NotFound("The transaction has no such change of its number", code="change_unknown")
    return _change_of(row)


def _change_of(row: Row[Any]) -> PhoneChange:
    return PhoneChange(**dict(row._mapping) | {"state": PhoneChangeState(row.state)})


def _note_phone(
    connection: Connection, kind: ChangeKind, transaction_id: str, before: str, after: str, who: str, at: int
) -> None:
    """The trail can never be changed, so a number that may have to be forgotten is not in it."""
    note(connection, at, who, kind, transaction_id, _ending(before), _ending(after))


def _ending(phone: str) -> dict[str, str]:
    return {"phone": f"…{phone[-4:]}"}
