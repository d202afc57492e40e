"""A sum as people and systems write it: a number, or text with separators and perhaps its currency."""

import re
from decimal import Decimal

from ringfence.errors import BadInput
from ringfence.identifiers.currencies import CRYPTO, CURRENCY_OF

_MOST = Decimal(10) ** 12
_DECIMALS = 3
_PARTS = re.compile(
    r"(?P<before>[^\d+\-(]*?)\s*(?P<number>\d[\d.,'’\s_\u00a0\u202f]*)(?P<after>[^\d]*)", re.ASCII
)
_GAPS = re.compile(r"[\s'’_\u00a0\u202f]")
_PLAIN = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_COMMAS = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?", re.ASCII)
"""15,499.50 and 1,54,990.50 alike."""
_DOTS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}", re.ASCII)
_COMMA_DECIMALS = re.compile(r"\d+,\d{1,2}", re.ASCII)
_EITHER = re.compile(r"[1-9]\d{0,2}\.\d{3}", re.ASCII)
_FIX = "write a number such as 15499.50"


def read_amount(written: object) -> tuple[Decimal, str | None]:
    """The sum, and the currency where it is written with it. Raises BadInput."""
    if isinstance(written, bool) or not isinstance(written, int | float | Decimal | str):
        raise BadInput(f"amount is no number: {_FIX}", code="amount_invalid")
    if isinstance(written, str):
        number, currency = _of_text(written.strip())
    else:
        number, currency = Decimal(str(written)), None
    if not number.is_finite() or not 0 <= number <= _MOST:
        raise BadInput(f"amount has to be 0 to {_MOST:,f}: {_FIX}", code="amount_invalid")
    number = number.normalize()
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_DECIMALS:
        raise BadInput(f"amount has over {_DECIMALS} decimals: {_FIX}", code="amount_invalid")
    return Decimal(f"{number:f}"), currency


def read_currency(written: object) -> str:
    """Its code of ISO 4217. Raises BadInput."""
    text = written.strip() if isinstance(written, str) else ""
    code = CURRENCY_OF.get(text.lower().rstrip("."), text.upper())
    if not re.fullmatch(r"[A-Z]{3}", code) or code in CRYPTO:
        raise BadInput("currency is no code of ISO 4217: write INR, USD or the like", code="currency_invalid")
    return code


def _of_text(text: str) -> tuple[Decimal, str | None]:
    match = _PARTS.fullmatch(text)
    if match is None:
        raise BadInput(f"amount is no sum: {_FIX}", code="amount_invalid")
    beside = {part for part in (match["before"].strip(), match["after"].strip(" /-=")) if part}
    if len(beside) > 1:
        raise BadInput(f"amount has two currencies: {_FIX}", code="amount_invalid")
    return _number(_GAPS.sub("", match["number"])), read_currency(beside.pop()) if beside else None


def _number(text: str) -> Decimal:
    if _EITHER.fullmatch(text):
        raise BadInput(
            "amount may be thousands or thousandths: write it without separators, or with two decimals",
            code="amount_ambiguous",
        )
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if _COMMAS.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _DOTS.fullmatch(text) or _COMMA_DECIMALS.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    raise BadInput(f"amount is no sum: {_FIX}", code="amount_invalid")
