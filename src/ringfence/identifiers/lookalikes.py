"""Which brand a host pretends to be.

Three ways, the plainest first: the brand's name as a word of another's host (`sbi-kyc.xyz`,
`amazon.refund.top`), the same with characters that look alike (`paypa1.com`, `аmazon.in`, `rnicrosoft.com`),
and the name misspelt by a letter or two (`flipkrat-sale.com`). A brand's own domains and those of governments
and banks under vetted suffixes are never one.
"""

import re
import unicodedata
from functools import cache, lru_cache

from ringfence.identifiers.brands import BRANDS, OFFICIAL_SUFFIXES, TRUE_DOMAINS
from ringfence.identifiers.confusables import LATIN
from ringfence.identifiers.suffixes import suffix_of

_INSIDE = 5
"""Letters from which on a name counts inside a longer label, too; shorter ones occur in ordinary words."""
_MISSPELT = 6
"""Letters from which on one wrong letter is still the name; with eight, two."""
_LEET = str.maketrans("013457$|", "oleastsl")
_PARTS = re.compile(r"[^\W_]+")
_WITHIN_WORDS = frozenset(["apple", "chase"])
"""Names that end ordinary words: grapple, purchase."""
_ORDINARY = frozenset(
    "apply google maps amazing chased spotted flowed orange appeal express message metal online"
    " office apples trailer"
    " payal canary union airtime travel lottery service services"
    " pineapple snapple purchase chaser purchases hotelstar grows".split()
)
"""Words that resemble a name and are none."""


@lru_cache(maxsize=4096)
def imitated_brand(host: str, domain: str) -> str | None:
    """The brand's name, or None. `host` as people read it (not punycode), `domain` its registered domain in ASCII."""
    if not domain or is_official(host, domain):
        return None
    suffix = suffix_of(domain)
    named = host[: -len(suffix) - 1] if suffix and host.endswith("." + suffix) else host
    return _brand_in(named)


def is_official(host: str, domain: str) -> bool:
    """A brand's own, or under a suffix that only authorities and banks get."""
    if domain in TRUE_DOMAINS or domain.endswith(tuple("." + end for end in OFFICIAL_SUFFIXES)):
        return True
    return any(host == true or host.endswith("." + true) for true in TRUE_DOMAINS if "." in true)


def _brand_in(named: str) -> str | None:
    parts = _PARTS.findall(named)
    for part in parts:
        found = _names().get(part) or _contained(part) or _looks().get(_shape(_skeleton(part)))
        if found:
            return found
    seen = [_skeleton(part) for part in parts]
    for part in seen:
        found = _names().get(part) or _contained(part)
        if found:
            return found
    joined = "".join(parts)
    if len(parts) > 1 and joined in _names():
        return _names()[joined]
    return next((found for part in parts if (found := _misspelt(_skeleton(part)))), None)


@cache
def _names() -> dict[str, str]:
    return {token: brand.name for brand in BRANDS for token in brand.tokens}


@cache
def _looks() -> dict[str, str]:
    return {_shape(name): brand for name, brand in _names().items()}


def _shape(name: str) -> str:
    """With letters as one that a digit or a capital stands for equally: sb1 is sbi, netfIix netflix."""
    return name.replace("i", "l")


@cache
def _long_names() -> re.Pattern[str]:
    names = sorted((name for name in _names() if len(name) >= _INSIDE), key=len, reverse=True)
    return re.compile("|".join(names))


def _contained(part: str) -> str | None:
    if part in _ORDINARY:
        return None
    for match in _long_names().finditer(part):
        if match.start() == 0 or match.group() not in _WITHIN_WORDS:
            return _names()[match.group()]
    return None


def _skeleton(part: str) -> str:
    """The letters that a reader takes it for: no accents, no digits, Latin."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", part) if not unicodedata.combining(c))
    plain = bare.translate(LATIN).lower().translate(_LEET)
    return plain.replace("rn", "m").replace("vv", "w")


@cache
def _wrongly() -> dict[str, tuple[str, str]]:
    """Each name with one or two letters left out, to the name and its brand."""
    spelt: dict[str, tuple[str, str]] = {}
    for name, brand in _names().items():
        for short in _shortened(name):
            spelt.setdefault(short, (name, brand))
    return spelt


def _shortened(word: str) -> set[str]:
    if len(word) < _MISSPELT:
        return set()
    once = {word[:at] + word[at + 1 :] for at in range(len(word))}
    if len(word) < 8:
        return {word} | once
    return {word} | once | {each[:at] + each[at + 1 :] for each in once for at in range(len(each))}


def _misspelt(part: str) -> str | None:
    """The brand of the name from which the part differs by a letter, by two where it is long."""
    if len(part) < _MISSPELT or part in _ORDINARY or len(part) > 40:
        return None
    for short in sorted(_shortened(part), key=len, reverse=True):
        found = _wrongly().get(short)
        if found and _distance(part, found[0]) <= (1 if min(len(part), len(found[0])) < 8 else 2):
            return found[1]
    return None


def _distance(a: str, b: str) -> int:
    """Letters to change, add, drop or swap with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row = row, [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = last
    return row[-1]
