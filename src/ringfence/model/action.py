"""What is to be done about a call, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum


class ActionKind(StrEnum):
    FLAG = "flag"
    """Show the alert to a person; one per alert, names no call."""
    BLOCK = "block"
    """Refuse the call before it is answered."""
    DISCONNECT = "disconnect"
    """End the call, whether it rings or is answered."""


class ActionMode(StrEnum):
    DRY_RUN = "dry_run"
    """Only write down what would have been done."""
    LIVE = "live"


class ActionOutcome(StrEnum):
    RECORDED = "recorded"
    ENDED = "ended"
    PARTLY = "partly"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Action:
    """A deed that a pillar decided on. `action_id` is deterministic from alert, kind and call."""

    action_id: str
    alert_id: str
    kind: ActionKind
    call_id: str | None
    a_number: str | None
    b_number: str
    decided_at: int


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What became of an Action."""

    action_id: str
    mode: ActionMode
    outcome: ActionOutcome
    detail: str
    finished_at: int
