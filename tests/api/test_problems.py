"""A fault of ours, as the caller and the log see it."""

import logging

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from ringfence.api import problems

from .conftest import Client


def broken() -> FastAPI:
    app = FastAPI()

    @app.get("/numbers/{number}")
    def fail(number: str) -> None:
        raise RuntimeError("boom")

    problems.install(app, [])
    return app


class Named:
    """Gives the request its id, as the server's front does."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["request_id"] = "case-7"
        await self._app(scope, receive, send)


def test_the_log_names_the_request_and_no_number(caplog: pytest.LogCaptureFixture) -> None:
    portal: BlockingPortal
    with start_blocking_portal() as portal, caplog.at_level(logging.ERROR):
        answer = Client(Named(broken()), portal).get("/numbers/+12125550100")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["request_id"]) == ("internal", "case-7")
    assert "boom" not in answer.text
    assert "case-7: GET /numbers/{number}" in caplog.text
    assert "RuntimeError: boom" in caplog.text
    assert "12125550100" not in caplog.text
