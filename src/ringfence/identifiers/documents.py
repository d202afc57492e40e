"""Numbers of Indian tax documents: PAN and GSTIN."""

import re
from collections.abc import Iterator

from ringfence.identifiers import checksums
from ringfence.identifiers.reading import Match, Reading
from ringfence.identifiers.vocabulary import Cue
from ringfence.model.identifier import IdentifierKind

_GSTIN = re.compile(r"\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]", re.IGNORECASE)
_PAN = re.compile(r"[A-Z]{5}\d{4}[A-Z]", re.IGNORECASE)
_SPACED_PAN = re.compile(r"(?<![^\W_])[A-Z]{5} ?\d{4} ?[A-Z](?![^\W_])", re.IGNORECASE)
_HOLDERS = frozenset("ABCFGHJLPT")
"""Fourth letter: what the holder is, P for a person."""


def find_gstins(reading: Reading) -> Iterator[Match]:
    for start, end, word in reading.codes:
        if _GSTIN.fullmatch(word):
            value = word.upper()
            valid = _is_state(value[:2]) and value[5] in _HOLDERS and checksums.gstin(value)
            yield Match(reading.plain, start, end, IdentifierKind.GSTIN, value, valid)


def _is_state(code: str) -> bool:
    return 1 <= int(code) <= 38 or code in ("97", "99")


def find_pans(reading: Reading) -> Iterator[Match]:
    """Valid by structure: the rule of its last letter is not published."""
    places = [(start, end) for start, end, word in reading.codes if _PAN.fullmatch(word)]
    if reading.has_digits and ("pan" in reading.lowered or "पैन" in reading.lowered):
        places += (match.span() for match in _SPACED_PAN.finditer(reading.plain.text))
    for start, end in places:
        written = reading.plain.text[start:end]
        value = written.replace(" ", "").upper()
        valid = value[3] in _HOLDERS and value[5:9] != "0000"
        if value.startswith("XXXX"):
            continue
        hint = None if valid and written == value else reading.words.before(start)
        if (valid and written == value) or (hint is not None and hint.cue is Cue.PAN):
            yield Match(reading.plain, start, end, IdentifierKind.PAN, value, valid)
