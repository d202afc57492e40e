"""Words spelt so that filters miss them, in their usual spelling: `acc0unt`, `K Y C`, `b.a.n.k`, `ver-ify`.

Only what comes to a word of the lexicon is undone, since these are the words that filters look for; so "4 you", "B.A."
and honest names with digits stay as they are.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain, product, zip_longest
from unicodedata import normalize

from ringfence.content.lexicon import lexicon
from ringfence.identifiers.folded import Edit, Folded, characters, digits, letters, links

_APART = re.compile(r"(?<![^\W_])[^\W\d_]([ .\-_*~])[^\W\d_](?:\1[^\W\d_])+(?![^\W_])")
"""Three letters or more, each by itself, with the same sign between them."""
_MIXED = re.compile(r"(?<![^\s(\"'])[A-Za-z0-9@$!|]{3,20}(?=[\s.,:;)\"'?]|$)")
_PARTED = re.compile(r"(?<![^\s(\"'])[A-Za-z]{1,12}[.\-_*~][A-Za-z]{1,12}(?=[\s.,:;)\"'?!]|$)")
_SIGN = re.compile(r"[.\-_*~]")
_LOOKS = str.maketrans("03457896@$", "oeastbggas")
_PLAIN = {
    code: base
    for code in range(0xC0, 0x250)
    if (base := normalize("NFD", chr(code))[0]).isascii() and base.isalpha()
}
"""Latin letters with accents, which are left out as often as they are put in to hide a word."""
_EITHER = re.compile(r"[1!|]")
"""An i or an l."""
_MOST_EITHER = 3
_LEAST = 3
_LONGEST = 20


def usual(text: str) -> tuple[Folded, int]:
    """The text as it would be spelt without a wish to hide, and how many words were spelt otherwise. Linear in the
    text."""
    plain = characters(text)
    latin = letters(plain)
    hidden = _differing(plain.text, latin.text)
    folded = digits(links(latin.respelled(latin.text.translate(_PLAIN))))
    edits = _edits(folded.text)
    return (folded.replaced(edits), hidden + len(edits)) if edits else (folded, hidden)


def _differing(before: str, after: str) -> int:
    """Words of two texts of one length that are not the same."""
    if before == after:
        return 0
    return sum(one != other for one, other in zip(before.split(), after.split(), strict=False))


def _edits(text: str) -> list[Edit]:
    """In order; of two that overlap the first."""
    kept: list[Edit] = []
    for edit in sorted([*_apart(text), *_mixed(text), *_parted(text)]):
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    return kept


def _apart(text: str) -> Iterator[Edit]:
    for found in _APART.finditer(text):
        if words := _cut_up(found[0][::2].lower()):
            yield found.start(), found.end(), words


def _cut_up(run: str) -> str:
    """Words of the lexicon that make up the letters, with gaps between them; empty where none do."""
    begins: list[int | None] = [0] + [None] * len(run)
    for end in range(_LEAST, len(run) + 1):
        starts = range(max(0, end - _LONGEST), end - _LEAST + 1)
        fitting = (at for at in starts if begins[at] is not None and run[at:end] in _known())
        begins[end] = next(fitting, None)
    words: list[str] = []
    end = len(run)
    while end:
        begin = begins[end]
        if begin is None:
            return ""
        words.append(run[begin:end])
        end = begin
    return " ".join(reversed(words))


def _mixed(text: str) -> Iterator[Edit]:
    for found in _MIXED.finditer(text):
        word = found[0].lower()
        if word.isalpha() or word.isdigit() or len(_EITHER.findall(word)) > _MOST_EITHER:
            continue
        told = word.translate(_LOOKS)
        choices = product("il", repeat=len(_EITHER.findall(told)))
        spelt = (
            "".join(chain(*zip_longest(_EITHER.split(told), choice, fillvalue=""))) for choice in choices
        )
        if usual_one := next((one for one in spelt if one in _known()), None):
            yield found.start(), found.end(), usual_one


def _parted(text: str) -> Iterator[Edit]:
    for found in _PARTED.finditer(text):
        parts = _SIGN.split(found[0].lower())
        if "".join(parts) in _known() and not all(part in _known() for part in parts):
            yield found.start(), found.end(), "".join(parts)


@cache
def _known() -> frozenset[str]:
    words = (word.rstrip("*") for phrase in lexicon().phrases for word in phrase.words)
    return frozenset(word for word in words if len(word) >= _LEAST)
