"""What the OpenAPI document says of the raw event routes, which FastAPI does not see."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field

from ringfence.api.events import BATCH, SINGLE
from ringfence.api.views import AlertView


class CallEventBody(BaseModel):
    """One event of one call."""

    event_type: str = Field(description="INVITE, RINGING, ANSWER, CANCEL, BYE, FAIL or CDR")
    timestamp: float | str = Field(description="Seconds since 1970 (ms, µs, ns known by size), or ISO 8601")
    a_number: str
    b_number: str
    call_id: str | None = None
    trunk: str | None = None
    source_ip: str | None = None
    user_agent: str | None = None
    sdp_origin: str | None = None
    p_asserted_identity: str | None = None
    attestation: str | None = Field(default=None, description="A, B, C, none or failed")
    cause: int | None = Field(default=None, description="SIP status or Q.850 cause")
    ring_seconds: float | None = None
    duration_seconds: float | None = None


class EventAnswer(BaseModel):
    status: str = Field(description="ok, alert or blocked")
    call_id: str | None
    distinct_callers: int
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


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str | None = None


_VIEWS = (CallEventBody, EventAnswer, LineError, BatchAnswer, AlertView, Problem)
_REF = "#/components/schemas/{model}"


def install(app: FastAPI) -> None:
    """The document is made once, on first use."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for view in _VIEWS:
        schema = view.model_json_schema(ref_template=_REF)
        schema.pop("$defs", None)
        schemas.setdefault(view.__name__, schema)
    made["paths"][SINGLE] = {"post": _event_route()}
    made["paths"][BATCH] = {"post": _batch_route()}
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = _answer("Problem", "An error", "application/problem+json")
    return made


def _event_route() -> dict[str, Any]:
    return {
        "tags": ["events"],
        "summary": "One event, answered at once",
        "security": [{"ApiKey": []}, {"Bearer": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("CallEventBody")}}},
        "responses": {"200": _answer("EventAnswer", "What became of it")},
    }


def _batch_route() -> dict[str, Any]:
    return {
        "tags": ["events"],
        "summary": "Events as NDJSON, one object a line; gzip is welcome",
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
