"""The words of a text beside a number, and what they say of it.

A word counts the more the nearer it stands; what is glue (`is`, `no`, `ka`) does not part a word from its
number, the end of a sentence does. Words are looked up in `vocabulary`, a constant number of them for each
question.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ringfence.identifiers.vocabulary import CUES, NEW_ITEM, WEAK, Cue

_TOKEN = re.compile(r"[^\s,;:.!?()\[\]{}\"|=।\-#*<>•~+]+")
_PAUSE = re.compile(r"[!?।|•]|\.(?=\s|$)|\n\s*\n")
_CLAUSE = re.compile(r"[!?।|•,;]|\.(?=\s|$)|\n")
_ABBREVIATED = frozenset(
    "no nos ref reg regn appl cust rs acc acct a/c ac mr mrs ms dr id tel mob ph adv insp st smt shri"
    " txn num sr inr amt".split()
)
_CODES_OF_ONE_TIME = frozenset("registration confirmation request session kyc transaction".split())
_MOST = 16
"""Words that are looked at, glue and all."""
_OF_NUMBERS = frozenset({Cue.ACCOUNT, Cue.REFERENCE, Cue.OTP, Cue.CODE})
"""What `to` parts from the number behind it: `send the code to 98310 44127`."""
_OPEN = frozenset({None, Cue.GLUE, Cue.PHONE, Cue.CALL, Cue.PAY})
"""Words that don't say which code it is."""
_FAR = 6
"""Words that say nothing of numbers, after which none is looked for any more."""


@dataclass(frozen=True, slots=True)
class Hint:
    """The nearest telling word. `gap` counts the words between that are not glue; `labelled` tells of an `id` or
    `no` on the way."""

    cue: Cue
    gap: int
    word: str
    labelled: bool

    @property
    def tight(self) -> bool:
        return self.gap <= 1


class Words:
    """The words of a text, in order."""

    __slots__ = ("_ends", "_lowered", "_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        found = list(_TOKEN.finditer(text))
        self._starts = [match.start() for match in found]
        self._ends = [match.end() for match in found]
        self._lowered = [match.group().lower() for match in found]

    def before(self, start: int) -> Hint | None:
        """What the words before the character `start`, back to the sentence's begin, say of what begins there."""
        gap, labelled, sent = 0, False, False
        code: Hint | None = None
        label: Hint | None = None
        pin: Hint | None = None
        for word in islice(self._back(start), _MOST):
            cue = _cue(word)
            if cue is Cue.REFERENCE and word in WEAK and not labelled:
                cue = None
            if pin is not None:
                return Hint(Cue.OTP, gap, "pin", labelled) if cue is Cue.OTP else pin
            if sent and cue in _OF_NUMBERS:
                return None
            if code is not None and (cue in _OPEN or word in _CODES_OF_ONE_TIME):
                return code
            if cue is Cue.CODE:
                code = Hint(Cue.OTP, gap, word, labelled)
            elif cue is Cue.LABEL:
                label = label or (Hint(cue, gap, word, True) if gap == 0 else None)
                labelled = True
            elif cue is None:
                gap += 2 if _has_digit(word) else 1
            elif word == "pin":
                pin = Hint(cue, gap, word, labelled)
            elif cue is not Cue.GLUE:
                return Hint(cue, gap, word, labelled)
            sent = sent or (word == "to" and gap == 0)
            if gap > _FAR:
                break
        return pin or code or label

    def after(self, end: int) -> Hint | None:
        """What the words from the character `end` on, up to the clause's end, say of what ends there."""
        gap, labelled = 0, False
        for word in islice(self._on(end), _MOST):
            if word in NEW_ITEM or gap > 2:
                break
            cue = _cue(word)
            if cue is Cue.LABEL:
                labelled = True
            elif cue is None:
                gap += 3 if _has_digit(word) else 1
            elif cue is not Cue.GLUE:
                return Hint(Cue.OTP if cue is Cue.CODE else cue, gap, word, labelled)
        return None

    @property
    def all(self) -> list[str]:
        """In lower case."""
        return self._lowered

    def preceding(self, start: int, count: int) -> list[str]:
        """At most `count` words of the same sentence before the character `start`, the nearest first."""
        return list(islice(self._back(start), count))

    def following(self, end: int, count: int) -> list[str]:
        """At most `count` words of the same clause from the character `end` on."""
        return list(islice(self._on(end), count))

    def places(self) -> list[tuple[int, int, str]]:
        """Each word with where it begins and ends."""
        return list(zip(self._starts, self._ends, self._lowered, strict=True))

    def _back(self, start: int) -> Iterator[str]:
        """The words before a character, the nearest first, back to the sentence's begin."""
        edge = start
        for at in range(bisect_left(self._starts, start) - 1, -1, -1):
            word = self._word(at, start)
            if self._parted(word, self._ends[at], edge):
                return
            yield word
            edge = self._starts[at]

    def _on(self, end: int) -> Iterator[str]:
        """The words from a character on, up to the clause's end."""
        edge = end
        for at in range(bisect_left(self._starts, end), len(self._starts)):
            if _CLAUSE.search(self._text, edge, self._starts[at] + 1):
                return
            yield self._lowered[at]
            edge = self._ends[at]

    def _word(self, at: int, start: int) -> str:
        """The word, or what of it stands before the character."""
        if self._ends[at] <= start:
            return self._lowered[at]
        return self._text[self._starts[at] : start].lower()

    def _parted(self, word: str, end: int, edge: int) -> bool:
        """Whether a sentence ends between a word's end and the edge of what follows."""
        if end >= edge:
            return False
        pause = _PAUSE.search(self._text, end, edge + 1)
        return pause is not None and not (pause.group() == "." and (word in _ABBREVIATED or len(word) == 1))


def _has_digit(word: str) -> bool:
    return not word.isalpha() and any(map(str.isdigit, word))


def _cue(word: str) -> Cue | None:
    found = CUES.get(word)
    if found is None and len(word) > 3:
        if "/" in word:
            known = [CUES[part] for part in word.split("/") if part in CUES]
            return known[-1] if known else None
        if word[0] in "'@" or word[-1] in "'_":
            return CUES.get(word.strip("'@_"))
        if word.endswith("'s"):
            return CUES.get(word[:-2])
        if word.endswith("code"):
            return Cue.CODE
    return found
