"""What somebody says aloud and nobody may keep: PINs, CVVs, expiry dates, passwords and codes of any length.

`masked` knows what a number is by its form and the words around it; a short code said in fright has no form. So beside
the words of `secret_words` all digits go, written or spoken, and of a password the words; and elsewhere every number of
three digits or more of which nothing is known. Rather too much than too little. What leads to somebody else stays:
telephone numbers, UPI ids, addresses and links, programs; and sums and dates that stand by themselves.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from ringfence.identifiers import LONGEST, find
from ringfence.identifiers.dates import find_dates
from ringfence.identifiers.folded import characters, letters
from ringfence.identifiers.masked import Part, private, replaced
from ringfence.identifiers.reading import Reading
from ringfence.identifiers.regions import Regions
from ringfence.identifiers.said_numbers import MULTIPLIERS, NOT_ALONE, NUMBER_WORDS, OTHER_SENSES
from ringfence.identifiers.secret_words import FILLERS, LINKS, PARTS, PASSWORDS, PLAIN, SECRETS, SUMS
from ringfence.model.identifier import Identifier, IdentifierKind

CODE = "[code]"
NUMBER = "[number]"

_TOKEN = re.compile(r"[^\s,;:.!?()\[\]{}/।|\"'“”‘’*+=#~…\-–—<>]+")
_CHUNK_END = re.compile(r"[\s,;:.!?।\"'“”‘’)\]]*$")
_DIGITS = re.compile("[0-9]")
_AFTER, _BEFORE = 8, 5
"""Plain words on either side of a secret's name within which its digits are looked for."""
_LEAST = 3
"""Digits of the shortest secret, a CVV."""
_NAME_WORDS = 4
_WIDEST_GAP = 5
_PHONE_DIGITS = 9
_LOCAL_DIGITS = 7
_WHOLE_PHONE = re.compile(r"\+.*|\D*|\d{9,}|0?\d{5}[ .\-]?\d{5}")
_BEHIND_PHONE = re.compile(r"\d{10}[ .\-]+(\d{3,8}$)")
"""A code that was said right behind a telephone number, and taken for more of it."""

_FREE, _KNOWN, _SUM, _LEAD = 0, 1, 2, 3
"""What is known of a word: nothing; a date, a short telephone number or the like, which a secret's name outweighs; a
sum with its currency; what leads to somebody else, and always stays."""
_LEADS = frozenset(
    (
        IdentifierKind.UPI,
        IdentifierKind.EMAIL,
        IdentifierKind.URL,
        IdentifierKind.DOMAIN,
        IdentifierKind.TELEGRAM,
        IdentifierKind.REMOTE_TOOL,
        IdentifierKind.IFSC,
        IdentifierKind.BTC,
        IdentifierKind.ETH,
    )
)
_PHONES = (IdentifierKind.PHONE, IdentifierKind.WHATSAPP)


@dataclass(slots=True)
class _Word:
    """`start` and `end` are characters of the text as written. `digits` counts those that it stands for. `run` is the
    number it is part of, -1 for none."""

    start: int
    end: int
    said: str
    digits: int
    known: int
    whole_phone: bool
    run: int = -1


@dataclass(frozen=True, slots=True)
class _Run:
    """Words from `first` to `last`, both in it, that are one number."""

    first: int
    last: int
    digits: int
    certain: bool
    sum: bool


def without_secrets(text: str, regions: Regions) -> str:
    """As it may be kept. Of more than `LONGEST` characters only the first are."""
    text = text[:LONGEST]
    identifiers = find(text, regions)
    words = _words(text, identifiers, regions)
    runs = _runs(words)
    taken: dict[int, str] = {}
    for run in runs:
        if _is_unknown(run, words):
            taken |= dict.fromkeys(range(_begin(run, words), run.last + 1), NUMBER)
    for first, last in _names(words):
        taken |= dict.fromkeys(_behind(words, runs, first, last), CODE)
        taken |= dict.fromkeys(_ahead(words, runs, first, last), CODE)
    parts = private(text, identifiers)
    covered = {at for start, end, _ in parts for at in range(start, end)}
    secrets = [
        (*_chunk(text, words, at), told) for at, told in taken.items() if words[at].start not in covered
    ]
    return replaced(text, _merged(text, sorted([*parts, *secrets])))


def _words(text: str, identifiers: Sequence[Identifier], regions: Regions) -> list[_Word]:
    folded = letters(characters(text))
    known = _known(text, identifiers, regions)
    whole = bytearray(b"\x01" * len(text))
    for one in identifiers:
        if one.kind in _PHONES and one.span and not _WHOLE_PHONE.fullmatch(one.surface):
            whole[slice(*one.span)] = bytes(len(one.surface))
    found = []
    for match in _TOKEN.finditer(folded.text):
        start, end = folded.span(*match.span())
        said = match.group().lower()
        found.append(_Word(start, end, said, _count(said), max(known[start:end]), bool(whole[start])))
    return found


def _known(text: str, identifiers: Sequence[Identifier], regions: Regions) -> bytearray:
    known = bytearray(len(text))
    reading = Reading(text, regions)
    spans = [(*match.where.span(match.start, match.end), _KNOWN) for match in find_dates(reading)]
    spans += [(*one.span, _knowledge(one)) for one in identifiers if one.span is not None]
    for start, end, level in spans:
        known[start:end] = bytes([level]) * (end - start)
        folded = characters(text[start:end])
        behind = _BEHIND_PHONE.search(folded.text) if level == _LEAD else None
        if behind is not None:
            first, last = folded.span(*behind.span(1))
            known[start + first : start + last] = bytes(last - first)
    return known


def _knowledge(one: Identifier) -> int:
    digits = _count(characters(one.surface).text)
    if one.kind in _LEADS:
        return _LEAD
    if one.kind in _PHONES:
        return _LEAD if digits >= _PHONE_DIGITS else _KNOWN if digits >= _LOCAL_DIGITS else _FREE
    if one.kind is IdentifierKind.AMOUNT:
        return _FREE if characters(one.surface).text.isdigit() else _SUM
    if one.kind is IdentifierKind.REFERENCE and digits >= _PHONE_DIGITS:
        return _KNOWN
    return _FREE


def _count(text: str) -> int:
    """Digits, written and read out."""
    said = (NUMBER_WORDS.get(match.group().lower(), 0) for match in _TOKEN.finditer(text))
    return len(_DIGITS.findall(text)) + sum(said)


def _runs(words: list[_Word]) -> list[_Run]:
    """The numbers, read out or written in groups, with what stands between their parts."""
    runs: list[_Run] = []
    at = 0
    while at < len(words):
        last = at
        if _counts(words[at]):
            after = at + 1
            while after < len(words) and words[after].start - words[after - 1].end <= _WIDEST_GAP:
                if _counts(words[after]):
                    last = after
                elif words[after].said not in FILLERS or words[after].known == _LEAD or after > last + 1:
                    break
                after += 1
            runs.append(_run(words, at, last))
            for inside in range(at, last + 1):
                words[inside].run = len(runs) - 1
        at = last + 1
    return runs


def _counts(word: _Word) -> bool:
    return word.known != _LEAD and (word.digits > 0 or word.said in MULTIPLIERS)


def _run(words: list[_Word], first: int, last: int) -> _Run:
    parts = [one for one in words[first : last + 1] if _counts(one)]
    begun = list(dropwhile(lambda one: one.said in NOT_ALONE, parts))
    certain = len(begun) >= _LEAST or any(one.said not in OTHER_SENSES for one in parts)
    beside = [words[at].said for at in (first - 1, last + 1) if 0 <= at < len(words)]
    is_sum = any(one.said in MULTIPLIERS for one in parts) or (
        len(parts) == 1 and not parts[0].said.startswith("0") and not SUMS.isdisjoint(beside)
    )
    return _Run(first, last, sum(one.digits for one in parts), certain, is_sum)


def _is_unknown(run: _Run, words: list[_Word]) -> bool:
    """Whether the number might be a code, though nothing beside it says so."""
    inside = words[_begin(run, words) : run.last + 1]
    free = sum(one.digits for one in inside if one.known == _FREE)
    certain = any(one.digits and one.said not in OTHER_SENSES for one in inside)
    return free >= _LEAST and certain and not run.sum


def _begin(run: _Run, words: list[_Word]) -> int:
    """Without the no that only begins the answer."""
    return next((at for at in range(run.first, run.last) if words[at].said not in NOT_ALONE), run.last)


def _names(words: list[_Word]) -> Iterator[tuple[int, int]]:
    """Where the name of a secret stands: its first word and its last."""
    at = 0
    while at < len(words):
        size = next((n for n in range(_NAME_WORDS, 0, -1) if _joined(words, at, n) in SECRETS), 0)
        if size:
            yield at, at + size - 1
        at += size or 1


def _joined(words: list[_Word], at: int, size: int) -> str:
    part = words[at : at + size]
    return "".join(one.said for one in part) if len(part) == size and _none_leads(part) else ""


def _none_leads(words: list[_Word]) -> bool:
    return all(one.known != _LEAD for one in words)


def _behind(words: list[_Word], runs: list[_Run], first: int, last: int) -> Iterator[int]:
    """The words that follow the secret's name and may be the secret."""
    password = _is_password(words, first, last)
    directly, parted, plain = True, False, 0
    for at in range(last + 1, len(words)):
        word = words[at]
        if plain >= _AFTER:
            return
        if word.run >= 0 and _goes(word, runs[word.run], parted and not directly):
            yield at
        elif word.known == _LEAD:
            if directly and word.digits and not word.whole_phone:
                yield at
                continue
            directly = False
        elif word.run < 0 and word.said not in PLAIN and (password or directly):
            yield at
        else:
            plain += 1
            directly = directly and word.said in LINKS
            parted = parted or word.said in PARTS


def _goes(word: _Word, run: _Run, parted: bool) -> bool:
    return run.certain and (word.known != _SUM or not parted)


def _ahead(words: list[_Word], runs: list[_Run], first: int, last: int) -> Iterator[int]:
    """The words before the secret's name: `4321 is my pin`, `sunshine was the password`."""
    directly, parted, plain = True, False, 0
    for at in range(first - 1, -1, -1):
        word = words[at]
        if plain >= _BEFORE:
            return
        run = runs[word.run] if word.run >= 0 else None
        if run is not None and _goes(word, run, parted) and (run.digits >= _LEAST or _is_mixed(word)):
            yield at
        elif directly and run is None and word.known != _LEAD and word.said not in PLAIN:
            if not _is_password(words, first, last):
                return
            yield at
        else:
            plain += 1
            directly = directly and word.said in LINKS
            parted = parted or word.said in PARTS


def _is_mixed(word: _Word) -> bool:
    """Letters and digits, as in `hunter2`."""
    return not word.said.isdigit() and word.said not in NUMBER_WORDS


def _is_password(words: list[_Word], first: int, last: int) -> bool:
    return _joined(words, first, last - first + 1) in PASSWORDS


def _chunk(text: str, words: list[_Word], at: int) -> tuple[int, int]:
    """With the signs that a password is written with, up to the next space or word."""
    word = words[at]
    start, end = word.start, word.end
    most = words[at + 1].start if at + 1 < len(words) else len(text)
    while end < most and not text[end].isspace():
        end += 1
    end -= len((_CHUNK_END.search(text[word.end : end]) or [""])[0])
    return start, end


def _merged(text: str, parts: Sequence[Part]) -> list[Part]:
    """One placeholder for what overlaps, or stands in a row and is of one kind."""
    merged: list[Part] = []
    for start, end, told in parts:
        if merged:
            begin, before, said = merged[-1]
            codes = said == told or {said, told} == {CODE, NUMBER}
            if start < before or (codes and not any(map(str.isalnum, text[before:start]))):
                merged[-1] = (begin, max(before, end), CODE if codes and CODE in (said, told) else said)
                continue
        merged.append((start, end, told))
    return merged
