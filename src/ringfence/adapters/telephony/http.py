"""How the SDK's requests travel: to the address that is set, within a time, and never twice.

The SDK knows no other base address than Twilio's, and its way out is that the HTTP client's `request` is one's own.
Its two clients are no base for that: the asynchronous one takes no heed of its timeout (twilio-python #925) and draws
warnings from a current aiohttp; the other holds a thread for as long as bytes trickle in. Both read an answer of any
size, and log addresses.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import httpx
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from ringfence.adapters.telephony import faults
from ringfence.settings.addresses import on_loopback

_TWILIO = "https://api.twilio.com"
LONGEST_ANSWER = 256 * 1024
"""Bytes; a call has three thousand."""


class Http(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """Raises Unavailable of what went wrong on the way, and of a provider that wants fewer requests: the SDK's own
    exception leaves out for how long."""

    def __init__(self, api_url: str | None, timeout_seconds: float) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True, timeout=timeout_seconds)
        self._address = api_url or _TWILIO
        self._seconds = timeout_seconds
        self._client = httpx.AsyncClient(
            timeout=timeout_seconds,
            follow_redirects=False,
            trust_env=not on_loopback(self._address),
            headers={"Accept-Encoding": "identity"},  # a small answer that unfolds into a large one is none
        )

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        url = self._address + uri.removeprefix(_TWILIO)
        request = self._client.build_request(method, url, params=params, data=data, headers=headers)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._answer(request, auth)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError):
            raise faults.unreachable() from None
        except (TimeoutError, httpx.TimeoutException):
            raise faults.lost("did not answer in time") from None
        except httpx.HTTPError:
            raise faults.lost("broke the connection off") from None

    async def _answer(self, request: httpx.Request, auth: tuple[str, str] | None) -> Response:
        response = await self._client.send(request, auth=auth, stream=True)
        try:
            if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
                raise faults.busy(response.headers.get("Retry-After"))
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > LONGEST_ANSWER:
                    raise faults.lost(f"answered with more than {LONGEST_ANSWER:,} bytes")
        finally:
            await response.aclose()
        return Response(response.status_code, body.decode("utf-8", "replace"), dict(response.headers))

    async def close(self) -> None:
        await self._client.aclose()
