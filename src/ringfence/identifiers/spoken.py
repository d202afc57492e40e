"""Digits as they are read out, word by word in English, Hindi and Hinglish, and letters that pass for digits."""

import re
from collections.abc import Iterator

_SAID = {
    "0": "zero oh nought shunya sunya jiro शून्य ज़ीरो जीरो ज़ीरो शुन्य শূন্য",
    "1": "one ek एक वन এক",
    "2": "two do दो टू दोन দুই",
    "3": "three teen tin तीन थ्री তিন",
    "4": "four char chaar चार फोर চার",
    "5": "five paanch panch pach पांच पाँच फाइव पाच পাঁচ",
    "6": "six chhe che chhah cheh छह छः छे छ: सिक्स सहा ছয়",
    "7": "seven saat sat सात सेवन সাত",
    "8": "eight aath ath आठ एट আট",
    "9": "nine nau no नौ नाइन नऊ নয়",
}
DIGIT_WORDS = {word: digit for digit, said in _SAID.items() for word in said.split()}
_TIMES = {
    "double": 2, "dabal": 2, "dubble": 2, "डबल": 2, "triple": 3, "tripple": 3, "treble": 3, "ट्रिपल": 3, "tripal": 3,
}  # fmt: skip
_COUNTED = frozenset(DIGIT_WORDS) | frozenset(_TIMES)
_LEAST = 4
"""Digits that make a run a number; fewer are words of a sentence."""

_WORDS = re.compile(r"[^\s,;:.!?()\[\]\-/।\"'|]+")
_GAP = re.compile(r"[\s,.\-]{0,3}")
_APART = re.compile(r"\d(?:[ ._\-*|]\d){3,}(?![\w*])(?![ ./\-]\d)|\d(?: - \d){3,}(?!\w)")
_GOES_ON = re.compile(r"[\w+*]|\d[ ./\-]")
_MIXED = re.compile(r"[\dOolI]{8,16}(?![^\W_])")
_MIXED_GROUPS = re.compile(r"[\dOolI]{3,8}(?:[ \-][\dOolI]{3,8}){1,2}(?![^\W_])")
_ROUND = re.compile(r"(?<![^\W_])(?=[OlI,]{0,3}\d)[\dOlI][\dO,]*O[\dO,]*(?![^\W_])")
"""A sum or a part of a number whose noughts are capital Os: `45,OOO`, `l2,OOO`, `98OO1 5OO27`."""
_LETTERS = str.maketrans("OolI", "0011")
_LETTER_RUN = re.compile("[OolI]")


def digit_edits(text: str) -> Iterator[tuple[int, int, str]]:
    """The edits that make each such number one run of digits, in order."""
    edits = [*_apart(text), *_passing(text), *_noughts(text)]
    lowered = text.lower()
    if sum(map(_COUNTED.__contains__, _WORDS.findall(lowered))) > 1 and len(lowered) == len(text):
        edits += _in_words(lowered)
    done = 0
    for edit in sorted(edits):
        if edit[0] >= done:
            yield edit
            done = edit[1]


def _apart(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _APART.finditer(text):
        at = match.start()
        if at and (_GOES_ON.fullmatch(text, at - 1, at) or _GOES_ON.fullmatch(text, max(0, at - 2), at)):
            continue
        while at < match.end():
            gap = at + 1
            while gap < match.end() and not text[gap].isdigit():
                gap += 1
            if gap > at + 1:
                yield at + 1, gap, ""
            at = gap


def _passing(text: str) -> Iterator[tuple[int, int, str]]:
    """O for 0 and l or I for 1, in what is a number but for three letters at most."""
    for pattern in (_MIXED, _MIXED_GROUPS):
        for match in pattern.finditer(text):
            found = match.group()
            digits = sum(map(str.isdigit, found))
            odd = [m.start() + match.start() for m in _LETTER_RUN.finditer(found)]
            if text[match.start() - 1 : match.start()].isalnum() or not 0 < len(odd) <= 3 or digits < 7:
                continue
            if all(any(map(str.isdigit, part)) for part in found.replace("-", " ").split()):
                yield from ((at, at + 1, text[at].translate(_LETTERS)) for at in odd)


def _noughts(text: str) -> Iterator[tuple[int, int, str]]:
    if "O" not in text:
        return
    for match in _ROUND.finditer(text):
        for odd in _LETTER_RUN.finditer(match.group()):
            at = match.start() + odd.start()
            yield at, at + 1, text[at].translate(_LETTERS)


def _in_words(lowered: str) -> Iterator[tuple[int, int, str]]:
    run: list[tuple[int, int, str]] = []
    times = 0
    for match in _WORDS.finditer(lowered):
        word = match.group()
        said = DIGIT_WORDS.get(word) or (word if word.isascii() and word.isdigit() else "")
        if run and not _GAP.fullmatch(lowered, run[-1][1], match.start()):
            yield from _joined(lowered, run)
            run, times = [], 0
        if word in _TIMES:
            times = _TIMES[word]
            run.append((match.start(), match.end(), ""))
        elif said:
            run.append((match.start(), match.end(), said * (times if times and len(said) == 1 else 1)))
            times = 0
        else:
            yield from _joined(lowered, run)
            run, times = [], 0
    yield from _joined(lowered, run)


def _joined(lowered: str, run: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The run's edits, if it is a number and at least half of it is words; what is between is dropped."""
    while run and not run[-1][2]:
        run.pop()
    words = sum(not lowered[start].isdigit() for start, _, _ in run)
    if words * 2 < len(run) or words < 2 or sum(len(said) for _, _, said in run) < _LEAST:
        return
    for at, (start, end, said) in enumerate(run):
        yield start, end, said
        if at + 1 < len(run) and end < run[at + 1][0]:
            yield end, run[at + 1][0], ""
