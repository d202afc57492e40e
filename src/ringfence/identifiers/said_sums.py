"""Sums in words: `five thousand rupees`, `do lakh`, `पचास हजार रुपये`."""

from collections.abc import Iterator
from decimal import Decimal

from ringfence.identifiers.currencies import CURRENCY_OF
from ringfence.identifiers.reading import Match, Reading
from ringfence.model.identifier import IdentifierKind, Money

_UNITS = {
    word: number
    for number, words in {
        1: "one ek एक",
        2: "two do दो",
        3: "three teen तीन",
        4: "four char chaar चार",
        5: "five paanch panch पांच पाँच",
        6: "six chhe che छह छः",
        7: "seven saat सात",
        8: "eight aath आठ",
        9: "nine nau नौ",
        10: "ten das दस",
        11: "eleven gyarah ग्यारह",
        12: "twelve barah बारह",
        13: "thirteen",
        14: "fourteen",
        15: "fifteen pandrah पंद्रह पन्द्रह",
        16: "sixteen",
        17: "seventeen",
        18: "eighteen",
        19: "nineteen",
        20: "twenty bees बीस",
        25: "pachees pachis पच्चीस",
        30: "thirty tees तीस",
        40: "forty fourty chalis chalees चालीस",
        50: "fifty pachas pachaas पचास",
        60: "sixty saath साठ",
        70: "seventy sattar सत्तर",
        75: "pachhattar पचहत्तर",
        80: "eighty assi अस्सी",
        90: "ninety nabbe नब्बे",
    }.items()
    for word in words.split()
}
_TIMES = {
    word: times
    for times, words in {
        100: "hundred sau सौ",
        1_000: "thousand hazar hazaar hajar हजार हज़ार हज़ार",
        100_000: "lakh lakhs lac lacs लाख",
        1_000_000: "million",
        10_000_000: "crore crores karod करोड़ करोड़ करोड",
    }.items()
    for word in words.split()
}
_SIGNS = (
    "rupee", "rupay", "rupya", "rupiya", "dollar", "pound", "euro", "naira", "lakh", "lac", "crore", "karod", "haz",
    "haj", "thousand",
)  # fmt: skip
_OTHER_SIGNS = ("रुप", "रूप", "लाख", "करोड", "हजार", "हज़ार")
_INDIAN = 100_000
_LONGEST = 12
"""Words of a sum."""


def said_sums(reading: Reading) -> Iterator[Match]:
    """Number words with a currency behind them, or with lakh or crore, which have theirs."""
    signs = _SIGNS if reading.lowered.isascii() else _SIGNS + _OTHER_SIGNS
    if not any(sign in reading.lowered for sign in signs):
        return
    run: list[tuple[int, int, str]] = []
    for start, end, word in reading.words.places():
        if word in _UNITS or word in _TIMES or (word in ("and", "only") and run):
            run.append((start, end, word))
            continue
        yield from _sum(reading, run, word if word in CURRENCY_OF and len(word) > 1 else "", end)
        run = []
    yield from _sum(reading, run, "", 0)


def _sum(reading: Reading, run: list[tuple[int, int, str]], currency: str, end: int) -> Iterator[Match]:
    while run and run[-1][2] in ("and", "only"):
        run.pop()
    if not 0 < len(run) <= _LONGEST or run[0][2] not in _UNITS:
        return
    total, largest = _total([word for _, _, word in run])
    if not currency and largest < _INDIAN:
        return
    code = CURRENCY_OF.get(currency, "INR")
    money = Money(code, Decimal(total))
    last = end if currency else run[-1][1]
    yield Match(reading.plain, run[0][0], last, IdentifierKind.AMOUNT, f"{code} {total}", None, money)


def _total(words: list[str]) -> tuple[int, int]:
    """What the words come to, and the largest of their multipliers."""
    total, part, largest = 0, 0, 1
    for word in words:
        if word in _UNITS:
            part += _UNITS[word]
        elif word in _TIMES:
            times = _TIMES[word]
            largest = max(largest, times)
            if times == 100:
                part = max(part, 1) * 100
            else:
                total += max(part, 1) * times
                part = 0
    return total + part, largest
