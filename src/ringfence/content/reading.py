"""A message, read once: its words, the phrases and the identifiers in it. All parts of this pillar start from here."""

from collections.abc import Sequence
from dataclasses import dataclass

from ringfence.content.lexicon import Hit, lexicon
from ringfence.content.spelling import usual
from ringfence.content.words import Word, words_of
from ringfence.identifiers import LONGEST, Regions, find
from ringfence.identifiers.folded import Folded
from ringfence.model.identifier import Identifier


@dataclass(frozen=True, slots=True)
class Reading:
    """`words` and `hits` have their places in `folded`, identifiers theirs in `text`. `disguised` counts the words that
    were spelt to pass a filter."""

    text: str
    folded: Folded
    words: Sequence[Word]
    hits: Sequence[Hit]
    identifiers: tuple[Identifier, ...]
    disguised: int

    def surface(self, hit: Hit) -> str:
        """The phrase as it stands in the text."""
        start, end = self.folded.span(hit.start, hit.end)
        return self.text[start:end]


def read(text: str, regions: Regions | None = None) -> Reading:
    """Of a text of more than `LONGEST` characters only the first are read."""
    text = text[:LONGEST]
    folded, disguised = usual(text)
    words = words_of(folded.text)
    return Reading(text, folded, words, lexicon().find(words), find(text, regions), disguised)
