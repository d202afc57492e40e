"""Words of people, as viewers may read them: what is masked among the identifiers is masked in the words, too."""

from ringfence.app.shown import shown_text
from ringfence.identifiers import find
from ringfence.model.identifier import IdentifierKind
from ringfence.model.key import Role

HIDDEN_FROM_VIEWERS = frozenset(
    (
        IdentifierKind.PHONE,
        IdentifierKind.UPI,
        IdentifierKind.BANK_ACCOUNT,
        IdentifierKind.AADHAAR,
        IdentifierKind.PAN,
        IdentifierKind.GSTIN,
        IdentifierKind.WHATSAPP,
        IdentifierKind.BTC,
        IdentifierKind.ETH,
        IdentifierKind.OTP,
        IdentifierKind.REFERENCE,
    )
)
_SHOWN = 4


def shown_words(text: str, role: Role) -> str:
    """Analysts and up see them whole. Of what is read out, viewers see the last four of what it comes to."""
    if role is not Role.VIEWER:
        return text
    for one in reversed(find(text)):
        if one.kind in HIDDEN_FROM_VIEWERS and one.span is not None:
            start, end = one.span
            text = text[:start] + last_four(one.value) + text[end:]
    return shown_text(text, role)


def last_four(text: str) -> str:
    """Of an address at a bank or a provider, the last four before the @; of a shorter one nothing."""
    name, at, place = text.partition("@")
    return "***" + (name[-_SHOWN:] if len(name) > _SHOWN else "") + at + place
