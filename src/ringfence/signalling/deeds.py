"""What is done about an alert's calls: the policy's deed for each, once, under the cap.

A policy yields actions of its own kind alone: `disconnect` ends ringing and answered calls and does not block
them as well. Where the cap is reached, a call that was to be cut is flagged instead; so are all but the first
call of an alert while nobody is sure of it.
"""

import hashlib
from dataclasses import dataclass
from typing import TypeVar

from ringfence.model.action import Action, ActionKind, ActionMode
from ringfence.model.policy import Deed, Policy
from ringfence.signalling.cap import MinuteCap
from ringfence.signalling.policies import mode_of

_DEEDS = tuple(Deed)
_REMEMBERED_CALLS = 65_536
TRIES = 1
"""Calls of an alert that are cut before anybody is sure that it is an attack."""

_Name = TypeVar("_Name")

Deeds = tuple[tuple[Action, ActionMode], ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A call that a policy is to act on. `decided_at` is the instant the decision holds for.

    `answered` and `ended` are what the call was at that instant; `judged_at_begin` says that the
    judgement was there as the call began, so that it can be refused before it rings. `sure` says that the score has
    reached the policy's `sure_threshold`, or that none is asked for.
    """

    call_id: str
    a_number: str
    decided_at: int
    answered: bool = False
    ended: bool = False
    judged_at_begin: bool = True
    sure: bool = True


class Ledger:
    """What was decided for one alert so far; remembers the newest 65,536 calls."""

    def __init__(self, alert_id: str, b_number: str) -> None:
        self.alert_id = alert_id
        self.b_number = b_number
        self.deed = Deed.MONITOR
        """The strongest deed decided so far."""
        self.capped = 0
        """Calls that were flagged instead of cut."""
        self.capped_at = 0
        """The cap that stopped the last of them, in calls a minute."""
        self._tried = 0
        self._spared: dict[str, None] = {}
        self._flagged = False
        self._done: dict[tuple[str, ActionKind], None] = {}

    @property
    def spared(self) -> int:
        """Calls that were flagged and not cut since nobody was sure, and were not cut later."""
        return len(self._spared)

    def act(self, subject: Subject, policy: Policy, cap: MinuteCap | None) -> Deeds:
        """What `policy` does about a call it acts on; nothing where that was done before."""
        if policy.deed is Deed.MONITOR:
            return ()
        if policy.deed is Deed.FLAG:
            return self.flag(subject.decided_at, mode_of(policy))
        return self._cut(subject, policy, cap)

    def flag(self, at: int, mode: ActionMode) -> Deeds:
        """The alert's one flag, unless it has it."""
        self._raise_to(Deed.FLAG)
        if self._flagged:
            return ()
        self._flagged = True
        return ((self._action(ActionKind.FLAG, None, None, at), mode),)

    def _cut(self, subject: Subject, policy: Policy, cap: MinuteCap | None) -> Deeds:
        kind = ActionKind(policy.deed.value)
        mode = mode_of(policy)
        too_late = subject.ended or (
            kind is ActionKind.BLOCK and (subject.answered or not subject.judged_at_begin)
        )
        if too_late:
            self._raise_to(policy.deed)
            return ()
        if (subject.call_id, kind) in self._done:
            return ()
        if not (subject.sure or self._tries(subject.call_id)):
            return self.flag(subject.decided_at, mode)
        self._spared.pop(subject.call_id, None)
        _remember(self._done, (subject.call_id, kind))
        if cap is not None and not cap.take(subject.decided_at, policy.disconnects_per_minute, mode):
            self.capped += 1
            self.capped_at = policy.disconnects_per_minute
            return self.flag(subject.decided_at, mode)
        self._raise_to(policy.deed)
        return ((self._action(kind, subject.call_id, subject.a_number, subject.decided_at), mode),)

    def _tries(self, call_id: str) -> bool:
        """Whether a call is cut though nobody is sure; what was spared once stays so."""
        if call_id not in self._spared and self._tried < TRIES:
            self._tried += 1
            return True
        _remember(self._spared, call_id)
        return False

    def _raise_to(self, deed: Deed) -> None:
        self.deed = max(self.deed, deed, key=_DEEDS.index)

    def _action(self, kind: ActionKind, call_id: str | None, a_number: str | None, at: int) -> Action:
        return Action(
            action_id=action_id(self.alert_id, kind, call_id),
            alert_id=self.alert_id,
            kind=kind,
            call_id=call_id,
            a_number=a_number,
            b_number=self.b_number,
            decided_at=at,
        )


def _remember(done: dict[_Name, None], name: _Name) -> None:
    done[name] = None
    if len(done) > _REMEMBERED_CALLS:
        del done[next(iter(done))]


def action_id(alert_id: str, kind: ActionKind, call_id: str | None) -> str:
    """32 hex digits of SHA-256, the same for the same deed wherever and whenever it is decided."""
    return digest("action", alert_id, kind.value, call_id or "")


def digest(*parts: str) -> str:
    """The first 32 hex digits of the SHA-256 of the parts, each led by its length in bytes."""
    told = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        told.update(len(raw).to_bytes(8, "big") + raw)
    return told.hexdigest()[:32]
