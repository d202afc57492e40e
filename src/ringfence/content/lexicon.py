"""Phrases by what they do in a scam, in the languages that scams come in; read from `lexicon/`.

A file is named after what its phrases do. A line is a phrase: words in lower case, `stem*` for any word that begins so,
`#` for a number, `_` for any one word. `[en]` begins the phrases of a language, `= name` those of one kind among the
file's, such as the bank among authorities.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ringfence.content.words import LETTERS, STOP, Word

_PARTS = re.compile(rf"{LETTERS}\*?|[#_]")
_REMEMBERED = 50_000
"""Words whose phrases are kept at hand."""
_FOLDER = files(__package__) / "lexicon"


@dataclass(frozen=True, slots=True)
class Phrase:
    """`tactic` is the file's name, `kind` the part of it, or empty."""

    tactic: str
    kind: str
    language: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase in a text, from `start` to `end`."""

    phrase: Phrase
    start: int
    end: int


class _Node:
    """Phrases that begin alike, by what their next word is."""

    __slots__ = ("any", "ending", "number", "stems", "whole")

    def __init__(self) -> None:
        self.ending: list[Phrase] = []
        self.whole: dict[str, _Node] = {}
        self.stems: dict[str, _Node] = {}
        self.number: _Node | None = None
        self.any: _Node | None = None

    def child(self, wanted: str) -> "_Node":
        if wanted == "#":
            self.number = self.number or _Node()
            return self.number
        if wanted == "_":
            self.any = self.any or _Node()
            return self.any
        if wanted.endswith("*"):
            return self.stems.setdefault(wanted[:-1], _Node())
        return self.whole.setdefault(wanted, _Node())

    def after(self, word: str) -> list["_Node"]:
        found = [self.whole[word]] if word in self.whole else []
        if self.stems:
            begins = (word[:end] for end in range(1, len(word) + 1))
            found += [self.stems[begin] for begin in begins if begin in self.stems]
        if self.number is not None and word.isdigit():
            found.append(self.number)
        if self.any is not None and word != STOP:
            found.append(self.any)
        return found


class Lexicon:
    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self.phrases = tuple(phrases)
        self._root = _Node()
        for phrase in phrases:
            node = self._root
            for word in phrase.words:
                node = node.child(word)
            node.ending.append(phrase)
        self._first: dict[str, list[_Node]] = {}

    def find(self, words: Sequence[Word]) -> list[Hit]:
        """The longest phrase of each tactic and kind at each place, in order. Linear in the words."""
        hits: list[Hit] = []
        until: dict[tuple[str, str], int] = {}
        for at, word in enumerate(words):
            level = self._beginning(word.text)
            if not level:
                continue
            for key, (phrase, end) in _longest(level, words, at).items():
                if at >= until.get(key, 0):
                    until[key] = end
                    hits.append(Hit(phrase, word.start, words[end - 1].end))
        return hits

    def _beginning(self, word: str) -> list[_Node]:
        known = self._first.get(word)
        if known is None:
            known = self._root.after(word)
            if len(self._first) < _REMEMBERED:
                self._first[word] = known
        return known


def _longest(level: list[_Node], words: Sequence[Word], at: int) -> dict[tuple[str, str], tuple[Phrase, int]]:
    """By tactic and kind, the longest phrase that begins at a word, and the word after its end."""
    found: dict[tuple[str, str], tuple[Phrase, int]] = {}
    end = at
    while level:
        end += 1
        for node in level:
            for phrase in node.ending:
                found[phrase.tactic, phrase.kind] = phrase, end
        if end == len(words):
            break
        word = words[end].text
        level = [node for before in level for node in before.after(word)]
    return found


@cache
def lexicon() -> Lexicon:
    """That of the package, read once."""
    return Lexicon(
        [
            phrase
            for file in sorted(_FOLDER.iterdir(), key=lambda file: file.name)
            if file.name.endswith(".txt")
            for phrase in read(file.name.removesuffix(".txt"), file.read_text(encoding="utf-8"))
        ]
    )


def read(tactic: str, text: str) -> Iterator[Phrase]:
    kind, language = "", "en"
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("//"):
            continue
        if line.startswith("="):
            kind = line[1:].strip()
        elif line.startswith("["):
            language = line.strip("[]")
        else:
            yield Phrase(tactic, kind, language, tuple(_PARTS.findall(line.lower())))
