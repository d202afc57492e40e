"""UPI ids, accounts, bank codes and cards."""

import pytest

from ringfence.identifiers import find
from ringfence.model.identifier import BankBranch, IdentifierKind, IdentifierRole, Routing

from .tables import only, values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("pay to Rahul.Verma@okaxis", "rahul.verma@okaxis"),
        ("9831044127@ybl", "9831044127@ybl"),
        ("shop-12@paytm.", "shop-12@paytm"),
        ("refund.desk@oksbi.Send now", "refund.desk@oksbi"),
        ("rahul@okaxis/", "rahul@okaxis"),
        ("pay rahul @okicici", "rahul@okicici"),
        ("pay to ramesh at okaxis", "ramesh@okaxis"),
        ("ramesh at the rate ybl", "ramesh@ybl"),
        ("UPI id: sales@newbank", "sales@newbank"),
    ],
)
def test_upi_ids_are_found(text: str, value: str) -> None:
    assert values(text, IdentifierKind.UPI) == [value]
    assert values(text, IdentifierKind.EMAIL) == []


@pytest.mark.parametrize(
    "text", ["rahul@gmail.com", "care@icici.com", "50% OFF @Zomato", "follow @rahul", "rahul@gmail", "a@b@c"]
)
def test_what_is_no_upi_id(text: str) -> None:
    assert values(text, IdentifierKind.UPI) == []


def test_a_known_handle_makes_a_upi_id_valid() -> None:
    assert only("pay rahul@okaxis").valid is True
    assert only("UPI id: sales@newbank").valid is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("account number 50100234567891", "50100234567891"),
        ("A/C No: 0023-4567-8901", "002345678901"),
        ("acct 33021877654", "33021877654"),
        ("खाता संख्या 20178834561", "20178834561"),
        ("transfer to 50100234567891 IFSC HDFC0000456", "50100234567891"),
        ("Account No. 9831044127", "9831044127"),
        ("IBAN GB77 BARC 2020 1530 0934 59", "GB77BARC20201530093459"),
        ("DE44500105175407324931", "DE44500105175407324931"),
    ],
)
def test_bank_accounts_are_found_by_the_words_beside_them(text: str, value: str) -> None:
    assert values(text, IdentifierKind.BANK_ACCOUNT) == [value]
    assert values(text, IdentifierKind.PHONE) == []


@pytest.mark.parametrize(
    "text",
    [
        "A/c XX1234 debited",
        "a/c no. XXXXXX567812345",
        "account ending 5678",
        "account *1234567890",
        "50100234567891",
        "account opened in 2019",
        "your account 98310 is",
    ],
)
def test_what_is_no_bank_account(text: str) -> None:
    assert values(text, IdentifierKind.BANK_ACCOUNT) == []


def test_a_sort_code_and_a_routing_number_go_with_the_account() -> None:
    british = only("Account 73920184, sort code 20-45-77")
    assert (british.value, british.facts) == ("73920184", Routing("204577"))
    american = only("routing number 021000021 and account number 4839201177")
    assert (american.value, american.facts) == ("4839201177", Routing("021000021"))


@pytest.mark.usefixtures("branches")
def test_an_ifsc_names_its_bank_and_branch() -> None:
    found = only("IFSC SBIN0001234")
    assert (found.kind, found.value, found.valid) == (IdentifierKind.IFSC, "SBIN0001234", True)
    assert found.facts == BankBranch("SBIN", "State Bank of India", "001234")


@pytest.mark.usefixtures("branches")
@pytest.mark.parametrize(
    ("text", "value", "valid"),
    [
        ("ifsc: hdfc0000456", "HDFC0000456", True),
        ("IFSC code BARB0VJANDH", "BARB0VJANDH", True),
        ("IFSC SBIN 0001234", "SBIN0001234", True),
        ("IFSC SBINO001234", "SBIN0001234", True),
        ("IFSC SBIN0999999", "SBIN0999999", False),
        ("IFSC is ABCD0123456", "ABCD0123456", False),
    ],
)
def test_ifscs_are_checked_against_the_branches(text: str, value: str, valid: bool) -> None:
    found = only(text)
    assert (found.kind, found.value, found.valid) == (IdentifierKind.IFSC, value, valid)


@pytest.mark.parametrize("text", ["ORDR0123456 shipped", "SBIN1001234", "SBIN00012345", "XSBIN0001234"])
def test_what_is_no_ifsc(text: str) -> None:
    assert values(text, IdentifierKind.IFSC) == []


@pytest.mark.parametrize(
    ("text", "value", "valid"),
    [
        ("4111 1111 1111 1111", "4111111111111111", True),
        ("4500191799335710", "4500191799335710", True),
        ("5282-4989-4474-2414", "5282498944742414", True),
        ("card number 6076673724762968", "6076673724762968", True),
        ("3750 526486 73679", "375052648673679", True),
        ("card no. 4111 1111 1111 1112", "4111111111111112", False),
    ],
)
def test_cards_are_found_and_checked(text: str, value: str, valid: bool) -> None:
    found = only(text)
    assert (found.kind, found.value, found.valid) == (IdentifierKind.CARD, value, valid)


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "Token 2634 3328 1950 3176 1023",
        "card ending 1111",
        "order 4111111111111111",
        "Gift Card 6941770552533831",
    ],
)
def test_what_is_no_card(text: str) -> None:
    assert values(text, IdentifierKind.CARD) == []


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Your card 4111 1111 1111 1111 is blocked", IdentifierRole.ASKED),
        ("He used 4111 1111 1111 1111", IdentifierRole.MENTIONED),
        ("Pay to account number 50100234567891", IdentifierRole.GIVEN),
        ("Your account number 50100234567891 will be closed", IdentifierRole.ASKED),
        ("Rs sent. A/c 50100234567891 debited", IdentifierRole.MENTIONED),
        ("Pay to rahul@okaxis", IdentifierRole.GIVEN),
        ("credited from rahul@okaxis", IdentifierRole.MENTIONED),
    ],
)
def test_whose_it_is(text: str, role: IdentifierRole) -> None:
    (found,) = find(text)
    assert found.role is role
