"""Who answers the calls of the simulator: a person at a terminal, a made-up customer, a test."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ringfence.model.verification import CallStatus, Heard


class PickUp(StrEnum):
    """What becomes of the ringing."""

    HUMAN = "human"
    MACHINE = "machine"
    """A voicemail box, whose greeting has ended with a beep."""
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the call says, and to whom: a `colleague` hears what a card holder who is put through does not."""

    text: str
    language: str = ""
    colleague: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """How an answer is taken once the sentences are heard: as the recogniser's words or only by so many `keys`."""

    speech: bool
    keys: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """What a transfer meets: `COMPLETED` is picked up, and then `keys` are pressed where the call asks for some."""

    status: CallStatus
    keys: str = "1"


class Callee(Protocol):
    """Each deed is awaited before the call goes on, so it may take its time; `call` is the provider's id of it."""

    async def rings(self, call: str, number: str) -> PickUp: ...

    async def hears(self, call: str, sentence: Sentence) -> None: ...

    async def answers(self, call: str, question: Question) -> Heard | None:
        """None hangs up; a `Heard` of nothing is silence."""

    async def is_recorded(self, call: str) -> None:
        """From now on."""

    async def is_put_through(self, call: str, number: str) -> Colleague:
        """Who picks up at that number."""

    async def is_over(self, call: str, status: CallStatus, fault: str) -> None:
        """`fault` is a sentence where the call was cut short by something other than the two who spoke."""

    async def is_texted(self, number: str, body: str) -> None:
        """An SMS came."""


class Nobody:
    """Does not pick up."""

    async def rings(self, call: str, number: str) -> PickUp:
        return PickUp.NO_ANSWER

    async def hears(self, call: str, sentence: Sentence) -> None: ...

    async def answers(self, call: str, question: Question) -> Heard | None:
        return None

    async def is_recorded(self, call: str) -> None: ...

    async def is_put_through(self, call: str, number: str) -> Colleague:
        return Colleague(CallStatus.NO_ANSWER)

    async def is_over(self, call: str, status: CallStatus, fault: str) -> None: ...

    async def is_texted(self, number: str, body: str) -> None: ...
