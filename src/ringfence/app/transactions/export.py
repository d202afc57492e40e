"""Transactions as a file: the older system's names, no card number, and no cell that a spreadsheet would run."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from ringfence.model.transaction import Transaction

COLUMNS = (
    "id", "client_name", "card_number", "client_phone", "amount", "currency", "bank_name", "merchant_name",
    "transaction_date", "zone", "language", "action", "attempts",
)  # fmt: skip
_RUN = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a cell begins with that Excel, LibreOffice or Sheets take for a formula (OWASP, CSV Injection)."""


def to_json(transactions: Iterable[Transaction]) -> bytes:
    rows = [exported(one) for one in transactions]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def to_csv(transactions: Iterable[Transaction]) -> bytes:
    """UTF-8 with a mark at the beginning, without which Excel takes it for another encoding."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for one in transactions:
        row = exported(one)
        writer.writerow([_safe("" if row[name] is None else str(row[name])) for name in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


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


def _safe(cell: str) -> str:
    return "'" + cell if cell.startswith(_RUN) else cell
