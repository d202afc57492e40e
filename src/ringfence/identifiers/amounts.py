"""Sums of money: with a currency in any of its spellings, in lakh and crore, in words."""

import re
from collections.abc import Iterator
from decimal import Decimal

from ringfence.identifiers.bare_sums import goes_on, implied_currency
from ringfence.identifiers.currencies import CRYPTO, CURRENCY_OF, LETTER_TIMES, TIMES
from ringfence.identifiers.reading import Match, Reading
from ringfence.identifiers.said_sums import said_sums
from ringfence.model.identifier import IdentifierKind, Money

_NUMBER = re.compile(r"(?<!\d)(?<!\d[.,])\d(?:,?\d)*(?:\.\d{1,8}(?![\d]))?")
_HEAD = re.compile(
    r"(?:(?<![^\W\d_])([^\W\d_]{1,8}\$?)|([A-Za-z]{0,3}[₹$£€₦₱৳₵฿₿])|(रु|रू|ரூ|రూ|ರೂ|રૂ))\s?[.:]?\s?-?\s?$"
)
_TAIL = re.compile(r"\s?(/-|/=|[^\s\d.,;:!?()/\-।\"'|*]{1,12})(/-)?")
_RANGE_HEAD = re.compile(r"(?<![\w.,/:\-])(\d{1,3}(?:,\d{2,3})+|\d{3,7})\s?(?:-|to|se|से)\s?$")
_DOT_THOUSANDS = re.compile(r"\d{1,3}\.\d{3}")
_LONGEST = 20
_COMMA_DECIMALS = re.compile(r"\d{1,4},\d\d")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})+")


def find_amounts(reading: Reading) -> Iterator[Match]:
    """With a currency; without one in lakh and crore, and in the default region's where the words speak of money."""
    yield from said_sums(reading)
    if not reading.has_digits:
        return
    text = reading.plain.text
    last: Match | None = None
    for match in _NUMBER.finditer(text):
        if len(match.group()) > _LONGEST:
            continue
        found = _amount(reading, match) or _second_of_range(reading, last, match)
        if found is not None:
            first = _first_of_range(reading, found) if last is None or last.end < found.start - 20 else None
            if first is not None:
                yield first
            last = found
            yield found


def _amount(reading: Reading, match: re.Match[str]) -> Match | None:
    text = reading.plain.text
    number = Decimal(match.group().replace(",", ""))
    start, end = match.span()
    head = _HEAD.search(text[max(0, start - 12) : start])
    currency = _currency_before(head, match.group()) if head else None
    if currency is not None and head is not None:
        start -= len(head.group())
    elif start and (text[start - 1].isalnum() or text[start - 1] in "_*#"):
        return None
    times, end = _multiplied(text, end, currency is not None)
    after, tail_end = _currency_after(text, end)
    if after == "":
        currency, end = currency or "INR", tail_end
    elif after is not None and currency in (None, after):
        currency, end = after, tail_end
    if currency is None:
        currency = implied_currency(reading, match, times, end)
    if currency is None:
        return None
    if currency != "INR" and _COMMA_DECIMALS.fullmatch(match.group()):
        number = Decimal(match.group().replace(",", "."))
    elif currency in ("EUR", "BRL", "IDR", "VND") and _DOT_THOUSANDS.fullmatch(match.group()):
        number = Decimal(match.group().replace(".", ""))
    return _match(reading, start, end, currency, number * TIMES.get(times, 1))


def _match(reading: Reading, start: int, end: int, currency: str, number: Decimal) -> Match:
    written = _written(number, currency)
    money = Money(currency, Decimal(written))
    return Match(reading.plain, start, end, IdentifierKind.AMOUNT, f"{currency} {written}", None, money)


def _currency_before(head: re.Match[str], written: str) -> str | None:
    word = head[1] or head[2] or head[3]
    code = CURRENCY_OF.get(word.lower())
    if (
        code is None
        and word in ("N", "P", "R")
        and (_GROUPED.fullmatch(written.partition(".")[0]) and "," in written)
    ):
        return {"N": "NGN", "P": "PHP", "R": "ZAR"}[word]
    if code is None and head[2]:
        return CURRENCY_OF.get(head[2][-1])
    if (
        code is not None
        and head[1]
        and word.lower() in ("re", "sol", "eth", "sar", "rm", "rp")
        and word.lower() == word
    ):
        return None
    return code


def _multiplied(text: str, end: int, with_currency: bool) -> tuple[str, int]:
    """The word that multiplies the number before `end`, empty where there is none, and where it ends."""
    tail = _TAIL.match(text, end)
    word = tail[1].lower() if tail else ""
    if tail is None or word not in TIMES or (word in LETTER_TIMES and not with_currency):
        return "", end
    if word in ("k", "m", "b", "l") and tail.start(1) > end:
        return "", end
    if tail[1] == "CR" and (text[end - 3 : end - 2] == "." or text[max(0, end - 4) : end].isdigit()):
        return "", end  # credit, behind a balance
    return word, tail.end(1)


def _currency_after(text: str, end: int) -> tuple[str | None, int]:
    """The currency behind `end`, empty for `/-`, and where it ends."""
    dashes = re.compile(r"\s?/[-=]").match(text, end)
    if dashes:
        return "", dashes.end()
    tail = _TAIL.match(text, end)
    if tail is None:
        return None, end
    word = tail[1].lower()
    code = CURRENCY_OF.get(word)
    if (
        code is None
        or word in ("re", "rm", "rp", "sol")
        or (len(word) == 1 and word.isascii() and word != "$")
    ):
        return None, end
    return code, tail.end()


def _first_of_range(reading: Reading, second: Match) -> Match | None:
    """`2,000-3,000 rs`: the first sum has the currency of the second."""
    head = _RANGE_HEAD.search(reading.plain.text[max(0, second.start - 20) : second.start])
    if head is None or not isinstance(second.facts, Money):
        return None
    start = max(0, second.start - 20) + head.start(1)
    total = Decimal(head[1].replace(",", ""))
    if not 0 < total < second.facts.number:
        return None
    return _match(reading, start, start + len(head[1]), second.facts.currency, total)


def _second_of_range(reading: Reading, last: Match | None, match: re.Match[str]) -> Match | None:
    """`Rs 2,000 - 5,000`: the second sum has the currency of the first."""
    if last is None or not isinstance(last.facts, Money):
        return None
    between = reading.plain.text[last.end : match.start()]
    if not re.fullmatch(r"\s?(?:-|to|se|से)\s?", between) or not 3 <= len(match.group()) <= 9:
        return None
    if match.group()[0] == "0" or Decimal(match.group().replace(",", "")) > last.facts.number * 100:
        return None
    if goes_on(reading.plain.text, match.end()) and _TAIL.match(reading.plain.text, match.end()) is None:
        return None
    times, end = _multiplied(reading.plain.text, match.end(), True)
    total = Decimal(match.group().replace(",", "")) * TIMES.get(times, 1)
    return _match(reading, match.start(), end, last.facts.currency, total)


def _written(total: Decimal, currency: str) -> str:
    """Plain decimals: none where it is whole, else two at least, but of a crypto currency as few as need be."""
    if total == total.to_integral_value():
        return str(int(total))
    plain = f"{total.normalize():f}"
    return plain if currency in CRYPTO or len(plain.partition(".")[2]) >= 2 else plain + "0"
