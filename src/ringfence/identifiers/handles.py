"""Handles: `@name` on Telegram, where the text says that it is there."""

import re
from collections.abc import Iterator

from ringfence.identifiers.reading import Match, Reading
from ringfence.model.identifier import IdentifierKind

_SIGNS = (
    "telegram", "telegrm", "telgram", "tele gram", "टेलीग्राम", "টেলিগ্রাম", "ટેલિગ્રામ", "டெலிகிராம்", "టెలిగ్రామ్", "ടെലഗ്രാം",
    "ಟೆಲಿಗ್ರಾಂ", "ਟੈਲੀਗ੍ਰਾਮ",
)  # fmt: skip
_TG = re.compile(r"(?<![a-z])(?:tg|tele)(?![a-z])")
_HANDLE = re.compile(r"(?<![\w.@/])@([A-Za-z][A-Za-z0-9_]{3,31})(?![\w@])(?!\.[a-z]{2})")
_NAMED = re.compile(
    r"(?:telegram|(?<![a-z])tg)(?:\s+(?:id|handle|username|user|channel|group|account|contact))?\s*(?:name|no)?\s*(?:is|:|-|=|@|hai)+\s*"
    r"(?P<name>[A-Za-z][A-Za-z0-9_]{4,31})(?![\w@.])",
    re.IGNORECASE,
)
_ELSEWHERE = ("instagram", "insta ", "twitter", "facebook", "snapchat", "youtube", "tiktok", "threads")


def find_telegram_handles(reading: Reading) -> Iterator[Match]:
    """`@name` in a text that speaks of Telegram, and `Telegram: name_99`, `Telegram id is name_99`."""
    lowered = reading.lowered
    if not any(sign in lowered for sign in _SIGNS) and not ("@" in lowered and _TG.search(lowered)):
        return
    text = reading.plain.text
    for match in _HANDLE.finditer(text):
        if not _is_elsewhere(lowered, match.start()):
            yield _match(reading, match.start(), match.end(), match[1])
    for match in _NAMED.finditer(text):
        name = match["name"]
        if "_" in name or any(map(str.isdigit, name)):
            yield _match(reading, match.start("name"), match.end("name"), name)


def _is_elsewhere(lowered: str, at: int) -> bool:
    """Whether another network stands nearer before the handle than Telegram does."""
    near = lowered[max(0, at - 40) : at]
    other = max(near.rfind(name) for name in _ELSEWHERE)
    return other > max(near.rfind(sign) for sign in _SIGNS)


def _match(reading: Reading, start: int, end: int, name: str) -> Match:
    return Match(reading.plain, start, end, IdentifierKind.TELEGRAM, "@" + name.lower())
