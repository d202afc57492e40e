"""A verification call as the records keep it, and why one may not be made now."""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import (
    ENDS,
    AnsweredBy,
    CallStatus,
    Dialogue,
    Heard,
    Progress,
    Step,
    Understood,
)

_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)\s*-\s*([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_DAY = 24 * 60
_WAY = (None, CallStatus.QUEUED, CallStatus.RINGING, CallStatus.IN_PROGRESS)
"""Up to the end, of which there are several."""


@dataclass(frozen=True, slots=True)
class VerificationCall:
    """One attempt to reach a card holder. `phone` is the number that was called, E.164, whatever the transaction's is
    by now. Of the token in its addresses only the SHA-256 is kept. Instants are nanoseconds since 1970 UTC."""

    call_id: str
    transaction_id: str
    phone: str
    attempt: int
    """Which of the transaction's calls this is, from 1."""
    token_digest: bytes
    ordered_by: str
    ordered_at: int
    provider_id: str | None = None
    status: CallStatus | None = None
    """What the provider told last; None until it has told anything."""
    answered_by: AnsweredBy | None = None
    dialogue: Dialogue = field(default_factory=Dialogue)
    ended_at: int | None = None
    outcome: TransactionStatus | None = None
    """Set once, at the end."""
    made: bool = True
    """False where the provider refused to place it: nobody's phone rang."""
    reference: str = ""
    """Digits that the card holder may quote to the number on the card."""

    def told(self, news: Progress) -> "VerificationCall":
        """With these news, which come twice and in any order: of the status the furthest counts, of all else what was
        told first. What changes nothing now changes nothing later."""
        further = _how_far(news.status) > _how_far(self.status)
        unsure = self.answered_by in (None, AnsweredBy.UNKNOWN)
        return replace(
            self,
            provider_id=self.provider_id or news.provider_id,
            status=news.status if further else self.status,
            answered_by=(news.answered_by or self.answered_by) if unsure else self.answered_by,
        )


def _how_far(status: CallStatus | None) -> int:
    return len(_WAY) if status in ENDS else _WAY.index(status)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """What was said, what was heard, or both: a question and its answer. `decision` is what followed from it."""

    at: int
    step: Step
    retry: int = 0
    said: tuple[str, ...] = ()
    heard: Heard | None = None
    understood: Understood | None = None
    decision: str = ""


class RefusalKind(StrEnum):
    CALL_RUNNING = "call_running"
    QUIET_HOURS = "quiet_hours"
    ATTEMPTS_USED = "attempts_used"
    TOO_SOON = "too_soon"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call may not be made now. `retry_at` is the first instant at which no rule is against it, as far as time
    alone can tell; None where waiting is not enough. `detail` is for people and holds no number."""

    kind: RefusalKind
    retry_at: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When nobody is called: minutes of the local day, from the first up to the second and without it, which may be
    the next day's."""

    begins: int
    ends: int

    @classmethod
    def read(cls, text: str) -> "QuietHours | None":
        """Of `21:00-09:00`; None of an empty text. Raises ValueError with the fix."""
        if not text.strip():
            return None
        match = _CLOCK.fullmatch(text.strip())
        if match is None:
            raise ValueError("Quiet hours are two times of the day: 21:00-09:00; empty turns them off")
        begins, ends = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if max(begins, ends) > _DAY or begins % _DAY == ends % _DAY:
            raise ValueError("Quiet hours begin and end at two times of one day, as 21:00-09:00 does")
        return cls(begins % _DAY, ends % _DAY)

    def hold(self, minute: int) -> bool:
        """At this minute of the local day."""
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends
