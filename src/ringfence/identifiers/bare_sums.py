"""Sums that name no currency: `2 lakh`, `pay 5000`, `25k per month`. The words beside them must speak of money."""

import re

from ringfence.identifiers.currencies import INDIAN_TIMES
from ringfence.identifiers.reading import Reading
from ringfence.identifiers.regions import CURRENCIES
from ringfence.identifiers.vocabulary import Cue

_MOVES = frozenset(
    "pay paying send transfer deposit remit invest amount bhejo bheje bhejen bhej bhejdo jama भेजें"
    " भेजो भेज भेजिए जमा".split()
)
"""Words that a sum follows even where it names no currency."""
_MOVES_AFTER = frozenset(
    "bhejo bhej bhejdo bhejna bheje bhejen bhejiye dedo jama transfer भेजो भेजें भेज भेजिए जमा".split()
)
_GAINS = frozenset("get withdraw earn earning win won kamao kamaye kamaen कमाएं कमाओ".split())
_GAINED = frozenset(
    "cashback refund loan prize inaam inam bonus reward salary emi कैशबैक रिफंड लोन इनाम बोनस".split()
)
_THEN = frozenset(
    "in within per daily every by today tomorrow now from on to as monthly weekly roz rozana and"
    " guaranteed instantly for cr dr will has".split()
)
_STATED = frozenset("bal balance amt total sum dues".split())
_EACH = frozenset("per daily monthly weekly every pm roz rozana month cash loan salary".split())
_OF = frozenset("ka ki ke का की के".split())
_COUNTED = frozenset(
    "followers subscribers views likes members users people steps km kms kg runs votes customers"
    " students downloads reviews orders"
    " miles meters metres points coins words res resolution video log लोग baar बार saal साल units sms".split()
)
_GOES_ON = re.compile(r"[\w@%]|[-/:.](?!(?:month|day|week|year|mo|hour)\b)\w| ?%| \d{3}")


def implied_currency(reading: Reading, match: re.Match[str], times: str, end: int) -> str | None:
    """The currency of a sum that names none."""
    if times in INDIAN_TIMES:
        follows = reading.words.following(end, 1)
        return None if follows and follows[0] in _COUNTED else "INR"
    if times and times != "k":
        return None
    written = match.group()
    if not times and ("." in written and len(written.partition(".")[2]) > 2):
        return None
    follows = reading.words.following(end, 1)
    if follows and follows[0] in _COUNTED:
        return None
    digits = written.replace(",", "").partition(".")[0]
    if not times and not 3 <= len(digits) <= 7:
        return None
    if digits[0] == "0" or (not times and goes_on(reading.plain.text, match.end())):
        return None
    if not _is_moved(reading, match.start(), end, grouped="," in written, thousands=bool(times)):
        return None
    return CURRENCIES.get(reading.abroad or reading.regions.default)


def _is_moved(reading: Reading, start: int, end: int, *, grouped: bool, thousands: bool) -> bool:
    """Whether a word right before or behind says that money moves."""
    words = reading.words
    follows = words.following(end, 2)
    if follows and (follows[0] in _MOVES_AFTER or (thousands and follows[0] in _EACH)):
        return True
    if grouped and (
        (follows[:1] and follows[0] in _GAINED)
        or (follows[1:] and follows[0] in _OF and follows[1] in _GAINED)
    ):
        return True
    before = words.before(start)
    if before is None or before.cue is not Cue.PAY or before.gap > 0 or words.preceding(start, 1) == ["to"]:
        return False
    alone = not follows or follows[0] in _THEN
    if before.word in _GAINS:
        return alone
    return before.word in _MOVES or thousands or (grouped and (alone or before.word in _STATED))


def goes_on(text: str, end: int) -> bool:
    """Whether what ends there is only the begin of something longer."""
    return _GOES_ON.match(text, end) is not None
