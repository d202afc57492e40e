"""Made-up customers of `ringfence verify demo`: a transaction each, and how each of them takes the call.

Their numbers are kept by regulators for films; cards come masked.
"""

from dataclasses import dataclass
from typing import Any

from ringfence.adapters.telephony.callee import PickUp
from ringfence.model.verification import Heard


@dataclass(frozen=True, slots=True)
class Customer:
    """`answers` come one after the other; then they hang up. `about` says what is to be seen."""

    about: str
    row: dict[str, Any]
    answers: tuple[Heard, ...] = ()
    picks_up: PickUp = PickUp.HUMAN

    @property
    def transaction_id(self) -> str:
        return str(self.row["id"])

    @property
    def name(self) -> str:
        return str(self.row["client_name"]).partition(" ")[0]


def _says(words: str, confidence: float = 0.94) -> Heard:
    return Heard(words, confidence)


def _presses(key: str) -> Heard:
    return Heard(digits=key)


_SILENCE = Heard()


def _row(number: int, name: str, phone: str, amount: float, merchant: str, **more: str) -> dict[str, Any]:
    return {
        "id": f"DEMO-{number}",
        "client_name": name,
        "card_number": f"**** {1110 + number}",
        "client_phone": phone,
        "amount": amount,
        "bank_name": "Example Bank",
        "merchant_name": merchant,
        "transaction_date": "2026-01-15",
        "currency": "USD" if phone.startswith("+1") else "GBP",
        "action": "",
    } | more


CUSTOMERS = (
    Customer(
        "made the payment",
        _row(1, "Asha Rao", "+44 7700 900101", 154.99, "Example Store"),
        (_says("yes, speaking"), _says("um yes I think so"), _says("yes, that was me")),
    ),
    Customer(
        "denies it in Hindi, wants a physical card",
        _row(2, "Meera Joshi", "+44 7700 900102", 48999, "Example Jewels", language="hi-IN", currency="INR"),
        (_says("जी हाँ"), _says("नहीं, मैंने नहीं किया"), _says("नहीं"), _says("नहीं"), _says("फ़िज़िकल")),
    ),
    Customer(
        "denies it, names a caller's number, wants a virtual card",
        _row(3, "Tom Baker", "+44 7700 900103", 1250, "Example Travel"),
        (
            _says("yes this is Tom Baker speaking"),
            _says("no, I never made that payment"),
            _says("I told a man, he called me from +44 20 7946 0958"),
            _says("yes"),
            _says("no"),
            _says("a virtual one, please"),
        ),
    ),
    Customer(
        "is told what to say",
        _row(4, "Grace Hall", "+44 7700 900104", 980, "Example Crypto"),
        (_says("yes"), _says("he told me to say yes")),
    ),
    Customer(
        "is somebody else",
        _row(5, "Omar Khan", "+1 212 555 0105", 310, "Example Phones"),
        (_says("no, this is his wife"),),
    ),
    Customer(
        "has a voicemail box",
        _row(6, "Lucy Chen", "+1 212 555 0106", 75.5, "Example Games"),
        picks_up=PickUp.MACHINE,
    ),
    Customer(
        "says nothing and presses keys",
        _row(7, "Ravi Iyer", "+44 7700 900107", 640, "Example Tools"),
        (_SILENCE, _SILENCE, _SILENCE, _presses("1"), _presses("1")),
    ),
    Customer(
        "talks to somebody else, and gets a text message",
        _row(8, "Nina Frost", "+44 7700 900108", 2100, "Example Watches"),
        picks_up=PickUp.BUSY,
    ),
    Customer(
        "asks for a person",
        _row(9, "John Okoro", "+44 7700 900109", 430, "Example Air"),
        (_says("yes"), _says("can I talk to a person")),
    ),
)
