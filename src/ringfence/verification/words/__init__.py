"""What is said, by language: one module each, with the same names and the same fields in braces."""

from ringfence.verification.words.english import ENGLISH
from ringfence.verification.words.hindi import HINDI
from ringfence.verification.words.spoken import Words

__all__ = ["Words", "words_of"]

_BY_LANGUAGE = {"en": ENGLISH, "hi": HINDI}


def words_of(language: str) -> Words:
    """Those of a BCP 47 tag; English where there are none."""
    return _BY_LANGUAGE.get(language.partition("-")[0].lower(), ENGLISH)
