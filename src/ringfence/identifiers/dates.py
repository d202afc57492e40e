"""Dates, times, shares and the like: digits that name nobody. They are claimed, so that nothing takes them for more."""

import re
from collections.abc import Iterator

from ringfence.identifiers.reading import Match, Reading

_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    "|जनवरी|फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|सितम्बर|अक्टूबर|अक्तूबर|नवंबर|नवम्बर|दिसंबर|दिसम्बर"
)
_NOTHING = re.compile(
    r"(?:"
    r"(?:0?[1-9]|[12]\d|3[01])([/.\-])(?:0?[1-9]|1[0-2])\1(?:20|19)?\d\d(?![\d\-/])"
    r"|(?:0?[1-9]|1[0-2])([/\-])(?:0?[1-9]|[12]\d|3[01])\2(?:20|19)\d\d(?![\d\-/])"
    r"|(?:20|19)\d\d([/.\-])(?:0?[1-9]|1[0-2])\3(?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:20|19)\d\d-\d\d(?![\d\-])"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[\s\-/.,']{{0,2}}(?:{_MONTH})\b\.?(?:[\s\-/.,']{{0,2}}(?:(?:20|19)\d\d|\d\d)(?![\d:]))?"
    r"|\d{1,2}[:.]\d\d(?::\d\d)?\s?(?:[ap]\.?m\b\.?|hrs?\b|ist\b)"
    r"|\d{1,2}:\d\d(?::\d\d)?(?!\d)"
    r"|\d{1,3}(?:\.\d+)?\s?%"
    r")",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{1,4}(?=[/\-.:%,']|\s?[%adfhijmnoprstADFHIJMNOPRST\u0900-\u097f])")
"""Digits behind which something stands that makes them a date or a time."""
_MONTH_FIRST = re.compile(
    rf"(?:{_MONTH})\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s(?:20|19)\d\d)?(?!\w)", re.IGNORECASE
)
_MONTHS = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())


def is_date(text: str) -> bool:
    """Whether the whole text is one of these."""
    return _NOTHING.fullmatch(text) is not None


def find_dates(reading: Reading) -> Iterator[Match]:
    if not reading.has_digits:
        return
    text = reading.plain.text
    done = 0
    for digits in _DIGITS.finditer(text):
        match = _NOTHING.match(text, digits.start()) if digits.start() >= done else None
        if match and _begins(text, match.start()):
            yield Match(reading.plain, match.start(), match.end())
            done = match.end()
    if any(month in reading.lowered for month in _MONTHS):
        for match in _MONTH_FIRST.finditer(text):
            if _begins(text, match.start()):
                yield Match(reading.plain, match.start(), match.end())


def _begins(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    return not before.isalnum() and before not in (".", "_")
