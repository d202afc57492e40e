"""How the simulator's webhooks travel: signed as the provider's are, and again to a server that is started anew."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from twilio.request_validator import RequestValidator

from ringfence.adapters.telephony.verbs import LONGEST
from ringfence.errors import Unavailable
from ringfence.settings.addresses import on_loopback

if TYPE_CHECKING:
    import httpx

FORBIDDEN = "webhook_forbidden"
REFUSED = "webhook_refused"
UNREACHABLE = "server_unreachable"

PATIENCE_SECONDS = 30.0
"""For how long a server that does not answer is asked again: one that is started anew needs some seconds."""
_ANSWER_SECONDS = 15.0
_FIRST_WAIT = 0.05
_LONGEST_WAIT = 1.0
_WAITS = 100_000
_CONNECTIONS = 16
"""At once."""
_UNKNOWN = b"call_unknown"
"""What the server says of a call whose token it does not know, once the signature is right."""


class Posting:
    """`named` is the public address that webhooks are signed over, `send_to` where they really go."""

    def __init__(self, token: str, send_to: str, named: str) -> None:
        self._validator = RequestValidator(token)
        self._named = named.rstrip("/")
        self._free = asyncio.Semaphore(_CONNECTIONS)
        self._idle: list[httpx.AsyncClient] = []
        self.waits: deque[float] = deque(maxlen=_WAITS)
        """Seconds that the last webhooks took, from when there was something to tell."""
        self.send_to(send_to)

    def send_to(self, url: str) -> None:
        """From now on."""
        self._send_to = url.rstrip("/")

    def open(self) -> None:
        """Loads what sends, which takes a quarter of a second."""
        import httpx  # noqa: F401

    async def post(self, url: str, form: Mapping[str, str]) -> bytes:
        """The document that answers. Raises Unavailable with the codes above. What breaks off is sent again, since a
        webhook that comes twice changes nothing."""
        status, body = await self._sent(url, form, PATIENCE_SECONDS)
        if not 200 <= status < 300:
            raise _refused(status)
        return body

    async def check(self) -> None:
        """Whether a server is there that takes these webhooks, by news of a call that nobody has ordered. Raises
        Unavailable with the codes above."""
        status, body = await self._sent(f"{self._named}/status/-?call=-", {"CallStatus": "queued"}, 0)
        if status != HTTPStatus.NOT_FOUND or _UNKNOWN not in body:
            raise _refused(status)

    async def close(self) -> None:
        for client in self._idle:
            await client.aclose()

    async def _sent(self, url: str, form: Mapping[str, str], patience: float) -> tuple[int, bytes]:
        if not url.startswith(f"{self._named}/"):
            raise Unavailable("A document leads to an address that is not the server's", code=REFUSED)
        import httpx

        headers = {"X-Twilio-Signature": self._validator.compute_signature(url, dict(form))}
        loop, wait = asyncio.get_running_loop(), _FIRST_WAIT
        until = loop.time() + patience
        while True:
            begun = loop.time()
            try:
                async with self._connection() as client, asyncio.timeout(_ANSWER_SECONDS):
                    address = self._send_to + url.removeprefix(self._named)
                    answer = await _answer(
                        client, client.build_request("POST", address, data=dict(form), headers=headers)
                    )
                    self.waits.append(loop.time() - begun)
                    return answer
            except TimeoutError:
                raise _lost("did not answer in time") from None
            except httpx.HTTPError:
                if loop.time() + wait > until:
                    raise _lost("can't be reached") from None
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    @asynccontextmanager
    async def _connection(self) -> "AsyncIterator[httpx.AsyncClient]":
        """A client each: one with many connections looks through all of them, socket by socket, at every request."""
        async with self._free:
            client = self._idle.pop() if self._idle else self._made()
            try:
                yield client
            finally:
                self._idle.append(client)

    def _made(self) -> "httpx.AsyncClient":
        import httpx

        return httpx.AsyncClient(
            verify=self._send_to.startswith("https:"),
            timeout=None,  # noqa: S113  # one bound for all of it, above
            limits=httpx.Limits(max_connections=1),
            follow_redirects=False,
            trust_env=not on_loopback(self._send_to),
            # A small answer that unfolds into a large one is none.
            headers={"Accept-Encoding": "identity"},
        )


async def _answer(client: "httpx.AsyncClient", request: "httpx.Request") -> tuple[int, bytes]:
    response = await client.send(request, stream=True)
    try:
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > LONGEST:
                raise Unavailable(
                    f"The server answered a webhook with more than {LONGEST:,} bytes", code=REFUSED
                )
    finally:
        await response.aclose()
    return response.status_code, bytes(body)


def _refused(status: int) -> Unavailable:
    if status == HTTPStatus.FORBIDDEN:
        return Unavailable("The server does not take the simulator's signature", code=FORBIDDEN)
    return Unavailable(f"The server answered a webhook with HTTP {status}", code=REFUSED)


def _lost(why: str) -> Unavailable:
    return Unavailable(f"The server {why}", code=UNREACHABLE)
