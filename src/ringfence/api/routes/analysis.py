"""Messages: is one a scam, of which kind, by which strategy, and whom does it name."""

from typing import Any

from fastapi import APIRouter, Request, Response

from ringfence.api.access import caller
from ringfence.api.guard import GuardedRoute, ManyAnalyses, OneAnalysis, server_of
from ringfence.api.message_batch import MEDIA_TYPE, Answers, messages_of
from ringfence.api.message_models import BATCH_EXAMPLE, AnalysisView, MessageRequest
from ringfence.app.worker_main import Head
from ringfence.errors import BadInput

router = APIRouter(prefix="/api/v1/analyze", tags=["messages"], route_class=GuardedRoute)

_LINES: dict[str, Any] = {"type": "string", "format": "binary"}
_BODY = {
    "requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": _LINES, "example": BATCH_EXAMPLE}}}
}
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "One answer a line", "content": {MEDIA_TYPE: {"schema": _LINES}}}
}


@router.post("/text", response_model=AnalysisView)
async def analyze_text(request: Request, key: OneAnalysis, message: MessageRequest) -> Response:
    """Judges a message. A scam leaves a finding, which is on the disk before the answer leaves."""
    # A good request is mostly answered by api/messages.py already; here the others learn what is wrong with them.
    if not message.message.strip():
        raise BadInput("The message is empty", code="message_empty")
    head = Head(request.state.request_id, message.mode)
    answer = await server_of(request).analyses.message(
        message.message, key.digest.hex(), message.session_id, head
    )
    return Response(answer, media_type="application/json")


@router.post("/batch", openapi_extra=_BODY, responses=_ANSWER, response_class=Response)
async def analyze_batch(request: Request, key: ManyAnalyses) -> Response:
    """Judges messages in bulk, one JSON object a line; answers in the same order, one a line, `id` kept.

    A bad line has `{"id": …, "error": {…}}` in its place.
    """
    server, seats = server_of(request), request.app.state.seats
    seats.take()
    try:
        lines = await messages_of(request, server.settings.limits)
        request.app.state.rates.analyses.charge(caller(key, request.scope.get("client")), len(lines))
    except ConnectionAbortedError:
        seats.leave()
        return Response(status_code=400)  # nobody reads it
    except BaseException:
        seats.leave()
        raise
    return Answers(request, lines, server.analyses, key.digest.hex(), seats)
