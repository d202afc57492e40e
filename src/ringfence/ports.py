"""Every seam to the outside, as a Protocol. Adapters fill them, `app` uses them, pillars know none of them.

Stores are synchronous and may be called from any thread; who must not wait for the disk gets a future that is
done when the disk holds it. Instants are nanoseconds since 1970 UTC.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from ringfence.model.action import Action, ActionMode, ActionResult
from ringfence.model.alert import Alert, AlertLabel, AlertStatus, AlertVerdict, Severity
from ringfence.model.audit import AuditEntry, ChangeKind
from ringfence.model.finding import Finding, FindingKind
from ringfence.model.finding_row import FindingRow
from ringfence.model.history import AlertedNumber
from ringfence.model.key import ApiKey
from ringfence.model.opinion import Opinion
from ringfence.model.policy import ListEntry, ListName, Policy
from ringfence.model.review import Review
from ringfence.model.scam import ScamType


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts; None leaves a field open. `since` ≤ opened_at < `until`."""

    b_number: str | None = None
    label: AlertLabel | None = None
    severity: Severity | None = None
    status: AlertStatus | None = None
    since: int | None = None
    until: int | None = None
    open: bool | None = None


@dataclass(frozen=True, slots=True)
class AlertPage:
    """`total` counts every alert that the filter takes, not only these."""

    alerts: tuple[Alert, ...]
    total: int


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which changes; None leaves a field open. `target` is a part of its text, `since` ≤ at < `until`."""

    who: str | None = None
    what: ChangeKind | None = None
    target: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`total` counts every change that the filter takes, not only these."""

    entries: tuple[AuditEntry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings; None leaves a field open. `since` ≤ at < `until`."""

    kind: FindingKind | None = None
    scam_type: ScamType | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class FindingPage:
    """`total` counts every finding that the filter takes, not only these."""

    findings: tuple[Finding, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Settled:
    """How many alerts were open, and how many actions without a result."""

    alerts: int
    actions: int


class AlertRecords(Protocol):
    """Alerts and the actions that were decided with them."""

    def write(
        self,
        alerts: Sequence[Alert],
        actions: Sequence[Action] = (),
        results: Sequence[ActionResult] = (),
        change: AuditEntry | None = None,
    ) -> Future[None]:
        """Keeps all or none. What analysts said of an alert that is already there is left as it is.

        `change` is the line of the audit trail, where a person's deed is behind it.
        """

    def alert(self, alert_id: str) -> Alert | None: ...

    def alerts(self, wanted: AlertFilter, limit: int, offset: int) -> AlertPage:
        """Newest first, without their rows of features."""

    def reviews(self, since: int | None = None) -> Iterator[Review]:
        """Every alert that opened at `since` or later, oldest first, read as it is asked for."""

    def shadowed(self, since: int | None = None) -> Iterator[Alert]:
        """Every alert that a shadow judged and that opened at `since` or later, oldest first, without its row of
        features; read as it is asked for."""

    def alerted_numbers(self, since: int, least: int, most: int) -> tuple[AlertedNumber, ...]:
        """Called numbers with at least so many bursts since then; at most so many, those with the most first."""

    def annotate(
        self,
        alert_id: str,
        *,
        status: AlertStatus | None,
        verdict: AlertVerdict | None,
        clear_verdict: bool,
        note: str | None,
        who: str,
        at: int,
    ) -> Alert:
        """What an analyst says of it, audited. None leaves a field as it is. Raises NotFound."""

    def actions(self, alert_id: str) -> tuple[tuple[Action, ActionResult | None], ...]:
        """Of one alert, in the order they were decided."""

    def settle(self, at: int) -> Settled:
        """Ends what the last run left open: alerts at their last call, actions as `unknown`."""


class KeyRecords(Protocol):
    def api_keys(self) -> tuple[ApiKey, ...]:
        """All of them, revoked ones too, oldest first."""

    def add_key(self, key: ApiKey, who: str) -> None:
        """Raises Conflict where a key of this name is valid."""

    def revoke_key(self, name: str, who: str, at: int) -> None:
        """Raises NotFound where no key of this name is valid."""

    def version(self) -> int:
        """A number that is another one after any process has changed the records."""


class PolicyRecords(Protocol):
    """What people set through the API, beside what stands in the settings."""

    def policies(self) -> tuple[Policy, ...]: ...

    def replace_policies(self, policies: Sequence[Policy], who: str, at: int) -> None: ...

    def list_entries(self) -> tuple[ListEntry, ...]: ...

    def put_list_entry(self, entry: ListEntry, who: str, at: int) -> None:
        """Adds it, or changes note, source and expiry of the one that is there."""

    def drop_list_entry(self, name: ListName, value: str, who: str, at: int) -> None:
        """Raises NotFound."""


class AuditRecords(Protocol):
    """Append-only: the one writer is the change itself, in its own transaction."""

    def audit(self, wanted: AuditFilter, limit: int, offset: int) -> AuditPage:
        """Newest first."""


class FindingRecords(Protocol):
    """What the pillars have learnt. A finding that is there already stays as it was found first."""

    def write_finding(self, row: FindingRow) -> Future[None]:
        """A row, so that whoever finds makes it: events wait for the process that writes."""

    def finding(self, finding_id: str) -> Finding | None: ...

    def findings(self, wanted: FindingFilter, limit: int, offset: int) -> FindingPage:
        """Newest first."""


class Records(AlertRecords, KeyRecords, PolicyRecords, AuditRecords, FindingRecords, Protocol):
    """One address holds all of them."""

    def check(self) -> None:
        """Raises Unavailable where they can't be read."""

    def close(self) -> None:
        """Writes what is queued, then ends."""


class MemoryStore(Protocol):
    """What the engine has learnt, kept as one piece. Its `str` names the place."""

    def read(self) -> bytes | None:
        """What was written last, None where nothing was. Raises Unavailable."""

    def write(self, pieces: Sequence[bytes]) -> None:
        """Joined they are what `read` answers. Returns when the disk holds them; until then what was written
        before stays. Raises Unavailable."""

    def set_aside(self) -> str:
        """Moves what was written out of the way of the next; where to. Raises Unavailable."""


class CallControl(Protocol):
    """The switch that ends or refuses calls."""

    async def perform(self, action: Action, mode: ActionMode) -> ActionResult:
        """Never raises: what went wrong is the outcome and its detail."""


class LanguageModel(Protocol):
    """A model behind a network, for one event loop. It is shown text from which personal data was taken out."""

    name: str
    """Which model is asked."""

    def open(self) -> None:
        """Loads what it needs, which may take a second; `judge` does it where nobody has. Raises Unavailable."""

    async def judge(self, message: str) -> Opinion:
        """One request, no retry. Nothing in the message changes what is asked or what an answer looks like.

        Raises TooMany where the provider wants fewer requests, and Unavailable with one of these codes:
        `model_refused` of a message that it won't judge, `model_unreachable` where asking once more may help,
        `model_timed_out`, `model_failed`. Details are our own sentences; they hold no key and nothing of the message.
        """

    async def close(self) -> None:
        """Lets go of its connections."""
