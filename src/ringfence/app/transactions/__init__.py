"""Brings card transactions in and hands them out.

Each row of a file is read by itself, and all that are good are kept in one transaction of the records.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from ringfence.app.transactions.cards import has_wrong_digit
from ringfence.app.transactions.files import FileRow, read_file
from ringfence.app.transactions.rows import Site, read_id, read_row
from ringfence.errors import BadInput
from ringfence.model.transaction import Transaction
from ringfence.ports import TransactionFilter, TransactionRecords

_NOT_DIGITS = re.compile(r"\D")
_WRONG_DIGIT = (
    "card_check_digit",
    "card_number has a wrong digit (its check digit says so): see whose card it is",
)


class RowResult(StrEnum):
    IMPORTED = "imported"
    DUPLICATE = "duplicate"
    """A transaction of this id is there already and stays as it is."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowReport:
    """`line` is that of the file, or of a JSON list the place in it, from 1. `code` is for programs and never changes;
    `reason` is for people, has the fix, and holds nothing of what was refused. A row that came in may have them, too,
    where something about it is doubtful."""

    line: int
    transaction_id: str | None
    result: RowResult
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Good:
    """A row that may come in, unless its id is there already."""

    line: int
    transaction: Transaction
    is_doubtful: bool


def import_file(
    body: bytes, site: Site, records: TransactionRecords, who: str, now: int
) -> tuple[RowReport, ...]:
    """Of each row what became of it, in their order. Raises TooLarge and BadInput of the file as a whole."""
    told = [_read(row, site) for row in read_file(body)]
    good = [one.transaction for one in told if isinstance(one, _Good)]
    new = iter(records.import_transactions(good, who, now) if good else ())
    return tuple(_report(one, next(new)) if isinstance(one, _Good) else one for one in told)


def hand_out(
    records: TransactionRecords, wanted: TransactionFilter, kind: str, who: str, now: int
) -> Iterator[Transaction]:
    """For a file of this kind. Audited before the first row is given, and no more are given than the trail says."""
    total = records.transactions(wanted, 1, 0).total
    records.note_export(wanted, total, kind, who, now)
    return islice(records.every_transaction(wanted), total)


def _read(row: FileRow, site: Site) -> _Good | RowReport:
    """No error is kept: each holds the frames that it was raised in, and thousands of those hold all threads up when
    Python looks for garbage."""
    if row.fault:
        return RowReport(row.line, _id(row), RowResult.REFUSED, "row_invalid", row.fault)
    try:
        return _Good(row.line, read_row(row.values, site), has_wrong_digit(row.values.get("card_number")))
    except BadInput as error:
        return RowReport(row.line, _id(row), RowResult.REFUSED, error.code, error.detail)


def _report(read: _Good, is_new: bool) -> RowReport:
    transaction_id = read.transaction.transaction_id
    if is_new:
        doubt = _WRONG_DIGIT if read.is_doubtful else ("", "")
        return RowReport(read.line, transaction_id, RowResult.IMPORTED, *doubt)
    reason = "A transaction of this id is there already and stays as it is: give this one another id"
    return RowReport(read.line, transaction_id, RowResult.DUPLICATE, "id_taken", reason)


def _id(row: FileRow) -> str | None:
    """Where it is one, and not the card number in the wrong place."""
    try:
        told = read_id(row.values.get("id"))
    except BadInput:
        return None
    card = _NOT_DIGITS.sub("", str(row.values.get("card_number")))
    return None if len(card) > 10 and card in _NOT_DIGITS.sub("", told) else told
