"""What stands before a route of FastAPI: key, role and rate first, then what kind of body is sent.

FastAPI reads the whole body before it asks dependencies. Here nobody's body is read before their key is good.
"""

from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Annotated, Any

from fastapi import Depends, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from ringfence.api.access import authorise, caller
from ringfence.app.build import Server
from ringfence.model.key import ApiKey, Role

_api_key = APIKeyHeader(name="X-API-KEY", scheme_name="ApiKey", auto_error=False)
_bearer = HTTPBearer(scheme_name="Bearer", auto_error=False)


class Require:
    """A dependency: the caller's key, whose role has the rights of `needed`."""

    def __init__(self, needed: Role) -> None:
        self.needed = needed

    def admit(self, request: Request) -> None:
        """Raises NotAuthenticated, NotAllowed or TooMany."""
        key = authorise(request.app.state.server.keys, request.scope["headers"], self.needed)
        request.app.state.rates.requests.spend(key.name)
        request.state.key = key

    async def __call__(
        self,
        request: Request,
        _key: Annotated[str | None, Security(_api_key)],
        _token: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    ) -> ApiKey:
        key: ApiKey = request.state.key
        return key


class RequireAnalyses(Require):
    """The same, of an analyst who has messages left in this minute. `count` is what the request takes, 0 where that is
    counted as it goes."""

    def __init__(self, count: int) -> None:
        super().__init__(Role.ANALYST)
        self._count = count

    def admit(self, request: Request) -> None:
        super().admit(request)
        request.app.state.rates.analyses.spend(
            caller(request.state.key, request.scope.get("client")), self._count
        )


Viewer = Annotated[ApiKey, Depends(Require(Role.VIEWER))]
Analyst = Annotated[ApiKey, Depends(Require(Role.ANALYST))]
Supervisor = Annotated[ApiKey, Depends(Require(Role.SUPERVISOR))]
OneAnalysis = Annotated[ApiKey, Depends(RequireAnalyses(1))]
ManyAnalyses = Annotated[ApiKey, Depends(RequireAnalyses(0))]


class GuardedRoute(APIRoute):
    """The route class of every router whose routes take a key."""

    @property
    def guard(self) -> Require:
        """What the route requires; a route that requires nothing has no place behind a guard."""
        calls = (dependency.call for dependency in self.dependant.dependencies)
        return next(call for call in calls if isinstance(call, Require))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        guard = self.guard
        takes_body = self.body_field is not None

        async def guarded(request: Request) -> Response:
            guard.admit(request)
            if takes_body:
                _check_kind(request)
            return await handle(request)

        return guarded


def server_of(request: Request) -> Server:
    server: Server = request.app.state.server
    return server


def _check_kind(request: Request) -> None:
    """JSON, plainly encoded. No Content-Type at all is taken for JSON, as older clients expect."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        raise HTTPException(415, "Send the body without a Content-Encoding; only events may come as gzip")
    told = request.headers.get("content-type")
    if told is None or told == "application/json":
        return
    kind = Message()
    kind["content-type"] = told
    subtype = kind.get_content_subtype()
    if kind.get_content_maintype() != "application" or not (subtype == "json" or subtype.endswith("+json")):
        raise HTTPException(415, "Send the body as JSON, with Content-Type: application/json")
