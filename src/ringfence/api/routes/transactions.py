"""Card transactions: brought in, looked at, corrected and handed out; the older system's addresses beside ours."""

import asyncio
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from ringfence.api.body import Body
from ringfence.api.guard import Analyst, GuardedRoute, Supervisor, Viewer, server_of
from ringfence.api.transaction_views import (
    ActionRequest,
    ImportView,
    OkView,
    OlderTransactionView,
    PhoneAnswerView,
    PhoneChangePageView,
    PhoneChangeView,
    PhoneDecision,
    PhoneHistoryView,
    PhoneRequest,
    Status,
    TransactionChange,
    TransactionPageView,
    TransactionQuery,
    TransactionView,
    WaitingQuery,
    WaitingView,
    change_view,
    import_view,
    older_view,
    transaction_view,
)
from ringfence.app.build import Server, transaction_site
from ringfence.app.transactions import hand_out, import_file
from ringfence.app.transactions.export import csv_pieces, exported, json_pieces
from ringfence.app.transactions.files import MOST_BYTES
from ringfence.app.transactions.rows import read_phone
from ringfence.errors import BadInput, NotFound
from ringfence.model.key import ApiKey
from ringfence.model.transaction import PhoneChange, Transaction
from ringfence.ports import TransactionFilter

router = APIRouter(tags=["transactions"], route_class=GuardedRoute)

_OURS = "/api/v1/transactions"
IMPORT = f"{_OURS}/import"
MOST_IMPORTS = 2
"""At once: their bodies are in memory, and each takes a thread from the others for seconds."""
_FILE: dict[str, Any] = {"type": "string", "format": "binary"}
_ROWS: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
_FILES = {"application/json": {"schema": _ROWS}, "text/csv": {"schema": _FILE}}
_BODY = {"requestBody": {"required": True, "content": _FILES}}
_LIST: dict[int | str, dict[str, Any]] = {
    200: {"model": list[OlderTransactionView], "description": "All of them, in the order they came in"}
}
_EXPORT: dict[int | str, dict[str, Any]] = {200: {"description": "A file", "content": _FILES}}
_WAITS: dict[int | str, dict[str, Any]] = {
    202: {"model": WaitingView, "description": "Proposed: the number stays until a second person approves"}
}
_PROPOSED: dict[int | str, dict[str, Any]] = {
    202: {"model": PhoneAnswerView, "description": "Proposed: `change` waits for a second person"}
}


@router.get("/transactions", response_class=Response, responses=_LIST)
def older_list(request: Request, key: Viewer) -> Response:
    """The older system's list."""
    found = server_of(request).records.every_transaction(TransactionFilter())
    pieces = json_pieces(older_view(one, key.role) for one in found)
    return StreamingResponse(pieces, media_type="application/json")


@router.post("/update_phone/{transaction_id}", response_model=OkView, responses=_WAITS)
def older_phone(request: Request, key: Supervisor, transaction_id: str, wanted: PhoneRequest) -> Any:
    """The older system's change of a number. Where that takes two people, 202 and `ok` false: it has not changed."""
    _, change = _change_phone(server_of(request), key, transaction_id, wanted.client_phone)
    if change is None:
        return {"ok": True}
    told = "The number stays as it is until a second person approves the change"
    waiting = {"ok": False, "change_id": change.change_id, "detail": told}
    return Response(json.dumps(waiting), 202, media_type="application/json")


@router.post("/set_action/{transaction_id}", response_model=OkView)
def older_status(
    request: Request, key: Analyst, transaction_id: str, wanted: ActionRequest
) -> dict[str, Any]:
    """Sets the status by hand."""
    server = server_of(request)
    server.records.set_status(transaction_id, wanted.action, key.name, server.clock())
    return {"ok": True}


@router.get(_OURS, response_model=TransactionPageView)
def list_transactions(
    request: Request, key: Viewer, query: Annotated[TransactionQuery, Query()]
) -> dict[str, Any]:
    """In the order they came in."""
    page = server_of(request).records.transactions(query.wanted(key.role), query.limit, query.offset)
    return {
        "transactions": [transaction_view(one, key.role) for one in page.transactions],
        "total": page.total,
        "limit": query.limit,
        "offset": query.offset,
        "next": query.next(len(page.transactions), page.total),
    }


@router.post(IMPORT, response_model=ImportView, openapi_extra=_BODY)
async def import_transactions(request: Request, key: Supervisor) -> Response:
    """Takes a file, told by its content: the older system's JSON list, or CSV. Of each row what became of it."""
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        raise HTTPException(415, "Send the file itself as the body, not within a form")
    server, seats = server_of(request), request.app.state.imports
    seats.take()
    try:
        body = await _taken(request)
        answer = await asyncio.to_thread(_import, server, body, key.name)
    except ConnectionAbortedError:
        return Response(status_code=400)  # nobody reads it
    finally:
        seats.leave()
    return Response(answer, media_type="application/json")


@router.get(f"{_OURS}/export", response_class=Response, responses=_EXPORT)
def export_transactions(
    request: Request,
    key: Analyst,
    kind: Annotated[Literal["csv", "json"], Query(alias="format")] = "csv",
    search: Annotated[str | None, Query(max_length=200)] = None,
    status: Status | None = None,
) -> Response:
    """A file that comes in again, cards masked and numbers whole. Audited."""
    server = server_of(request)
    found = hand_out(server.records, TransactionFilter(search, status), kind, key.name, server.clock())
    headers = {"content-disposition": f'attachment; filename="transactions.{kind}"'}
    if kind == "csv":
        return StreamingResponse(csv_pieces(found), headers=headers, media_type="text/csv")
    return StreamingResponse(
        json_pieces(map(exported, found)), headers=headers, media_type="application/json"
    )


@router.get(f"{_OURS}/phone-changes", response_model=PhoneChangePageView)
def list_phone_changes(
    request: Request, key: Viewer, query: Annotated[WaitingQuery, Query()]
) -> dict[str, Any]:
    """What waits for a second person, whichever transaction it is about."""
    page = server_of(request).records.proposed_phones(query.limit, query.offset)
    return {
        "changes": [change_view(one, key.role) for one in page.changes],
        "total": page.total,
        "limit": query.limit,
        "offset": query.offset,
        "next": query.next(len(page.changes), page.total),
    }


@router.get(f"{_OURS}/{{transaction_id}}", response_model=TransactionView)
def get_transaction(request: Request, key: Viewer, transaction_id: str) -> dict[str, Any]:
    return transaction_view(_known(server_of(request), transaction_id), key.role)


@router.patch(f"{_OURS}/{{transaction_id}}", response_model=TransactionView)
def patch_transaction(
    request: Request, key: Analyst, transaction_id: str, change: TransactionChange
) -> dict[str, Any]:
    """Sets the status by hand. While a call runs, its end leaves it, but for a denial or coaching."""
    server = server_of(request)
    changed = server.records.set_status(transaction_id, change.status, key.name, server.clock())
    return transaction_view(changed, key.role)


@router.get(f"{_OURS}/{{transaction_id}}/phone", response_model=PhoneHistoryView)
def get_phone_changes(request: Request, key: Viewer, transaction_id: str) -> dict[str, Any]:
    """Every change of its number, and what waits."""
    server = server_of(request)
    _known(server, transaction_id)
    return {"changes": [change_view(one, key.role) for one in server.records.phone_changes(transaction_id)]}


@router.post(f"{_OURS}/{{transaction_id}}/phone", response_model=PhoneAnswerView, responses=_PROPOSED)
def post_phone(
    request: Request, response: Response, key: Supervisor, transaction_id: str, wanted: PhoneRequest
) -> dict[str, Any]:
    """Changes the number, or proposes it where that takes two people."""
    server = server_of(request)
    transaction, change = _change_phone(server, key, transaction_id, wanted.client_phone)
    if change is not None:
        response.status_code = 202
    return {
        "transaction": transaction_view(transaction, key.role),
        "change": None if change is None else change_view(change, key.role),
    }


@router.post(f"{_OURS}/{{transaction_id}}/phone/{{change_id}}", response_model=PhoneChangeView)
def decide_phone(
    request: Request,
    key: Supervisor,
    transaction_id: str,
    change_id: Annotated[int, Path(ge=1, le=2**63 - 1)],
    decision: PhoneDecision,
) -> dict[str, Any]:
    """The second person approves or refuses. People are told apart by the names of their keys."""
    server = server_of(request)
    change = server.records.decide_phone(
        transaction_id, change_id, decision.approve, key.name, server.clock()
    )
    return change_view(change, key.role)


def _known(server: Server, transaction_id: str) -> Transaction:
    found = server.records.transaction(transaction_id)
    if found is None:
        raise NotFound("There is no transaction of this id", code="transaction_unknown")
    return found


def _change_phone(
    server: Server, key: ApiKey, transaction_id: str, written: str
) -> tuple[Transaction, PhoneChange | None]:
    """The transaction as it is then, and the change where it waits for a second person."""
    try:
        phone = read_phone(written, server.settings.default_region)
    except BadInput as error:
        fault = {"loc": ("body", "client_phone"), "msg": error.detail, "type": error.code}
        raise RequestValidationError([fault]) from None
    now = server.clock()
    if not server.settings.telephony.phone_four_eyes:
        return server.records.change_phone(transaction_id, phone, key.name, now), None
    change = server.records.propose_phone(transaction_id, phone, key.name, now)
    return _known(server, transaction_id), change


async def _taken(request: Request) -> bytes:
    length = request.headers.get("content-length", "")
    declared = int(length) if length.isascii() and length.isdigit() else None
    encoding = request.headers.get("content-encoding", "").strip().lower()
    try:
        body = Body(request.receive, MOST_BYTES, declared, encoding)
    except BadInput as error:
        raise HTTPException(415, error.detail) from None
    taken = bytearray()
    async for piece in body:
        taken += piece
    if body.fault is not None:
        raise BadInput(body.fault[1], code=body.fault[0])
    return bytes(taken)


def _import(server: Server, body: bytes, who: str) -> bytes:
    site = transaction_site(server.settings)
    reports = import_file(body, site, server.records, who, server.clock())
    return json.dumps(import_view(reports), ensure_ascii=False).encode()
