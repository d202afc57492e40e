"""What the classifier sees of a message: words, pairs of words, signs of a strategy, identifiers by their kind.

A number, a link or an address is never learnt as such: a token for its kind stands in its place.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ringfence.content.fingerprint import ADVICE, demands
from ringfence.content.reading import Reading
from ringfence.content.words import STOP
from ringfence.model.identifier import Identifier, Link, Money

_CHEAP = frozenset(
    "top xyz shop club live vip icu cc click link store website space buzz cyou sbs bond cfd online site info pw "
    "tk ml ga cf gq work rest fit monster quest lol win loan today life world fun host press ru su".split()
)
"""Endings of domains that cost next to nothing, and most of which are bought to be thrown away."""
_MOST_DISGUISED = 3
_LONGEST_NUMBER = 9
_IMITATOR, _CHEAP_KIND = "<url of an imitator>", "<url of a cheap kind>"
_TELLING = {_IMITATOR, _CHEAP_KIND}
"""Links that say something with no word beside them."""


class Feature(NamedTuple):
    """Words are as they are, `<…>` stands for an identifier or a number, `=…` for a sign; the place is one of
    `Reading.folded`."""

    name: str
    start: int
    end: int


def features(reading: Reading) -> list[str]:
    """The names of what is placed, with repetitions."""
    return [name for name, _start, _end in placed(reading)]


def placed(reading: Reading) -> list[Feature]:
    tokens = _tokens(reading)
    pairs = [Feature(f"{one} {other}", start, end) for (one, start, _), (other, _, end) in pairwise(tokens)]
    return [
        *(token for token in tokens if token.name != STOP),
        *pairs,
        *_signs(reading),
        *_bare(reading, tokens),
    ]


def _signs(reading: Reading) -> Iterator[Feature]:
    for hit in demands(reading.hits):
        yield from [Feature(f"={hit.phrase.tactic}:{hit.phrase.kind}", hit.start, hit.end)] * 2
    for hit in reading.hits:
        if hit.phrase.tactic == ADVICE:
            yield Feature("=advice", hit.start, hit.end)
    yield from [Feature("=disguised", 0, len(reading.folded.text))] * min(reading.disguised, _MOST_DISGUISED)


def _bare(reading: Reading, tokens: Sequence[Feature]) -> Iterator[Feature]:
    """A sign of its own for a link or a number and no word: by its kind alone every such link is taken for a scam."""
    said = {token.name for token in tokens} - {STOP}
    if said and not said & _TELLING and all(name.startswith("<") for name in said):
        yield Feature("=bare", 0, len(reading.folded.text))


def _tokens(reading: Reading) -> list[Feature]:
    """Words, with one token for each identifier in place of its words, and of other numbers their length."""
    named = [(*one.span, _name(one)) for one in reading.identifiers if one.span is not None]
    tokens: list[Feature] = []
    at, told = 0, -1
    for word in reading.words:
        start, end = reading.folded.span(word.start, word.end)
        while at < len(named) and named[at][1] <= start:
            at += 1
        if at == len(named) or named[at][0] >= end:
            name = f"<{min(len(word.text), _LONGEST_NUMBER)} digits>" if word.text.isdigit() else word.text
            tokens.append(Feature(name, word.start, word.end))
        elif told != at:
            told = at
            tokens.append(Feature(named[at][2], word.start, word.end))
        else:
            tokens[-1] = tokens[-1]._replace(end=word.end)
    return tokens


def _name(one: Identifier) -> str:
    match one.facts:
        case Link(imitates=str()):
            return _IMITATOR
        case Link(official=True):
            return "<official url>"
        case Link(shortener=True):
            return "<short url>"
        case Link(domain=str(domain)) if domain.rpartition(".")[2] in _CHEAP:
            return _CHEAP_KIND
        case Money(_, number):
            return f"<amount of {len(str(int(number)))} digits>"
    return f"<{one.kind}>"
