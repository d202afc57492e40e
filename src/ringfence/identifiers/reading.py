"""A text while identifiers are looked for in it: its foldings, its words, and which characters are spoken for."""

import re
from dataclasses import dataclass
from functools import cached_property

from ringfence.identifiers.abroad import country_of
from ringfence.identifiers.bank_codes import bank_codes
from ringfence.identifiers.folded import Folded, characters, digits, letters, links
from ringfence.identifiers.regions import Regions
from ringfence.identifiers.tools import tool_names
from ringfence.identifiers.words import Words
from ringfence.model.identifier import Facts, IdentifierKind, IdentifierRole, Routing

_COMPLAINTS = ("cyber", "fraud", "helpline", "complain", "साइबर", "शिकायत", "हेल्पलाइन")
_DIGIT = re.compile("[0-9]")
_CODE = re.compile(r"[A-Za-z0-9]{8,}")


@dataclass(slots=True)
class Match:
    """What a finder has found, at characters of the folding `where`. Without a kind it names nothing (a date) and only
    keeps others from taking it for something."""

    where: Folded
    start: int
    end: int
    kind: IdentifierKind | None = None
    value: str = ""
    valid: bool | None = None
    facts: Facts | None = None
    role: IdentifierRole | None = None
    """Where the finder knows better than the rules of `roles`."""


class Reading:
    """`linked` keeps letters of other scripts, which make another host; `plain` is what everything else is read in."""

    def __init__(self, text: str, regions: Regions) -> None:
        self.text = text
        self.regions = regions
        self.linked = links(characters(text))
        self.plain = digits(letters(self.linked))
        self._claimed = bytearray(len(text))

    @cached_property
    def words(self) -> Words:
        return Words(self.plain.text)

    @cached_property
    def has_digits(self) -> bool:
        return _DIGIT.search(self.plain.text) is not None

    @cached_property
    def lowered(self) -> str:
        return self.plain.text.lower()

    @cached_property
    def abroad(self) -> str | None:
        """The country whose signs the text shows, where it isn't India."""
        return country_of(self.lowered, self.words.all)

    @cached_property
    def routing(self) -> Routing | None:
        """The sort code or routing number of the bank that the text's accounts are at, where it names just one."""
        codes = {
            match[1].replace("-", "").replace(" ", "") for match in bank_codes(self.plain.text, self.lowered)
        }
        return Routing(codes.pop()) if len(codes) == 1 else None

    @cached_property
    def has_tool(self) -> bool:
        """Whether the text names a program for remote access."""
        return any(True for _ in tool_names(self.plain.text, self.lowered))

    @cached_property
    def of_complaints(self) -> bool:
        """Whether the text says where fraud is reported."""
        return any(sign in self.lowered for sign in _COMPLAINTS)

    @cached_property
    def codes(self) -> list[tuple[int, int, str]]:
        """Words of ASCII letters and digits both, of eight characters or more: where each begins and ends."""
        return [
            (match.start(), match.end(), match.group())
            for match in _CODE.finditer(self.plain.text)
            if not match.group().isdigit() and not match.group().isalpha()
        ]

    def free(self, where: Folded, start: int, end: int) -> bool:
        """Whether no finding holds any of the characters."""
        first, last = where.span(start, end)
        return self._claimed.find(1, first, last) < 0

    def claim(self, match: Match) -> bool:
        """Takes the match's characters for it; False where others have them."""
        first, last = match.where.span(match.start, match.end)
        if self._claimed.find(1, first, last) >= 0:
            return False
        self._claimed[first:last] = b"\x01" * (last - first)
        return True
