"""IFSCs: four letters of the bank, a zero, six characters of the branch."""

import re
from collections.abc import Iterator

from ringfence.identifiers import branches
from ringfence.identifiers.reading import Match, Reading
from ringfence.identifiers.vocabulary import Cue
from ringfence.model.identifier import BankBranch, IdentifierKind

_CODE = re.compile(r"[A-Z]{4}[0O][A-Z0-9]{6}", re.IGNORECASE)
_SPACED = re.compile(
    r"(?<![^\W_])[A-Z]{4}[ \-]?[0O](?:[A-Z0-9]{6}|\d\d \d{4}|\d{3} \d{3})(?![^\W_])", re.IGNORECASE
)


def find_ifscs(reading: Reading) -> Iterator[Match]:
    """Where a word says so, or the bank is known; where no table of banks is at hand, where the branch is a number."""
    places = [(start, end) for start, end, word in reading.codes if len(word) == 11 and _CODE.fullmatch(word)]
    if "ifs" in reading.lowered:
        places += (match.span() for match in _SPACED.finditer(reading.plain.text))
    for start, end in places:
        written = reading.plain.text[start:end]
        plain = written.replace(" ", "").replace("-", "").upper()
        value = f"{plain[:4]}0{plain[5:]}"
        exists = branches.is_branch(value)
        if _is_meant(reading, start, written, value, exists):
            facts = BankBranch(value[:4], branches.bank_name(value[:4]), value[5:])
            yield Match(reading.plain, start, end, IdentifierKind.IFSC, value, exists, facts)


def _is_meant(reading: Reading, start: int, written: str, value: str, exists: bool | None) -> bool:
    if written.upper() == value and exists:
        return True
    if written == value and value[5:].isdigit() and (exists is None or branches.is_known_bank(value[:4])):
        return True
    hint = reading.words.before(start)
    return hint is not None and hint.cue is Cue.IFSC and hint.gap <= 2
