"""A desk whose calls the simulator places: order → webhooks to a real server → what stands in the records.

The server is one that runs on the data folder already, or one within this process for as long as the desk is open.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass

from ringfence.adapters.telephony import posting
from ringfence.adapters.telephony.callee import Callee
from ringfence.adapters.telephony.simulator import Simulator
from ringfence.api.serving import answering, listen, url_of
from ringfence.app.build import build_server, open_records, simulator_of, verifications_of
from ringfence.app.verification import Verifications
from ringfence.errors import BadInput, Conflict, Unavailable
from ringfence.model.call import TimelineEntry, VerificationCall
from ringfence.model.transaction import TransactionStatus
from ringfence.ports import Records
from ringfence.settings import Settings, TelephonyProvider

_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Led:
    """A call that has ended."""

    call: VerificationCall
    timeline: tuple[TimelineEntry, ...]

    @property
    def outcome(self) -> TransactionStatus:
        return self.call.outcome or TransactionStatus.DISCONNECTED


@dataclass(frozen=True, slots=True)
class CallDesk:
    """Of one event loop."""

    records: Records
    calls: Verifications
    simulator: Simulator
    server: str
    """Where it answers."""

    async def call(self, transaction_id: str, who: str) -> Led:
        """Leads one call to its end. Raises NotFound, CallRefused, and Unavailable where the server was lost."""
        ordered = await self.calls.order(transaction_id, who)
        await self.simulator.idle()
        await self.calls.settled()
        return await asyncio.to_thread(self._led, ordered.call_id)

    def _led(self, call_id: str) -> Led:
        call = self.records.call(call_id)
        if call is None or call.ended_at is None:
            raise Unavailable(
                f"The server at {self.server} was lost in mid-call. Until it runs again and has noticed, which "
                "takes five minutes, the call counts as running."
            )
        return Led(call, self.records.timeline(call_id))


@asynccontextmanager
async def open_desk(
    settings: Settings, callee: Callee, clock: Callable[[], int] = time.time_ns
) -> AsyncIterator[CallDesk]:
    """A simulated call rings nobody, so night, attempts and spacing are nothing to it. Raises BadInput where calls are
    Twilio's, Conflict where the server that runs is no part of this desk, Unavailable where it can't be reached."""
    if settings.telephony.used is not TelephonyProvider.SIMULATOR:
        raise BadInput(
            "Calls are placed by Twilio here, and a simulated yes would stand as the card holder's. Set "
            "RINGFENCE_TELEPHONY__PROVIDER=simulator and a data folder of its own (RINGFENCE_DATA_DIR)."
        )
    async with AsyncExitStack() as held:
        yield await _opened(_unruled(settings), callee, clock, held)


def _unruled(settings: Settings) -> Settings:
    free = {"quiet_hours": "", "attempts_per_day": _MANY, "minutes_apart": 0}
    return settings.model_copy(update={"telephony": settings.telephony.model_copy(update=free)})


async def _opened(
    settings: Settings, callee: Callee, clock: Callable[[], int], held: AsyncExitStack
) -> CallDesk:
    listener = held.enter_context(closing(listen("127.0.0.1", 0)))
    url = url_of(listener)
    simulator = simulator_of(settings, callee, url)
    held.push_async_callback(simulator.close)
    try:
        server = build_server(settings, clock, remember=False, telephony=simulator)
    except Conflict as error:
        if error.code != "in_use":
            raise
        listener.close()
        return await _beside(settings, callee, clock, held)
    await held.enter_async_context(answering(server, listener))
    for left in await asyncio.to_thread(server.records.running_calls):
        await server.verifications.give_up(left)  # of whoever was killed: here nobody else can tell of a call
    return CallDesk(server.records, server.verifications, simulator, url)


async def _beside(
    settings: Settings, callee: Callee, clock: Callable[[], int], held: AsyncExitStack
) -> CallDesk:
    simulator = simulator_of(settings, callee, settings.url)
    held.push_async_callback(simulator.close)
    try:
        await simulator.check()
    except Unavailable as error:
        raise _not_ours(settings, error) from None
    records = open_records(settings)
    held.callback(records.close)
    return CallDesk(records, verifications_of(settings, records, simulator, clock), simulator, settings.url)


def _not_ours(settings: Settings, error: Unavailable) -> Exception:
    there = f"A server holds the data folder {settings.data_dir}"
    if error.code == posting.UNREACHABLE:
        return Unavailable(f"{there}, but none answers at {settings.url}: set RINGFENCE_URL to its address.")
    if error.code == posting.FORBIDDEN:
        return Conflict(
            f"{there}, but the one at {settings.url} is another's, has another PUBLIC_URL, or calls by Twilio: set "
            "RINGFENCE_URL to the right one's address."
        )
    return Conflict(f"{there}, but what answers at {settings.url} is no Ringfence: set RINGFENCE_URL.")
