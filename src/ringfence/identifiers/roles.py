"""Whose an identifier is, as its sender puts it. The rules stand in docs/identifiers.md."""

from itertools import pairwise

from ringfence.identifiers.reading import Match, Reading
from ringfence.identifiers.vocabulary import NEVER, POSSESSIVE_VICTIM
from ringfence.model.identifier import IdentifierKind, IdentifierRole

_OFFERED = frozenset(
    {
        IdentifierKind.PHONE, IdentifierKind.UPI, IdentifierKind.BANK_ACCOUNT, IdentifierKind.EMAIL,
        IdentifierKind.URL,
        IdentifierKind.BTC, IdentifierKind.ETH, IdentifierKind.TELEGRAM, IdentifierKind.WHATSAPP,
    }
)  # fmt: skip
"""Kinds that are told to be used."""
_OF_PERSONS = frozenset(
    {IdentifierKind.CARD, IdentifierKind.AADHAAR, IdentifierKind.PAN, IdentifierKind.GSTIN}
)
_DEMANDS = frozenset(
    """
    pay paying payment send transfer deposit remit fee fees charge charges fine penalty due dues outstanding
    payable invest bhejo bheje bhejen bhej bhejdo bhejiye jama bharna bharo bhare de dijiye dena buy
    share lend overdue bill tax emi भेजें भेजो भेज भेजिए जमा भुगतान शुल्क फीस जुर्माना दें दीजिए चुकाएं टैक्स
    बिल
    """.split()
)
_DONE = frozenset(
    "debited credited received withdrawn spent refunded reversed from paid deposited won earn win"
    " jeeta jeete cashback se".split()
)
_INSTALLED = frozenset(
    "install download open use run start launch get karo kare karen karein करें करो डाउनलोड इंस्टॉल"
    " इंस्टाल kijiye karlo app via".split()
)
_LEADS = frozenset(
    "call dial contact visit click open link go at via to on from par pe whatsapp whatsap पर".split()
)
_SHARED = frozenset(
    "share send tell forward give provide confirm read batao bataye bataiye bhejo बताएं बताओ बताइए"
    " भेजें साझा".split()
)


def role_of(match: Match, reading: Reading) -> IdentifierRole:
    """By the words of the same sentence before it and, for tools and sums, behind it."""
    if match.where is reading.linked and reading.linked.text != reading.plain.text:
        return _of_link(match)
    words = reading.words
    before = words.preceding(match.start, 6)
    if _is_warned_of(before) and match.kind is not IdentifierKind.AMOUNT:
        return IdentifierRole.MENTIONED
    after = words.following(match.end, 4)
    if match.kind is IdentifierKind.AMOUNT:
        return _of_sum(before, after)
    if match.kind is IdentifierKind.OTP:
        asked = _SHARED.intersection([*before[:3], *after[:2]])
        return IdentifierRole.ASKED if asked else IdentifierRole.GIVEN
    if match.kind is IdentifierKind.BANK_ACCOUNT and _DONE.intersection([*before, *after]):
        return IdentifierRole.MENTIONED
    if match.kind is IdentifierKind.REMOTE_TOOL:
        told = _INSTALLED.intersection(before[:4]) or _INSTALLED.intersection(after)
        return IdentifierRole.GIVEN if told else IdentifierRole.MENTIONED
    if match.kind is not IdentifierKind.REFERENCE and _is_victims(before):
        return IdentifierRole.ASKED if match.kind in _OF_PERSONS | _OFFERED else IdentifierRole.MENTIONED
    if match.kind not in _OFFERED or (before and before[0] in _DONE):
        return IdentifierRole.MENTIONED
    return IdentifierRole.GIVEN


def _is_warned_of(before: list[str]) -> bool:
    return bool(NEVER.intersection(before)) or any(pair == ("not", "do") for pair in pairwise(before))


def _is_victims(before: list[str]) -> bool:
    """Whether it is called the reader's own, with no verb between that sends them to it."""
    for word in before[:4]:
        if word in _LEADS:
            return False
        if word in POSSESSIVE_VICTIM:
            return True
    return False


def _of_link(match: Match) -> IdentifierRole:
    return IdentifierRole.GIVEN if match.kind in _OFFERED else IdentifierRole.MENTIONED


def _of_sum(before: list[str], after: list[str]) -> IdentifierRole:
    """Demanded, unless a word nearer to it says that it has moved already, or is promised."""
    for word in before:
        if word in _DONE:
            return IdentifierRole.MENTIONED
        if word in _DEMANDS:
            return IdentifierRole.ASKED
    if any(word in _DONE for word in after):
        return IdentifierRole.MENTIONED
    return IdentifierRole.ASKED if any(word in _DEMANDS for word in after) else IdentifierRole.MENTIONED
