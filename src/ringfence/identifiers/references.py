"""Ids of cases, orders, policies, parcels, employees with letters or slashes in them, by the word before.

Those that are digits alone are sorted with the other numbers.
"""

import re
from collections.abc import Iterator

from ringfence.identifiers.dates import is_date
from ringfence.identifiers.reading import Match, Reading
from ringfence.identifiers.vocabulary import WEAK, Cue
from ringfence.identifiers.words import Hint
from ringfence.model.identifier import IdentifierKind

_TOKEN = re.compile(
    r"(?<![\w@.+])(?=[A-Za-z/_\-:]{0,40}\d)[A-Za-z0-9]+(?:(?:[/_\-:]|(?<=\d)\.(?=\d))[A-Za-z0-9]+)*(?![\w@])"
)
_LONGEST = 40
_MASKED = re.compile(r"x{3}", re.IGNORECASE)
_PAID_BY = re.compile(r"\b(?:UPI|IMPS|NEFT|RTGS)[/\-](?:[A-Z0-9]{2,4}[/\-])?(\d{9,16})(?!\w)")
_ORDER = re.compile(r"\d{3}-\d{7}-\d{7}")
"""An order of Amazon, which needs no word before it."""
_MAIL = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}")
"""An item of the international mail (UPU standard S10)."""
_WORDY = re.compile(r"^[a-z]+[\-/][a-z\-/]+\d{0,2}$")
_OTP = re.compile(r"(?:[A-Z]-)?(\d{4,8})|[A-Z0-9]{4,8}")


def find_references(reading: Reading) -> Iterator[Match]:
    if not reading.has_digits:
        return
    if "/" in reading.plain.text or "-" in reading.plain.text:
        for match in _PAID_BY.finditer(reading.plain.text):
            yield Match(reading.plain, match.start(1), match.end(1), IdentifierKind.REFERENCE, match[1])
    for match in _TOKEN.finditer(reading.plain.text):
        found = match.group()
        if len(found) > _LONGEST or found.isdigit():
            continue
        yield from _sorted(reading, match, found)


def _sorted(reading: Reading, match: re.Match[str], found: str) -> Iterator[Match]:
    hint = reading.words.before(match.start())
    code = _code(found, hint, reading.words.after(match.end()))
    if code is not None:
        if code:
            yield Match(reading.plain, match.start(), match.end(), IdentifierKind.OTP, code)
    elif _MAIL.fullmatch(found) or (_is_id(found) and _is_reference(reading, match, hint)):
        yield Match(reading.plain, match.start(), match.end(), IdentifierKind.REFERENCE, found.upper())


def _code(found: str, hint: Hint | None, after: Hint | None) -> str | None:
    """The one-time password that it is; None where no word speaks of codes, empty where a code with letters may as
    well be one for a discount."""
    otp = _OTP.fullmatch(found)
    told = next((h for h in (hint, after) if h is not None and h.cue is Cue.OTP and h.gap <= 1), None)
    if otp is None or told is None:
        return None
    if otp[1]:
        return otp[1]
    return found if told.word != "code" or told is after else ""


def _is_reference(reading: Reading, match: re.Match[str], hint: Hint | None) -> bool:
    found = match.group()
    telling = _is_telling(found)
    marked = reading.plain.text[max(0, match.start() - 2) : match.start()].strip() in (":", "#", "=")
    if _is_named(reading, match, hint) and (telling or (marked and len(found) > 3)):
        return True
    if hint is None or hint.cue is not Cue.REFERENCE or not hint.tight:
        return False
    if hint.gap == 0:
        return hint.labelled or marked or telling or _is_locator(found)
    return hint.labelled and telling


def _is_named(reading: Reading, match: re.Match[str], hint: Hint | None) -> bool:
    """Whether an `id` or `no` stands right before it, or a word like `request` does, or it is known by its form."""
    if not any(map(str.isalpha, match.group())):
        return _ORDER.fullmatch(match.group()) is not None
    if hint is not None and hint.cue is Cue.LABEL:
        return True
    return not WEAK.isdisjoint(reading.words.preceding(match.start(), 1))


def _is_id(found: str) -> bool:
    """Not a date, an ordinal, a sum or the like."""
    if _MASKED.search(found) or is_date(found):
        return False
    if re.fullmatch(
        r"\d+(?:[.\-:]\d+)*(?:st|nd|rd|th|am|pm|hrs?|days?|k|kg|gb|mb|rs|x|l|cr|m)", found, re.IGNORECASE
    ):
        return False
    if re.fullmatch(r"[\d.\-:]+", found):
        return bool(re.fullmatch(r"\d+(?:-\d{2,}){1,4}", found)) and sum(map(str.isdigit, found)) > 8
    return not _WORDY.fullmatch(found) and sum(map(str.isdigit, found)) >= 2


def _is_locator(found: str) -> bool:
    """Six capitals and digits, as airlines make them."""
    return len(found) == 6 and found.isupper() and found.isalnum()


def _is_telling(found: str) -> bool:
    """Whether it looks like an id by itself: capitals or slashes among at least three digits, long enough."""
    digits = sum(map(str.isdigit, found))
    return len(found) >= 6 and digits >= 3 and (found.upper() == found or digits >= len(found) // 2)
