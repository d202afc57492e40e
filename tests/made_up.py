"""Asha Rao, whose payment everybody asks about: as the records hold it, and as the older system's file does."""

from decimal import Decimal
from typing import Any

from ringfence.model.transaction import Transaction

CARD = "4111111111111111"
ASHA = Transaction(
    transaction_id="TXN001",
    client_name="Asha Rao",
    card_last_four="1111",
    card_hash="5d" * 32,
    phone="+919876543210",
    amount=Decimal("15499.50"),
    currency="INR",
    bank_name="Example Bank",
    merchant_name="Example Store",
    made_on="2026-01-15",
    zone=None,
    language="en-IN",
)
ASHA_ROW: dict[str, Any] = {
    "id": "TXN001",
    "client_name": "Asha Rao",
    "card_number": CARD,
    "client_phone": "+919876543210",
    "amount": 15499.5,
    "bank_name": "Example Bank",
    "merchant_name": "Example Store",
    "transaction_date": "2026-01-15",
    "action": "",
}
