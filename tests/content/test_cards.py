"""No card is told whole, wherever in an answer it could stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.content.cards import CardMask, starred, without_cards
from ringfence.content.reading import read
from ringfence.model.verdict import Reason

from .judged import verdict


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Your card 4111 1111 1111 1111 is blocked", "Your card **** **** **** 1111 is blocked"),
        ("card number 4111-1111-1111-1112", "card number ****-****-****-1112"),
        ("कार्ड ४१११ ११११ ११११ ११११", "कार्ड **** **** **** ११११"),
        ("open http://x.top/?c=4111111111111111 now", "open http://x.top/?c=************1111 now"),
        ("card 378282246310005", "card ***********0005"),
    ],
)
def test_of_a_card_the_last_four_digits_are_left(text: str, shown: str) -> None:
    assert CardMask(read(text).identifiers).hidden(text) == shown


def test_of_a_card_that_is_read_out_nothing_is_left() -> None:
    text = "my card is four one one one one one one one one one one one one one one one okay"
    told = CardMask(read(text).identifiers).hidden(text)
    assert (told[:11], told[-5:], len(told)) == ("my card is ", " okay", len(text))
    assert "one" not in told


@pytest.mark.parametrize(
    "text", ["account no 4111111111111111 IFSC SBIN0001234", "call +919876543210", "order 1234567890123"]
)
def test_what_is_no_card_stays_whole(text: str) -> None:
    assert CardMask(read(text).identifiers).hidden(text) == text


def test_reasons_phrases_and_identifiers_of_a_verdict_hold_no_card() -> None:
    text = "Confirm card 4111 1111 1111 1111 at http://x.top/4111111111111111 immediately"
    reasons = (Reason("asks for “card 4111 1111 1111 1111”", (8, 32), 1.2),)
    told = without_cards(verdict(text, reasons=reasons))
    assert "4111111111111111" not in repr(told).replace(" ", "")
    assert told.reasons[0].text == "asks for “card **** **** **** 1111”"
    card = next(one for one in told.identifiers if one.kind == "card")
    assert (card.value, card.surface, card.span) == ("************1111", "**** **** **** 1111", (13, 32))


@given(st.text(alphabet="0123456789 -.x", max_size=60))
def test_hiding_keeps_every_place_and_hiding_again_changes_nothing(text: str) -> None:
    mask = CardMask(read(text).identifiers)
    hidden = mask.hidden(text)
    assert len(hidden) == len(text)
    assert mask.hidden(hidden) == hidden
    assert len(starred(text)) == len(text)
