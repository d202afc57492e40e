"""Strategies as vectors, so that the same script is known again in other words.

A vector has two halves of equal weight: what the message does (phrases of the lexicon by tactic and kind, identifiers
by kind and role) and what it speaks of (its longer words, hashed; the first letters alone, so that endings don't
matter).
Measured in benchmarks/content.md.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import product
from zlib import crc32

from ringfence.content.lexicon import Hit, lexicon
from ringfence.content.reading import Reading
from ringfence.model.fingerprint import Fingerprint
from ringfence.model.identifier import IdentifierKind, IdentifierRole

VERSION = "1"
_WORDS = 128
_LEAST = 4
"""Letters of a word from which on it says what is spoken of."""
_MOST = 9
_STEM = 5


def vector(reading: Reading, meant: Sequence[Hit]) -> tuple[float, ...]:
    """`meant` are the hits without what is warned of; its places are `signs` and then the words'."""
    counted: Counter[tuple[str, str]] = Counter((hit.phrase.tactic, hit.phrase.kind) for hit in meant)
    counted.update({(one.role.value, one.kind.value) for one in reading.identifiers})
    places = _places()
    does = {places[sign]: 1 - math.exp(-count / 1.5) for sign, count in counted.items() if sign in places}
    return (*_unit(does, len(places)), *_unit(_words(reading), _WORDS))


@cache
def _places() -> dict[tuple[str, str], int]:
    return {sign: place for place, sign in enumerate(signs())}


@cache
def signs() -> tuple[tuple[str, str], ...]:
    """What the places of the first half stand for: tactic and kind of phrases, role and kind of identifiers."""
    phrases = {(phrase.tactic, phrase.kind) for phrase in lexicon().phrases if phrase.tactic != "advice"}
    roles = (IdentifierRole.GIVEN, IdentifierRole.ASKED)
    return (*sorted(phrases), *((role.value, kind.value) for role, kind in product(roles, IdentifierKind)))


def likeness(one: Fingerprint, other: Fingerprint) -> float:
    """0 to 1: the cosine of the vectors; 0 where one of them is empty or of another version."""
    if one.version != other.version:
        return 0.0
    product_ = sum(a * b for a, b in zip(one.vector, other.vector, strict=True))
    length = math.sqrt(sum(a * a for a in one.vector) * sum(b * b for b in other.vector))
    return max(0.0, product_ / length) if length else 0.0


def _words(reading: Reading) -> dict[int, float]:
    spoken: dict[int, float] = {}
    for word in {word.text for word in reading.words}:
        if len(word) >= _LEAST and not word.isdigit():
            hashed = crc32(word[:_STEM].encode("utf-8", "surrogatepass"))
            weight = (min(len(word), _MOST) - _LEAST + 1) * (1 if hashed >> 20 & 1 else -1)
            spoken[hashed % _WORDS] = spoken.get(hashed % _WORDS, 0.0) + weight
    return spoken


def _unit(values: dict[int, float], count: int) -> list[float]:
    places = [0.0] * count
    length = math.sqrt(sum(value * value for value in values.values()))
    for place, value in values.items():
        places[place] = round(value / length, 3) if length else 0.0
    return places
