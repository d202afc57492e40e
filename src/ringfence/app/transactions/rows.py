"""One row of a file, by the names of the older system, as a transaction; or why it is none, with the fix.

What is refused is told without the value, since that may be anybody's number.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from ringfence.app.transactions.cards import Card, read_card
from ringfence.app.transactions.dates import read_made_on
from ringfence.app.transactions.sums import read_amount, read_currency
from ringfence.errors import BadInput
from ringfence.identifiers.callees import callee, country_of
from ringfence.identifiers.regions import CURRENCIES
from ringfence.identifiers.zones import present_name
from ringfence.model.transaction import Transaction, TransactionStatus

REQUIRED = (
    "id", "client_name", "card_number", "client_phone", "amount", "bank_name", "merchant_name", "transaction_date",
)  # fmt: skip
OPTIONAL = ("currency", "zone", "language", "action")
_LONGEST = {"id": 64, "client_name": 100, "bank_name": 100, "merchant_name": 150}
_LONGEST_OTHER = 64
_ID = re.compile(r"(?!\.\.?\Z)[A-Za-z0-9\-_.:~@]{1,64}", re.ASCII)
"""All of them may stand in a path as they are (RFC 3986, `pchar`), so nobody on the way writes them otherwise; `.` and
`..` alone would be another path."""
RESERVED = frozenset({"export", "import", "phone-changes"})
"""Routes of their own under `/api/v1/transactions/`, so that nobody could look at a transaction of that id."""
_STATUSES = {status.value.lower(): status for status in TransactionStatus}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?", re.ASCII)
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+){1,2}|UTC", re.ASCII)
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[Ee]\+?\d+", re.ASCII)
_NOT_DIGITS = re.compile(r"\D")
_LANGUAGES = {"IN": "en-IN", "US": "en-US", "CA": "en-US"}
_HOME_OF = {"en": "", "hi": "hi-IN"}


@dataclass(frozen=True, slots=True)
class Site:
    """`region` is the country (ISO 3166) in which a number without country code is dialled and whose currency a sum
    without one is in; `secret` keys the hashes of cards."""

    region: str
    secret: bytes = field(repr=False)


def read_row(row: Mapping[str, Any], site: Site) -> Transaction:
    """Raises BadInput."""
    for name in REQUIRED:
        if row.get(name) is None or (isinstance(row[name], str) and not row[name].strip()):
            raise BadInput(f"{name} is missing: every row needs {', '.join(REQUIRED)}", code="field_missing")
    for name in (*REQUIRED, *OPTIONAL):
        _check_length(name, row.get(name))
    card = read_card(_not_rounded("card_number", row["card_number"]), site.secret)
    phone = read_phone(_not_rounded("client_phone", row["client_phone"]), site.region)
    amount, written_with = read_amount(row["amount"])
    transaction = Transaction(
        transaction_id=_free(read_id(row["id"])),
        client_name=_text("client_name", row["client_name"]),
        card_last_four=card.last_four,
        card_hash=card.hash,
        phone=phone,
        amount=amount,
        currency=_currency(row.get("currency"), written_with, site.region),
        bank_name=_text("bank_name", row["bank_name"]),
        merchant_name=_text("merchant_name", row["merchant_name"]),
        made_on=read_made_on(row["transaction_date"]),
        zone=_zone(row.get("zone")),
        language=_language(row.get("language"), phone),
        status=read_status(row.get("action")),
    )
    _check_no_card(transaction, card)
    return transaction


def read_id(written: object) -> str:
    """It stands in the addresses that the provider calls, and signs as it writes them: one that a proxy may encode
    otherwise would fail the signature. Raises BadInput."""
    if isinstance(written, bool) or not isinstance(written, str | int):
        raise BadInput("id is no text: write it as a text, or as a whole number", code="id_invalid")
    text = str(written).strip()
    if not _ID.fullmatch(text):
        raise BadInput(
            "id stands in addresses: write it with 1 to 64 of A-Z, a-z, 0-9 and - _ . : ~ @ alone, and each space or"
            " other sign as one of these",
            code="id_invalid",
        )
    return text


def _free(transaction_id: str) -> str:
    if transaction_id in RESERVED:
        raise BadInput(
            f"id is one of {', '.join(sorted(RESERVED))}, which are addresses of their own: give it another one",
            code="id_reserved",
        )
    return transaction_id


def read_phone(written: object, region: str) -> str:
    """E.164. Raises BadInput."""
    if isinstance(written, bool) or not isinstance(written, str | int):
        raise BadInput("client_phone is no text: write it as +919876543210", code="phone_invalid")
    try:
        return callee(str(written), region)
    except ValueError as error:
        raise BadInput(f"client_phone {error}", code="phone_invalid") from None


def read_status(written: object) -> TransactionStatus:
    """Raises BadInput."""
    text = "" if written is None else written.strip().lower() if isinstance(written, str) else None
    status = None if text is None else _STATUSES.get(text)
    if status is None:
        known = ", ".join(one.value for one in TransactionStatus if one.value)
        raise BadInput(f"action is none of: {known}; empty for not called yet", code="action_invalid")
    return status


def _check_length(name: str, value: object) -> None:
    longest = _LONGEST.get(name, _LONGEST_OTHER)
    if isinstance(value, dict | list):
        raise BadInput(f"{name} is a list or an object: write a text", code="field_invalid")
    if len(str(value)) > longest:
        raise BadInput(f"{name} has over {longest} characters: shorten it", code="field_too_long")


def _not_rounded(name: str, value: object) -> object:
    if not isinstance(value, str | int) or (isinstance(value, str) and _ROUNDED.fullmatch(value.strip())):
        raise BadInput(
            f"{name} was rounded by a spreadsheet: format the column as text and fill it in again",
            code="field_rounded",
        )
    return value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadInput(f"{name} is no text", code="field_invalid")
    text = unicodedata.normalize("NFC", " ".join(value.split()))
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in text):
        raise BadInput(f"{name} holds what is no character: write it again", code="field_invalid")
    return text


def _currency(written: object, written_with: str | None, region: str) -> str:
    told = None if written is None or written == "" else read_currency(written)
    if told and written_with and told != written_with:
        raise BadInput("amount and currency name two currencies: leave one of them", code="currency_invalid")
    currency = told or written_with or CURRENCIES.get(region)
    if currency is None:
        raise BadInput(
            f"currency is missing, and none is known for {region}: write it", code="currency_missing"
        )
    return currency


def _zone(written: object) -> str | None:
    if written is None or written == "":
        return None
    text = written.strip() if isinstance(written, str) else ""
    if _ZONE.fullmatch(text):
        try:
            return ZoneInfo(present_name(text)).key
        except (KeyError, ValueError, OSError):
            pass
    raise BadInput("zone is no IANA name: write it as Asia/Kolkata, or leave it out", code="zone_invalid")


def _language(written: object, phone: str) -> str:
    country = country_of(phone)
    spoken = _LANGUAGES.get(country, "en-GB")
    if written is None or written == "":
        return spoken
    text = written.strip().replace("_", "-") if isinstance(written, str) else ""
    if not _LANGUAGE.fullmatch(text):
        raise BadInput(
            "language is no code of BCP 47: write hi-IN or en-GB, or leave it out", code="language_invalid"
        )
    language, *rest = text.split("-")
    if not rest and language.lower() in _HOME_OF:
        return _HOME_OF[language.lower()] or spoken
    return "-".join([language.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def _check_no_card(transaction: Transaction, card: Card) -> None:
    """The whole number is kept nowhere, and so in no other field."""
    texts = (
        transaction.transaction_id,
        transaction.client_name,
        transaction.bank_name,
        transaction.merchant_name,
        transaction.phone,
        f"{transaction.amount:f}",
    )
    if card.digits and any(card.digits in _NOT_DIGITS.sub("", text) for text in texts):
        raise BadInput("The card number stands in another field, too: take it out", code="card_elsewhere")
