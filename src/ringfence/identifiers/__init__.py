"""Identifiers in text: telephone numbers, UPI ids, accounts, links, wallets, documents, sums.

Pure and deterministic; all pillars may use it. `find` folds the text (`folded`), lets each finder of `finders`
look at it, the most special first, and tells what was found in the order of the text.
"""

from ringfence.identifiers.finders import FINDERS
from ringfence.identifiers.reading import Match, Reading
from ringfence.identifiers.regions import Regions
from ringfence.identifiers.roles import role_of
from ringfence.model.identifier import Identifier, IdentifierKind

__all__ = ["LONGEST", "Regions", "find"]

LONGEST = 60_000
"""Characters of a text that are read; a message has at most 10,000, an hour's talk some 50,000."""


def find(text: str, regions: Regions | None = None) -> tuple[Identifier, ...]:
    """The identifiers of a text in the order of their spans, which don't overlap; `text[a:b]` is the surface of each.

    Of a text of more than `LONGEST` characters only the first are read.
    """
    reading = Reading(text[:LONGEST], regions or Regions())
    found: list[Identifier] = []
    for finder in FINDERS:
        for match in finder(reading):
            if reading.claim(match) and match.kind is not None:
                found.append(_identifier(reading, match, match.kind))
    found.sort(key=_place)
    return tuple(found)


def _identifier(reading: Reading, match: Match, kind: IdentifierKind) -> Identifier:
    start, end = match.where.span(match.start, match.end)
    role = match.role or role_of(match, reading)
    return Identifier(
        kind, match.value, reading.text[start:end], (start, end), match.valid, role, match.facts
    )


def _place(identifier: Identifier) -> tuple[int, int]:
    return identifier.span or (0, 0)
