"""Cross-origin access for the origins that the settings name; the framework's, with our way of refusing."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ringfence.api.access import request_id
from ringfence.api.problems import MEDIA_TYPE, problem


class Cors(CORSMiddleware):
    """A preflight is answered here and reaches no route, so it is named here too."""

    async def simple_response(
        self, scope: Scope, receive: Receive, send: Send, request_headers: Headers
    ) -> None:
        if scope["method"] == "POST" and "origin" not in request_headers:
            # The answer lies in no cache and need not tell one that it varies; so a switch's event has no
            # header to add and may go the short way of `protocol`.
            await self.app(scope, receive, send)
        else:
            await super().simple_response(scope, receive, send, request_headers)

    def preflight_response(self, request_headers: Headers) -> Response:
        answer = super().preflight_response(request_headers)
        name = request_id(request_headers.raw)
        if answer.status_code >= 400:
            body = problem(answer.status_code, "cross_origin", bytes(answer.body).decode(), name)
            kept = {key: value for key, value in answer.headers.items() if not key.startswith("content-")}
            answer = Response(body, answer.status_code, kept, MEDIA_TYPE)
        answer.headers["x-request-id"] = name
        return answer
