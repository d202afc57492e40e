"""Transactions as a file: the older system's names, no card number, and no cell that a spreadsheet would run."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from ringfence.model.transaction import Transaction

_Row = TypeVar("_Row")
COLUMNS = (
    "id", "client_name", "card_number", "client_phone", "amount", "currency", "bank_name", "merchant_name",
    "transaction_date", "zone", "language", "action", "attempts",
)  # fmt: skip
_PIECE = 500
_RUN = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a cell begins with that Excel, LibreOffice or Sheets take for a formula (OWASP, CSV Injection)."""


def to_json(transactions: Iterable[Transaction]) -> bytes:
    return b"".join(json_pieces(map(exported, transactions)))


def json_pieces(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A list, one row a line. In pieces, since a call of the encoder holds all other threads up until it ends."""
    before = "[\n"
    for some in _pieces(rows):
        yield (before + ",\n".join(json.dumps(row, ensure_ascii=False) for row in some)).encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def to_csv(transactions: Iterable[Transaction]) -> bytes:
    return b"".join(csv_pieces(transactions))


def csv_pieces(transactions: Iterable[Transaction]) -> Iterator[bytes]:
    """UTF-8 with a mark at the beginning, without which Excel takes it for another encoding."""
    yield _lines([COLUMNS]).encode("utf-8-sig")
    for some in _pieces(transactions):
        yield _lines(map(_cells, some)).encode()


def exported(one: Transaction) -> dict[str, Any]:
    """By the names of the older system, values as JSON holds them."""
    return {
        "id": one.transaction_id,
        "client_name": one.client_name,
        "card_number": f"**** {one.card_last_four}",
        "client_phone": one.phone,
        "amount": int(one.amount) if one.amount == one.amount.to_integral_value() else float(one.amount),
        "currency": one.currency,
        "bank_name": one.bank_name,
        "merchant_name": one.merchant_name,
        "transaction_date": one.made_on,
        "zone": one.zone,
        "language": one.language,
        "action": one.status.value,
        "attempts": one.attempts,
    }


def _pieces(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    left = iter(rows)
    while some := list(islice(left, _PIECE)):
        yield some


def _lines(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()


def _cells(one: Transaction) -> list[str]:
    row = exported(one)
    return [_safe("" if row[name] is None else str(row[name])) for name in COLUMNS]


def _safe(cell: str) -> str:
    return "'" + cell if cell.startswith(_RUN) else cell
