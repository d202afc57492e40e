"""What the telephony provider calls back: the dialogue's steps, and how far a call is.

Open without a key, since the provider has none: each counts by the provider's signature over our public address, and
by the token of the call that stands in it. The provider asks again where an answer was late, so all may come twice.
Raw ASGI: with hundreds of calls at once a framework would take as much time as the dialogue.
"""

import logging
import re
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from ringfence.api.body import Body
from ringfence.api.events import send_answer
from ringfence.api.problems import INTERNAL, MEDIA_TYPE, headers_of, problem, status_of
from ringfence.app.call_addresses import read
from ringfence.app.verification import Verifications
from ringfence.errors import BadInput, NotAllowed, NotFound, RingfenceError
from ringfence.ports import Form

PREFIXES = ("/voice/", "/status/")
SAY = "/voice/{transaction_id}/{step}"
SAY_AGAIN = "/voice/{transaction_id}/{step}/listen"
ANSWER = "/voice/{transaction_id}/{step}/response"
STATUS = "/status/{transaction_id}"

MOST_BYTES = 64 << 10
"""Of a form; the longest that providers send have a tenth of it."""
_MOST_FIELDS = 200
_SIGNATURE = b"x-twilio-signature"
_XML = "application/xml"
_log = logging.getLogger(__name__)


class WebhookRoutes:
    """Answers the paths that begin so; whatever goes wrong leaves as problem details."""

    def __init__(self, verifications: Verifications) -> None:
        self._verifications = verifications

    async def __call__(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        kind, headers = _XML, dict[str, str]()
        try:
            if scope["method"] == "POST":
                status, body = await self._answer(scope, receive)
            else:
                status, kind, headers = 405, MEDIA_TYPE, {"allow": "POST"}
                body = problem(405, "method_not_allowed", "Webhooks are posted", request_id)
        except ConnectionAbortedError:
            return
        except RingfenceError as error:
            status, kind, headers = status_of(error), MEDIA_TYPE, headers_of(error)
            body = problem(status, error.code, error.detail, request_id)
        except Exception as error:
            _log.error("request %s: a webhook", request_id, exc_info=error)
            status, kind, body = 500, MEDIA_TYPE, problem(500, *INTERNAL, request_id)
        await send_answer(send, status, kind, body, request_id, headers)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        form = await _form(receive)
        asked_for = _asked_for(scope)
        if not self._verifications.signed(asked_for, form, _signature(scope)):
            raise NotAllowed("The webhook is not signed by the provider", code="signature_invalid")
        address = read(asked_for)
        if address is None:
            raise NotFound("The dialogue has no such step", code="step_unknown")
        if address.step is None:
            await self._verifications.progress(address, form)
            return 204, b""
        return 200, await self._verifications.spoken(address, form)


async def _form(receive: Receive) -> Form:
    taken = bytearray()
    async for piece in Body(receive, MOST_BYTES, None, ""):
        taken += piece
    try:
        return parse_qsl(taken.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise BadInput("The body is no form", code="form_invalid") from None


def _asked_for(scope: Scope) -> str:
    """Path and query as they came, since the signature is over each character."""
    path: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    return (path + (b"?" + query if query else b"")).decode("latin-1")


def _signature(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == _SIGNATURE), "")


def contract() -> dict[str, Any]:
    """Of these routes, as OpenAPI writes it."""
    say = {"200": {"description": "What to say next, as TwiML", "content": {_XML: {}}}}
    took = {"204": {"description": "Taken"}}
    return {
        SAY: _operation("The words of a step: the question that is open", say, SAY),
        SAY_AGAIN: _operation("The same, at the older system's address", say, SAY_AGAIN),
        ANSWER: _operation("Takes an answer, and says what comes then", say, ANSWER),
        STATUS: _operation("How far a call is, and that it has ended", took, STATUS),
    }


def _operation(summary: str, responses: dict[str, Any], path: str) -> dict[str, Any]:
    form = {"schema": {"type": "object", "additionalProperties": {"type": "string"}}}
    text = {"schema": {"type": "string"}}
    names = re.findall(r"{(\w+)}", path)
    parameters = [{"name": name, "in": "path", "required": True, **text} for name in names]
    parameters += [
        {"name": "call", "in": "query", "required": True, **text},
        {"name": "X-Twilio-Signature", "in": "header", "required": True, **text},
    ]
    refused = {"403": {"description": "Not signed by the provider"}}
    return {
        "post": {
            "tags": ["webhooks"],
            "summary": summary,
            "description": "For the telephony provider alone, by its signature.",
            "parameters": parameters,
            "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": form}},
            "responses": responses | refused,
        }
    }
