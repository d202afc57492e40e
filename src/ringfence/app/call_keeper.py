"""Looks after verification calls beside their webhooks: a provider's last word may be lost, and ours may be down when
it comes. A call that nobody ends would keep its card holder from being called again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from ringfence.app.call_ends import CallRecords
from ringfence.app.verification import Verifications
from ringfence.errors import RingfenceError
from ringfence.identifiers import Regions
from ringfence.identifiers.zones import zones_of
from ringfence.model.call import VerificationCall
from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import Heard, Listen, Prompt, Step
from ringfence.ports import Telephony
from ringfence.verification.answers import understand
from ringfence.verification.outcome import safe

_log = logging.getLogger(__name__)

_MINUTE = 60 * 1_000_000_000
_EVERY_SECONDS = 60
_LOOK_AFTER = 5 * _MINUTE
"""From the order on; most calls have ended by then."""
_NEVER_PLACED = 10 * _MINUTE
"""When the order's answer was lost and no webhook has come: a phone rings for a minute."""
_FORGOTTEN = 5 * _MINUTE
"""From the last that was said, when the provider knows nothing of it."""
_A_DAY = 24 * 60 * _MINUTE
_PAGE = 100
_LONGEST = 300 * _MINUTE
"""Providers end a call after four hours at the latest."""


class CallKeeper:
    """Of one event loop."""

    def __init__(
        self,
        records: CallRecords,
        telephony: Telephony,
        verifications: Verifications,
        clock: Callable[[], int],
    ) -> None:
        self._records = records
        self._telephony = telephony
        self._verifications = verifications
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Texts that are on their way are sent first."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._verifications.settled()
        await self._telephony.close()

    async def look(self) -> None:
        """Asks about every call that has run for long, and ends those of which nobody can tell."""
        for call in await asyncio.to_thread(self._records.running_calls):
            age = self._clock() - call.ordered_at
            if age < _LOOK_AFTER:
                continue
            try:
                if age >= _LONGEST or await self._is_lost(call, age):
                    await self._verifications.give_up(call)
            except RingfenceError as error:
                _log.warning("call %s: nobody tells how far it is: %s", call.call_id, error.detail)

    async def catch_up(self) -> None:
        """Writes the findings of denials whose call had ended when the server went down before it had written them."""
        since, offset, total = self._clock() - _A_DAY, 0, 1
        while offset < total:
            page = await asyncio.to_thread(self._records.find_calls, None, False, _PAGE, offset)
            for call in page.calls:
                if call.ordered_at < since:
                    return
                if call.outcome is TransactionStatus.FRAUD:
                    await self._verifications.keep(call)
            offset, total = offset + _PAGE, page.total

    async def _is_lost(self, call: VerificationCall, age: int) -> bool:
        if call.provider_id is None:
            return age >= _NEVER_PLACED
        news = await self._telephony.look(call.provider_id)
        if news is None:
            entries = await asyncio.to_thread(self._records.timeline, call.call_id)
            return self._clock() - max([call.ordered_at, *(one.at for one in entries)]) >= _FORGOTTEN
        await self._verifications.took(call, news)
        return False

    async def _run(self) -> None:
        await self._whatever_happens(lambda: asyncio.to_thread(_warm, self._telephony))
        await self._whatever_happens(self.catch_up)
        while True:
            await self._whatever_happens(self.look)
            await asyncio.sleep(_EVERY_SECONDS)

    async def _whatever_happens(self, deed: Callable[[], Awaitable[None]]) -> None:
        try:
            await deed()
        except RingfenceError as error:
            _log.error("looking after calls: %s", error.detail)
        except Exception:
            _log.exception("looking after calls")


def _warm(telephony: Telephony) -> None:
    """What the first call would have to wait for."""
    telephony.open()
    for language in ("en-IN", "hi-IN"):
        understand(Heard("yes", 1.0), Step.START, language)
    safe(Heard("a man called me from +919811122233, http://kyc.example", 1.0), Regions())
    zones_of("+919876543210")
    telephony.spoken(Prompt("en-IN", ("",), Listen(True, ())), "https://x/", "https://x/")
