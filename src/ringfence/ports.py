"""Every seam to the outside, as a Protocol. Adapters fill them, `app` uses them, pillars know none of them.

Stores are synchronous and may be called from any thread; who must not wait for the disk gets a future that is
done when the disk holds it. Instants are nanoseconds since 1970 UTC.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from ringfence.model.action import Action, ActionMode, ActionResult
from ringfence.model.alert import Alert, AlertLabel, AlertStatus, AlertVerdict, Severity
from ringfence.model.audit import AuditEntry, ChangeKind
from ringfence.model.call import Refusal, TimelineEntry, VerificationCall
from ringfence.model.finding import Finding, FindingKind
from ringfence.model.finding_row import FindingRow
from ringfence.model.history import AlertedNumber
from ringfence.model.key import ApiKey
from ringfence.model.opinion import Opinion
from ringfence.model.policy import ListEntry, ListName, Policy
from ringfence.model.review import Review
from ringfence.model.scam import ScamType
from ringfence.model.transaction import PhoneChange, Transaction, TransactionStatus
from ringfence.model.verification import CallOrder, Dialogue, Heard, Progress, Prompt


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
class TransactionFilter:
    """Which transactions; None leaves a field open. Of `search` every word has to be in some field that is shown: id,
    name, phone, last four digits, amount, bank, merchant, date or status, in capitals or not. Without `whole_phones` a
    search sees the last four digits of the phone, as whoever asks does: else they would find the others one by one."""

    search: str | None = None
    status: TransactionStatus | None = None
    whole_phones: bool = True


@dataclass(frozen=True, slots=True)
class TransactionPage:
    """`total` counts every transaction that the filter takes, not only these."""

    transactions: tuple[Transaction, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PhoneChangePage:
    """`total` counts every change that waits, not only these."""

    changes: tuple[PhoneChange, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A call that somebody wants made now; its id and the token are random and the caller's. `reference` is what the
    card holder may quote, digits; it need not be the call's alone."""

    call_id: str
    transaction_id: str
    token_digest: bytes
    who: str
    at: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class CallPage:
    """`total` counts every call that the filter takes, not only these."""

    calls: tuple[VerificationCall, ...]
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


class TransactionRecords(Protocol):
    """Card transactions, as they came in and as people have changed them since. What people change is audited."""

    def import_transactions(self, rows: Sequence[Transaction], who: str, at: int) -> tuple[bool, ...]:
        """Keeps all that are new, in this order; of each whether it was. What is there under an id stays as it is."""

    def transaction(self, transaction_id: str) -> Transaction | None: ...

    def transactions(self, wanted: TransactionFilter, limit: int, offset: int) -> TransactionPage:
        """In the order in which they came in."""

    def every_transaction(self, wanted: TransactionFilter) -> Iterator[Transaction]:
        """All of them, in that order, read as they are asked for; whatever else changes meanwhile, none is passed over
        that the filter takes all the time."""

    def note_export(self, wanted: TransactionFilter, rows: int, kind: str, who: str, at: int) -> None:
        """That somebody is handed so many of them as a file of this kind. Of the search the trail holds no word, since
        that may be anybody's number or name."""

    def set_status(self, transaction_id: str, status: TransactionStatus, who: str, at: int) -> Transaction:
        """What a person decides. Raises NotFound."""

    def change_phone(self, transaction_id: str, phone: str, who: str, at: int) -> Transaction:
        """At once, by one person; the number that is there already changes nothing. Raises NotFound."""

    def propose_phone(self, transaction_id: str, phone: str, who: str, at: int) -> PhoneChange:
        """Raises NotFound, and Conflict where one waits already or it is the number that is there."""

    def decide_phone(
        self, transaction_id: str, change_id: int, approve: bool, who: str, at: int
    ) -> PhoneChange:
        """Raises NotFound; NotAllowed of the person who proposed it; Conflict where it is decided already, or where
        the number has changed since it was proposed."""

    def phone_changes(self, transaction_id: str) -> tuple[PhoneChange, ...]:
        """All of them, oldest first."""

    def proposed_phones(self, limit: int, offset: int) -> PhoneChangePage:
        """What waits for a second person, of whichever transaction, oldest first."""


class VerificationRecords(Protocol):
    """Calls to card holders. What a future has answered is on the disk; a call of an unknown id raises NotFound."""

    def order_call(
        self,
        request: CallRequest,
        may_call: Callable[[Transaction, Sequence[VerificationCall]], Refusal | None],
    ) -> Future[VerificationCall | Refusal]:
        """Looks, counts the attempt, sets the status Connecting and writes the call, in one transaction: of two that
        want it at once, one gets it. `may_call` is shown the transaction's calls and those that run to its number; it
        is quick, and may be asked twice. Audited."""

    def call_placed(self, call_id: str, provider_id: str) -> Future[None]:
        """The provider has taken it. An id that is known already stays."""

    def advance_call(
        self, call_id: str, turn: int, dialogue: Dialogue, entries: Sequence[TimelineEntry]
    ) -> Future[bool]:
        """Keeps what the dialogue has become and adds to the timeline, if its turn is still `turn` and the call runs;
        whether it was so. Of the same answer twice, one advances it. An outcome is the transaction's status from then
        on, as at the call's end."""

    def call_progress(
        self,
        call_id: str,
        news: Progress,
        at: int,
        outcome_of: Callable[[VerificationCall], TransactionStatus],
    ) -> Future[VerificationCall]:
        """The call as it is now. Old news change nothing. The first that tells of an end ends the call; `outcome_of`
        is then asked of the call, with the news in it, for the outcome of a dialogue that has none."""

    def end_call(
        self, call_id: str, outcome: TransactionStatus, at: int, *, made: bool = True
    ) -> Future[bool]:
        """Ends it, unless it has ended: whether it was this that did. The dialogue's own outcome goes first. The
        transaction gets the outcome as its status; but what a person has set meanwhile stands, unless the card holder
        denied it or was coached, and a mark of fraud or coaching stands where this call decided nothing. Of a call
        that was not `made` the attempt is given back."""

    def call(self, call_id: str) -> VerificationCall | None: ...

    def call_of_token(self, token_digest: bytes) -> tuple[VerificationCall, Transaction] | None:
        """With what it is about: every webhook asks."""

    def calls(self, transaction_id: str) -> tuple[VerificationCall, ...]:
        """A transaction's, oldest first."""

    def find_calls(self, reference: str | None, running: bool | None, limit: int, offset: int) -> CallPage:
        """Newest first; None is any."""

    def timeline(self, call_id: str) -> tuple[TimelineEntry, ...]: ...

    def claim_text(self, call_id: str, at: int, unless_since: int) -> Future[bool]:
        """Notes that a text is sent after this call; False where one was sent about its transaction at `unless_since`
        or later, so that of several who want to, one does."""

    def add_entry(self, call_id: str, entry: TimelineEntry) -> Future[None]:
        """To the timeline, of what was done beside the dialogue."""

    def hung_up(self, call_id: str, who: str, at: int) -> Future[None]:
        """A person has had the call ended. Audited; the end itself is the provider's to tell."""

    def running_calls(self) -> tuple[VerificationCall, ...]:
        """Oldest first."""


class Records(
    AlertRecords,
    KeyRecords,
    PolicyRecords,
    AuditRecords,
    FindingRecords,
    TransactionRecords,
    VerificationRecords,
    Protocol,
):
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


Form = Sequence[tuple[str, str]]
"""A webhook's fields in their order; a name may come more than once."""


class Telephony(Protocol):
    """Who places calls, and speaks and listens for us. The requests are of one event loop; the rest is plain and fast.

    Requests are sent once. They raise BadInput with code `number_refused` of a number that the provider will not reach,
    and Unavailable with one of these codes: `provider_unreachable` where nothing was sent, `provider_busy` with
    `retry_after`, `provider_refused` where settings or account have to be mended, and `answer_lost` where it may have
    been done all the same: a call may be on its way, and its webhooks may come. Details are our own sentences and
    hold no number, no words and no key.
    """

    def open(self) -> None:
        """Loads what it needs, which may take a second; a request does it where nobody has."""

    async def place(self, order: CallOrder) -> str:
        """Has the number called; the provider's id of the call. Who has answered is known before `order.begin` is
        asked for the first words, and told there."""

    async def end(self, provider_id: str) -> None:
        """Hangs up; a call that has ended already is well."""

    async def look(self, provider_id: str) -> Progress | None:
        """How far a call is; None where the provider knows no such call."""

    async def text(self, to: str, body: str) -> str:
        """Sends an SMS; the provider's id of it. BadInput with code `text_too_long` above 1,600 characters."""

    async def close(self) -> None:
        """Lets go of its connections."""

    def signed(self, url: str, form: Form, signature: str) -> bool:
        """Whether a webhook to our public `url`, query included, comes from the provider. In constant time."""

    def heard(self, form: Form) -> Heard: ...

    def progress(self, form: Form) -> Progress: ...

    def spoken(self, prompt: Prompt, answer_to: str, go_on_at: str) -> bytes:
        """The document that answers a webhook: `answer_to` takes what is heard, `go_on_at` the step that follows. Of a
        call that is put through, who picks up is told at `answer_to` what it is about, and `go_on_at` hears what
        became of it. Raises BadInput with code `prompt_too_long` above 4,000 characters."""
