"""A call that asks a card holder about a transaction: where it is, and what was said and heard."""

from dataclasses import dataclass
from enum import StrEnum

from ringfence.model.transaction import TransactionStatus


class Step(StrEnum):
    """A place in the dialogue. The names are those of the addresses that the provider calls."""

    START = "start"
    """Is it the card holder? Before this has passed no word tells of the card, the amount or the merchant."""
    CONSENT = "consent"
    """May the call be recorded? Asked only where it would be."""
    AUTHORISED = "step0"
    SHARED = "step1"
    OTHERS = "step2"
    BLOCKED = "step3"
    KIND_OF_CARD = "step4"
    PHYSICAL = "step5"
    VIRTUAL_MEANWHILE = "step6"
    CONFIRMED = "step7"
    VIRTUAL = "step8"
    CONTEXT = "context"
    """What a colleague hears before taking a call that is put through. A line of its own: no dialogue stands there."""
    TRANSFERRED = "transferred"
    """What has become of putting a call through."""


class Understood(StrEnum):
    """What an answer was taken for."""

    YES = "yes"
    NO = "no"
    BOTH = "both"
    """A yes and a no; it is asked again."""
    PHYSICAL = "physical"
    VIRTUAL = "virtual"
    UNSURE = "unsure"
    """I don't know, I don't remember."""
    WRONG_PERSON = "wrong_person"
    COACHED = "coached"
    REPEAT = "repeat"
    """Say that again."""
    PERSON = "person"
    """Wants to talk to somebody."""
    NOTHING = "nothing"
    """Silence."""
    UNCLEAR = "unclear"
    """Words that say none of these, or one that the recogniser was not sure of."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the card holder did after a question: words with the recogniser's confidence (0 to 1, None where it has
    none), or keys pressed. All None is silence."""

    speech: str | None = None
    confidence: float | None = None
    digits: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One question's end: at which instant (nanoseconds since 1970 UTC), and what followed from it."""

    at: int
    step: Step
    retry: int
    heard: Heard
    understood: Understood


@dataclass(frozen=True, slots=True)
class Dialogue:
    """All that a call has to remember. `turn` counts what was taken in, so that what comes twice is known; `retry` the
    times that this question was asked again. With `digits_only` speech is no longer listened to. `outcome` is None
    until there is one, and never changes after that, but where nobody took a call that was put through."""

    step: Step = Step.START
    turn: int = 0
    retry: int = 0
    digits_only: bool = False
    repeats: bool = False
    """The last answer asked for the question again."""
    another_person: bool = False
    """Whoever answered said to be somebody else."""
    shared_details: bool | None = None
    other_transactions: bool | None = None
    recorded: bool | None = None
    """Whether the card holder has agreed to it; None where nobody asked, and until there is an answer."""
    outcome: TransactionStatus | None = None
    over: bool = False
    """Nothing more is asked: what is left is to say goodbye, or to put the call through."""
    transfers: bool = False
    """To a person of the desk."""
    asked_for_person: bool = False
    taken: bool | None = None
    """Whether a colleague took the call that was put through; None until that is known."""


@dataclass(frozen=True, slots=True)
class Listen:
    """How an answer is taken: `hints` are words that the recogniser may expect; without `speech` keys alone count.
    Silence is an answer, too, unless it `ends` the call."""

    speech: bool
    hints: tuple[str, ...]
    digits: int = 1
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is said, and what comes then: a question listens; other words go on to a step, put the call through to a
    number (E.164), let whoever hears them join the call that was, or end it. `language` is BCP 47, that of voice and
    recogniser. With `records` recording begins before the first word."""

    language: str
    sentences: tuple[str, ...]
    listen: Listen | None = None
    go_on: Step | None = None
    transfer_to: str | None = None
    joins: bool = False
    records: bool = False


class CallStatus(StrEnum):
    """Where a call is, as providers tell it; the last five are ends."""

    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


ENDS = frozenset(
    (CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED, CallStatus.CANCELED)
)


class AnsweredBy(StrEnum):
    HUMAN = "human"
    MACHINE = "machine"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Progress:
    """What a provider tells of a call. Such news repeat, and come out of order: `number` counts them where the provider
    does. A call is known by its token; `provider_id` is None where the news don't tell it. `taken` says whether
    somebody was joined to a call that was put through; None where the news are not of that."""

    provider_id: str | None
    status: CallStatus | None
    answered_by: AnsweredBy | None = None
    number: int | None = None
    taken: bool | None = None


@dataclass(frozen=True, slots=True)
class CallOrder:
    """A call to be placed: to whom (E.164), the address that begins the dialogue, the one that hears of progress."""

    to: str
    begin: str
    progress: str
