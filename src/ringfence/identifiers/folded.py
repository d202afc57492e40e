"""A text as a machine should read it, with the way back to the text as written.

Scammers write so that people can read and filters can't: letters of other scripts that look Latin, characters
of no
width, `hxxp` and `[.]`, digits one by one or as words. Folding undoes that in levels, each a function from
Folded to
Folded, so that each reader takes the levels that suit it:

    characters   one spelling for each character: digits of all scripts, full-width and mathematical letters,
    dashes and
                 quotes are ASCII; what can't be seen is dropped
    letters      Latin words are Latin throughout
    links        `hxxp`, `[.]`, `(dot)`, ` dot com`, `[at]` are what they stand for
    digits       digits that stand apart or are words are one number

The order is the one above. Who looks for links leaves `letters` out, since a host with a Cyrillic letter is
another
host; who judges the words takes them all. Each level is linear in the length of the text, and costs next to
nothing
where there is nothing to undo. No level changes upper and lower case.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from ringfence.identifiers.confusables import LATIN, SIGNS, UNSEEN
from ringfence.identifiers.spoken import digit_edits

Edit = tuple[int, int, str]
"""The characters from the first to before the second give way to the third."""


class Folded:
    """A folded text. Each of its characters knows the characters of the original that it came from."""

    __slots__ = ("_ends", "_starts", "text")

    def __init__(
        self, text: str, starts: Sequence[int] | None = None, ends: Sequence[int] | None = None
    ) -> None:
        """`starts` and `ends`: for each character, where in the original it begins and ends; left out, each stands
        for itself."""
        self.text = text
        self._starts: Sequence[int] = range(len(text)) if starts is None else starts
        self._ends: Sequence[int] = range(1, len(text) + 1) if ends is None else ends

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original the characters `start` to before `end`, at least one, came from."""
        return self._starts[start], self._ends[end - 1]

    def replaced(self, edits: Iterable[Edit]) -> "Folded":
        """With the edits made, which are in order and don't overlap."""
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end, new in edits:
            parts += self.text[done:start], new
            starts += self._starts[done:start]
            ends += self._ends[done:start]
            if len(new) == end - start:
                starts += self._starts[start:end]
                ends += self._ends[start:end]
            else:
                starts += [self._starts[start]] * len(new)
                ends += [self._ends[end - 1]] * len(new)
            done = end
        if not parts:
            return self
        parts.append(self.text[done:])
        starts += self._starts[done:]
        ends += self._ends[done:]
        return Folded("".join(parts), starts, ends)

    def respelled(self, text: str) -> "Folded":
        """With other characters in the same places."""
        return self if text == self.text else Folded(text, self._starts, self._ends)


class _Spellings(dict[int, str]):
    """Character to the one it stands for, found out when first asked for."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char)
        digit = unicodedata.decimal(char, None)
        told = str(digit) if digit is not None else plain if len(plain) == 1 else char
        self[code] = told
        return told


_SPELLINGS = _Spellings({**SIGNS, **{code: chr(code) for code in range(128)}})
_UNSEEN = re.compile(f"[{UNSEEN}]+")
_WITH_DOT = re.compile("[\u0958-\u095f\u09dc\u09dd\u09df\u0a33\u0a36\u0a59-\u0a5b\u0a5e\u0b5c\u0b5d]")
"""Letters of Indian scripts that are one character or two, of which Unicode's normal form is two."""
_ODD_LETTER = re.compile(f"[{''.join(map(chr, LATIN))}]")
_WORD = re.compile(r"[^\W\d_]+")
_OTHER_SCRIPT = re.compile("[\u0370-\u058f]")


def characters(text: str) -> Folded:
    """One spelling for each character, and none that can't be seen."""
    folded = Folded(text)
    if text.isascii():
        return folded
    if _UNSEEN.search(text):
        folded = folded.replaced((m.start(), m.end(), "") for m in _UNSEEN.finditer(text))
    if _WITH_DOT.search(folded.text):
        apart = (
            (m.start(), m.end(), unicodedata.normalize("NFC", m[0])) for m in _WITH_DOT.finditer(folded.text)
        )
        folded = folded.replaced(apart)
    return folded.respelled(folded.text.translate(_SPELLINGS))


def letters(folded: Folded) -> Folded:
    """Latin letters for those that only look Latin, in words that are otherwise Latin.

    A word wholly of look-alikes (ОТР) counts as Latin where no word of the text is truly of their script.
    """
    text = folded.text
    if text.isascii() or not _ODD_LETTER.search(text):
        return folded
    foreign = any(ord(m.group()) not in LATIN for m in _OTHER_SCRIPT.finditer(text))

    def latin(match: re.Match[str]) -> str:
        word = match.group()
        told = word.translate(LATIN)
        mixed = not foreign or any(char.isascii() for char in word)
        return told if told.isascii() and mixed else word

    return folded.respelled(_WORD.sub(latin, text))


_HANDLES = "ok(?:axis|sbi|icici|hdfcbank)|ybl|ibl|axl|apl|yapl|ptsbi|ptaxis|ptyes|pthdfc|upi"
_SUFFIX = (
    "com|in|co|org|net|info|biz|xyz|top|online|site|shop|club|live|app|uk|us|ng|ke|sg|de|gov|nic|io|me|vip|cc"
)
_PLAIN_SUFFIX = "com|org|net|info|biz|xyz|top|online|site|shop|club|io|link|vip"
_LINK_SIGNS = (
    "hxxp", "h**p", "htxp", "hxtp", "[.", "(.", "{.", "<.", "[ .", "( .", "[d", "(d", "{d", "<d", "[ d", "( d",
    "[@", "(@", "{@", "[a", "(at", "{at", "[ a", "( at", "[:", "(:", "\\.", ": /", " :/", "tp //", "ps //", "tp//",
    "ps//", " dot ", " d0t ", " . ", "at the rate", "डॉट",
)  # fmt: skip
_AT_HANDLE = re.compile(rf" at (?:{_HANDLES})\b")
_DEFANGED = re.compile(
    r"(?P<scheme>\bh(?:xx|\*\*|xt|tx)p(?=s?[\s\[(]{0,2}:))"
    r"|(?P<slashes>(?<=tp|ps)\s?//|(?<=[tp]s|tp)\s?[\[(]?:[\])]?\s?[\[(]?/\s?/[\])]?\s?)"
    r"|(?P<colon>(?<=\w)\[:\])"
    r"|(?P<dot>\s?[\[({<]\s?(?:\.|d[o0]t|डॉट)\s?[\])}>]\s?|\\\.)"
    r"|(?P<at>\s?[\[({<]\s?(?:@|at)\s?[\])}>]\s?)"
    rf"|(?P<said_dot>(?<=[^\W_])\s(?:d[o0]t)\s(?=(?:{_SUFFIX})\b|[\w-]+ (?:dot|at [\w-]+ dot) (?:{_SUFFIX})\b))"
    rf"|(?P<spaced_dot>(?<=[^\W_])\s\.\s(?=(?:{_PLAIN_SUFFIX})\b|[\w-]+\s\.\s(?:[\w-]+\s\.\s)?(?:{_SUFFIX})\b))"
    rf"|(?P<said_at>(?<=[^\W_])\sat\s(?:the\srate\s(?:of\s)?)?(?=(?:{_HANDLES})\b|[\w-]+\sdot\s(?:{_SUFFIX})\b))"
    r"|(?P<rate>(?<=[^\W_])\s?@?at\sthe\srate\s(?:of\s)?(?=[a-z]))"
    r"|(?P<hindi>\s?डॉट\s?(?P<end>कॉम|इन|को|कौम|ऑर्ग)(?!\w))",
    re.IGNORECASE,
)
_HINDI_SUFFIXES = {"कॉम": ".com", "कौम": ".com", "इन": ".in", "को": ".co", "ऑर्ग": ".org"}
_STANDS_FOR = {
    "scheme": "http", "slashes": "://", "colon": ":", "dot": ".", "said_dot": ".", "spaced_dot": ".",
    "at": "@", "said_at": "@", "rate": "@",
}  # fmt: skip


def links(folded: Folded) -> Folded:
    """Addresses as they would be opened, whatever was done to keep them from being clicked on."""
    lowered = folded.text.lower()
    if not any(sign in lowered for sign in _LINK_SIGNS) and not _AT_HANDLE.search(lowered):
        return folded
    return folded.replaced(_link_edits(folded.text))


def _link_edits(text: str) -> Iterable[Edit]:
    for match in _DEFANGED.finditer(text):
        what = match.lastgroup or ""
        end = match["end"]
        new = _HINDI_SUFFIXES[end] if end else _STANDS_FOR[what]
        if new != match.group():
            yield match.start(), match.end(), new


def digits(folded: Folded) -> Folded:
    """Numbers that are written digit by digit, as words or with letters among the digits, in one piece.

    At least four digits, so that "one" and "do" stay words: `9 8 7 6 5`, `nine eight double seven`, `नौ आठ`,
    `98765O4321`.
    """
    return folded.replaced(digit_edits(folded.text))
