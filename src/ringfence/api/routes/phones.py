"""The telephones of simulated calls: they are picked up and answered here, where no provider rings real ones."""

from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from ringfence.api.guard import Analyst, GuardedRoute, server_of
from ringfence.errors import NotFound
from ringfence.model.verification import CallStatus, Heard

if TYPE_CHECKING:
    from ringfence.adapters.telephony.phones import Phone, Phones

router = APIRouter(prefix="/api/v1/phones", tags=["phones"], route_class=GuardedRoute)


class LineView(BaseModel):
    """`to` is `colleague` where a card holder is being put through and does not hear it."""

    text: str
    language: str
    to: Literal["card_holder", "colleague"]


class QuestionView(BaseModel):
    """Whether words count, and how many keys do."""

    speech: bool
    keys: int


class PhoneView(BaseModel):
    """`question` is null while nothing is asked; `status` is how the call ended."""

    provider_id: str
    number: str
    state: Literal["ringing", "talking", "over"]
    lines: list[LineView]
    question: QuestionView | None
    recorded: bool
    put_through_to: str | None
    status: CallStatus | None
    fault: str


class TextView(BaseModel):
    number: str
    body: str


class PhonesView(BaseModel):
    """Newest first; the last of the texts that were sent, oldest first."""

    phones: list[PhoneView]
    texts: list[TextView]


class PickUpRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    how: Literal["human", "machine", "busy", "no-answer", "failed"] = Field(
        default="human", alias="as", description="machine: a voicemail box; the last three don't answer"
    )


class AnswerRequest(BaseModel):
    """Words or keys; nothing of both is silence."""

    model_config = ConfigDict(extra="forbid")

    speech: str | None = Field(default=None, max_length=1_000)
    confidence: float | None = Field(default=0.95, ge=0, le=1, description="Of the words")
    digits: str | None = Field(default=None, pattern="^[0-9*#]{1,32}$")


@router.get("", response_model=PhonesView)
async def list_phones(request: Request, key: Analyst) -> dict[str, Any]:
    phones = _phones(request)
    texts = [{"number": one.number, "body": one.body} for one in phones.texts]
    return {"phones": [_view(one) for one in phones.all()], "texts": texts}


@router.get("/{provider_id}", response_model=PhoneView)
async def get_phone(request: Request, key: Analyst, provider_id: str) -> dict[str, Any]:
    return _view(_phones(request).one(provider_id))


@router.post("/{provider_id}/pick-up", response_model=PhoneView)
async def pick_up(request: Request, key: Analyst, provider_id: str, wanted: PickUpRequest) -> dict[str, Any]:
    """Answers once the call asks something, or is over."""
    from ringfence.adapters.telephony.callee import PickUp

    return _view(await _phones(request).pick_up(provider_id, PickUp(wanted.how)))


@router.post("/{provider_id}/answer", response_model=PhoneView)
async def answer(request: Request, key: Analyst, provider_id: str, said: AnswerRequest) -> dict[str, Any]:
    """Answers once the call asks the next thing, or is over."""
    heard = Heard(said.speech, said.confidence if said.speech else None, said.digits)
    return _view(await _phones(request).answer(provider_id, heard))


@router.post("/{provider_id}/hang-up", response_model=PhoneView)
async def hang_up(request: Request, key: Analyst, provider_id: str) -> dict[str, Any]:
    return _view(await _phones(request).answer(provider_id, None))


def _phones(request: Request) -> "Phones":
    phones = server_of(request).phones
    if phones is None:
        raise NotFound("Calls ring real telephones here: none of them is simulated", code="not_simulated")
    return phones


def _view(phone: "Phone") -> dict[str, Any]:
    asked = phone.question
    return {
        "provider_id": phone.call,
        "number": phone.number,
        "state": phone.state,
        "lines": [
            {
                "text": one.text,
                "language": one.language,
                "to": "colleague" if one.colleague else "card_holder",
            }
            for one in phone.lines
        ],
        "question": None if asked is None else {"speech": asked.speech, "keys": asked.keys},
        "recorded": phone.recorded,
        "put_through_to": phone.put_through_to,
        "status": phone.status,
        "fault": phone.fault,
    }
