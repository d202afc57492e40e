"""When a transaction was made, as people and systems write it: to a date or an instant of ISO 8601.

Where day and month can be taken for each other, nobody guesses: the wrong date read to a card holder makes them deny
what was theirs.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from ringfence.errors import BadInput

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = r"(?P<word>[A-Za-z]{3,9})\.?"
_DAY_WORDS = (
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s\-/.,]*{_MONTH}[\s\-/.,]*(?P<year>\d{{4}})", re.ASCII),
    re.compile(rf"{_MONTH}[\s\-/.]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s\-/.,]+(?P<year>\d{{4}})", re.ASCII),
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})([\-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(
    r"(?P<first>\d{1,2})(?P<sign>[\-/.])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4})", re.ASCII
)
_TIME = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?\s*(?P<half>[AaPp][Mm])?"
    r"\s*(?P<zone>[Zz]|UTC|GMT|[+\-]\d\d:?\d\d)?",
    re.ASCII,
)
_SPLIT = re.compile(r"(?:[Tt,]\s*|\s+)(?=\d{1,2}:\d\d)")
_FIX = "write it as 2026-01-15, or 2026-01-15T10:20:30+05:30"


def read_made_on(written: object) -> str:
    """A date alone, or with its time, and the time's zone where it has one. Raises BadInput."""
    if not isinstance(written, str):
        raise BadInput(f"transaction_date is no text: {_FIX}", code="date_invalid")
    day, *clock = _SPLIT.split(written.strip(), maxsplit=1)
    try:
        told = _day(day.strip())
        return datetime.combine(told, _time(clock[0])).isoformat() if clock else told.isoformat()
    except (ValueError, OverflowError):
        raise BadInput(f"transaction_date is no date: {_FIX}", code="date_invalid") from None


def _day(text: str) -> date:
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        return _sane(match["year"], int(match["month"]), match["day"])
    match = _YEAR_LAST.fullmatch(text)
    if match:
        return _day_or_month_first(match)
    for pattern in _DAY_WORDS:
        match = pattern.fullmatch(text)
        if match:
            return _sane(match["year"], _month(match["word"].lower()), match["day"])
    raise ValueError


def _month(word: str) -> int:
    word = "sep" if word == "sept" else word
    return next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(word)), 0)


def _day_or_month_first(match: re.Match[str]) -> date:
    first, second = int(match["first"]), int(match["second"])
    if match["sign"] == "." or first > 12 or first == second:  # who writes dots puts the day first
        return _sane(match["year"], second, first)
    if second > 12:
        return _sane(match["year"], first, second)
    one, other = _sane(match["year"], second, first), _sane(match["year"], first, second)
    raise BadInput(
        f"transaction_date is one day or another: write {one.isoformat()} or {other.isoformat()}",
        code="date_ambiguous",
    )


def _sane(year: str, month: int, day: str | int) -> date:
    if not 1970 <= int(year) <= 2100:
        raise ValueError
    return date(int(year), month, int(day))


def _time(text: str) -> time:
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    return time(hour, int(match["minute"]), int(match["second"] or 0), tzinfo=_zone(match["zone"]))


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return UTC
    ahead = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-ahead if text[0] == "-" else ahead)
