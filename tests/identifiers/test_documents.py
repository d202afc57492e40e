"""Aadhaar numbers, PAN, GSTIN, one-time passwords and references."""

import pytest

from ringfence.model.identifier import IdentifierKind, IdentifierRole

from .tables import only, values


@pytest.mark.parametrize(
    ("text", "value", "valid"),
    [
        ("6779 7904 9694", "677979049694", True),
        ("Aadhaar 338312741833", "338312741833", True),
        ("आधार नंबर 3161-0822-9825", "316108229825", True),
        ("aadhar no 338312741834", "338312741834", False),
    ],
)
def test_aadhaar_numbers_are_found_and_checked(text: str, value: str, valid: bool) -> None:
    found = only(text)
    assert (found.kind, found.value, found.valid) == (IdentifierKind.AADHAAR, value, valid)


@pytest.mark.parametrize(
    "text", ["338312741833", "6779 7904 9695", "XXXX XXXX 9694", "call +91 9831 0441 27", "1779 7904 9694"]
)
def test_what_is_no_aadhaar_number(text: str) -> None:
    assert values(text, IdentifierKind.AADHAAR) == []


@pytest.mark.parametrize(
    ("text", "value", "valid"),
    [
        ("BKZPS4471L", "BKZPS4471L", True),
        ("PAN bkzps4471l", "BKZPS4471L", True),
        ("PAN: BKZPS 4471 L", "BKZPS4471L", True),
        ("pan BKZXS4471L", "BKZXS4471L", False),
    ],
)
def test_pans_are_found_and_checked(text: str, value: str, valid: bool) -> None:
    found = only(text)
    assert (found.kind, found.value, found.valid) == (IdentifierKind.PAN, value, valid)


@pytest.mark.parametrize("text", ["BKZXS4471L", "ABKZPS4471L", "bkzps4471l", "PAN XXXXX4471X"])
def test_what_is_no_pan(text: str) -> None:
    assert values(text, IdentifierKind.PAN) == []


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("27AAXPK7692F1ZW", True),
        ("GSTIN 29ACZPK3825F1Z3", True),
        ("27AAXPK7692F1ZX", False),
        ("99AAXPK7692F1ZW", False),
    ],
)
def test_gstins_are_found_and_checked(text: str, valid: bool) -> None:
    found = only(text)
    assert (found.kind, found.valid) == (IdentifierKind.GSTIN, valid)


@pytest.mark.parametrize("text", ["27AAXPK7692F1Z", "27AAXPK7692F1AW", "X27AAXPK7692F1ZW"])
def test_what_is_no_gstin(text: str) -> None:
    assert values(text, IdentifierKind.GSTIN) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("OTP is 445566", "445566"),
        ("Your code: 4821", "4821"),
        ("998877 is your SBI OTP", "998877"),
        ("G-550193 is your Google verification code", "550193"),
        ("Your WhatsApp code: 221-904", "221904"),
        ("ओटीपी 330981 है", "330981"),
        ("Use 778120 to verify your account", "778120"),
        ("verification PIN is 6620", "6620"),
        ("your OTP is four four five five six six", "445566"),
        ("OTP for the payment to Myntra on card ending 7702 is 918273", "918273"),
    ],
)
def test_one_time_passwords_are_found(text: str, value: str) -> None:
    assert values(text, IdentifierKind.OTP) == [value]
    assert values(text, IdentifierKind.AMOUNT) == []


@pytest.mark.parametrize(
    "text",
    [
        "share the 6 digit OTP",
        "OTP will come in 1015 minutes",
        "PIN code 560001",
        "use code TASTY50",
        "branch code 4417",
        "text the password MIX to 85069",
    ],
)
def test_what_is_no_one_time_password(text: str) -> None:
    assert values(text, IdentifierKind.OTP) == []


def test_a_code_that_is_to_be_told_is_asked() -> None:
    assert only("Share OTP 445566 with me").role is IdentifierRole.ASKED
    assert only("OTP is 445566").role is IdentifierRole.GIVEN


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Case ID: CBI/2024/8891", "CBI/2024/8891"),
        ("FIR No. 123/2024", "123/2024"),
        ("badge no. 4471", "4471"),
        ("AWB 12345678901", "12345678901"),
        ("consumer no. 1029384756", "1029384756"),
        ("policy no. LIC-883920", "LIC-883920"),
        ("Order #402-8812734-1190042", "402-8812734-1190042"),
        ("UPI Ref No 507144820193", "507144820193"),
        ("Info: UPI/P2A/005009424978/UDAY", "005009424978"),
        ("PNR X7K2QP", "X7K2QP"),
        ("my AnyDesk id is 845 213 776", "845213776"),
        ("शिकायत क्रमांक 4471/2025", "4471/2025"),
    ],
)
def test_references_are_found_by_the_words_beside_them(text: str, value: str) -> None:
    assert values(text, IdentifierKind.REFERENCE) == [value]
    assert values(text, IdentifierKind.PHONE) == []


@pytest.mark.parametrize(
    "text",
    [
        "in case 3 people come",
        "order 2 pizzas",
        "Section 420 of IPC",
        "flight AI-202",
        "Folio no XXXXXXXX562",
        "paid for txn of Rs.250 to shop",
        "Ref by NEFT on 02-Jan-2026",
        "page 340 to 356",
        "vehicle no KA05MN4432",
    ],
)
def test_what_is_no_reference(text: str) -> None:
    assert values(text, IdentifierKind.REFERENCE) == []
