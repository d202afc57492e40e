"""What is taken out of a text before it leaves the house, and what stays since it leads to the scammer."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.identifiers import find
from ringfence.identifiers.masked import masked


def of(text: str) -> str:
    return masked(text, find(text))


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Confirm your card 4111 1111 1111 1111 now", "Confirm your card [card number] now"),
        ("Your OTP is 482913, tell nobody", "Your OTP is [code], tell nobody"),
        ("Aadhaar 2341 2341 2346 is blocked", "Aadhaar [Aadhaar number] is blocked"),
        ("PAN ABCPK1234F is blocked", "PAN [PAN] is blocked"),
        ("A/c no 30211234567 is blocked", "A/c no [account number] is blocked"),
        ("Your number 9831044128 will be cut", "Your number [phone number] will be cut"),
        ("It says 1234-5678-9012-34567 there", "It says [number] there"),
        ("₹500 4111111111111112 is no card", "₹500 [number] is no card"),
    ],
)
def test_personal_data_is_taken_out_whole(text: str, sent: str) -> None:
    assert of(text) == sent


@pytest.mark.parametrize(
    "text",
    [
        "Call 98310 44127 or pay refund.desk@okaxis",
        "Open http://sbi-kyc.example/verify today",
        "Pay ₹25,000 by 12-11-2026",
        "Send 0.5 BTC to bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "",
    ],
)
def test_what_leads_to_the_scammer_stays(text: str) -> None:
    assert of(text) == text


def test_places_in_another_text_are_not_trusted() -> None:
    others = find("The card 4111 1111 1111 1111 is another's")
    assert masked("It is my card: 4111 1111 1111 1111", others) == "It is my card: [card number]"


def test_what_is_behind_all_that_is_read_is_not_sent() -> None:
    text = "word " * 12_000 + "card 4111 1111 1111 1111"
    assert of(text) == text[:60_000]


@given(st.text(st.sampled_from("0123456789 -./abcप०१\x00OTPpan@₹"), max_size=80))
def test_no_long_number_is_left_beside_what_stays(text: str) -> None:
    kept = [one.surface for one in find(text)]
    for run in re.findall(r"\d{9,}", of(text)):
        assert any(run in surface for surface in kept)
