"""A card number as it comes in: what may be kept of it is taken, and the rest is forgotten."""

import hmac
import re
from dataclasses import dataclass, field
from hashlib import sha256

from ringfence.errors import BadInput
from ringfence.identifiers.checksums import luhn

_GAPS = re.compile(r"[\s\-.]")
_WHOLE = re.compile(r"\d{12,19}", re.ASCII)
_MASKED = re.compile(r"(?:\d{0,8}[*xX#•·.…]+)?(\d{4})", re.ASCII)
_FIX = "write 12 to 19 digits, or mask it as **** 1111"


@dataclass(frozen=True, slots=True)
class Card:
    """`hash` is HMAC-SHA-256 in hex under the site's secret, empty of a masked number: four digits are those of
    ten thousandth of all cards, and a hash of them would only pretend to tell one from another."""

    last_four: str
    hash: str
    digits: str = field(repr=False)
    """The whole number, to see that no other field holds it; never kept. Empty of a masked one."""


def has_wrong_digit(written: object) -> bool:
    """By its check digit. Such a number is taken all the same: its last four are told on the telephone, and a card
    holder who is not asked for the sake of a digit is the greater harm."""
    text = _GAPS.sub("", str(written))
    return _WHOLE.fullmatch(text) is not None and not luhn(text)


def read_card(written: object, secret: bytes) -> Card:
    """Raises BadInput, whose words hold nothing of the number."""
    if isinstance(written, bool | float) or not isinstance(written, str | int):
        raise BadInput(f"card_number is no text: {_FIX}", code="card_invalid")
    text = _GAPS.sub("", str(written))
    masked = _MASKED.fullmatch(text)
    if masked is not None:
        return Card(masked[1], "", "")
    if not _WHOLE.fullmatch(text):
        raise BadInput(f"card_number is no card number: {_FIX}", code="card_invalid")
    return Card(text[-4:], hmac.new(secret, text.encode(), sha256).hexdigest(), text)
