"""Whatever the text: no fault, right spans, normal forms that stay, and no more time than its length allows."""

import importlib
import pkgutil
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfence import identifiers
from ringfence.identifiers import LONGEST, find
from ringfence.identifiers.folded import Folded, characters, digits, letters, links
from ringfence.model.identifier import IdentifierKind

PIECES_OF_TEXT = """
    +91 98310 44127|9831044127|1800|rahul@okaxis|a@b.com|http://|sbi.co.in|/x?|[.]|hxxp|₹|Rs.|5,000|lakh|rupaye|OTP|is
    |code|445566|A/c no|50100234567891|IFSC|SBIN0001234|BKZPS4471L|4111 1111 1111 1111|6779 7904 9694|bc1q|@name_1
    |0x71C7656EC7ab88b098defB751B7401B5f6d8976F|wa.me/9198|any desk|case id|CBI/2024/1|12/05/2025|10:30|nine eight
    |double|नौ आठ|खाता|०१२३|\u200b|\u202e|аеор|. |-|(|)|x|XX|*|'|to|Telegram|t.me/
"""
PIECES = st.sampled_from(PIECES_OF_TEXT.split("|"))
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=30).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda between: between.join(parts))
)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_spans_are_right_in_order_and_apart(text: str) -> None:
    last = 0
    for identifier in find(text):
        assert identifier.span is not None
        start, end = identifier.span
        assert last <= start < end <= len(text)
        assert text[start:end] == identifier.surface
        assert identifier.value
        last = end


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_unicode_is_read_without_a_fault(text: str) -> None:
    assert find(text) == find(text)


IN_CONTEXT = {
    IdentifierKind.PHONE: "call {}",
    IdentifierKind.UPI: "UPI id {}",
    IdentifierKind.BANK_ACCOUNT: "account number {}",
    IdentifierKind.IFSC: "IFSC {}",
    IdentifierKind.CARD: "card number {}",
    IdentifierKind.AADHAAR: "Aadhaar {}",
    IdentifierKind.PAN: "PAN {}",
    IdentifierKind.GSTIN: "{}",
    IdentifierKind.EMAIL: "mail {}",
    IdentifierKind.URL: "visit {}",
    IdentifierKind.BTC: "{}",
    IdentifierKind.ETH: "{}",
    IdentifierKind.TELEGRAM: "Telegram {}",
    IdentifierKind.REMOTE_TOOL: "install {}",
    IdentifierKind.OTP: "OTP is {}",
    IdentifierKind.AMOUNT: "{}",
}
FIRST = """Call 98310 44127, pay Rahul@OkAxis or a/c 0023-4567-8901 IFSC sbin0001234, Rs. 4,999.50, OTP is 44-55-66.
Card no 4111-1111-1111-1111. Aadhaar 6779-7904-9694, PAN bkzps4471l, 27aaxpk7692f1zw, Help@SBI.co.in, HTTP://Sbi.co.in/A,
12dyzkHLaoy6sUr8fKDUuoAgsfTMyiiuiC 0x71c7656ec7ab88b098defb751b7401b5f6d8976f Telegram @Earn_Daily, any desk"""


def test_a_normal_form_is_its_own_normal_form() -> None:
    seen = set()
    for identifier in find(FIRST):
        again = find(IN_CONTEXT[identifier.kind].format(identifier.value))
        assert [(found.kind, found.value) for found in again] == [(identifier.kind, identifier.value)]
        seen.add(identifier.kind)
    assert seen == set(IN_CONTEXT)


WORST = {
    "digits": "1",
    "digits apart": "1 ",
    "groups of digits": "1234 ",
    "numbers to call": "call 9831044127 ",
    "letters": "a",
    "hosts": "a.",
    "hosts with paths": "a.in/",
    "paths": "a/",
    "dashes": "a-1-",
    "at signs": "a@",
    "brackets": "[.",
    "glue": "is ",
    "spaces": " ",
    "digit words": "nine eight ",
    "doubles": "double ",
    "sums": "₹1,",
    "lakhs": "one lakh ",
    "references": "case id A1/",
    "dates": "1/1/2",
    "hidden": "\u200b9",
    "look-alikes": "аp",
    "Devanagari": "खाता ९",
    "tools": "any ",
    "telegram": "telegram @ab",
    "base58": "1A",
}
MILLION = 1_000_000


def seconds_of(text: str, read: Callable[[str], object]) -> float:
    begun = time.thread_time()
    read(text)
    return time.thread_time() - begun


@pytest.mark.parametrize("piece", WORST.values(), ids=WORST)
def test_a_million_characters_take_less_than_a_second(piece: str) -> None:
    find("warm: call 9831044127, visit sbi.co.in, IFSC SBIN0001234")
    text = piece * (MILLION // len(piece))
    assert seconds_of(text, find) < 1


@pytest.mark.parametrize("level", [letters, links, digits])
@pytest.mark.parametrize("piece", WORST.values(), ids=WORST)
def test_each_level_of_folding_is_linear(piece: str, level: Callable[[Folded], Folded]) -> None:
    text = piece * (MILLION // len(piece))
    assert seconds_of(text, lambda given: level(characters(given))) < 2


def patterns() -> dict[str, re.Pattern[str]]:
    """Every compiled expression of the package."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.iter_modules(identifiers.__path__):
        inside = vars(importlib.import_module(f"ringfence.identifiers.{module.name}"))
        found |= {
            f"{module.name}.{name}": each for name, each in inside.items() if isinstance(each, re.Pattern)
        }
    return found


@pytest.mark.parametrize("name", sorted(patterns()))
def test_no_expression_is_catastrophic(name: str) -> None:
    pattern = patterns()[name]
    for piece in WORST.values():
        text = piece * (LONGEST // len(piece))
        assert seconds_of(text, lambda given: sum(1 for _ in pattern.finditer(given))) < 1, piece
