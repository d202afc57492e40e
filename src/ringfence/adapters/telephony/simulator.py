"""The port `Telephony`, filled by a provider that rings nobody's telephone: it plays calls to a callee in this process,
and posts the webhooks that Twilio would, with valid signatures, to a real server."""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable

from ringfence.adapters.telephony import twiml, webhooks
from ringfence.adapters.telephony.callee import Callee
from ringfence.adapters.telephony.leg import Leg, Surroundings
from ringfence.adapters.telephony.posting import Posting
from ringfence.errors import BadInput, Unavailable
from ringfence.model.verification import CallOrder, Progress
from ringfence.ports import Form

MOST_CALLS = 1_000
"""At once."""
LONGEST_TEXT = 1_600


class Simulator:
    """Of one event loop. `token` signs the webhooks, `send_to` is where they are posted, `named` the public address
    that they are signed over; `clock` gives nanoseconds since 1970 UTC, `new_id` 32 digits in hex."""

    heard = staticmethod(webhooks.heard)
    progress = staticmethod(webhooks.progress)
    spoken = staticmethod(twiml.spoken)

    def __init__(
        self,
        token: str,
        callee: Callee,
        send_to: str,
        named: str,
        clock: Callable[[], int] = time.time_ns,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._token, self._callee = token, callee
        self._posting = Posting(token, send_to, named)
        self._clock, self._new_id = clock, new_id
        self._running: dict[str, tuple[Leg, asyncio.Task[None]]] = {}
        self._ended: dict[str, Leg] = {}

    @property
    def waits(self) -> deque[float]:
        """Seconds that the last webhooks took."""
        return self._posting.waits

    def open(self) -> None:
        self._posting.open()

    def send_to(self, url: str) -> None:
        """Where the server is, once that is known."""
        self._posting.send_to(url)

    async def check(self) -> None:
        """Whether a server is there that takes these webhooks. Raises Unavailable with a code of `posting`."""
        await self._posting.check()

    async def place(self, order: CallOrder) -> str:
        if len(self._running) >= MOST_CALLS:
            raise Unavailable(
                f"The simulator plays up to {MOST_CALLS:,} calls at once.",
                code="provider_busy",
                retry_after=5,
            )
        call = self._new_call()
        leg = Leg(call, order, Surroundings(self._callee, self._posting, self._clock, self._new_call))
        task = asyncio.create_task(leg.play())
        self._running[call] = leg, task
        task.add_done_callback(lambda _: self._over(call))
        return call

    async def end(self, provider_id: str) -> None:
        known = self._running.get(provider_id)
        if known is not None:
            known[0].hang_up()

    async def look(self, provider_id: str) -> Progress | None:
        known = self._running.get(provider_id)
        leg = self._ended.get(provider_id) if known is None else known[0]
        return None if leg is None else leg.progress()

    async def text(self, to: str, body: str) -> str:
        if len(body) > LONGEST_TEXT:
            raise BadInput(
                f"A text of {len(body):,} characters is too long: {LONGEST_TEXT:,} is the most.",
                code="text_too_long",
            )
        await self._callee.is_texted(to, body)
        return f"SM{self._new_id()}"

    async def idle(self) -> None:
        """Until no call runs."""
        while self._running:
            await asyncio.wait([task for _, task in self._running.values()])

    async def close(self) -> None:
        """Calls that run are cut, and no server is told."""
        tasks = [task for _, task in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._posting.close()

    def signed(self, url: str, form: Form, signature: str) -> bool:
        return webhooks.signed(self._token, url, form, signature)

    def _over(self, call: str) -> None:
        self._ended[call] = self._running.pop(call)[0]
        if len(self._ended) > MOST_CALLS:
            del self._ended[next(iter(self._ended))]

    def _new_call(self) -> str:
        return f"CA{self._new_id()}"
