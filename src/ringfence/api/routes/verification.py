"""Calls to card holders: ordered, looked at, ended; the older system's address beside ours."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from ringfence.api.guard import Analyst, GuardedRoute, Viewer, server_of
from ringfence.api.verification_views import (
    CallPageView,
    CallQuery,
    CallsView,
    CallView,
    CallWithTimelineView,
    OrderedView,
    call_view,
    with_timeline,
)
from ringfence.app.build import Server
from ringfence.errors import NotFound
from ringfence.model.call import VerificationCall

router = APIRouter(tags=["verification"], route_class=GuardedRoute)

_OF_ONE = "/api/v1/transactions/{transaction_id}/calls"
_REFUSED: dict[int | str, dict[str, Any]] = {
    409: {
        "description": "A rule is against it: `type` says which, `retry_at` from when on it is not, null where waiting "
        "is not enough",
    }
}


@router.post("/call/{transaction_id}", response_model=OrderedView, responses=_REFUSED)
async def older_order(request: Request, key: Analyst, transaction_id: str) -> dict[str, Any]:
    """Has the card holder called."""
    call = await server_of(request).verifications.order(transaction_id, key.name)
    return {"ok": True, "call_id": call.call_id, "reference": call.reference}


@router.post(_OF_ONE, status_code=201, response_model=CallView, responses=_REFUSED)
async def order_call(request: Request, key: Analyst, transaction_id: str) -> dict[str, Any]:
    """Has the card holder called."""
    call = await server_of(request).verifications.order(transaction_id, key.name)
    return call_view(call, key.role)


@router.get(_OF_ONE, response_model=CallsView)
def list_calls(request: Request, key: Viewer, transaction_id: str) -> dict[str, Any]:
    """Every call about it: each prompt, what was heard, how sure, and what was decided."""
    records = server_of(request).records
    if records.transaction(transaction_id) is None:
        raise NotFound("There is no transaction of this id", code="transaction_unknown")
    calls = records.calls(transaction_id)
    return {"calls": [with_timeline(one, records.timeline(one.call_id), key.role) for one in calls]}


@router.get(f"{_OF_ONE}/{{call_id}}", response_model=CallWithTimelineView)
def get_call(request: Request, key: Viewer, transaction_id: str, call_id: str) -> dict[str, Any]:
    server = server_of(request)
    call = _known(server, transaction_id, call_id)
    return with_timeline(call, server.records.timeline(call_id), key.role)


@router.post(f"{_OF_ONE}/{{call_id}}/end", response_model=CallView)
async def end_call(request: Request, key: Analyst, transaction_id: str, call_id: str) -> dict[str, Any]:
    """Hangs up. What the call has come to by then stands; the provider tells of its end a moment later."""
    server = server_of(request)
    call = await asyncio.to_thread(_known, server, transaction_id, call_id)
    await server.verifications.hang_up(call, key.name)
    return call_view(call, key.role)


@router.get("/api/v1/verifications", response_model=CallPageView)
def find_calls(request: Request, key: Viewer, query: Annotated[CallQuery, Query()]) -> dict[str, Any]:
    """Newest first: by the reference that a card holder quotes, or those that run."""
    page = server_of(request).records.find_calls(query.reference, query.running, query.limit, query.offset)
    return {
        "calls": [call_view(one, key.role) for one in page.calls],
        "total": page.total,
        "limit": query.limit,
        "offset": query.offset,
        "next": query.next(len(page.calls), page.total),
    }


def _known(server: Server, transaction_id: str, call_id: str) -> VerificationCall:
    call = server.records.call(call_id)
    if call is None or call.transaction_id != transaction_id:
        raise NotFound("There is no such call", code="call_unknown")
    return call
