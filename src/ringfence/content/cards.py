"""Card numbers, taken out of whatever leaves this pillar: of a card nobody is told more than the last four digits."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ringfence.identifiers.checksums import luhn
from ringfence.model.fingerprint import Fingerprint
from ringfence.model.identifier import Identifier, IdentifierKind
from ringfence.model.verdict import Reason, Verdict

_SHOWN = 4
_LEAST = 13
"""Digits of the shortest card."""
_RUN = re.compile(r"(?<!\d)\d(?:[ ._\-]?\d){12,18}(?!\d)")
_FIRST = "23456"
"""What the numbers of banks' cards begin with."""
_MAY_HOLD_ONE = frozenset((IdentifierKind.URL, IdentifierKind.DOMAIN, IdentifierKind.EMAIL))
"""Kinds with a text that may have a card in it; a number of any other kind is known for what it is."""


class CardMask:
    """Hides the cards among a message's `identifiers` and, beside them, every number that has a card's shape and check
    digit and is not known for something else. What is hidden keeps its length, so that spans hold."""

    def __init__(self, identifiers: Sequence[Identifier]) -> None:
        cards = [one for one in identifiers if one.kind is IdentifierKind.CARD]
        self._cards = {text: starred(text) for one in cards for text in (one.surface, one.value) if text}
        self._known = {
            _digits(text)
            for one in identifiers
            if one.kind is not IdentifierKind.CARD and one.kind not in _MAY_HOLD_ONE
            for text in (one.surface, one.value)
        }

    def hidden(self, text: str) -> str:
        """The message, or a sentence that may quote it."""
        for card, shown in self._cards.items():
            text = text.replace(card, shown)
        if len(text) < _LEAST:
            return text
        return _RUN.sub(self._hidden_run, text)

    def identifier(self, one: Identifier) -> Identifier:
        if one.kind is IdentifierKind.CARD:
            return replace(one, value=starred(one.value), surface=starred(one.surface))
        if one.kind in _MAY_HOLD_ONE and self.hidden(one.surface) != one.surface:
            return replace(one, value=self.hidden(one.value), surface=self.hidden(one.surface))
        return one

    def verdict(self, of: Verdict) -> Verdict:
        """The same, to be told and kept."""
        return replace(
            of,
            reasons=tuple(map(self._reason, of.reasons)),
            identifiers=tuple(map(self.identifier, of.identifiers)),
            fingerprint=self._fingerprint(of.fingerprint),
        )

    def _reason(self, of: Reason) -> Reason:
        text = self.hidden(of.text)
        return of if text == of.text else replace(of, text=text)

    def _fingerprint(self, of: Fingerprint) -> Fingerprint:
        phrases = tuple(map(self.hidden, of.urgency_phrases))
        return of if phrases == of.urgency_phrases else replace(of, urgency_phrases=phrases)

    def _hidden_run(self, found: re.Match[str]) -> str:
        digits = _digits(found.group())
        is_card = digits[0] in _FIRST and digits not in self._known and luhn(digits)
        return starred(found.group()) if is_card else found.group()


def without_cards(verdict: Verdict) -> Verdict:
    return CardMask(verdict.identifiers).verdict(verdict)


def starred(card: str) -> str:
    """Its last four digits, stars for the others; of one that is written in words nothing."""
    digits = sum(map(str.isdecimal, card))
    if digits < _LEAST:
        return "".join("*" if letter.isalnum() else letter for letter in card)
    hide = digits - _SHOWN
    told = []
    for letter in card:
        if letter.isdecimal() and hide:
            hide -= 1
            letter = "*"
        told.append(letter)
    return "".join(told)


def _digits(text: str) -> str:
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())
