"""What follows the end of a verification call: the finding of a denial, and a text where nobody was reached."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from ringfence.errors import RingfenceError
from ringfence.identifiers import Regions
from ringfence.model.call import TimelineEntry, VerificationCall
from ringfence.model.finding_row import row_of
from ringfence.model.transaction import Transaction, TransactionStatus
from ringfence.model.verification import Answer
from ringfence.ports import FindingRecords, Telephony, TransactionRecords, VerificationRecords
from ringfence.verification.ending import reached_nobody
from ringfence.verification.lines import text_of
from ringfence.verification.outcome import finding

_log = logging.getLogger(__name__)

_DAY = 24 * 3_600 * 1_000_000_000
_SENT = "SMS sent"
_NOT_SENT = "SMS not sent"


class CallRecords(TransactionRecords, VerificationRecords, FindingRecords, Protocol):
    """What calls need of the records."""


class CallEnds:
    """Of one event loop. Texts are sent beside the webhooks, whose answers don't wait for them."""

    def __init__(
        self,
        records: CallRecords,
        telephony: Telephony,
        regions: Regions,
        clock: Callable[[], int],
        *,
        texts: bool,
    ) -> None:
        self._records = records
        self._telephony = telephony
        self._regions = regions
        self._clock = clock
        self._texts = texts
        self._sending: set[asyncio.Task[None]] = set()

    async def keep(self, call: VerificationCall, transaction: Transaction) -> None:
        """Writes the finding of a denial; once, however often it is asked to."""
        if call.dialogue.outcome is not TransactionStatus.FRAUD:
            return
        entries = await asyncio.to_thread(self._records.timeline, call.call_id)
        answers = [
            Answer(one.at, one.step, one.retry, one.heard, one.understood)
            for one in entries
            if one.heard is not None and one.understood is not None
        ]
        at = call.ended_at or self._clock()
        made = finding(call.call_id, transaction, call.dialogue, answers, self._regions, at)
        if made is not None:
            await asyncio.wrap_future(self._records.write_finding(row_of(made)))

    def tell(self, call: VerificationCall, transaction: Transaction) -> None:
        """Sends a text where the call has reached nobody: at most one a day about a transaction."""
        if self._texts and reached_nobody(call):
            task = asyncio.create_task(self._text(call, transaction))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def settled(self) -> None:
        """Once all that is on its way is sent."""
        while self._sending:
            await asyncio.gather(*self._sending, return_exceptions=True)

    async def _text(self, call: VerificationCall, transaction: Transaction) -> None:
        now = self._clock()
        body = text_of(transaction, call.reference)
        try:
            if not await asyncio.wrap_future(self._records.claim_text(call.call_id, now, now - _DAY)):
                return
            decision = _SENT
            try:
                await self._telephony.text(call.phone, body)
            except RingfenceError as error:
                _log.warning("call %s: no text could be sent: %s", call.call_id, error.code)
                decision = f"{_NOT_SENT}: {error.code}"
            entry = TimelineEntry(self._clock(), call.dialogue.step, said=(body,), decision=decision)
            await asyncio.wrap_future(self._records.add_entry(call.call_id, entry))
        except RingfenceError as error:
            _log.error("call %s: what follows its end: %s", call.call_id, error.detail)
