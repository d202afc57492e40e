"""Texts as a machine should read them, and the way back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfence.identifiers.folded import Folded, characters, digits, letters, links


def all_levels(text: str) -> Folded:
    return digits(links(letters(characters(text))))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＫＹＣ ९८३１", "KYC 9831"),
        ("𝐊𝐘𝐂 𝟗𝟖", "KYC 98"),
        ("9️⃣8️⃣", "98"),
        ("K\u200bY\u00adC", "KYC"),
        ("\u202eOTP\u202c", "OTP"),
        ("“yes” – it’s", '"yes" - it\'s'),
        ("example。com", "example.com"),
        ("नमस्ते", "नमस्ते"),
        ("café ½", "café ½"),
    ],
)
def test_each_character_has_one_spelling(text: str, folded: str) -> None:
    assert characters(text).text == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("уоur Раураl аccount", "your Paypal account"),
        ("ОТР 4455", "OTP 4455"),
        ("это ОТР", "это ОТР"),
        ("привет", "привет"),
        ("λόγος", "λόγος"),
        ("ᴋʏᴄ", "kyc"),
    ],
)
def test_words_are_latin_throughout_or_of_another_script(text: str, folded: str) -> None:
    assert letters(characters(text)).text == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("hxxps://sbi[.]co[.]in", "https://sbi.co.in"),
        ("h**p://a.in", "http://a.in"),
        ("http[:]//a(dot)in", "http://a.in"),
        ("http //a.in", "http://a.in"),
        ("a[at]b{dot}com", "a@b.com"),
        ("raj at gmail dot com", "raj@gmail.com"),
        ("raj at the rate okaxis", "raj@okaxis"),
        ("sbi kyc डॉट कॉम", "sbi kyc.com"),
        ("meet me at the gate", "meet me at the gate"),
        ("a dot on the map", "a dot on the map"),
        ("at the rate of 12%", "at the rate of 12%"),
        ("(see below) [1]", "(see below) [1]"),
    ],
)
def test_addresses_are_as_they_would_be_opened(text: str, folded: str) -> None:
    assert links(characters(text)).text == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("9 8 7 6 5", "98765"),
        ("4-4-5-5-6-6", "445566"),
        ("nine eight double seven triple zero", "9877000"),
        ("नौ आठ सात छह पांच", "98765"),
        ("nau aath saat chhe paanch", "98765"),
        ("nine 8 seven 6 five", "98765"),
        ("98765O4321", "9876504321"),
        ("98310 44I27", "98310 44127"),
        ("one or two", "one or two"),
        ("do din baad ek baje", "do din baad ek baje"),
        ("press 1 2 or 3", "press 1 2 or 3"),
        ("1 2 3", "1 2 3"),
        ("HDFC0001234", "HDFC0001234"),
        ("double trouble", "double trouble"),
        ("12 3 4 5 6", "12 3 4 5 6"),
    ],
)
def test_numbers_are_in_one_piece(text: str, folded: str) -> None:
    assert digits(characters(text)).text == folded


def test_a_folded_character_knows_where_it_came_from() -> None:
    text = "call nine eight seven six now"
    folded = digits(characters(text))
    at = folded.text.index("9876")
    start, end = folded.span(at, at + 4)
    assert text[start:end] == "nine eight seven six"
    first = folded.span(at + 1, at + 2)
    assert text[slice(*first)] == "eight"


TRICKY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("0123456789Ool|.@:/-()[] \u200b\u202eаеорсхΟ९८७१dothxp"),
    ),
    max_size=200,
)


@settings(max_examples=300, deadline=None)
@given(TRICKY)
def test_the_way_back_is_in_order_and_inside_of_the_text(text: str) -> None:
    folded = all_levels(text)
    before = 0
    for at in range(len(folded.text)):
        start, end = folded.span(at, at + 1)
        assert before <= start < end <= len(text)
        before = start


@settings(max_examples=300, deadline=None)
@given(TRICKY)
def test_plain_text_stays_as_it_is(text: str) -> None:
    plain = "".join(char for char in text if char.isascii() and char.isalpha())
    assert characters(plain).text == plain
    assert letters(characters(plain)).text == plain
