"""Verification calls as routes show them: what was said, heard and decided, numbers masked for viewers."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from ringfence.api.transaction_views import OkView
from ringfence.api.views import PlaceQuery
from ringfence.app.shown import rfc3339, shown_number, shown_text
from ringfence.app.shown_words import shown_words
from ringfence.model.call import TimelineEntry, VerificationCall
from ringfence.model.key import Role
from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import AnsweredBy, CallStatus, Heard, Step, Understood


class OrderedView(OkView):
    """`reference` is what the card holder is told to quote."""

    call_id: str
    reference: str


class HeardView(BaseModel):
    """Words with the recogniser's confidence, or keys; all null is silence."""

    speech: str | None
    confidence: float | None
    digits: str | None


class TimelineView(BaseModel):
    """A question and its answer, or words that ask nothing. `decision` is what followed: an outcome, that the call is
    recorded or put through, that a text was sent; empty for nothing but the next question."""

    at: str
    step: Step
    retry: int
    said: list[str]
    heard: HeardView | None
    understood: Understood | None
    decision: str


class CallView(BaseModel):
    """`status` is what the provider told last; `outcome` what the call has come to, null until it has. `made` is false
    where the provider refused to place it."""

    call_id: str
    transaction_id: str
    reference: str
    phone: str
    attempt: int
    ordered_by: str
    ordered_at: str
    provider_id: str | None
    status: CallStatus | None
    answered_by: AnsweredBy | None
    step: Step
    outcome: TransactionStatus | None
    ended_at: str | None
    made: bool
    recorded: bool | None = Field(
        description="Whether the card holder agreed to it; null where nobody was asked"
    )
    taken: bool | None = Field(
        description="Whether a colleague took the call; null where it was not put through"
    )


class CallWithTimelineView(CallView):
    timeline: list[TimelineView]


class CallsView(BaseModel):
    """A transaction's, oldest first."""

    calls: list[CallWithTimelineView]


class CallPageView(BaseModel):
    """`total` counts what the filter takes; `next` is the offset of the next page, null on the last."""

    calls: list[CallView]
    total: int
    limit: int
    offset: int
    next: int | None


class CallQuery(PlaceQuery):
    reference: str | None = Field(
        default=None, pattern="^[0-9]{6}$", description="What a card holder quotes; six digits"
    )
    running: bool | None = Field(default=None, description="Calls that have not ended, or those that have")


def call_view(call: VerificationCall, role: Role) -> dict[str, Any]:
    return {
        "call_id": call.call_id,
        "transaction_id": call.transaction_id,
        "reference": call.reference,
        "phone": shown_number(call.phone, role),
        "attempt": call.attempt,
        "ordered_by": call.ordered_by,
        "ordered_at": rfc3339(call.ordered_at),
        "provider_id": call.provider_id,
        "status": call.status,
        "answered_by": call.answered_by,
        "step": call.dialogue.step,
        "outcome": call.outcome or call.dialogue.outcome,
        "ended_at": None if call.ended_at is None else rfc3339(call.ended_at),
        "made": call.made,
        "recorded": call.dialogue.recorded,
        "taken": call.dialogue.taken,
    }


def with_timeline(call: VerificationCall, entries: Sequence[TimelineEntry], role: Role) -> dict[str, Any]:
    return call_view(call, role) | {"timeline": [_entry_view(one, role) for one in entries]}


def _entry_view(entry: TimelineEntry, role: Role) -> dict[str, Any]:
    return {
        "at": rfc3339(entry.at),
        "step": entry.step,
        "retry": entry.retry,
        "said": [shown_text(one, role) for one in entry.said],
        "heard": None if entry.heard is None else _heard_view(entry.heard, role),
        "understood": entry.understood,
        "decision": entry.decision,
    }


def _heard_view(heard: Heard, role: Role) -> dict[str, Any]:
    speech = None if heard.speech is None else shown_words(heard.speech, role)
    return {"speech": speech, "confidence": heard.confidence, "digits": heard.digits}
