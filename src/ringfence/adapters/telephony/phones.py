"""The telephones of a server whose calls are simulated: they ring, and whoever asks the API picks up and answers.

The callee of the server's `Simulator`. A telephone that nobody picks up stops ringing, and a talk in which nobody
answers any more is hung up.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from ringfence.adapters.telephony.callee import Colleague, PickUp, Question, Sentence
from ringfence.errors import Conflict, NotFound
from ringfence.model.verification import CallStatus, Heard

RING_SECONDS = 30.0
PATIENCE_SECONDS = 120.0
"""For an answer, from who has picked up."""
_SETTLES_SECONDS = 10.0
_MOST_PHONES = 1_200
"""Those that are over give way."""
_MOST_LINES = 500
_MOST_TEXTS = 200

Told = TypeVar("Told")


class PhoneState(StrEnum):
    RINGING = "ringing"
    TALKING = "talking"
    OVER = "over"


@dataclass(slots=True)
class Phone:
    """One simulated call at the card holder's end. `call` is the provider's id of it, `number` E.164. `question` is how
    an answer is taken just now, None while the call speaks. `fault` says what cut it short."""

    call: str
    number: str
    state: PhoneState = PhoneState.RINGING
    lines: deque[Sentence] = field(default_factory=lambda: deque(maxlen=_MOST_LINES))
    question: Question | None = None
    recorded: bool = False
    put_through_to: str | None = None
    status: CallStatus | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """An SMS as it came."""

    number: str
    body: str


class Phones:
    """Fills `Callee`; of one event loop. `seconds` are those for ringing and for an answer."""

    def __init__(self, seconds: tuple[float, float] = (RING_SECONDS, PATIENCE_SECONDS)) -> None:
        self._ring_seconds, self._patience_seconds = seconds
        self._ends: dict[str, _End] = {}
        self.texts: deque[Text] = deque(maxlen=_MOST_TEXTS)

    # What the simulator asks of them

    async def rings(self, call: str, number: str) -> PickUp:
        self._make_room()
        end = self._ends[call] = _End(Phone(call, number))
        return await end.picked_up.told(self._ring_seconds, PickUp.NO_ANSWER)

    async def hears(self, call: str, sentence: Sentence) -> None:
        self._ends[call].phone.lines.append(sentence)

    async def answers(self, call: str, question: Question) -> Heard | None:
        end = self._ends[call]
        end.phone.question = question
        end.changed.set()
        try:
            return await end.answer.told(self._patience_seconds, None)
        finally:
            end.phone.question = None

    async def is_recorded(self, call: str) -> None:
        self._ends[call].phone.recorded = True

    async def is_put_through(self, call: str, number: str) -> Colleague:
        """Somebody picks up: who tries the dialogue has no colleague at hand."""
        self._ends[call].phone.put_through_to = number
        return Colleague(CallStatus.COMPLETED)

    async def is_over(self, call: str, status: CallStatus, fault: str) -> None:
        end = self._ends.get(call)
        if end is None:  # cut before it rang
            return
        end.phone.state, end.phone.status, end.phone.fault = PhoneState.OVER, status, fault
        end.changed.set()

    async def is_texted(self, number: str, body: str) -> None:
        self.texts.append(Text(number, body))

    # What whoever answers asks of them

    def all(self) -> list[Phone]:
        """Newest first."""
        return [end.phone for end in reversed(self._ends.values())]

    def one(self, call: str) -> Phone:
        """Raises NotFound."""
        return self._end(call).phone

    async def pick_up(self, call: str, how: PickUp) -> Phone:
        """As it is when something is asked, or it is over. Raises NotFound, and Conflict where it rings no more."""
        end = self._end(call)
        if end.phone.state is not PhoneState.RINGING:
            raise Conflict("The telephone rings no more", code="phone_not_ringing")
        end.phone.state = PhoneState.TALKING
        return await end.after(lambda: end.picked_up.tell(how))

    async def answer(self, call: str, heard: Heard | None) -> Phone:
        """The same after an answer; None hangs up. Raises NotFound, and Conflict where nothing is asked."""
        end = self._end(call)
        if end.phone.question is None:
            raise Conflict("Nothing is asked at this telephone", code="phone_not_asked")
        end.phone.question = None
        return await end.after(lambda: end.answer.tell(heard))

    def _end(self, call: str) -> "_End":
        if call not in self._ends:
            raise NotFound("There is no simulated telephone of this call", code="phone_unknown")
        return self._ends[call]

    def _make_room(self) -> None:
        while len(self._ends) >= _MOST_PHONES:
            over = (call for call, end in self._ends.items() if end.phone.state is PhoneState.OVER)
            del self._ends[next(over, next(iter(self._ends)))]


class _Awaited(Generic[Told]):
    """One thing that is told once and waited for once at a time."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Told] = asyncio.Queue(1)

    def tell(self, told: Told) -> None:
        self._queue.put_nowait(told)

    async def told(self, seconds: float, otherwise: Told) -> Told:
        try:
            return await asyncio.wait_for(self._queue.get(), seconds)
        except TimeoutError:
            return otherwise


class _End:
    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.picked_up: _Awaited[PickUp] = _Awaited()
        self.answer: _Awaited[Heard | None] = _Awaited()
        self.changed = asyncio.Event()

    async def after(self, deed: Callable[[], None]) -> Phone:
        self.changed.clear()
        deed()
        with suppress(TimeoutError):  # it still speaks, or the server is slow: what is shown says so
            await asyncio.wait_for(self.changed.wait(), _SETTLES_SECONDS)
        return self.phone
