"""An answer as plain words: one spelling for what recognisers, keyboards and scripts write in several ways.

Text and lexicon go through the same steps, so that only what is left of the differences has to be listed there.
"""

import re
import unicodedata

_LONGEST = 600
"""Characters that are read: half a minute of talk, where an answer takes a few seconds."""
_APOSTROPHES = frozenset("'’‘‛′`´ʼ")
_LEFT_OUT = str.maketrans("", "", "\u093c\u0901\u0902")
"""Nukta, candrabindu and anusvara: printed and recognised with or without (हाँ, हां, हा)."""
_LAUGH = re.compile(r"(?<!\S)हा(?:\s+हा)+(?!\S)")
"""Without a point and more than once: as it is written in Latin letters it is no haan."""
_DRAWN_OUT = re.compile(r"([a-z])\1\1+")


class _Characters(dict[int, str]):
    """Character to what is kept of it: itself, nothing, or a gap between words. Found out when first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kind = unicodedata.category(char)
        if char in _APOSTROPHES or kind in ("Cf", "Me") or 0x300 <= code <= 0x36F:
            kept = ""
        elif kind[0] in "LM":
            kept = char
        elif (digit := unicodedata.decimal(char, None)) is not None:
            kept = str(digit)
        else:
            kept = " "
        if len(self) < 10_000:
            self[code] = kept
        return kept


_CHARACTERS = _Characters()


def words_of(text: str) -> tuple[list[str], bool]:
    """The words in lower case, and whether there was more than is read. "didn't" is `didnt`, "nooo" is `no`."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text[:_LONGEST]).casefold())
    kept = plain.translate(_CHARACTERS)
    laughed = _LAUGH.sub(lambda found: found[0].replace("हा", "ha"), kept)
    return _DRAWN_OUT.sub(r"\1", laughed.translate(_LEFT_OUT)).split(), len(text) > _LONGEST


def asks(text: str) -> bool:
    """Whether a question mark stands in it; recognisers write one where the voice rises."""
    return any(mark in text[:_LONGEST] for mark in "?？؟﹖⁇⁈⁉")
