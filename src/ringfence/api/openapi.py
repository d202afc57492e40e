"""The OpenAPI document: FastAPI's, with the raw routes, the roles, and errors as they really look."""

from collections.abc import Sequence
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from ringfence.api import webhooks
from ringfence.api.events import BATCH, SINGLE
from ringfence.api.guard import GuardedRoute
from ringfence.api.views import AlertView
from ringfence.model.key import Role


class CallEventBody(BaseModel):
    """One event of one call. All but INVITE and CDR may name the call by `call_id` alone."""

    event_type: Literal["INVITE", "RINGING", "ANSWER", "CANCEL", "BYE", "FAIL", "CDR"]
    timestamp: float | str = Field(description="Seconds since 1970 (ms, µs, ns known by size), or ISO 8601")
    a_number: str | None = None
    b_number: str | None = None
    call_id: str | None = None
    trunk: str | None = None
    source_ip: str | None = None
    user_agent: str | None = None
    sdp_origin: str | None = None
    p_asserted_identity: str | None = None
    attestation: Literal["A", "B", "C", "none", "failed"] | None = None
    cause: int | None = Field(default=None, description="SIP status or Q.850 cause")
    ring_seconds: float | None = None
    duration_seconds: float | None = None


class EventAnswer(BaseModel):
    status: Literal["ok", "alert", "blocked"]
    call_id: str | None
    distinct_callers: int
    late: bool = Field(description="It came too late to be used")
    alert: AlertView | None


class LineError(BaseModel):
    line: int
    code: str
    detail: str


class BatchAnswer(BaseModel):
    accepted: int
    rejected: int
    late: int
    alerts: list[AlertView]
    errors: list[LineError] = Field(description="At most 100")
    more_errors: int


class FieldFault(BaseModel):
    field: str
    detail: str
    code: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str | None = None
    errors: list[FieldFault] | None = Field(default=None, description="Of 422: every wrong field")


_VIEWS = (CallEventBody, EventAnswer, LineError, BatchAnswer, AlertView, FieldFault, Problem)
_EVENT_ROLES = "Takes the role `ingest`, or `analyst` or one above it."
_REF = "#/components/schemas/{model}"


def install(app: FastAPI, routes: Sequence[APIRoute]) -> None:
    """The document is made once, on first use."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, routes)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI, routes: Sequence[APIRoute]) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for view in _VIEWS:
        schema = view.model_json_schema(ref_template=_REF)
        schema.pop("$defs", None)
        schemas.setdefault(view.__name__, schema)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    _name_roles(made["paths"], routes)
    events = {SINGLE: {"post": _event_route()}, BATCH: {"post": _batch_route()}}
    made["paths"] = {**events, **made["paths"], **webhooks.contract()}
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _answer("Problem", "An error", "application/problem+json")
    return made


def _name_roles(paths: dict[str, Any], routes: Sequence[APIRoute]) -> None:
    for route in routes:
        if isinstance(route, GuardedRoute):
            for method in route.methods or ():
                operation = paths[route.path_format][method.lower()]
                operation["description"] = _with_role(operation.get("description", ""), route.guard.needed)


def _with_role(description: str, needed: Role) -> str:
    return f"{description}\n\nTakes the role `{needed}` or one above it.".strip()


def _event_route() -> dict[str, Any]:
    return {
        "tags": ["events"],
        "summary": "One event, answered at once",
        "description": _EVENT_ROLES,
        "security": [{"ApiKey": []}, {"Bearer": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("CallEventBody")}}},
        "responses": {"200": _answer("EventAnswer", "What became of it")},
    }


def _batch_route() -> dict[str, Any]:
    return {
        "tags": ["events"],
        "summary": "Events as NDJSON, one object a line; gzip is welcome",
        "description": _EVENT_ROLES,
        "security": [{"ApiKey": []}, {"Bearer": []}],
        "requestBody": {
            "required": True,
            "content": {"application/x-ndjson": {"schema": {"type": "string", "format": "binary"}}},
        },
        "responses": {"200": _answer("BatchAnswer", "What became of them, bad lines one by one")},
    }


def _answer(model: str, description: str, kind: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {kind: {"schema": _ref(model)}}}


def _ref(model: str) -> dict[str, str]:
    return {"$ref": _REF.format(model=model)}
