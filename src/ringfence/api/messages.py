"""`POST /api/v1/analyze/text`, the short way: a good request is answered without the framework.

The framework's way to a route costs more than all else that the server itself does for a message, and events wait for
it meanwhile. Whatever is not plainly good goes to the framework, which says what is wrong; tests hold the two to the
same.
"""

import logging
from collections.abc import Awaitable, Callable

from pydantic import ValidationError
from starlette.types import Message, Receive, Scope, Send

from ringfence.api.access import Headers, PerMinute, RateLimit, authorise, caller
from ringfence.api.events import again, send_answer
from ringfence.api.message_models import MessageRequest
from ringfence.api.problems import INTERNAL, MEDIA_TYPE, headers_of, problem, status_of
from ringfence.app.build import Server
from ringfence.app.worker_main import Head
from ringfence.errors import RingfenceError
from ringfence.model.key import ApiKey, Role

PATH = "/api/v1/analyze/text"
_JSON = "application/json"
_log = logging.getLogger(__name__)

Rest = Callable[[Scope, Receive, Send, str], Awaitable[None]]
"""The framework's way, told the request's id."""


class MessageRoute:
    """Answers good requests; `rest` answers all others. `rate` and `analyses` are those of the framework's route."""

    def __init__(self, server: Server, rate: RateLimit, analyses: PerMinute, rest: Rest) -> None:
        self._server = server
        self._rate = rate
        self._analyses = analyses
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        key = self._admitted(scope)
        if key is None:
            await self._rest(scope, receive, send, request_id)
            return
        first = await receive()
        message = _read(first)
        if message is None:
            await self._rest(scope, again(first, receive), send, request_id)
            return
        status, kind, headers = 200, _JSON, dict[str, str]()
        try:
            self._rate.spend(key.name)
            self._analyses.spend(caller(key, scope))
            head = Head(request_id, message.mode)
            body = await self._server.analyses.message(
                message.message, key.digest.hex(), message.session_id, head
            )
        except RingfenceError as error:
            status, kind, headers = status_of(error), MEDIA_TYPE, headers_of(error)
            body = problem(status, error.code, error.detail, request_id)
        except Exception as error:
            _log.error("request %s: POST %s", request_id, PATH, exc_info=error)
            status, kind, body = 500, MEDIA_TYPE, problem(500, *INTERNAL, request_id)
        await send_answer(send, status, kind, body, request_id, headers)

    def _admitted(self, scope: Scope) -> ApiKey | None:
        """Whose request it is; None where the framework has to say what is wrong with it."""
        if scope["method"] != "POST" or not _is_plain_json(scope["headers"]):
            return None
        try:
            return authorise(self._server.keys, scope["headers"], Role.ANALYST)
        except RingfenceError:
            return None


def _is_plain_json(headers: Headers) -> bool:
    """No Content-Type at all is taken for JSON, as older clients expect."""
    for name, value in headers:
        if name == b"content-encoding" or (name == b"content-type" and value != _JSON.encode()):
            return False
    return True


def _read(first: Message) -> MessageRequest | None:
    """A message that came whole and is as it should be."""
    if first["type"] != "http.request" or first.get("more_body"):
        return None
    try:
        message = MessageRequest.model_validate_json(first.get("body", b""))
    except ValidationError:
        return None
    return message if message.message.strip() else None
