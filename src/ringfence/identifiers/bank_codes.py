"""Codes by which banks are reached: sort codes of the United Kingdom, routing numbers of the United States."""

import re
from collections.abc import Iterator

from ringfence.identifiers import checksums

_SORT_CODE = re.compile(r"sort ?code\W{0,3}(?:is |no\.? ?)?(\d\d[\- ]?\d\d[\- ]?\d\d)(?!\d)", re.IGNORECASE)
_ROUTING = re.compile(
    r"(?:routing|aba|rtn)(?: (?:number|no|num|code|transit))*\W{0,3}(?:is )?(\d{9})(?!\d)", re.IGNORECASE
)


def bank_codes(text: str, lowered: str) -> Iterator[re.Match[str]]:
    """Each with the code as its first group; routing numbers have right check digits."""
    if "sort" in lowered:
        yield from _SORT_CODE.finditer(text)
    if "routing" in lowered or "aba" in lowered or "rtn" in lowered:
        yield from (match for match in _ROUTING.finditer(text) if checksums.aba_routing(match[1]))
