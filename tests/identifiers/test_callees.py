"""Numbers that may be called, and those that nobody can or should call."""

import pytest

from ringfence.identifiers.callees import callee, country_of


@pytest.mark.parametrize(
    ("written", "region", "e164", "country"),
    [
        ("98765 43210", "IN", "+919876543210", "IN"),
        ("0091 98765-43210", "US", "+919876543210", "IN"),
        ("(202) 555-0123", "US", "+12025550123", "US"),
        ("07700 900123", "GB", "+447700900123", "GB"),
        ("+15551234567", "IN", "+15551234567", "US"),
    ],
)
def test_a_number_is_called_by_its_international_form(
    written: str, region: str, e164: str, country: str
) -> None:
    assert (callee(written, region), country_of(e164)) == (e164, country)


@pytest.mark.parametrize(
    "written", ["1", "+", "12345", "+915551234567", "0000000000", "x", "+91 98765 43210 ext 5", "9" * 60]
)
def test_what_is_no_number_in_use_is_refused_with_the_fix(written: str) -> None:
    with pytest.raises(ValueError, match=r"\+919876543210"):
        callee(written, "IN")


@pytest.mark.parametrize(
    "written", ["+19009876543", "+449098790123", "+448451234567", "+881612345678", "+882161234567"]
)
def test_a_number_that_earns_by_being_called_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="costs more"):
        callee(written, "IN")
