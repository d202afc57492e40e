"""One simulated call, as a provider plays it: rung, followed from document to document, and told of at each stage."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import urljoin

from ringfence.adapters.telephony import verbs, webhooks
from ringfence.adapters.telephony.callee import Callee, PickUp, Question, Sentence
from ringfence.adapters.telephony.posting import UNREACHABLE, Posting
from ringfence.errors import Unavailable
from ringfence.model.verification import ENDS, CallOrder, CallStatus, Heard, Progress

ACCOUNT = "AC" + "0" * 32
NUMBER = "+15005550006"
"""Kept by Twilio for tests: nobody's."""
MOST_TURNS = 200
"""Webhooks of a dialogue; a whole call has a dozen."""
_SECOND = 1_000_000_000
_UNANSWERED = {
    PickUp.BUSY: CallStatus.BUSY,
    PickUp.NO_ANSWER: CallStatus.NO_ANSWER,
    PickUp.FAILED: CallStatus.FAILED,
}
_ANSWERED_BY = {PickUp.HUMAN: "human", PickUp.MACHINE: "machine_end_beep"}
_log = logging.getLogger(__name__)


class _Ears(Protocol):
    fields: Mapping[str, str]
    """What webhooks of this end say in another way."""

    async def hears(self, say: verbs.Say) -> None: ...

    async def answers(self, question: Question) -> Heard | None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What calls share: `clock` gives nanoseconds since 1970 UTC, `new_call` the id of a call."""

    callee: Callee
    posting: Posting
    clock: Callable[[], int]
    new_call: Callable[[], str]


class Leg:
    def __init__(self, call: str, order: CallOrder, around: Surroundings) -> None:
        self._call, self._order, self._around = call, order, around
        self._callee, self._posting, self._clock = around.callee, around.posting, around.clock
        self._number = 0
        self._status = "queued"
        self._answered_at: int | None = None
        self._answered_by: str | None = None
        self._hung_up = False
        self._talk: asyncio.Task[CallStatus] | None = None
        self._turns = 0

    def hang_up(self) -> None:
        """From outside; the server hears of it."""
        self._hung_up = True
        if self._talk is not None:
            self._talk.cancel()

    def progress(self) -> Progress:
        """How far it is, as the webhooks tell it."""
        return webhooks.progress(list(self._form().items()))

    async def play(self) -> None:
        """To its end. Cancelled, it ends as a line does that is cut: nobody is told."""
        status, fault = await self._talked()
        try:
            await self._tell(status.value)
        except Unavailable as error:
            fault = fault or error.detail
        try:
            await self._callee.is_over(self._call, status, fault)
        except Exception as error:
            _log_failed(error)

    async def _talked(self) -> tuple[CallStatus, str]:
        fault = ""
        self._talk = asyncio.ensure_future(self._rung())
        if self._hung_up:
            self._talk.cancel()
        try:
            return await self._talk, fault
        except asyncio.CancelledError:
            own = asyncio.current_task()
            if not self._hung_up or (own is not None and own.cancelling()):
                raise
            return (CallStatus.CANCELED if self._answered_at is None else CallStatus.COMPLETED), fault
        except Unavailable as error:
            fault = error.detail
        except Exception as error:
            _log_failed(error)
            fault = "Who answers the call has failed"
        return (CallStatus.FAILED if self._answered_at is None else CallStatus.COMPLETED), fault

    async def _rung(self) -> CallStatus:
        await self._tell("initiated")
        await self._tell("ringing")
        picked_up = await self._callee.rings(self._call, self._order.to)
        if picked_up in _UNANSWERED:
            return _UNANSWERED[picked_up]
        self._answered_at, self._answered_by = self._clock(), _ANSWERED_BY[picked_up]
        await self._tell("in-progress")
        await self._follow(self._order.begin, _CardHolder(self._call, self._callee), {})
        return CallStatus.COMPLETED

    async def _tell(self, status: str) -> None:
        """What the server makes of news is its own affair, as long as it is there."""
        self._status = status
        form = self._form() | {
            "SequenceNumber": str(self._number),
            "Timestamp": format_datetime(datetime.fromtimestamp(self._clock() / _SECOND, UTC)),
            "CallbackSource": "call-progress-events",
        }
        if status in ENDS:
            form["CallDuration"] = str(self._seconds())
        self._number += 1
        try:
            await self._posting.post(self._order.progress, form)
        except Unavailable as error:
            if error.code == UNREACHABLE:
                raise

    def _seconds(self) -> int:
        return 0 if self._answered_at is None else (self._clock() - self._answered_at) // _SECOND

    async def _follow(self, url: str, ears: _Ears, more: dict[str, str]) -> bool:
        """From document to document; whether somebody hung up, and not only the documents came to an end."""
        while True:
            self._turns += 1
            if self._turns > MOST_TURNS:
                raise Unavailable(f"The server has asked for more than {MOST_TURNS} answers")
            try:
                told = verbs.read(await self._posting.post(url, self._form() | {**ears.fields, **more}))
            except ValueError as error:
                raise Unavailable(f"The simulator can't go on: {error}") from None
            following = await self._done(url, told, ears)
            if isinstance(following, bool):
                return following
            url, more = following

    async def _done(
        self, url: str, told: tuple[verbs.Verb, ...], ears: _Ears
    ) -> tuple[str, dict[str, str]] | bool:
        """Where it goes on with which fields, else as `_follow` tells."""
        for verb in told:
            match verb:
                case verbs.Say():
                    await ears.hears(verb)
                case verbs.Gather():
                    fields = await _gathered(verb, ears)
                    if fields is None:
                        return True
                    if fields or verb.on_empty:
                        return urljoin(url, verb.action), fields
                case verbs.Redirect():
                    return urljoin(url, verb.to), {}
                case verbs.Dial():
                    fields = await self._dialled(url, verb)
                    if verb.action:
                        return urljoin(url, verb.action), fields
                case verbs.Record():
                    await self._callee.is_recorded(self._call)
                case verbs.Hangup():
                    return True
        return False

    async def _dialled(self, url: str, dial: verbs.Dial) -> dict[str, str]:
        """Who picks up may be told of the call first, and is joined to it unless that ends with hanging up."""
        met = await self._callee.is_put_through(self._call, dial.number)
        status = met.status
        if status is CallStatus.COMPLETED and dial.context:
            colleague = _Colleague(self._call, self._callee, met.keys, self._of_child(dial.number))
            if await self._follow(urljoin(url, dial.context), colleague, {}):
                status = CallStatus.NO_ANSWER
        joined = status is CallStatus.COMPLETED
        return {"DialCallStatus": status.value, "DialBridged": "true" if joined else "false"}

    def _of_child(self, number: str) -> dict[str, str]:
        return {
            "CallSid": self._around.new_call(),
            "Direction": "outbound-dial",
            "ParentCallSid": self._call,
            "To": number,
        }

    def _form(self) -> dict[str, str]:
        """What every webhook of Twilio's tells."""
        form = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "CallSid": self._call,
            "CallStatus": self._status,
            "Direction": "outbound-api",
            "From": NUMBER,
            "To": self._order.to,
        }
        return form if self._answered_by is None else form | {"AnsweredBy": self._answered_by}


class _CardHolder:
    fields: Mapping[str, str] = {}

    def __init__(self, call: str, callee: Callee) -> None:
        self._call, self._callee = call, callee

    async def hears(self, say: verbs.Say) -> None:
        await self._callee.hears(self._call, Sentence(say.text, say.language))

    async def answers(self, question: Question) -> Heard | None:
        return await self._callee.answers(self._call, question)


class _Colleague:
    """Presses the same keys at every question."""

    def __init__(self, call: str, callee: Callee, keys: str, fields: Mapping[str, str]) -> None:
        self._call, self._callee, self._keys, self.fields = call, callee, keys, fields

    async def hears(self, say: verbs.Say) -> None:
        await self._callee.hears(self._call, Sentence(say.text, say.language, colleague=True))

    async def answers(self, question: Question) -> Heard | None:
        return Heard(digits=self._keys or None)


async def _gathered(gather: verbs.Gather, ears: _Ears) -> dict[str, str] | None:
    """As fields; none of silence. Keys go before words, and words count where somebody listens for them."""
    for say in gather.said:
        await ears.hears(say)
    heard = await ears.answers(Question(gather.speech, gather.keys))
    if heard is None:
        return None
    if heard.digits:
        return {"Digits": heard.digits[: gather.keys]}
    if not heard.speech or not gather.speech:
        return {}
    sure = {} if heard.confidence is None else {"Confidence": str(heard.confidence)}
    return {"SpeechResult": heard.speech} | sure


def _log_failed(error: Exception) -> None:
    """By name alone, since its words may be anybody's."""
    _log.error("who answers a simulated call has failed: %s", type(error).__name__)
