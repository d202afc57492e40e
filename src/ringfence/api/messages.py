"""`POST /api/v1/analyze/text`, the short way: a good request is answered without the framework (`protocol`).

The framework's way to a route costs more than all else that the server itself does for a message, and events wait for
it meanwhile. Whatever is not plainly good goes to the framework, which says what is wrong; tests hold the two to the
same.
"""

import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from ringfence.api.access import Headers, Rates, authorise, caller, request_id
from ringfence.api.message_models import MessageRequest
from ringfence.api.problems import INTERNAL, MEDIA_TYPE, headers_of, problem, status_of
from ringfence.app.build import Server
from ringfence.app.worker_main import Head
from ringfence.errors import RingfenceError
from ringfence.model.key import ApiKey, Role

PATH = "/api/v1/analyze/text"
_JSON = "application/json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to be sent; `headers` are those beside the usual ones."""

    request_id: str
    body: bytes
    status: int = 200
    kind: str = _JSON
    headers: dict[str, str] = field(default_factory=dict)


class MessageDesk:
    """`rates` are those that the framework's routes spend, too."""

    def __init__(self, server: Server, rates: Rates) -> None:
        self._server = server
        self._rates = rates

    def taken(
        self, headers: Headers, client: tuple[str, int] | None, body: bytes
    ) -> Coroutine[Any, Any, Reply] | None:
        """The work on a request that is plainly good; None where the framework has to say what is wrong with it."""
        if not _is_plain_json(headers):
            return None
        try:
            key = authorise(self._server.keys, headers, Role.ANALYST)
            message = MessageRequest.model_validate_json(body)
        except (RingfenceError, ValidationError):
            return None
        if not message.message.strip():
            return None
        return self._reply(key, client, message, request_id(headers))

    async def _reply(
        self, key: ApiKey, client: tuple[str, int] | None, message: MessageRequest, name: str
    ) -> Reply:
        try:
            self._rates.requests.spend(key.name)
            self._rates.analyses.spend(caller(key, client))
            told = await self._server.analyses.message(
                message.message, key.digest.hex(), message.session_id, Head(name, message.mode)
            )
        except RingfenceError as error:
            status = status_of(error)
            body = problem(status, error.code, error.detail, name)
            return Reply(name, body, status, MEDIA_TYPE, headers_of(error))
        except Exception as error:
            _log.error("request %s: POST %s", name, PATH, exc_info=error)
            return Reply(name, problem(500, *INTERNAL, name), 500, MEDIA_TYPE)
        return Reply(name, told)


def _is_plain_json(headers: Headers) -> bool:
    """No Content-Type at all is taken for JSON, as older clients expect."""
    for name, value in headers:
        if name == b"content-encoding" or (name == b"content-type" and value != _JSON.encode()):
            return False
    return True
