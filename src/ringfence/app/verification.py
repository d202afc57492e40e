"""Verification calls: ordered, led through their dialogue by webhooks, ended.

An order goes to the records, which decide in one transaction whether it may be, and then to the provider. Whatever the
provider asks next comes with the call's token; all that a call remembers is in the records, so that a process that is
killed in mid-call goes on where it was. What comes twice, late or in another order is told the present question and
changes nothing.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from secrets import token_urlsafe
from typing import Protocol
from urllib.parse import quote, urlencode
from uuid import uuid4

from ringfence.errors import BadInput, Conflict, NotFound, Unavailable
from ringfence.identifiers import Regions
from ringfence.model.call import QuietHours, Refusal, TimelineEntry, VerificationCall
from ringfence.model.finding_row import row_of
from ringfence.model.transaction import Transaction, TransactionStatus
from ringfence.model.verification import Answer, AnsweredBy, CallOrder, Dialogue, Heard, Step, Understood
from ringfence.ports import (
    CallRequest,
    FindingRecords,
    Form,
    Telephony,
    TransactionRecords,
    VerificationRecords,
)
from ringfence.verification.answers import understand
from ringfence.verification.dialogue import GO_ON, answered, machine_answered, went_on
from ringfence.verification.ending import outcome_of
from ringfence.verification.lines import Desk, prompt
from ringfence.verification.outcome import finding, safe
from ringfence.verification.policy import may_call, zones_for

_REFERENCE_DIGITS = 6
_ANSWER_LOST = "answer_lost"


class CallRecords(TransactionRecords, VerificationRecords, FindingRecords, Protocol):
    """What calls need of the records."""


class CallRefused(Conflict):
    """A rule is against calling now."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail, code=refusal.kind.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class CallRules:
    """What the settings say of calls; `public_url` is where the provider reaches us."""

    public_url: str
    quiet_hours: QuietHours | None
    attempts_per_day: int
    minutes_apart: int
    transfer_to: str | None = None
    recorded: bool = False
    regions: Regions = field(default_factory=Regions)


@dataclass(frozen=True, slots=True)
class Address:
    """Of a webhook: which call's, at which step, and the turn it was written for. `answers` where it brings one."""

    transaction_id: str
    step: Step
    token: str
    turn: int | None
    answers: bool = False


class Verifications:
    """Of one event loop. `clock` gives nanoseconds since 1970 UTC, `new_token` what nobody can guess."""

    def __init__(
        self,
        records: CallRecords,
        telephony: Telephony,
        rules: CallRules,
        clock: Callable[[], int],
        new_token: Callable[[], str] = lambda: token_urlsafe(24),
    ) -> None:
        self._records = records
        self._telephony = telephony
        self._rules = rules
        self._clock = clock
        self._new_token = new_token

    async def order(self, transaction_id: str, who: str) -> VerificationCall:
        """Has the card holder called. Raises NotFound, CallRefused, and what `Telephony.place` raises; where its answer
        was lost the call is taken for placed."""
        token, now = self._new_token(), self._clock()
        request = CallRequest(uuid4().hex, transaction_id, _digest(token), who, now)
        ordered = await asyncio.wrap_future(
            self._records.order_call(request, lambda about, calls: self._against(about, calls, now))
        )
        if isinstance(ordered, Refusal):
            raise CallRefused(ordered)
        await self._place(ordered, token)
        return ordered

    async def spoken(self, address: Address, form: Form) -> bytes:
        """What to say next, as the provider's document. Raises NotFound where the token is not that of such a call."""
        call, transaction = await self._found(address)
        at, desk = call.dialogue, self._desk(call)
        became, entry = self._became(at, address, form, transaction)
        if entry is not None:
            entries = [replace(entry, said=prompt(at, transaction, desk).sentences)]
            if became.over:
                goodbye = prompt(became, transaction, desk).sentences
                entries.append(TimelineEntry(entry.at, became.step, said=goodbye))
            if not await asyncio.wrap_future(
                self._records.advance_call(call.call_id, at.turn, became, entries)
            ):  # the same has come a moment ago
                became = (await self._found(address))[0].dialogue
        said = prompt(became, transaction, desk)
        return self._telephony.spoken(said, *self._next(became, address))

    async def progress(self, address: Address, form: Form) -> VerificationCall:
        """Takes the provider's news of a call. Raises NotFound as `spoken` does."""
        call, transaction = await self._found(address)
        news = self._telephony.progress(form)
        ended = await asyncio.wrap_future(
            self._records.call_progress(call.call_id, news, self._clock(), outcome_of)
        )
        if ended.ended_at is not None:
            await self._keep(ended, transaction)
        return ended

    def _against(self, about: Transaction, calls: Sequence[VerificationCall], now: int) -> Refusal | None:
        rules = self._rules
        return may_call(
            about,
            calls,
            now,
            zones_for(about),
            rules.quiet_hours,
            rules.attempts_per_day,
            rules.minutes_apart,
        )

    async def _place(self, call: VerificationCall, token: str) -> None:
        begins = Address(call.transaction_id, Step.START, token, 0)
        order = CallOrder(
            call.phone,
            begin=self._url(f"voice/{_in_path(call.transaction_id)}/{Step.START}", begins),
            progress=self._url(f"status/{_in_path(call.transaction_id)}", replace(begins, turn=None)),
            record=self._rules.recorded,
        )
        try:
            provider_id = await self._telephony.place(order)
        except (BadInput, Unavailable) as error:
            if error.code != _ANSWER_LOST:
                await asyncio.wrap_future(
                    self._records.end_call(
                        call.call_id, TransactionStatus.DISCONNECTED, self._clock(), made=False
                    )
                )
                raise
        else:
            await asyncio.wrap_future(self._records.call_placed(call.call_id, provider_id))

    async def _found(self, address: Address) -> tuple[VerificationCall, Transaction]:
        return await asyncio.to_thread(self._read, address)

    def _read(self, address: Address) -> tuple[VerificationCall, Transaction]:
        call = self._records.call_of_token(_digest(address.token))
        if call is None or call.transaction_id != address.transaction_id:
            raise NotFound("There is no such call", code="call_unknown")
        transaction = self._records.transaction(call.transaction_id)
        if transaction is None:
            raise NotFound("There is no such transaction", code="transaction_unknown")
        return call, transaction

    def _became(
        self, at: Dialogue, address: Address, form: Form, transaction: Transaction
    ) -> tuple[Dialogue, TimelineEntry | None]:
        """What the dialogue is after this webhook, and what the timeline says of it; None where it changes nothing."""
        if address.turn != at.turn or at.over:
            return at, None
        if address.answers and address.step is at.step:
            return self._answered(at, self._telephony.heard(form), transaction)
        if address.step is GO_ON.get(at.step):
            return self._noted(at, went_on(at))
        if address.step is Step.START and self._is_machine(form):
            return self._noted(at, machine_answered(at))
        return at, None

    def _answered(
        self, at: Dialogue, heard: Heard, transaction: Transaction
    ) -> tuple[Dialogue, TimelineEntry | None]:
        understood = understand(heard, at.step, transaction.language)
        became = answered(at, understood, can_transfer=self._rules.transfer_to is not None)
        return self._noted(at, became, safe(heard, self._rules.regions), understood)

    def _noted(
        self, at: Dialogue, became: Dialogue, heard: Heard | None = None, understood: Understood | None = None
    ) -> tuple[Dialogue, TimelineEntry | None]:
        if became == at:
            return at, None
        decision = "" if became.outcome is at.outcome or became.outcome is None else became.outcome.value
        entry = TimelineEntry(
            self._clock(), at.step, at.retry, heard=heard, understood=understood, decision=decision
        )
        return became, entry

    def _is_machine(self, form: Form) -> bool:
        return self._telephony.progress(form).answered_by is AnsweredBy.MACHINE

    async def _keep(self, call: VerificationCall, transaction: Transaction) -> None:
        if call.dialogue.outcome is not TransactionStatus.FRAUD:
            return
        entries = await asyncio.to_thread(self._records.timeline, call.call_id)
        answers = [
            Answer(one.at, one.step, one.retry, one.heard, one.understood)
            for one in entries
            if one.heard is not None and one.understood is not None
        ]
        at = call.ended_at or self._clock()
        made = finding(call.call_id, transaction, call.dialogue, answers, self._rules.regions, at)
        if made is not None:
            await asyncio.wrap_future(self._records.write_finding(row_of(made)))

    def _desk(self, call: VerificationCall) -> Desk:
        return Desk(reference_of(call.call_id), self._rules.recorded, self._rules.transfer_to)

    def _next(self, at: Dialogue, address: Address) -> tuple[str, str]:
        """Where the answer goes, and where the step that follows is asked for."""
        there = f"voice/{_in_path(address.transaction_id)}"
        here = replace(address, turn=at.turn)
        return (
            self._url(f"{there}/{at.step}/response", here, retry=at.retry),
            self._url(f"{there}/{GO_ON.get(at.step, at.step)}", here),
        )

    def _url(self, path: str, address: Address, retry: int | None = None) -> str:
        query = {"retry": retry, "turn": address.turn, "call": address.token}
        told = urlencode({name: value for name, value in query.items() if value is not None})
        return f"{self._rules.public_url.rstrip('/')}/{path}?{told}"


def reference_of(call_id: str) -> str:
    """What the card holder may quote to the number on the card: digits that the desk finds the call by."""
    return str(int(sha256(call_id.encode()).hexdigest(), 16) % 10**_REFERENCE_DIGITS).zfill(_REFERENCE_DIGITS)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _in_path(transaction_id: str) -> str:
    """What may stand as it is stays: what a proxy writes back to a plain sign is not what the provider has signed."""
    return quote(transaction_id, safe=":@")
