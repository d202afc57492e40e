"""By which strategy a message or a call works on its victim."""

from dataclasses import dataclass
from enum import StrEnum


class Authority(StrEnum):
    """Whom the sender claims to be, or to act for."""

    BANK = "bank"
    POLICE = "police"
    RBI = "rbi"
    CUSTOMS = "customs"
    TELECOM = "telecom"
    TAX = "tax"
    TECHNOLOGY = "technology"
    COURT = "court"
    FAMILY = "family"
    GOVERNMENT = "government"
    EMPLOYER = "employer"
    COURIER = "courier"


class Tactic(StrEnum):
    """What is done to the victim."""

    URGENCY = "urgency"
    AUTHORITY = "authority"
    FEAR = "fear"
    REWARD = "reward"
    SECRECY = "secrecy"
    ISOLATION = "isolation"
    PAYMENT_DEMAND = "payment_demand"
    ADVANCE_FEE = "advance_fee"
    CHANNEL_SWITCH = "channel_switch"
    CREDENTIAL_HARVESTING = "credential_harvesting"
    REMOTE_ACCESS = "remote_access"
    LINK_BAIT = "link_bait"
    AFFECTION = "affection"
    SYMPATHY = "sympathy"
    ASSURANCE = "assurance"
    ACQUAINTANCE = "acquaintance"
    """A talk with a stranger is begun, as if by mistake."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`urgency` is 0 to 1; phrases are as they stand in the text. `channel_switch` is the channel the victim is drawn
    to, `credentials` what is asked of it. `vector` says in numbers what the message does and speaks of; of two of one
    `version` the likeness can be told. `summary` is a sentence."""

    version: str
    urgency: float
    urgency_phrases: tuple[str, ...]
    authorities: tuple[Authority, ...]
    tactics: tuple[Tactic, ...]
    payment_escalation: bool
    channel_switch: str | None
    credentials: tuple[str, ...]
    vector: tuple[float, ...]
    summary: str
