"""Called numbers that may belong on the allow list; nothing is allowed until somebody adds it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from ringfence.api.guard import Analyst, GuardedRoute, server_of
from ringfence.api.views import shown_probability
from ringfence.app.shown import rfc3339
from ringfence.app.suggestions import suggestions
from ringfence.signalling import HISTORY_DAYS, Suggestion

router = APIRouter(prefix="/api/v1/lists", tags=["site"], route_class=GuardedRoute)


class EntryView(BaseModel):
    """A body that `POST /api/v1/lists` takes as it is."""

    list: str
    value: str
    note: str


class SuggestionView(BaseModel):
    """`against` is empty where the number is suggested; `entry` is null where it is not."""

    b_number: str
    suggested: bool
    why: list[str]
    against: list[str]
    since: str
    last_burst_at: str
    bursts: int
    days: int
    confirmed: int
    mean_callers: float
    highest_probability: float
    answered_share: float | None
    usual_callers: float | None
    busy_windows: int | None
    entry: EntryView | None


class SuggestionsView(BaseModel):
    """`history_days` is how far back bursts count."""

    suggestions: list[SuggestionView]
    history_days: int


@router.get("/suggestions", response_model=SuggestionsView)
def get_suggestions(
    request: Request,
    key: Analyst,
    everything: Annotated[
        bool, Query(alias="all", description="Also the numbers that something speaks against")
    ] = False,
) -> dict[str, Any]:
    """Numbers that look like hotlines, those with the most bursts first."""
    server = server_of(request)
    entries = (entry for entry, _ in server.rules.entries())
    found = suggestions(server.records, server.engine, entries, server.clock())
    return suggestions_view(found, everything=everything)


def suggestions_view(found: tuple[Suggestion, ...], *, everything: bool) -> dict[str, Any]:
    shown = [_view(one) for one in found if everything or one.suggested]
    return {"suggestions": shown, "history_days": HISTORY_DAYS}


def entry_of(suggestion: Suggestion) -> dict[str, str]:
    """What `POST /api/v1/lists` takes to allow the number."""
    return {"list": "allow_b", "value": suggestion.number.b_number, "note": "; ".join(suggestion.why)}


def _view(suggestion: Suggestion) -> dict[str, Any]:
    number, usual = suggestion.number, suggestion.usual
    return {
        "b_number": number.b_number,
        "suggested": suggestion.suggested,
        "why": suggestion.why,
        "against": suggestion.against,
        "since": rfc3339(number.first_at),
        "last_burst_at": rfc3339(number.last_at),
        "bursts": number.bursts,
        "days": number.days,
        "confirmed": number.confirmed,
        "mean_callers": round(number.mean_callers, 1),
        "highest_probability": shown_probability(number.highest),
        "answered_share": None if number.answered_share is None else round(number.answered_share, 3),
        "usual_callers": None if usual is None else round(usual.callers, 1),
        "busy_windows": None if usual is None else usual.windows,
        "entry": entry_of(suggestion) if suggestion.suggested else None,
    }
