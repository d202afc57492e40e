"""What those who type a message do to it: habits of writing, slips, and spellings meant to pass a filter."""

import re
from random import Random

_SHORTER = {
    "you": "u",
    "your": "ur",
    "please": "pls",
    "are": "r",
    "message": "msg",
    "account": "a/c",
    "number": "no",
    "immediately": "immediatly",
    "because": "bcoz",
    "tomorrow": "tmrw",
    "today": "2day",
    "thanks": "thx",
    "and": "&",
    "for": "4",
    "to": "2",
    "urgent": "urgnt",
    "received": "recvd",
    "transaction": "txn",
    "amount": "amt",
    "customer": "cust",
    "with": "wid",
    "what": "wat",
    "okay": "ok",
}
_SHORTER_HINGLISH = {
    "hai": "h",
    "hain": "h",
    "mein": "me",
    "nahi": "nhi",
    "nahin": "nhi",
    "kar": "kr",
    "karo": "kro",
    "karke": "krke",
    "raha": "rha",
    "rahe": "rhe",
    "aap": "ap",
    "aapka": "apka",
    "aapke": "apke",
    "mujhe": "mjhe",
    "kya": "kia",
    "bhai": "bhi",
    "bhej": "bhj",
    "please": "plz",
    "message": "msg",
    "number": "no",
}
_WORD = re.compile(r"[A-Za-z]+")
_LIKE = {
    "a": "аɑ@4",
    "e": "еҽ3",
    "i": "іı1!",
    "o": "оο0",
    "c": "сϲ",
    "p": "рρ",
    "s": "ѕ5$",
    "y": "уγ",
    "x": "х",
    "k": "κк",
    "n": "ո",
    "t": "τ7",
    "b": "ь8",
    "l": "ӏ1|",
    "B": "ВΒ8",
    "A": "АΑ4",
    "C": "СϹ",
    "E": "ЕΕ3",
    "H": "НΗ",
    "K": "КΚ",
    "M": "МΜ",
    "O": "ОΟ0",
    "P": "РΡ",
    "S": "Ѕ5$",
    "T": "ТΤ7",
    "Y": "УΥ",
}
"""Letters of other alphabets and digits that look the same."""
_UNSEEN = "\u200b\u200c\u2060\u00ad\ufeff"
_TELLING = re.compile(
    r"\b(bank|account|kyc|verif\w+|block\w*|suspend\w*|update|click|login|password|otp|pin|card|refund|prize|won|"
    r"reward|lottery|urgent\w*|police|arrest\w*|courier|customs|parcel|invest\w*|bitcoin|crypto|loan|whatsapp|telegram|"
    r"upi|paytm|link|free|claim|winner|job|salary|electricity|tax|pay|fee)\b",
    re.IGNORECASE,
)
"""What filters look for, and so what is written otherwise."""


def as_typed(text: str, language: str, rng: Random) -> str:
    """As people write who don't take care; most texts stay as they are."""
    draw = rng.random() * (0.5 if language == "hi-Latn" else 1.0)
    shorter = _SHORTER_HINGLISH if language == "hi-Latn" else _SHORTER
    if draw < 0.06:
        return text.lower()
    if draw < 0.09:
        return text.upper()
    if draw < 0.16:
        return _WORD.sub(lambda word: _shortened(word[0], shorter, rng), text)
    if draw < 0.22:
        return _slipped(text, rng)
    if draw < 0.26:
        return re.sub(r"([.,!?:;]) ", lambda mark: rng.choice((mark[1], mark[0], " " + mark[0])), text)
    return text


def _shortened(word: str, shorter: dict[str, str], rng: Random) -> str:
    return shorter.get(word.lower(), word) if rng.random() < 0.7 else word


def _slipped(text: str, rng: Random) -> str:
    """One to three letters dropped, doubled or swapped, never in a link or a number."""
    words = text.split(" ")
    usual = [at for at, word in enumerate(words) if word.isalpha() and len(word) > 3]
    for at in rng.sample(usual, min(len(usual), rng.randint(1, 3))):
        word = words[at]
        place = rng.randrange(1, len(word) - 1)
        words[at] = rng.choice(
            (
                word[:place] + word[place + 1 :],
                word[:place] + word[place] + word[place:],
                word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            )
        )
    return " ".join(words)


def as_spoken(text: str, rng: Random) -> str:
    """A transcript: mostly without marks and capitals."""
    if rng.random() < 0.35:
        return text
    bare = re.sub(r"[,;:!?\"()।]|\.(?=\s|$)", "", text)
    return bare.lower() if rng.random() < 0.7 else bare


def disguised(text: str, rng: Random) -> str:
    """Spelt so that a filter that reads words misses them; people still read it."""
    way = rng.choice((_look_alikes, _look_alikes, _unseen, _spaced, _dotted))
    return _TELLING.sub(lambda word: way(word[0], rng) if rng.random() < 0.8 else word[0], text)


def _look_alikes(word: str, rng: Random) -> str:
    return "".join(
        rng.choice(_LIKE[char]) if char in _LIKE and rng.random() < 0.45 else char for char in word
    )


def _unseen(word: str, rng: Random) -> str:
    at = rng.randrange(1, max(2, len(word)))
    return word[:at] + rng.choice(_UNSEEN) + word[at:]


def _spaced(word: str, _rng: Random) -> str:
    return " ".join(word)


def _dotted(word: str, rng: Random) -> str:
    return rng.choice((".", "-", "_", "*")).join(word)
