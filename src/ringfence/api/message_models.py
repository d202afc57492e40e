"""Messages and what is answered about them, as the OpenAPI document tells it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ringfence.app.bulk import SESSION_ID
from ringfence.app.turns import MOST_CHARACTERS
from ringfence.model.finding import FindingKind
from ringfence.model.fingerprint import Authority, Tactic
from ringfence.model.identifier import IdentifierKind, IdentifierRole
from ringfence.model.opinion import OpinionStatus
from ringfence.model.scam import Label, ScamType
from ringfence.model.verdict import EvidenceLevel

_MESSAGE = (
    "Your parcel 4417 is held at our depot. Pay the fee of Rs 25 today at http://parcel-fee.example/4417"
)


BATCH_EXAMPLE = (
    '{"id": "m1", "message": "See you at lunch?", "channel": "chat"}\n'
    '{"id": "m2", "message": "Your parcel is held, pay the fee today", "channel": "sms", "session_id": "s1"}\n'
)


class MessageRequest(BaseModel):
    """A message, and the session that it is a turn of."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"message": _MESSAGE, "mode": "shield", "session_id": None}]}
    )

    message: str = Field(max_length=MOST_CHARACTERS, description="1 to 10,000 characters")
    mode: Literal["shield", "honeypot"] = Field(
        default="shield", description="`honeypot` is accepted; nobody answers the sender yet"
    )
    session_id: str | None = Field(
        default=None,
        pattern=SESSION_ID,
        description="Analyses of one session build on each other; null begins one",
    )


class EntitiesView(BaseModel):
    """In normal form, in the order of the text, each once."""

    upi_ids: list[str]
    bank_accounts: list[str]
    urls: list[str]
    phone_numbers: list[str]


class ProfileView(BaseModel):
    """The strategy as older clients read it."""

    urgency_score: float = Field(ge=0, le=1)
    authority_claims: list[str]
    payment_escalation: bool
    channel_switch_intent: str | None
    urgency_phrases: list[str] = Field(description="At most 10")
    strategy_summary: str


class ReasonView(BaseModel):
    """`weight` is what it added to the log-odds of a scam; `span` the characters of the message that it is about."""

    text: str
    span: tuple[int, int]
    weight: float


class IdentifierView(BaseModel):
    """`value` is the normal form, `surface` what stands in the text. What more is known of it stands beside."""

    kind: IdentifierKind
    value: str
    surface: str
    span: tuple[int, int] | None
    valid: bool | None
    role: IdentifierRole
    bank: str | None = Field(default=None, description="Of an IFSC")
    bank_name: str | None = None
    branch: str | None = None
    routing: str | None = Field(
        default=None, description="Of an account: IFSC, sort code, routing number, country"
    )
    host: str | None = Field(default=None, description="Of a link")
    domain: str | None = None
    shortener: bool | None = None
    imitates: str | None = Field(default=None, description="The brand that the host pretends to belong to")
    official: bool | None = None
    currency: str | None = Field(default=None, description="Of an amount")
    number: str | None = Field(default=None, description="Of an amount, to the last digit")
    tool: str | None = Field(default=None, description="A program for remote access, as its maker writes it")


class FingerprintView(BaseModel):
    """`vector` has a place for every sign; of two vectors of one `version` the likeness can be told."""

    version: str
    urgency: float
    urgency_phrases: list[str]
    authorities: list[Authority]
    tactics: list[Tactic]
    payment_escalation: bool
    channel_switch: str | None
    credentials: list[str]
    vector: list[float]
    summary: str


class EvidenceView(BaseModel):
    """What shows it: its kind, its id, and the SHA-256 of its content."""

    kind: str
    id: str
    sha256: str


class FindingView(BaseModel):
    """What was learnt and is kept; the same found twice has one id."""

    finding_id: str
    kind: FindingKind
    at: str
    confidence: float
    scam_type: ScamType | None
    identifiers: list[IdentifierView]
    fingerprint: FingerprintView | None
    summary: str
    evidence: list[EvidenceView]


class FindingPageView(BaseModel):
    """`total` counts what the filter takes; `next` is the offset of the next page, null on the last."""

    findings: list[FindingView]
    total: int
    limit: int
    offset: int
    next: int | None


class OpinionView(BaseModel):
    label: Label
    scam_type: ScamType | None
    confidence: float
    explanation: str


class SecondOpinionView(BaseModel):
    """What a language model says of it. It can raise the verdict and never lower it; `detail` is for people."""

    status: OpinionStatus
    opinion: OpinionView | None
    model: str
    detail: str
    cached: bool


class AnalysisView(BaseModel):
    """The first fields, up to `operation_mode`, are those of older clients."""

    request_id: str
    session_id: str | None
    timestamp: str
    is_scam: bool
    confidence: float = Field(ge=0, le=1, description="Of the verdict")
    scam_type: ScamType | None
    transcript: str | None
    original_message: str = Field(description="With stars for all but the last four digits of cards")
    extracted_entities: EntitiesView
    ssf_profile: ProfileView
    voice_analysis: None
    honeypot_result: None
    agent_summary: str
    evidence_level: EvidenceLevel
    operation_mode: Literal["shield", "honeypot"]
    label: Label
    scam_probability: float = Field(ge=0, le=1)
    reasons: list[ReasonView] = Field(description="The weightiest first")
    second_opinion: SecondOpinionView | None = Field(description="Null where none was wanted")
    language: str = Field(description="BCP 47")
    identifiers: list[IdentifierView]
    fingerprint: FingerprintView
    finding: FindingView | None = Field(description="Null unless it is a scam")
    method: str = Field(description="The model's version")
