"""One-time passwords: four to eight digits, by the words beside them."""

import re

from ringfence.identifiers.reading import Reading
from ringfence.identifiers.runs import Candidate
from ringfence.identifiers.vocabulary import Cue

_LAYOUTS = frozenset(["4", "5", "6", "7", "8", "3-3", "2-2-2", "4-4"])
_NAMED = re.compile(r"\botp\b|one[ -]time pass|passcode|verification code|ओटीपी", re.IGNORECASE)
_NEAR = 40
"""Characters behind a code in which its name stands: `661204 is your one time password`."""
_USED = frozenset("verify login log complete confirm sign reset authenticate activate register".split())
_UNITS = frozenset(
    "minute minutes min mins hour hours hrs days day digit digits sec seconds people log ghante दिन"
    " मिनट अंक अंकों".split()
)


def is_otp(c: Candidate, reading: Reading) -> bool:
    if c.run.lead or not c.whole or c.run.layout not in _LAYOUTS:
        return False
    follows = reading.words.following(c.end, 2)
    if follows and follows[0] in _UNITS:
        return False
    if c.before is not None and c.before.cue is Cue.OTP and c.before.gap <= 3:
        return True
    if c.after is not None and c.after.cue is Cue.OTP and not c.says(Cue.NOTHING):
        return True
    return (
        _is_to_be_used(c, reading, follows)
        or _ends_sentence(c, reading, follows)
        or (follows[:1] == ["is"] and _NAMED.search(reading.plain.text, c.end, c.end + _NEAR) is not None)
    )


def _is_to_be_used(c: Candidate, reading: Reading, follows: list[str]) -> bool:
    """`Use 778120 to verify`, where the code has no name."""
    before = reading.words.preceding(c.start, 1)
    return before in (["use"], ["enter"]) and follows[:1] == ["to"] and not _USED.isdisjoint(follows)


def _ends_sentence(c: Candidate, reading: Reading, follows: list[str]) -> bool:
    """`OTP for Rs 500 at Shop on card ending 1234 is 445566`: the code stands at the end, far from its name."""
    told = reading.words.preceding(c.start, 1) == ["is"] or follows[:1] in (["hai"], ["है"], ["h"])
    return told and _NAMED.search(reading.plain.text, max(0, c.start - 200), c.start) is not None
