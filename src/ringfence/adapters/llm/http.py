"""The one client that a model's provider is reached by: to the host that is set, no other, and for short answers."""

from collections.abc import AsyncIterator

import httpx2

from ringfence.settings.addresses import on_loopback

LONGEST_ANSWER = 256 * 1024
"""Bytes as they come; an answer has a thousand tokens."""


_SENT = frozenset(
    """accept accept-encoding authorization connection content-length content-type host transfer-encoding user-agent
    x-server-timeout""".split()
)
_OF_THE_SDKS = ("x-goog-api-", "x-stainless-")
"""Headers that go along. The SDKs add some of the environment's (`OPENAI_CUSTOM_HEADERS`), whoever is asked."""


class _Capped(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._stream:
            size += len(piece)
            if size > LONGEST_ANSWER:
                raise httpx2.DecodingError(f"the answer has more than {LONGEST_ANSWER} bytes")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _cap(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Capped(response.stream)


def client(base_url: str, timeout_seconds: float) -> httpx2.AsyncClient:
    """Follows no redirect. A proxy of the environment is used, except to loopback."""
    base = httpx2.URL(base_url)

    async def bound(request: httpx2.Request) -> None:
        if (request.url.scheme, request.url.host, request.url.port) != (base.scheme, base.host, base.port):
            raise httpx2.UnsupportedProtocol(
                "a request to another host than the one that is set", request=request
            )
        for name in {*request.headers} - _SENT:
            if not name.startswith(_OF_THE_SDKS):
                del request.headers[name]

    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(timeout_seconds),
        follow_redirects=False,
        trust_env=not on_loopback(base_url),
        headers={"Accept-Encoding": "identity"},  # a small answer that unfolds into a large one is none
        event_hooks={"request": [bound], "response": [_cap]},
    )
