"""Verification calls: ordered, led through their dialogue by webhooks, ended.

An order goes to the records, which decide in one transaction whether it may be, and then to the provider. Whatever the
provider asks next comes with the call's token; all that a call remembers is in the records, so that a process that is
killed in mid-call goes on where it was. What comes twice, late or in another order is told the present question and
changes nothing.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from secrets import token_urlsafe
from uuid import uuid4

from ringfence.app.call_addresses import Address, Addresses
from ringfence.app.call_ends import CallEnds, CallRecords
from ringfence.errors import BadInput, Conflict, NotFound, Unavailable
from ringfence.identifiers import Regions
from ringfence.model.call import QuietHours, Refusal, TimelineEntry, VerificationCall
from ringfence.model.transaction import Transaction, TransactionStatus
from ringfence.model.verification import (
    ENDS,
    AnsweredBy,
    CallOrder,
    CallStatus,
    Dialogue,
    Heard,
    Progress,
    Prompt,
    Step,
    Understood,
)
from ringfence.ports import CallRequest, Form, Telephony
from ringfence.verification import colleague
from ringfence.verification.answers import understand
from ringfence.verification.dialogue import (
    GO_ON,
    LAST,
    QUESTIONS,
    answered,
    decided,
    machine_answered,
    put_through,
    went_on,
)
from ringfence.verification.ending import outcome_of
from ringfence.verification.lines import Desk, prompt
from ringfence.verification.outcome import safe
from ringfence.verification.policy import may_call, zones_for

_REFERENCE_DIGITS = 6
_ANSWER_LOST = "answer_lost"


class CallRefused(Conflict):
    """A rule is against calling now."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail, code=refusal.kind.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class CallRules:
    """What the settings say of calls; `public_url` is where the provider reaches us. `recorded` holds for whoever
    agrees to it."""

    public_url: str
    quiet_hours: QuietHours | None
    attempts_per_day: int
    minutes_apart: int
    transfer_to: str | None = None
    recorded: bool = False
    texts: bool = True
    regions: Regions = field(default_factory=Regions)


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
        self._addresses = Addresses(rules.public_url)
        self._ends = CallEnds(records, telephony, rules.regions, clock, texts=rules.texts)

    async def order(self, transaction_id: str, who: str) -> VerificationCall:
        """Has the card holder called. Raises NotFound, CallRefused, and what `Telephony.place` raises; where its answer
        was lost the call is taken for placed."""
        token, now = self._new_token(), self._clock()
        call_id = uuid4().hex
        request = CallRequest(call_id, transaction_id, _digest(token), who, now, reference_of(call_id))
        ordered = await asyncio.wrap_future(
            self._records.order_call(request, lambda about, calls: self._against(about, calls, now))
        )
        if isinstance(ordered, Refusal):
            raise CallRefused(ordered)
        return replace(ordered, provider_id=await self._place(ordered, token))

    async def hang_up(self, call: VerificationCall, who: str) -> None:
        """Has the provider end it. Raises Conflict where it has ended, or is not placed yet."""
        if call.ended_at is not None:
            raise Conflict("The call has ended", code="call_ended")
        if call.provider_id is None:
            raise Conflict("The call is not placed yet: try again in a second", code="call_not_placed")
        await self._telephony.end(call.provider_id)
        await asyncio.wrap_future(self._records.hung_up(call.call_id, who, self._clock()))
        with suppress(Unavailable):  # it is hung up on; what it comes to is told sooner or later
            news = await self._telephony.look(call.provider_id)
            if news is None:
                await self.give_up(call)
            elif news.status in ENDS:
                await self.took(call, news)

    def signed(self, asked_for: str, form: Form, signature: str) -> bool:
        """Whether a webhook to this path, query included, comes from the provider."""
        return self._telephony.signed(self._addresses.whole(asked_for), form, signature)

    async def spoken(self, address: Address, form: Form) -> bytes:
        """What to say next, as the provider's document. Raises NotFound where the token is not that of such a call."""
        call, transaction = await self._found(address)
        if address.step is Step.CONTEXT:
            return await self._to_colleague(call, transaction, address, form)
        if address.step is Step.TRANSFERRED:
            return await self._after_transfer(call, transaction, address, form)
        if address.step is Step.START:
            call = await self._with_who_answered(call, form)
        became, entry = self._became(call, address, form, transaction)
        if entry is not None:
            entries = self._entries(call, became, entry, transaction)
            became = await self._advanced(address, call, became, entries)
        said = prompt(became, transaction, self._desk(call))
        if call.ended_at is not None and not became.over:
            said = Prompt(said.language, ())  # nobody is there any more
        return self._telephony.spoken(said, *self._addresses.following(became, address))

    async def _with_who_answered(self, call: VerificationCall, form: Form) -> VerificationCall:
        """Providers tell it with the first webhook, and perhaps never again."""
        news = replace(self._telephony.progress(form), status=None)
        if call.ended_at is not None or call.told(news) == call:
            return call
        return await asyncio.wrap_future(
            self._records.call_progress(call.call_id, news, self._clock(), outcome_of)
        )

    def _entries(
        self, call: VerificationCall, became: Dialogue, entry: TimelineEntry, transaction: Transaction
    ) -> list[TimelineEntry]:
        """What the timeline says of a step: the words before it, and those after it where they are the last."""
        goodbye = prompt(became, transaction, self._desk(call)).sentences
        if became.outcome is TransactionStatus.VOICEMAIL:
            return [replace(entry, said=goodbye)]  # it was asked nothing
        entries = [replace(entry, said=prompt(call.dialogue, transaction, self._desk(call)).sentences)]
        if became.over or became.step in LAST:
            entries.append(TimelineEntry(entry.at, became.step, said=goodbye))
        return entries

    async def progress(self, address: Address, form: Form) -> VerificationCall:
        """Takes the provider's news of a call. Raises NotFound as `spoken` does."""
        call, transaction = await self._found(address)
        news = self._telephony.progress(form)
        if call.told(news) == call:
            return call  # what comes twice need not wait for others' writing
        return await self._took(call, transaction, news)

    async def took(self, call: VerificationCall, news: Progress) -> VerificationCall:
        """The same of news that were asked for."""
        transaction = await asyncio.to_thread(self._transaction, call.transaction_id)
        return await self._took(call, transaction, news)

    async def give_up(self, call: VerificationCall) -> None:
        """Ends a call of which nobody tells any more."""
        await asyncio.wrap_future(self._records.end_call(call.call_id, outcome_of(call), self._clock()))
        ended = await asyncio.to_thread(self._records.call, call.call_id)
        if ended is not None:
            await self.keep(ended)

    async def keep(self, call: VerificationCall) -> None:
        """Writes the finding of a call that has ended with a denial; once, however often it is asked to."""
        transaction = await asyncio.to_thread(self._transaction, call.transaction_id)
        await self._ends.keep(call, transaction)

    async def settled(self) -> None:
        """Once all that follows from calls is done."""
        await self._ends.settled()

    async def _took(
        self, call: VerificationCall, transaction: Transaction, news: Progress
    ) -> VerificationCall:
        now = self._clock()
        became = await asyncio.wrap_future(self._records.call_progress(call.call_id, news, now, outcome_of))
        if call.ended_at is None and became.ended_at == now:
            # Not before the end: a finding is written once, and a last answer may still come until then.
            await self._ends.keep(became, transaction)
            await self._note_hung_up(became, transaction)
            self._ends.tell(became, transaction)
        return became

    async def _note_hung_up(self, call: VerificationCall, transaction: Transaction) -> None:
        """The question that was hung up on."""
        at = call.dialogue
        if at.over or at.step not in QUESTIONS or call.status is not CallStatus.COMPLETED:
            return
        said = prompt(at, transaction, self._desk(call)).sentences
        decision = call.outcome.value if at.outcome is None and call.outcome is not None else ""
        entry = TimelineEntry(self._clock(), at.step, at.retry, said=said, decision=decision)
        await asyncio.wrap_future(self._records.add_entry(call.call_id, entry))

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

    async def _place(self, call: VerificationCall, token: str) -> str | None:
        """The provider's id of it, None where its answer was lost."""
        order = CallOrder(
            call.phone,
            begin=self._addresses.begin(call.transaction_id, token),
            progress=self._addresses.progress(call.transaction_id, token),
        )
        try:
            provider_id = await self._telephony.place(order)
        except (BadInput, Unavailable) as error:
            if error.code == _ANSWER_LOST:
                return None
            await asyncio.wrap_future(
                self._records.end_call(
                    call.call_id, TransactionStatus.DISCONNECTED, self._clock(), made=False
                )
            )
            raise
        await asyncio.wrap_future(self._records.call_placed(call.call_id, provider_id))
        return provider_id

    async def _found(self, address: Address) -> tuple[VerificationCall, Transaction]:
        return await asyncio.to_thread(self._read, address)

    def _read(self, address: Address) -> tuple[VerificationCall, Transaction]:
        found = self._records.call_of_token(_digest(address.token))
        if found is None or found[0].transaction_id != address.transaction_id:
            raise NotFound("There is no such call", code="call_unknown")
        return found

    def _transaction(self, transaction_id: str) -> Transaction:
        found = self._records.transaction(transaction_id)
        if found is None:
            raise NotFound("There is no such transaction", code="transaction_unknown")
        return found

    async def _advanced(
        self, address: Address, call: VerificationCall, became: Dialogue, entries: Sequence[TimelineEntry]
    ) -> Dialogue:
        at = call.dialogue
        if await asyncio.wrap_future(self._records.advance_call(call.call_id, at.turn, became, entries)):
            return became
        now, _ = await self._found(address)  # the same has come a moment ago, or the call has ended
        return now.dialogue

    async def _to_colleague(
        self, call: VerificationCall, transaction: Transaction, address: Address, form: Form
    ) -> bytes:
        """What a colleague hears who picks up, and what a key of theirs does."""
        at = call.dialogue
        context = colleague.context(at, transaction, call.reference)
        if not address.answers:
            return self._telephony.spoken(context, *self._addresses.following(at, address))
        pressed = self._telephony.heard(form).digits
        taken, heard = pressed == colleague.TAKES, Heard(digits=pressed)
        at = await self._put_through(call, transaction, address, context.sentences, taken=taken, heard=heard)
        return self._telephony.spoken(colleague.answer(at, pressed), *self._addresses.following(at, address))

    async def _after_transfer(
        self, call: VerificationCall, transaction: Transaction, address: Address, form: Form
    ) -> bytes:
        """What the card holder hears once it is known whether a colleague took the call."""
        desk, taken = self._desk(call), self._telephony.progress(form).taken is True
        said = prompt(put_through(call.dialogue, taken=taken), transaction, desk).sentences
        became = await self._put_through(call, transaction, address, said, taken=taken)
        # What is kept may lack it where the call is taken for ended; nobody is rung a second time for that.
        document = prompt(put_through(became, taken=taken), transaction, desk)
        return self._telephony.spoken(document, *self._addresses.following(became, address))

    async def _put_through(
        self,
        call: VerificationCall,
        transaction: Transaction,
        address: Address,
        said: tuple[str, ...],
        *,
        taken: bool,
        heard: Heard | None = None,
    ) -> Dialogue:
        """The turn is not looked at: two lines tell of this, neither of which knows how far the other is."""
        at = call.dialogue
        became = put_through(at, taken=taken)
        if became == at:
            return at
        now, step = self._clock(), address.step or at.step
        entries = [TimelineEntry(now, step, said=said, heard=heard, decision=decided(at, became))]
        if step is Step.CONTEXT and not taken:
            goodbye = prompt(became, transaction, self._desk(call)).sentences
            entries.append(TimelineEntry(now, Step.TRANSFERRED, said=goodbye))
        return await self._advanced(address, call, became, entries)

    def _became(
        self, call: VerificationCall, address: Address, form: Form, transaction: Transaction
    ) -> tuple[Dialogue, TimelineEntry | None]:
        """What the dialogue is after this webhook, and what the timeline says of it; None where it changes nothing."""
        at = call.dialogue
        if address.turn != at.turn or at.over:
            return at, None
        if address.step is at.step is Step.START and call.answered_by is AnsweredBy.MACHINE:
            return self._noted(at, machine_answered(at))
        if address.answers and address.step is at.step:
            return self._answered(at, self._telephony.heard(form), transaction)
        if address.step is GO_ON.get(at.step):
            return self._noted(at, went_on(at))
        return at, None

    def _answered(
        self, at: Dialogue, heard: Heard, transaction: Transaction
    ) -> tuple[Dialogue, TimelineEntry | None]:
        understood = understand(heard, at.step, transaction.language, digits_only=at.digits_only)
        became = answered(
            at,
            understood,
            can_transfer=self._rules.transfer_to is not None,
            asks_consent=self._rules.recorded,
        )
        return self._noted(at, became, safe(heard, self._rules.regions), understood)

    def _noted(
        self, at: Dialogue, became: Dialogue, heard: Heard | None = None, understood: Understood | None = None
    ) -> tuple[Dialogue, TimelineEntry | None]:
        if became == at:
            return at, None
        told = decided(at, became)
        entry = TimelineEntry(
            self._clock(), at.step, at.retry, heard=heard, understood=understood, decision=told
        )
        return became, entry

    def _desk(self, call: VerificationCall) -> Desk:
        return Desk(call.reference, self._rules.transfer_to)


def reference_of(call_id: str) -> str:
    """What the card holder may quote to the number on the card: digits that the desk finds the call by."""
    return str(int(sha256(call_id.encode()).hexdigest(), 16) % 10**_REFERENCE_DIGITS).zfill(_REFERENCE_DIGITS)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
