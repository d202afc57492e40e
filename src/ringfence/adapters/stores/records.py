"""The records in one SQLite file: reads from any thread, writes grouped by one thread, synced to the disk."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DatabaseError, TimeoutError

from ringfence.adapters.stores import alerts as alert_rows
from ringfence.adapters.stores import audit as audit_rows
from ringfence.adapters.stores import features, histories, reviews, site, transactions, verifications
from ringfence.adapters.stores import findings as finding_rows
from ringfence.adapters.stores import tables as t
from ringfence.adapters.stores.database import Writer, open_engine
from ringfence.errors import NotFound, Unavailable
from ringfence.model.action import Action, ActionResult
from ringfence.model.alert import Alert, AlertCall, AlertStatus, AlertVerdict
from ringfence.model.audit import AuditEntry, ChangeKind
from ringfence.model.call import Refusal, TimelineEntry, VerificationCall
from ringfence.model.finding import Finding
from ringfence.model.finding_row import FindingRow
from ringfence.model.history import AlertedNumber
from ringfence.model.key import ApiKey
from ringfence.model.policy import ListEntry, ListName, Policy
from ringfence.model.review import Review
from ringfence.model.transaction import PhoneChange, Transaction, TransactionStatus
from ringfence.model.verification import Dialogue, Progress
from ringfence.ports import (
    AlertFilter,
    AlertPage,
    AuditFilter,
    AuditPage,
    CallPage,
    CallRequest,
    FindingFilter,
    FindingPage,
    PhoneChangePage,
    Settled,
    TransactionFilter,
    TransactionPage,
)

T = TypeVar("T")


class SqlRecords:
    """Fills `ringfence.ports.Records`. What `address` names is made and migrated if need be."""

    def __init__(self, address: str) -> None:
        self._engine = open_engine(address)
        self._known: dict[str, dict[str, AlertCall]] = {}
        """What the rows of open alerts' calls hold; only the writer's thread touches it."""
        self._named: set[tuple[str, ...]] = set()
        """Lists of features' names that are kept; of the writer's thread, too."""
        self._writer = Writer(self._engine, on_rollback=self._forget)
        self._watch = self._engine.raw_connection()
        self._watch_lock = threading.Lock()

    def check(self) -> None:
        self._read(lambda connection: connection.execute(select(t.keys.c.key_id).limit(1)).first())

    def close(self) -> None:
        self._writer.close()
        self._watch.close()
        self._engine.dispose()

    def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._engine.connect() as connection:
                return work(connection)
        except DatabaseError as error:
            raise Unavailable(f"Records: cannot read: {error.orig}") from None
        except TimeoutError:
            raise Unavailable("Records: too many are reading at once; try again") from None

    def _write(self, work: Callable[[Connection], T]) -> T:
        return self._writer.submit(work).result()

    def _forget(self) -> None:
        self._known.clear()
        self._named.clear()

    # Alerts

    def write(
        self,
        alerts: Sequence[Alert],
        actions: Sequence[Action] = (),
        results: Sequence[ActionResult] = (),
        change: AuditEntry | None = None,
    ) -> Future[None]:
        def job(connection: Connection) -> None:
            for alert in alerts:
                if alert.features is not None and alert.features.names not in self._named:
                    features.write_names(connection, alert.features.names)
                    self._named.add(alert.features.names)
                alert_rows.write_alert(connection, alert)
                self._write_calls(connection, alert)
            alert_rows.write_actions(connection, actions)
            for result in results:
                alert_rows.write_result(connection, result)
            if change is not None:
                audit_rows.write(connection, change)

        return self._writer.submit(job)

    def _write_calls(self, connection: Connection, alert: Alert) -> None:
        """Only what changed since the last time: an attack of a thousand calls is told a thousand times."""
        known = self._known.setdefault(alert.alert_id, {})
        changed = [
            call for call in alert.calls if (there := known.get(call.call_id)) is not call and there != call
        ]
        alert_rows.write_calls(connection, alert.alert_id, changed)
        known.update((call.call_id, call) for call in changed)
        if len(known) > len(alert.calls):
            dropped = known.keys() - {call.call_id for call in alert.calls}
            alert_rows.drop_calls(connection, alert.alert_id, dropped)
            for call_id in dropped:
                del known[call_id]
        if alert.closed_at is not None:
            del self._known[alert.alert_id]

    def alert(self, alert_id: str) -> Alert | None:
        return self._read(lambda connection: alert_rows.read_alert(connection, alert_id))

    def alerts(self, wanted: AlertFilter, limit: int, offset: int) -> AlertPage:
        return AlertPage(
            *self._read(lambda connection: alert_rows.read_page(connection, wanted, limit, offset))
        )

    def reviews(self, since: int | None = None) -> Iterator[Review]:
        after = reviews.start(since)
        while page := self._read(partial(reviews.read_page, after=after)):
            yield from page
            after = reviews.end(page)

    def shadowed(self, since: int | None = None) -> Iterator[Alert]:
        after = reviews.start(since)
        while page := self._read(partial(alert_rows.read_shadowed, after=after)):
            yield from page
            after = (page[-1].opened_at, page[-1].alert_id)

    def alerted_numbers(self, since: int, least: int, most: int) -> tuple[AlertedNumber, ...]:
        return self._read(lambda connection: histories.read_numbers(connection, since, least, most))

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
        changes: dict[str, Any] = {}
        if status is not None:
            changes["status"] = status.value
        if verdict is not None or clear_verdict:
            changes["verdict"] = None if verdict is None else verdict.value
        if note is not None:
            changes["note"] = note

        def job(connection: Connection) -> Alert:
            before = alert_rows.read_alert(connection, alert_id)
            if before is None:
                raise NotFound(f"There is no alert {alert_id}", code="alert_unknown")
            if changes:
                connection.execute(update(t.alerts).where(t.alerts.c.alert_id == alert_id), changes)
                was = {name: getattr(before, name) for name in changes}
                audit_rows.note(connection, at, who, ChangeKind.ALERT_ANNOTATE, alert_id, was, changes)
            return alert_rows.read_alert(connection, alert_id) or before

        return self._write(job)

    def actions(self, alert_id: str) -> tuple[tuple[Action, ActionResult | None], ...]:
        return self._read(lambda connection: alert_rows.read_actions(connection, alert_id))

    def settle(self, at: int) -> Settled:
        return self._write(lambda connection: alert_rows.settle(connection, at))

    # Keys

    def api_keys(self) -> tuple[ApiKey, ...]:
        return self._read(site.read_keys)

    def add_key(self, key: ApiKey, who: str) -> None:
        self._write(lambda connection: site.add_key(connection, key, who))

    def revoke_key(self, name: str, who: str, at: int) -> None:
        self._write(lambda connection: site.revoke_key(connection, name, who, at))

    def version(self) -> int:
        with self._watch_lock:
            cursor = self._watch.cursor()
            try:
                version: int = cursor.execute("PRAGMA data_version").fetchone()[0]
            finally:
                cursor.close()
        return version

    # Policies, lists, audit

    def policies(self) -> tuple[Policy, ...]:
        return self._read(site.read_policies)

    def replace_policies(self, policies: Sequence[Policy], who: str, at: int) -> None:
        self._write(lambda connection: site.replace_policies(connection, policies, who, at))

    def list_entries(self) -> tuple[ListEntry, ...]:
        return self._read(site.read_list_entries)

    def put_list_entry(self, entry: ListEntry, who: str, at: int) -> None:
        self._write(lambda connection: site.put_list_entry(connection, entry, who, at))

    def drop_list_entry(self, name: ListName, value: str, who: str, at: int) -> None:
        self._write(lambda connection: site.drop_list_entry(connection, name, value, who, at))

    def audit(self, wanted: AuditFilter, limit: int, offset: int) -> AuditPage:
        return AuditPage(
            *self._read(lambda connection: audit_rows.read_page(connection, wanted, limit, offset))
        )

    # Findings

    def write_finding(self, row: FindingRow) -> Future[None]:
        return self._writer.insert(finding_rows.INSERT, row)

    def finding(self, finding_id: str) -> Finding | None:
        return self._read(lambda connection: finding_rows.read(connection, finding_id))

    def findings(self, wanted: FindingFilter, limit: int, offset: int) -> FindingPage:
        return FindingPage(
            *self._read(lambda connection: finding_rows.read_page(connection, wanted, limit, offset))
        )

    # Transactions

    def import_transactions(self, rows: Sequence[Transaction], who: str, at: int) -> tuple[bool, ...]:
        written = transactions.rows_of(rows, at)
        return self._write(lambda connection: transactions.write_new(connection, written, who, at))

    def transaction(self, transaction_id: str) -> Transaction | None:
        return self._read(lambda connection: transactions.read(connection, transaction_id))

    def transactions(self, wanted: TransactionFilter, limit: int, offset: int) -> TransactionPage:
        return TransactionPage(
            *self._read(lambda connection: transactions.read_page(connection, wanted, limit, offset))
        )

    def every_transaction(self, wanted: TransactionFilter) -> Iterator[Transaction]:
        place = 0
        while page := self._read(partial(transactions.read_after, wanted=wanted, place=place)):
            yield from (one for _, one in page)
            place = page[-1][0]

    def note_export(self, wanted: TransactionFilter, rows: int, kind: str, who: str, at: int) -> None:
        self._write(lambda connection: transactions.note_export(connection, wanted, rows, kind, who, at))

    def set_status(self, transaction_id: str, status: TransactionStatus, who: str, at: int) -> Transaction:
        return self._write(
            lambda connection: transactions.set_status(connection, transaction_id, status, who, at)
        )

    def change_phone(self, transaction_id: str, phone: str, who: str, at: int) -> Transaction:
        return self._write(
            lambda connection: transactions.change_phone(connection, transaction_id, phone, who, at)
        )

    def propose_phone(self, transaction_id: str, phone: str, who: str, at: int) -> PhoneChange:
        return self._write(
            lambda connection: transactions.propose_phone(connection, transaction_id, phone, who, at)
        )

    def decide_phone(
        self, transaction_id: str, change_id: int, approve: bool, who: str, at: int
    ) -> PhoneChange:
        return self._write(
            lambda connection: transactions.decide_phone(
                connection, transaction_id, change_id, approve, who, at
            )
        )

    def phone_changes(self, transaction_id: str) -> tuple[PhoneChange, ...]:
        return self._read(lambda connection: transactions.read_changes(connection, transaction_id))

    def proposed_phones(self, limit: int, offset: int) -> PhoneChangePage:
        return PhoneChangePage(
            *self._read(lambda connection: transactions.read_proposed(connection, limit, offset))
        )

    # Calls

    def order_call(
        self, request: CallRequest, may_call: verifications.MayCall
    ) -> Future[VerificationCall | Refusal]:
        return self._writer.submit(lambda connection: verifications.order(connection, request, may_call))

    def call_placed(self, call_id: str, provider_id: str) -> Future[None]:
        return self._writer.submit(lambda connection: verifications.placed(connection, call_id, provider_id))

    def advance_call(
        self, call_id: str, turn: int, dialogue: Dialogue, entries: Sequence[TimelineEntry]
    ) -> Future[bool]:
        return self._writer.submit(
            lambda connection: verifications.advance(connection, call_id, turn, dialogue, entries)
        )

    def call_progress(
        self,
        call_id: str,
        news: Progress,
        at: int,
        outcome_of: Callable[[VerificationCall], TransactionStatus],
    ) -> Future[VerificationCall]:
        return self._writer.submit(
            lambda connection: verifications.progress(connection, call_id, news, at, outcome_of)
        )

    def end_call(
        self, call_id: str, outcome: TransactionStatus, at: int, *, made: bool = True
    ) -> Future[bool]:
        return self._writer.submit(
            lambda connection: verifications.end(connection, call_id, outcome, at, made)
        )

    def call(self, call_id: str) -> VerificationCall | None:
        return self._read(lambda connection: verifications.read(connection, call_id))

    def call_of_token(self, token_digest: bytes) -> tuple[VerificationCall, Transaction] | None:
        return self._read(lambda connection: verifications.read_by_token(connection, token_digest))

    def calls(self, transaction_id: str) -> tuple[VerificationCall, ...]:
        return self._read(lambda connection: verifications.read_of(connection, transaction_id))

    def timeline(self, call_id: str) -> tuple[TimelineEntry, ...]:
        return self._read(lambda connection: verifications.read_timeline(connection, call_id))

    def find_calls(self, reference: str | None, running: bool | None, limit: int, offset: int) -> CallPage:
        return CallPage(
            *self._read(
                lambda connection: verifications.read_page(connection, reference, running, limit, offset)
            )
        )

    def claim_text(self, call_id: str, at: int, unless_since: int) -> Future[bool]:
        return self._writer.submit(
            lambda connection: verifications.claim_text(connection, call_id, at, unless_since)
        )

    def add_entry(self, call_id: str, entry: TimelineEntry) -> Future[None]:
        return self._writer.submit(lambda connection: verifications.add(connection, call_id, [entry]))

    def hung_up(self, call_id: str, who: str, at: int) -> Future[None]:
        return self._writer.submit(lambda connection: verifications.hung_up(connection, call_id, who, at))

    def running_calls(self) -> tuple[VerificationCall, ...]:
        return self._read(verifications.read_running)
