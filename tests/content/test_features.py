"""What the classifier learns from: never a number or a link as such."""

from ringfence.content.features import features
from ringfence.content.reading import read


def of(text: str) -> list[str]:
    return features(read(text))


def test_identifiers_and_numbers_are_told_by_their_kind() -> None:
    told = of("Pay Rs 4,999 to ravi22@ybl or call 98765 43210, ref 12 at sbi-kyc.top/a or bit.ly/x1y2z3")
    assert "<amount of 4 digits>" in told
    assert {"<upi>", "<phone>", "<url of an imitator>", "<short url>"} <= set(told)
    assert not any("98765" in one or "ravi" in one or "4,999" in one or "bit.ly" in one for one in told)


def test_whose_a_link_is_is_told() -> None:
    assert "<official url>" in of("log in at m.netflix.com/isZB")
    assert "<url of a cheap kind>" in of("log in at https://abcd123.top/x")
    assert "<url>" in of("see https://www.example.org/menu")


def test_an_identifier_of_several_words_is_one_token_with_neighbours() -> None:
    assert "call <phone>" in of("please call +91 98765 43210 now")
    assert "<phone> now" in of("please call +91 98765 43210 now")


def test_a_strategy_and_a_disguise_are_signs() -> None:
    told = of("Your acc0unt will be bl0cked today, share the OTP")
    assert {"=fear:block", "=credential:otp", "=disguised"} <= set(told)
    assert "=credential:otp" not in of("Never share the OTP with anybody")
    assert "=advice" in of("Never share the OTP with anybody")


def test_a_link_and_no_word_is_a_sign_of_its_own() -> None:
    for bare in ("https://example.org/menu", "  bit.ly/3xYz!", "482913"):
        assert "=bare" in of(bare)
    for telling in ("see https://example.org/menu", "https://abcd123.top/x", "http://sbi-kyc.top/x"):
        assert "=bare" not in of(telling)


def test_numbers_outside_of_identifiers_are_told_by_their_length() -> None:
    assert "<2 digits>" in of("there were 17 of us")


def test_nothing_is_nothing() -> None:
    assert of("") == []
    assert of("...") == []
