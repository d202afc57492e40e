"""A card transaction that somebody has to be asked about."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class TransactionStatus(StrEnum):
    """How far the question has come; the texts are those of the older system, and clients compare them."""

    NEW = ""
    """Nobody was called yet."""
    CONNECTING = "Connecting"
    """From the order of a call until its end."""
    RESOLVED = "Resolved"
    """A clear yes of the right party."""
    FRAUD = "Mark As Fraud"
    """A clear no, whatever followed."""
    NOT_ANSWERED = "Not Answered"
    DISCONNECTED = "Disconnected"
    """The call failed, or was hung up before a decision."""
    UNVERIFIED = "Unverified"
    """Silence, a wrong person, or no clear answer to the end."""
    VOICEMAIL = "Voicemail"
    TRANSFERRED = "Transferred"
    """A person of the desk has taken over."""
    COACHED = "Coached"
    """Somebody tells the card holder what to say."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """`phone` is E.164. Of the card there is no more than the last four digits and a keyed hash (hex), by which two
    transactions of one card are known; the hash is empty where the number came masked. `made_on` is a date or an
    instant, ISO 8601. `zone` is an IANA name; None is that of the phone's country. `language` is the one to speak,
    BCP 47. `attempts` counts calls made."""

    transaction_id: str
    client_name: str
    card_last_four: str
    card_hash: str
    phone: str
    amount: Decimal
    currency: str
    bank_name: str
    merchant_name: str
    made_on: str
    zone: str | None
    language: str
    status: TransactionStatus = TransactionStatus.NEW
    attempts: int = 0


class PhoneChangeState(StrEnum):
    PROPOSED = "proposed"
    """Waits for a second person."""
    MADE = "made"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PhoneChange:
    """A transaction's number (E.164) that became another one, or may. `decided_by` is the second person, None where
    one was enough or none has come yet. Instants are nanoseconds since 1970 UTC."""

    change_id: int
    transaction_id: str
    before: str
    after: str
    proposed_by: str
    proposed_at: int
    state: PhoneChangeState
    decided_by: str | None = None
    decided_at: int | None = None
