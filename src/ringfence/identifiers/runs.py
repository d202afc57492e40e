"""Runs of digits as written, cut into what may be one number each, with the words around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ringfence.identifiers.reading import Reading
from ringfence.identifiers.vocabulary import Cue
from ringfence.identifiers.words import Hint

_RUN = re.compile(r"(?<![\w*•])(?:\+\s?\(?|\(\+?)?\d+(?:[ .()\-]{1,3}\d+)*")
_GROUP = re.compile(r"\d+")
_MASKED = re.compile(r"(?:\.{2,}|[xX*•#]{2,}[\s\-]?|[xX*•][\s\-]?)$")
_MARKED = re.compile(r"\s?[:#=]\s?$")
_WORD_BEHIND = re.compile(r"[^\W\d]|@")
_NAME_BEHIND = re.compile(r"-[^\W\d_]")
_MOST_GROUPS = 7
_LONGEST_GROUP = 26
"""Digits of a parcel's number; nothing else has more than 19."""
_LONGEST = 19


@dataclass(frozen=True, slots=True)
class Run:
    """Digits as written: in groups, with what stands before and between them."""

    groups: tuple[str, ...]
    lead: str
    """`+`, `(`, `+(`, `(+` or nothing."""
    separators: str
    """All between the groups, in one."""

    @property
    def digits(self) -> str:
        return "".join(self.groups)

    @property
    def layout(self) -> str:
        """The groups' lengths, `5-5`."""
        return "-".join(str(len(group)) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Some groups of a run that may be a number, and what the words around say."""

    run: Run
    start: int
    end: int
    before: Hint | None
    after: Hint | None
    marked: bool
    """A colon or # stands right before."""
    whole: bool
    """It is all of its run."""
    closed: bool
    """No group of four digits goes on before or behind."""

    def says(self, *cues: Cue) -> bool:
        return self.before is not None and self.before.cue in cues


def digit_runs(reading: Reading) -> Iterator["Groups"]:
    """The runs of at least three characters that are no part of a word or the end of a masked number."""
    text = reading.plain.text
    for match in _RUN.finditer(text):
        if match.end() - match.start() > 2 and not _is_part(text, match):
            yield Groups(reading, match)


def _is_part(text: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    if _WORD_BEHIND.match(text, end):
        return match.group().isdigit()
    if end - start < 6 and _NAME_BEHIND.match(text, end):
        return True
    return bool(_MASKED.search(text, max(0, start - 6), start))


class Groups:
    """The groups of one run. What is looked at is bounded: a long table of numbers is read group by group."""

    def __init__(self, reading: Reading, match: re.Match[str]) -> None:
        self._reading = reading
        self._text = reading.plain.text
        self._begin = match.start()
        self._places = [found.span() for found in _GROUP.finditer(self._text, match.start(), match.end())]
        self._most = _MOST_GROUPS if len(self._places) <= 4 * _MOST_GROUPS else 2

    def __len__(self) -> int:
        return len(self._places)

    def from_longest(self, first: int) -> Iterator[tuple[int, Candidate]]:
        """The candidates that begin with a group, the longest first, each with the number of the group behind it."""
        for last in range(min(first + self._most, len(self._places)), first, -1):
            candidate = self._candidate(first, last)
            if candidate is not None:
                yield last, candidate

    def _candidate(self, first: int, last: int) -> Candidate | None:
        places = self._places[first:last]
        start, end = places[0][0], places[-1][1]
        digits = sum(b - a for a, b in places)
        longest = _LONGEST if len(places) > 1 else _LONGEST_GROUP
        if not 3 <= digits <= longest or not self._reading.free(self._reading.plain, start, end):
            return None
        text, words = self._text, self._reading.words
        separators = "".join(text[a[1] : b[0]] for a, b in pairwise(places))
        lead, start = self._lead(first, start, separators)
        beside = self._places[max(0, first - 1) : first] + self._places[last : last + 1]
        return Candidate(
            Run(tuple(text[a:b] for a, b in places), lead, separators),
            start,
            end,
            words.before(start),
            words.after(end),
            bool(_MARKED.search(text, max(0, start - 3), start)),
            len(places) == len(self._places),
            not any(b - a == 4 for a, b in beside),
        )

    def _lead(self, first: int, start: int, separators: str) -> tuple[str, int]:
        """What stands before the digits and belongs to them, and where it begins; a bracket only if it is closed."""
        after = self._begin if first == 0 else self._places[first - 1][1]
        signs = [at for at in range(max(after, start - 4), start) if self._text[at] in "+("]
        if ")" not in separators:
            signs = [at for at in signs if self._text[at] == "+"]
        lead = "".join(self._text[at] for at in signs)
        return lead, signs[0] if signs else start
