"""A whole server in this process: real engine, real records, real keys; time is the test's."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from ringfence.api.application import build_app, event_routes, rates_of
from ringfence.app.build import Server, build_server
from ringfence.model.key import Role
from ringfence.settings import load_settings

NOON = 1_768_478_400
SECOND = 1_000_000_000


class Clock:
    """Nanoseconds since 1970 UTC; stands still unless a test moves it."""

    def __init__(self) -> None:
        self.now = NOON * SECOND

    def __call__(self) -> int:
        return self.now


class Client:
    """Asks an ASGI application that runs in a thread with its own event loop."""

    def __init__(self, app: Any, portal: BlockingPortal) -> None:
        self.app = app
        self.portal = portal

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://ringfence") as client:
                return await client.request(method, path, **more)

        return self.portal.call(ask)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def run(self, work: Callable[[], Awaitable[None]]) -> None:
        self.portal.call(work)


class Site:
    """A server, a client of it, and calls as a switch tells them."""

    def __init__(self, server: Server, client: Client, clock: Clock) -> None:
        self.server = server
        self.client = client
        self.clock = clock
        self._secrets: dict[Role, str] = {}

    def key(self, role: Role) -> dict[str, str]:
        """The header of a key of this role."""
        if role not in self._secrets:
            self._secrets[role] = self.server.keys.create(role.value + "-1", role, "test")
        return {"X-API-KEY": self._secrets[role]}

    def ask(self, method: str, path: str, role: Role = Role.ANALYST, **more: Any) -> Any:
        headers = self.key(role) | more.pop("headers", {})
        return self.client.request(method, path, headers=headers, **more)

    def tick(self) -> None:
        """Time passes: the server does what it does by itself."""
        self.client.run(self.server.pipeline.tick)
        self.client.run(self.server.pipeline.settled)


def event(n: int, at: float = 0.0, **more: Any) -> dict[str, Any]:
    """The n-th caller rings +1 212 555 0100, `at` seconds after noon."""
    return {
        "event_type": "INVITE",
        "timestamp": NOON + at,
        "a_number": f"+1202555{1000 + n}",
        "b_number": "+12125550100",
        "call_id": f"c{n}@gw",
        "trunk": "north",
    } | more


def attack(callers: int) -> list[dict[str, Any]]:
    return [event(n, n * 0.1) for n in range(callers)]


MakeSite = Callable[..., AbstractContextManager[Site]]


@pytest.fixture
def site_with(tmp_path: Path) -> MakeSite:
    """Opens a server on this test's data folder; keywords are variables of the environment."""

    @contextmanager
    def make(toml: str = "", **variables: str) -> Iterator[Site]:
        (tmp_path / "ringfence.toml").write_text(toml)
        environ = {"RINGFENCE_DATA_DIR": str(tmp_path / "var"), "RINGFENCE_DEFAULT_REGION": "US", **variables}
        clock = Clock()
        server = build_server(load_settings(environ, tmp_path), clock)
        with ExitStack() as stack:
            stack.callback(server.close)
            portal = stack.enter_context(start_blocking_portal())
            stack.callback(portal.call, server.pipeline.stop)
            stack.callback(portal.call, server.analyses.stop)
            yield Site(
                server, Client(build_app(server, event_routes(server), rates_of(server)), portal), clock
            )

    return make


@pytest.fixture
def site(site_with: MakeSite) -> Iterator[Site]:
    with site_with() as made:
        yield made


@pytest.fixture
def desk(site_with: MakeSite, messages_model: Path) -> Iterator[Site]:
    """A site that judges messages by a model known by heart."""
    with site_with(RINGFENCE_CONTENT__MODEL=str(messages_model), RINGFENCE_DEFAULT_REGION="IN") as made:
        yield made
