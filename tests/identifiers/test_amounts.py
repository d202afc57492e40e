"""Sums of money, wallets and remote-access tools."""

from decimal import Decimal

import pytest

from ringfence.identifiers import Regions
from ringfence.model.identifier import IdentifierKind, IdentifierRole, Money, Tool

from .tables import only, values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("₹25,000", "INR 25000"),
        ("Rs. 4,999/-", "INR 4999"),
        ("Rs.500.00", "INR 500"),
        ("Rs 1,00,000.50", "INR 100000.50"),
        ("INR5000", "INR 5000"),
        ("5000 rupees", "INR 5000"),
        ("5000/-", "INR 5000"),
        ("2 lakh", "INR 200000"),
        ("₹1.5 crore", "INR 15000000"),
        ("30 hazar", "INR 30000"),
        ("earn 25k per month", "INR 25000"),
        ("pay 5000 now", "INR 5000"),
        ("5000 bhejo", "INR 5000"),
        ("$500", "USD 500"),
        ("USD 1.2M", "USD 1200000"),
        ("$1,000,000.00 USD", "USD 1000000"),
        ("£1,200.50", "GBP 1200.50"),
        ("184,50 €", "EUR 184.50"),
        ("€2.300", "EUR 2300"),
        ("N50,000", "NGN 50000"),
        ("KSh 2,500", "KES 2500"),
        ("S$300", "SGD 300"),
        ("five thousand rupees", "INR 5000"),
        ("do lakh", "INR 200000"),
        ("पचास हजार रुपये", "INR 50000"),
        ("रु 265", "INR 265"),
        ("०.५ BTC", "BTC 0.5"),
        ("৫০০০ টাকা", "INR 5000"),
    ],
)
def test_sums_are_found_with_their_currency(text: str, value: str) -> None:
    assert values(text, IdentifierKind.AMOUNT) == [value]


def test_both_ends_of_a_range_are_sums() -> None:
    assert values("Rs 2,000-5,000 daily", IdentifierKind.AMOUNT) == ["INR 2000", "INR 5000"]
    assert values("2000-3000 rs roz", IdentifierKind.AMOUNT) == ["INR 2000", "INR 3000"]


@pytest.mark.parametrize(
    "text",
    [
        "50% off",
        "25k followers",
        "10 lakh users",
        "N95 mask",
        "in 2025",
        "5000 people",
        "Rs only",
        "OTP 5000",
        "send WIN to 85069",
        "12 km",
        "room 402",
        "earn 5,000 points",
        "call 9831044127",
    ],
)
def test_what_is_no_sum(text: str) -> None:
    assert values(text, IdentifierKind.AMOUNT) == []


def test_a_sum_tells_number_and_currency() -> None:
    assert only("₹1.5 lakh").facts == Money("INR", Decimal(150_000))


def test_a_sum_without_a_currency_is_in_that_of_the_default_region() -> None:
    assert values("pay 5000 now", IdentifierKind.AMOUNT, Regions("GB")) == ["GBP 5000"]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Pay Rs 500 now", IdentifierRole.ASKED),
        ("₹500 भेजें", IdentifierRole.ASKED),
        ("You won Rs 500", IdentifierRole.MENTIONED),
        ("Rs 500 debited", IdentifierRole.MENTIONED),
        ("worth Rs 500", IdentifierRole.MENTIONED),
    ],
)
def test_a_sum_that_is_demanded_is_asked(text: str, role: IdentifierRole) -> None:
    assert only(text).role is role


@pytest.mark.parametrize(
    ("text", "kind", "valid"),
    [
        ("12dyzkHLaoy6sUr8fKDUuoAgsfTMyiiuiC", IdentifierKind.BTC, True),
        ("3FM3r4sw6oa8XbuLjZt7aRx8zwohb6W2Nb", IdentifierKind.BTC, True),
        ("12dyzkHLaoy6sUr8fKDUuoAgsfTMyiiuiD", IdentifierKind.BTC, False),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", IdentifierKind.BTC, True),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp", IdentifierKind.BTC, False),
        ("bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr", IdentifierKind.BTC, True),
        ("0x71C7656EC7ab88b098defB751B7401B5f6d8976F", IdentifierKind.ETH, True),
        ("0x71c7656EC7ab88b098defB751B7401B5f6d8976F", IdentifierKind.ETH, False),
        ("0x71c7656ec7ab88b098defb751b7401b5f6d8976f", IdentifierKind.ETH, None),
    ],
)
def test_wallets_are_found_and_checked(text: str, kind: IdentifierKind, valid: bool | None) -> None:
    found = only(f"Send to {text} today")
    assert (found.kind, found.valid) == (kind, valid)


def test_one_wallet_of_ethereum_has_one_normal_form() -> None:
    small = only("0x71c7656ec7ab88b098defb751b7401b5f6d8976f").value
    assert small == only("0x71C7656EC7ab88b098defB751B7401B5f6d8976F").value


@pytest.mark.parametrize(
    "text",
    [
        "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE",
        "0x71c7656ec7ab88b098defb751b7401b5f6d8976",
        "1234567890123456789012345678",
    ],
)
def test_what_is_no_wallet(text: str) -> None:
    assert values(text, IdentifierKind.BTC) + values(text, IdentifierKind.ETH) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("install AnyDesk", "anydesk"),
        ("any desk app", "anydesk"),
        ("एनीडेस्क डाउनलोड करें", "anydesk"),
        ("TeamViewer", "teamviewer"),
        ("Quick Support", "quicksupport"),
        ("Zoho Assist", "zoho assist"),
        ("Chrome Remote Desktop", "chrome remote desktop"),
        ("LogMeIn", "logmein"),
        ("Ultra Viewer", "ultraviewer"),
        ("Ammyy Admin", "ammyy"),
    ],
)
def test_remote_access_tools_are_found_by_name(text: str, value: str) -> None:
    assert values(text, IdentifierKind.REMOTE_TOOL) == [value]


@pytest.mark.parametrize(
    "text", ["help desk", "a quick view", "go to assistance", "many desks", "remote work"]
)
def test_what_is_no_remote_access_tool(text: str) -> None:
    assert values(text, IdentifierKind.REMOTE_TOOL) == []


def test_a_tool_to_be_installed_is_given_and_one_warned_of_is_mentioned() -> None:
    found = only("Please install Any Desk")
    assert (found.role, found.facts) == (IdentifierRole.GIVEN, Tool("AnyDesk"))
    assert only("We never ask you to download AnyDesk").role is IdentifierRole.MENTIONED
