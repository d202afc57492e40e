"""The ASGI application: event routes in front, FastAPI behind, an X-Request-ID on every answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute
from ringfence_engine import read_all_plans
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringfence import __version__
from ringfence.api import openapi, problems
from ringfence.api.access import PerMinute, RateLimit, Rates, request_id
from ringfence.api.cors import Cors
from ringfence.api.events import BATCH, SINGLE, EventRoutes
from ringfence.api.message_batch import Seats
from ringfence.api.routes import (
    alerts,
    analysis,
    audit,
    calls,
    findings,
    home,
    model,
    phones,
    site,
    suggestions,
    transactions,
    verification,
)
from ringfence.api.webhooks import PREFIXES, WebhookRoutes
from ringfence.app.build import Server

MESSAGES = "/api/v1/analyze/batch"
_OWN_BOUND = {MESSAGES, transactions.IMPORT}
"""Routes that bound their bodies themselves."""
_MOST_BODY = 4 << 20
"""Bodies of the other routes; the longest, a SIP message as JSON, fits."""


def event_routes(server: Server) -> EventRoutes:
    return EventRoutes(server.pipeline, server.keys, server.settings.limits)


def rates_of(server: Server) -> Rates:
    limits = server.settings.limits
    return Rates(RateLimit(limits.requests_per_second), PerMinute(limits.analyze_per_minute))


def build_app(server: Server, events: EventRoutes, rates: Rates) -> ASGIApp:
    """The whole application, as a server of ASGI runs it."""
    front: ASGIApp = _Front(events, WebhookRoutes(server.verifications), _rest(server, rates))
    if server.settings.cors_origins:
        front = Cors(
            front,
            allow_origins=server.settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["X-API-KEY", "Authorization", "Content-Type", "X-Request-ID"],
            expose_headers=["X-Request-ID", "Retry-After"],
        )
    return front


def _rest(server: Server, rates: Rates) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        server.pipeline.start()
        server.analyses.start()
        server.call_keeper.start()
        plans = asyncio.create_task(asyncio.to_thread(read_all_plans))
        yield
        await server.call_keeper.stop()
        await server.analyses.stop()
        await server.pipeline.stop()
        await plans

    app = FastAPI(
        title="Ringfence",
        version=__version__,
        description="Defends people against phone scams.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # behind a proxy it would send clients, key and all, to plain http
        strict_content_type=False,  # a body without Content-Type is JSON, as older clients send it
        lifespan=lifespan,
    )
    app.state.server = server
    app.state.rates = rates
    app.state.seats = Seats()
    app.state.imports = Seats(transactions.MOST_IMPORTS)
    modules = (
        home,
        calls,
        analysis,
        findings,
        transactions,
        verification,
        phones,
        alerts,
        model,
        site,
        suggestions,
        audit,
    )
    routers = [module.router for module in modules]
    for router in routers:
        app.include_router(router)
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    problems.install(app, routes)
    openapi.install(app, routes)
    return app


class _Front:
    """Sends events and webhooks their own way, all else to the framework, and names every request."""

    def __init__(self, events: EventRoutes, webhooks: WebhookRoutes, rest: FastAPI) -> None:
        self._events = events
        self._webhooks = webhooks
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
            return
        name = request_id(scope["headers"])
        if scope["path"] in (SINGLE, BATCH):
            await self._events(scope, receive, send, name)
            return
        if scope["path"].startswith(PREFIXES):
            await self._webhooks(scope, receive, send, name)
            return

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", name.encode())]
            await send(message)

        scope.setdefault("state", {})["request_id"] = name
        whole = scope["path"] in _OWN_BOUND
        await self._rest(scope, receive if whole else _bounded(receive), named)


def _bounded(receive: Receive) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > _MOST_BODY:
            raise HTTPException(413, f"The body is over {_MOST_BODY} bytes")
        return message

    return counted
