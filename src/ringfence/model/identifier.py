"""What names somebody or something in a text: a number, an address, an account, a wallet, a document, a sum."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class IdentifierKind(StrEnum):
    PHONE = "phone"
    UPI = "upi"
    BANK_ACCOUNT = "bank_account"
    IFSC = "ifsc"
    CARD = "card"
    AADHAAR = "aadhaar"
    PAN = "pan"
    GSTIN = "gstin"
    EMAIL = "email"
    URL = "url"
    DOMAIN = "domain"
    BTC = "btc"
    ETH = "eth"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    REMOTE_TOOL = "remote_tool"
    OTP = "otp"
    REFERENCE = "reference"
    AMOUNT = "amount"


class IdentifierRole(StrEnum):
    """Whose it is, as the sender puts it."""

    GIVEN = "given"
    """The sender's own, to be used: call this number, pay to this UPI id, open this link."""
    ASKED = "asked"
    """The victim's, or demanded of them: your card, an amount to be paid."""
    MENTIONED = "mentioned"
    """All else."""


@dataclass(frozen=True, slots=True)
class BankBranch:
    """What an IFSC names; the bank's name is empty where the bank is unknown."""

    bank: str
    bank_name: str
    branch: str


@dataclass(frozen=True, slots=True)
class Routing:
    """What goes with a bank account: an IFSC, a sort code, a routing number, or the country of an IBAN."""

    code: str


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads. `host` and `domain` are in ASCII, as a resolver is asked; `domain` is the registered one,
    empty where there is none. `imitates` is the brand that the host pretends to belong to; `official` is one that truly
    belongs to a known brand or an authority."""

    host: str
    domain: str
    shortener: bool = False
    imitates: str | None = None
    official: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """`currency` is the code of ISO 4217, or that of a crypto currency (`BTC`)."""

    currency: str
    number: Decimal


@dataclass(frozen=True, slots=True)
class Tool:
    """A program by which others see or steer a device, as its maker writes it."""

    name: str


Facts = BankBranch | Routing | Link | Money | Tool


@dataclass(frozen=True, slots=True)
class Identifier:
    """One finding in a text.

    `value` is the normal form, by which two findings are the same; `surface` is what stands in the text, at the
    characters `span[0]` to `span[1]`. `span` is None where the text isn't at hand. `valid` is None where it can't be
    known. `facts` is what more is known of it.
    """

    kind: IdentifierKind
    value: str
    surface: str
    span: tuple[int, int] | None
    valid: bool | None
    role: IdentifierRole
    facts: Facts | None = None
