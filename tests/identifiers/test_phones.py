"""Telephone numbers in the ways people write them, and numbers that are none."""

import pytest

from ringfence.identifiers import Regions
from ringfence.model.identifier import IdentifierKind, IdentifierRole

from .tables import only, values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("+91 98310-44127", "+919831044127"),
        ("98310 44127", "+919831044127"),
        ("9831044127", "+919831044127"),
        ("983-104-4127", "+919831044127"),
        ("0 98310 44127", "+919831044127"),
        ("09831044127", "+919831044127"),
        ("919831044127", "+919831044127"),
        ("91 98310 44127", "+919831044127"),
        ("0091 98310 44127", "+919831044127"),
        ("(+91) 9831044127", "+919831044127"),
        ("+91-(0)98310-44127", "+919831044127"),
        ("९८३१०४४१२७", "+919831044127"),
        ("98\u200b310\u200b44127", "+919831044127"),
        ("9 8 3 1 0 4 4 1 2 7", "+919831044127"),
        ("98310 44I27", "+919831044127"),
        ("nine eight three one zero double four one two seven", "+919831044127"),
        ("nau aath teen ek zero char char ek do saat", "+919831044127"),
        ("033-2357 1123", "+913323571123"),
        ("(022) 6140 8833", "+912261408833"),
        ("1800-425-3800", "+9118004253800"),
        ("1800 11 2211", "+911800112211"),
        ("1860 266 2666", "+9118602662666"),
        ("+1 (202) 555-0148", "+12025550148"),
        ("(202) 555-0148", "+12025550148"),
        ("1-888-555-0173", "+18885550173"),
        ("+44 7911 123456", "+447911123456"),
        ("0300 311 2233", "+443003112233"),
        ("+234 803 123 4567", "+2348031234567"),
        ("0712 345 678", "+254712345678"),
        ("+65 8123 4567", "+6581234567"),
        ("+49 151 23456789", "+4915123456789"),
    ],
)
def test_a_number_to_call_is_told_in_its_international_form(text: str, value: str) -> None:
    found = only(f"Please call {text} today")
    assert (found.kind, found.value, found.valid) == (IdentifierKind.PHONE, value, True)
    assert found.role is IdentifierRole.GIVEN


@pytest.mark.parametrize(
    "text",
    [
        "A/c XX1234 is credited",
        "account number 9831044127",
        "Order ID 9831044127",
        "on 12/05/2025 at 10:30",
        "PIN code 560001",
        "card ending 4127",
        "UPI Ref No 983104412711",
        "policy no. 9831044127",
        "the years 2024 2025",
        "9831044127@ybl",
        "https://example.com/9831044127",
        "₹98,310 44 only",
        "id 98310441271122334455",
    ],
)
def test_other_numbers_are_no_telephone_numbers(text: str) -> None:
    assert values(text, IdentifierKind.PHONE) == []


def test_what_fits_no_plan_keeps_its_digits_and_is_of_unknown_validity() -> None:
    found = only("call 01064247112 now", Regions("IN", ("IN",)))
    assert (found.value, found.valid) == ("01064247112", None)


def test_a_wrong_number_with_a_country_code_is_not_valid() -> None:
    assert only("call +1 123 456 7890").valid is False


@pytest.mark.parametrize("text", ["Dial 1930 now", "cyber fraud? 1930 पर कॉल करें", "Report fraud to 1930"])
def test_a_helpline_is_a_number_to_dial(text: str) -> None:
    assert values(text, IdentifierKind.PHONE) == ["1930"]


def test_the_same_digits_without_a_word_are_a_year() -> None:
    assert values("My grandfather was born in 1930", IdentifierKind.PHONE) == []


def test_national_numbers_are_read_in_the_default_region_first() -> None:
    text = "call 020 7946 0018"
    assert values(text, IdentifierKind.PHONE, Regions("GB", ("GB",))) == ["+442079460018"]
    assert values("call 2079460018 now", IdentifierKind.PHONE, Regions("US", ("IN",))) == ["+12079460018"]


def test_a_british_text_gives_its_numbers_away_as_british() -> None:
    assert values("Hi mum, text me on 07700900461", IdentifierKind.PHONE) == ["+447700900461"]
    assert values("Mera naya number 07700900461 hai", IdentifierKind.PHONE) == ["+917700900461"]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Call us on 9831044127", IdentifierRole.GIVEN),
        ("your registered mobile number 9831044127", IdentifierRole.ASKED),
        ("Never call 9831044127", IdentifierRole.MENTIONED),
        ("Missed call from 9831044127", IdentifierRole.MENTIONED),
    ],
)
def test_whose_number_it_is(text: str, role: IdentifierRole) -> None:
    assert only(text).role is role
