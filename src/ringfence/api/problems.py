"""Every error as RFC 9457 problem details, and the one table from our errors to HTTP."""

import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from ringfence import errors
from ringfence.app.shown import rfc3339
from ringfence.app.verification import CallRefused

MEDIA_TYPE = "application/problem+json"
INTERNAL = ("internal", "An error of ours; the log names it by this request's id")
_log = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[errors.RingfenceError], int], ...] = (
    (errors.BadFile, 422),
    (errors.BadInput, 400),
    (errors.TooLarge, 413),
    (errors.NotAuthenticated, 401),
    (errors.NotAllowed, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.TooMany, 429),
    (errors.Unavailable, 503),
)
_CODES = {
    400: "bad_request",
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
_DETAILS = {
    404: "There is nothing at this path",
    405: "This path has no such method; Allow names those it has",
}


def status_of(error: errors.RingfenceError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def headers_of(error: errors.RingfenceError) -> dict[str, str]:
    if isinstance(error, errors.TooMany | errors.Unavailable) and error.retry_after is not None:
        return {"retry-after": str(error.retry_after)}
    if isinstance(error, errors.NotAuthenticated):
        return {"www-authenticate": 'Bearer realm="ringfence"'}
    return {}


def problem(status: int, code: str, detail: str, request_id: str = "", **more: Any) -> bytes:
    """The body. `code` is for programs and never changes; `detail` is a sentence for people."""
    body: dict[str, Any] = {
        "type": f"urn:ringfence:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if request_id:
        body["request_id"] = request_id
    return json.dumps(body | more).encode()


def install(app: FastAPI, routes: Iterable[APIRoute]) -> None:
    """All errors of FastAPI's routes leave as problem details. `routes` are all there are."""
    app.state.routes = tuple(routes)
    app.add_exception_handler(errors.RingfenceError, _on_ours)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(UnicodeEncodeError, _on_text)
    app.add_exception_handler(Exception, _on_fault)


def _respond(
    request: Request,
    status: int,
    code: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    request_id = request.scope.get("state", {}).get("request_id", "")
    body = problem(status, code, detail, request_id, **more)
    return Response(body, status, dict(headers or {}), MEDIA_TYPE)


async def _on_ours(request: Request, error: Exception) -> Response:
    if not isinstance(error, errors.RingfenceError):
        return await _on_fault(request, error)
    more: dict[str, Any] = {}
    if isinstance(error, CallRefused):
        retry_at = error.refusal.retry_at
        more = {"retry_at": None if retry_at is None else rfc3339(retry_at)}
    return _respond(request, status_of(error), error.code, error.detail, headers_of(error), **more)


async def _on_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return await _on_fault(request, error)
    code = _CODES.get(error.status_code, "error")
    headers = dict(error.headers or {})
    if error.status_code == 405 and (methods := _methods(request)):
        # Left to itself the framework names the methods of the first route with this path alone.
        headers = {"allow": ", ".join(methods)}
    if error.status_code == 413:
        headers["connection"] = "close"
    detail = _DETAILS.get(error.status_code, str(error.detail))
    return _respond(request, error.status_code, code, detail, headers)


def _methods(request: Request) -> list[str]:
    """Every method of the request's path."""
    path = request.scope["path"]
    there = [route.methods for route in request.app.state.routes if route.path_regex.match(path)]
    return sorted(set().union(*there))


async def _on_validation(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        return await _on_fault(request, error)
    # What was sent stays out of the answer: it can be a secret or personal data.
    faults = [_fault(fault) for fault in error.errors()[:100]]
    detail = (
        f"{faults[0]['field']}: {faults[0]['detail']}" if faults else "The request is not as it should be"
    )
    return _respond(request, 422, "validation", detail, errors=faults)


def _fault(fault: Mapping[str, Any]) -> dict[str, str]:
    if fault["type"] == "json_invalid":
        where, why = fault["loc"][-1], fault["ctx"]["error"]
        return {
            "field": "body",
            "detail": f"No JSON from character {where} on: {why}",
            "code": "json_invalid",
        }
    return {
        "field": ".".join(str(part) for part in fault["loc"]),
        "detail": fault["msg"].removeprefix("Value error, "),
        "code": fault["type"],
    }


async def _on_text(request: Request, _error: Exception) -> Response:
    return _respond(request, 400, "text_invalid", "A text holds half a surrogate pair, which is no character")


async def _on_fault(request: Request, error: Exception) -> Response:
    # The route and not the path: a path can hold a telephone number.
    route = getattr(request.scope.get("route"), "path", "?")
    request_id = request.scope.get("state", {}).get("request_id", "")
    _log.error("request %s: %s %s", request_id, request.method, route, exc_info=error)
    return _respond(request, 500, *INTERNAL)
