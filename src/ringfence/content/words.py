"""Words of a message with their places, as lexicon and classifier read them; where a sentence ends is one, too."""

import re
from typing import NamedTuple

STOP = "."
LETTERS = r"(?:[^\W_]|[\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u200c\u200d])+(?:'(?:s|t|re|ll|ve|m|d)\b)?"
"""A word: letters, digits and the vowel signs of Indian scripts, which are neither."""
_WORD = re.compile(rf"{LETTERS}|([.!?।॥۔؟](?=\s|$)|\n)")


class Word(NamedTuple):
    """`text` is in lower case, or `STOP`; it stands from `start` to `end`."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """In linear time; `text` is folded already."""
    plain = text.lower().replace("’", "'")
    if len(plain) != len(text):
        plain = text
    return [Word(STOP if found[1] else found[0], *found.span()) for found in _WORD.finditer(plain)]
