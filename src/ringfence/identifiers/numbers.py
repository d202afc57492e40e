"""What a run of digits is: a card, an Aadhaar number, a one-time password, an account, a reference, a phone.

This is decided in one place since one number is only ever one thing: first by the word beside it, where its
shape fits; then by its shape alone; then by words that stand further off.
"""

import re
from collections.abc import Callable, Iterator

from ringfence.identifiers import checksums
from ringfence.identifiers.otps import is_otp
from ringfence.identifiers.phones import as_phone
from ringfence.identifiers.reading import Match, Reading
from ringfence.identifiers.runs import Candidate, Groups, digit_runs
from ringfence.identifiers.vocabulary import Cue
from ringfence.model.identifier import IdentifierKind

_IFSC_NEXT = re.compile(
    r"[\s,;:()\-]{0,4}(?:ifsc)?(?: code)?[\s,;:()\-]{0,4}[a-z]{4}0[a-z0-9]{6}(?![^\W_])", re.IGNORECASE
)
_IDS = frozenset("id ids आईडी".split())
_CARD_LAYOUTS = frozenset(["16", "4-4-4-4", "15", "4-6-5"])
_SESSION_LAYOUTS = frozenset(["9", "3-3-3", "1-3-3-3"])


def find_numbers(reading: Reading) -> Iterator[Match]:
    if not reading.has_digits:
        return
    for groups in digit_runs(reading):
        yield from _sorted(groups, reading)


def _sorted(groups: Groups, reading: Reading) -> Iterator[Match]:
    """The longest sequences of groups that are something, from the left."""
    first = 0
    while first < len(groups):
        behind = first + 1
        for last, candidate in groups.from_longest(first):
            found = _read(candidate, reading)
            if found is not None:
                yield found
                behind = last
                break
        first = behind


def _read(c: Candidate, reading: Reading) -> Match | None:
    if is_otp(c, reading):
        return _match(c, reading, IdentifierKind.OTP)
    for sort in (_by_near_word, _by_shape, _by_far_word):
        found = sort(c, reading)
        if found is not None:
            return found
    return None


def _match(c: Candidate, reading: Reading, kind: IdentifierKind, valid: bool | None = None) -> Match:
    facts = reading.routing if kind is IdentifierKind.BANK_ACCOUNT else None
    return Match(reading.plain, c.start, c.end, kind, c.run.digits, valid, facts)


def _by_near_word(c: Candidate, reading: Reading) -> Match | None:
    digits = c.run.digits
    if 9 <= len(digits) <= 18 and not c.run.lead and _IFSC_NEXT.match(reading.plain.text, c.end):
        return _match(c, reading, IdentifierKind.BANK_ACCOUNT)
    if c.before is None or not c.before.tight or c.run.lead:
        return None
    sort = _NEAR.get(c.before.cue)
    return sort(c, reading) if sort else None


def _account(c: Candidate, reading: Reading) -> Match | None:
    named = c.before is not None and (c.before.labelled or c.marked or c.before.gap == 0)
    if c.run.lead or not (8 if named else 9) <= len(c.run.digits) <= 18 or "." in c.run.separators:
        return None
    return _match(c, reading, IdentifierKind.BANK_ACCOUNT)


def _card(c: Candidate, reading: Reading) -> Match | None:
    digits = c.run.digits
    if "gift" in reading.words.preceding(c.start, 4):
        return _match(c, reading, IdentifierKind.REFERENCE) if len(digits) > 9 else None
    if not 13 <= len(digits) <= 19:
        return None
    return _match(c, reading, IdentifierKind.CARD, checksums.luhn(digits))


def _aadhaar(c: Candidate, reading: Reading) -> Match | None:
    digits = c.run.digits
    return _match(c, reading, IdentifierKind.AADHAAR, _is_aadhaar(digits)) if len(digits) == 12 else None


def _reference(c: Candidate, reading: Reading) -> Match | None:
    if c.before is None or len(c.run.groups) > 5:
        return None
    least = 3 if c.before.labelled or c.marked else 5
    if len(c.run.digits) < least or (least == 5 and c.before.gap):
        return None
    return _match(c, reading, IdentifierKind.REFERENCE)


def _named_by_id(c: Candidate, reading: Reading) -> Match | None:
    digits = c.run.digits
    if c.before is None or c.before.word not in _IDS or len(digits) < 4 or _is_mobile(digits):
        return None
    return _match(c, reading, IdentifierKind.REFERENCE)


def _session(c: Candidate, reading: Reading) -> Match | None:
    """Nine or ten digits by which a remote-access program is reached."""
    if len(c.run.digits) not in (9, 10) or not reading.has_tool:
        return None
    return _match(c, reading, IdentifierKind.REFERENCE)


def _paid_by_upi(c: Candidate, reading: Reading) -> Match | None:
    """The twelve digits that UPI gives each payment."""
    digits = c.run.digits
    if len(digits) != 12 or digits.startswith("91"):
        return None
    return _match(c, reading, IdentifierKind.REFERENCE)


def _paid_to(c: Candidate, reading: Reading) -> Match | None:
    """`Send to 0123456789 GTB`: in Nigeria an account has ten digits and mostly no word before it."""
    if reading.abroad != "NG" or c.run.layout != "10" or c.run.digits[0] >= "7":
        return None
    return _match(c, reading, IdentifierKind.BANK_ACCOUNT)


def _nothing(c: Candidate, reading: Reading) -> Match | None:
    if c.before is None or c.before.gap or len(c.run.digits) > 8:
        return None
    return Match(reading.plain, c.start, c.end)


_NEAR: dict[Cue, Callable[[Candidate, Reading], Match | None]] = {
    Cue.ACCOUNT: _account,
    Cue.CARD: _card,
    Cue.AADHAAR: _aadhaar,
    Cue.REFERENCE: _reference,
    Cue.LABEL: _named_by_id,
    Cue.TOOL: _session,
    Cue.OTP: _session,
    Cue.UPI: _paid_by_upi,
    Cue.PAY: _paid_to,
    Cue.NOTHING: _nothing,
}


def _by_shape(c: Candidate, reading: Reading) -> Match | None:
    if not c.run.lead and c.closed:
        if c.run.layout in _CARD_LAYOUTS and _is_card(c.run.digits):
            return _match(c, reading, IdentifierKind.CARD, True)
        if c.run.layout == "4-4-4" and _is_aadhaar(c.run.digits) and not c.says(Cue.PHONE, Cue.CALL):
            return _match(c, reading, IdentifierKind.AADHAAR, True)
    if _is_told_otherwise(c):
        return None
    phone = as_phone(c, reading)
    if phone is not None:
        return Match(reading.plain, c.start, c.end, IdentifierKind.PHONE, phone.value, phone.valid)
    if c.run.layout in _SESSION_LAYOUTS and not c.run.lead and reading.has_tool:
        return _match(c, reading, IdentifierKind.REFERENCE)
    return None


def _is_told_otherwise(c: Candidate) -> bool:
    """Whether the word right before says that it is no telephone number."""
    if c.before is None or c.run.lead or not c.says(Cue.REFERENCE, Cue.ACCOUNT, Cue.TOOL):
        return False
    return c.before.gap == 0 or (c.before.tight and c.before.labelled)


def _by_far_word(c: Candidate, reading: Reading) -> Match | None:
    digits = c.run.digits
    if c.before is None or c.run.lead:
        return None
    if c.says(Cue.ACCOUNT, Cue.IFSC) and len(digits) > 8:
        return _account(c, reading)
    if c.says(Cue.REFERENCE) and c.before.labelled and len(digits) >= 6 and c.before.gap <= 3:
        return _match(c, reading, IdentifierKind.REFERENCE)
    return None


def _is_mobile(digits: str) -> bool:
    return len(digits) == 10 and digits[0] > "5"


def _is_aadhaar(digits: str) -> bool:
    return digits[0] > "1" and checksums.verhoeff(digits)


def _is_card(digits: str) -> bool:
    """Of a known network, with a right check digit."""
    if digits[0] not in "3456" or (len(digits) == 15) != digits.startswith(("34", "37")):
        return False
    return checksums.luhn(digits)
