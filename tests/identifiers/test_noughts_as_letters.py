"""Capital Os among digits are noughts, and a few other ways to write a number that were missed once."""

import pytest

from ringfence.identifiers import find


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Salary Rs 62,OOO a month", "amount", "INR 62000"),
        ("pay only £7OO today", "amount", "GBP 700"),
        ("advance of Rs l5,OOO", "amount", "INR 15000"),
        ("ring me on 98OO1 5OO27", "phone", "+919800150027"),
        ("talk to the refund desk on 98300 51274", "phone", "+919830051274"),
        ("730418 is your one time password for the portal", "otp", "730418"),
        ("your article RX204518839IN is at the post office", "reference", "RX204518839IN"),
    ],
)
def test_it_is_found(text: str, kind: str, value: str) -> None:
    assert (kind, value) in {(one.kind.value, one.value) for one in find(text)}


@pytest.mark.parametrize("text", ["O level results", "OOPS 5 minutes", "Hall O, row 7", "OK at 5 o'clock"])
def test_words_with_an_o_stay(text: str) -> None:
    assert not find(text)
