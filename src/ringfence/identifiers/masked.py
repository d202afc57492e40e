"""A text as it may leave the house: without what is somebody's own and no trace of a scammer.

Placeholders stand for card numbers, account numbers, Aadhaar, PAN, GSTIN (a PAN is in it) and one-time codes, whoever
they belong to; for telephone numbers, addresses and handles that are the reader's; and for every run of nine
digits or more of which nothing is known, since a card number with one wrong digit is still nearly somebody's.
"""

import re
from collections.abc import Sequence

from ringfence.identifiers import LONGEST, find
from ringfence.model.identifier import Identifier, IdentifierKind, IdentifierRole

_PRIVATE = {
    IdentifierKind.CARD: "[card number]",
    IdentifierKind.BANK_ACCOUNT: "[account number]",
    IdentifierKind.AADHAAR: "[Aadhaar number]",
    IdentifierKind.PAN: "[PAN]",
    IdentifierKind.GSTIN: "[GSTIN]",
    IdentifierKind.OTP: "[code]",
}
_PRIVATE_IF_ASKED = {
    IdentifierKind.PHONE: "[phone number]",
    IdentifierKind.WHATSAPP: "[phone number]",
    IdentifierKind.EMAIL: "[e-mail address]",
    IdentifierKind.UPI: "[UPI id]",
    IdentifierKind.TELEGRAM: "[handle]",
}
_LONG_NUMBER = re.compile(r"\d(?:[ \-./]?\d){8,}")


Part = tuple[int, int, str]
"""The characters from the first to before the second, and what stands for them."""


def masked(text: str, identifiers: Sequence[Identifier]) -> str:
    """`identifiers` are what `find` told of this text; where they are of another, it is asked again.

    Of a text of more than `LONGEST` characters only the first are kept, since no more are read.
    """
    text = text[:LONGEST]
    if any(one.span is None or text[slice(*one.span)] != one.surface for one in identifiers):
        identifiers = find(text)
    return replaced(text, private(text, identifiers))


def private(text: str, identifiers: Sequence[Identifier]) -> list[Part]:
    """What is taken out, in order; `identifiers` are of this text."""
    rest = list(text)
    parts: list[Part] = []
    for one in identifiers:
        start, end = one.span or (0, 0)
        rest[start:end] = "\0" * (end - start)
        placeholder = _placeholder(one)
        if placeholder is not None:
            parts.append((start, end, placeholder))
    parts += [(*match.span(), "[number]") for match in _LONG_NUMBER.finditer("".join(rest))]
    return sorted(parts)


def _placeholder(one: Identifier) -> str | None:
    asked = one.role is IdentifierRole.ASKED
    return _PRIVATE.get(one.kind) or (_PRIVATE_IF_ASKED.get(one.kind) if asked else None)


def replaced(text: str, parts: Sequence[Part]) -> str:
    """`parts` are in order and don't overlap."""
    pieces: list[str] = []
    last = 0
    for start, end, placeholder in parts:
        pieces += (text[last:start], placeholder)
        last = end
    return "".join([*pieces, text[last:]])
