"""The way of a call event: bytes → engine → pillar → one commit → call control → its results recorded.

Single events are judged on the event loop, batches in a thread, in slices small enough that a single event
beside them waits a millisecond or two. The engine and the pillar see one step at a time, in one order.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ringfence.errors import BadInput, RingfenceError
from ringfence.model.action import Action, ActionKind, ActionMode, ActionResult
from ringfence.model.alert import Alert
from ringfence.model.audit import AuditEntry, ChangeKind
from ringfence.ports import AlertRecords, CallControl
from ringfence.signalling import RULE, Agreement, HitDetector, Judgement, MaskingDetector

if TYPE_CHECKING:
    from ringfence_engine import AlertChange, Decision, Engine, Hit

TICK_SECONDS = 0.2
MOST_ERRORS = 100
_SAY_EVERY = 10_000_000_000
_PAST = 60_000_000_000
"""A stream further behind the clock than this is judged by its own time."""
_REFUSED_CALLS = 65_536
_CUTS = (ActionKind.BLOCK, ActionKind.DISCONNECT)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """What one step changed, and the future that is done when the records hold it."""

    alerts: tuple[Alert, ...]
    actions: tuple[tuple[Action, ActionMode], ...]
    written: Future[None]


@dataclass(slots=True)  # frozen ones take four times as long to make, and every event makes one
class EventOutcome:
    """What became of one event. Where `written` is set, its commit comes before the answer."""

    decision: "Decision"
    alert: Alert | None
    blocked: bool
    written: Future[None] | None


@dataclass(slots=True)
class BatchOutcome:
    """What became of a batch so far. `alerts` holds each alert once, as it stands now."""

    accepted: int = 0
    rejected: int = 0
    late: int = 0
    body_faults: int = 0
    """What was wrong with the body as a whole, beside the rejected lines."""
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    """The first 100."""
    alerts: dict[str, Alert] = field(default_factory=dict)

    def error(self, line: int, code: str, detail: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            self.errors.append((line, code, detail))


class Pipeline:
    """`clock` gives nanoseconds since 1970 UTC. `start` and `stop` belong to the running event loop."""

    def __init__(
        self,
        engine: "Engine",
        masking: MaskingDetector,
        hits: HitDetector,
        records: AlertRecords,
        call_control: CallControl,
        clock: Callable[[], int],
        every_tick: Callable[[int], None] = lambda now: None,
    ) -> None:
        self._engine = engine
        self._masking = masking
        self._hits = hits
        self._records = records
        self._call_control = call_control
        self._clock = clock
        self._every_tick = every_tick
        self._order = threading.Lock()
        self._open: dict[str, Alert] = {}
        self._refused: dict[str, None] = {}
        """Calls to be refused in live mode: who asks again is told again."""
        self._writing: Future[None] | None = None
        """The last commit that was asked for; commits keep their order."""
        self._capped = 0
        self._capped_said = 0
        self._batches = ThreadPoolExecutor(1, thread_name_prefix="batch")
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticker: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._ticker = asyncio.get_running_loop().create_task(self._tick_for_ever())

    async def stop(self) -> None:
        """What was decided is performed and recorded first."""
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
        await self.settled()
        self._batches.shutdown()

    async def settled(self) -> None:
        """Returns when every action decided so far is performed and recorded."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def event(self, body: bytes) -> EventOutcome:
        """Judges one event. Raises BadInput, whose code says what is wrong with it."""
        now = self._clock()
        with self._order:
            try:
                decision = self._engine.ingest_one(body, now)
            except ValueError as error:
                raise _bad_event(error) from None
            if not decision.changes and not decision.hits:
                alert, refused = self._alert_of(decision), decision.call_id in self._refused
                return EventOutcome(decision, alert, refused, self._pending() if alert or refused else None)
            step = self._judge(decision.changes, decision.hits, now)
            alert = self._alert_of(decision)
            refused = decision.call_id in self._refused
        self._perform_later(step)
        listed = step.alerts[-1] if decision.hits else None
        return EventOutcome(decision, alert or listed, refused, step.written)

    async def batch(self, lines: bytes, first_line: int, outcome: BatchOutcome) -> None:
        """Judges whole lines, adds to `outcome` what became of them, and returns when the records hold it."""
        loop = asyncio.get_running_loop()
        step = await loop.run_in_executor(self._batches, self._slice, lines, first_line, outcome)
        if step is not None:
            self._perform_later(step)
            await asyncio.wrap_future(step.written)

    def _slice(self, lines: bytes, first_line: int, outcome: BatchOutcome) -> Step | None:
        now = self._clock()
        with self._order:
            batch = self._engine.ingest(lines, now)
            step = self._judge(batch.changes, batch.hits, now) if batch.changes or batch.hits else None
        outcome.accepted += batch.accepted
        outcome.rejected += batch.rejected
        outcome.late += batch.late
        for line, code, detail in batch.errors:
            outcome.error(line + first_line - 1, code, detail)
        if step is not None:
            outcome.alerts |= {alert.alert_id: alert for alert in step.alerts}
        return step

    def reset(self, b_number: str, who: str) -> bool:
        """Forgets a B-number's calls; its open alert ends with its last call. Called from a thread."""
        with self._order:
            forgotten = self._engine.reset(b_number)
            ended = [
                replace(alert, closed_at=alert.last_seen_at)
                for alert in self._open.values()
                if alert.b_number == b_number and alert.label.of_window
            ]
            if not forgotten and not ended:
                return False
            for alert in ended:
                self._remember(alert)
            change = AuditEntry(self._clock(), who, ChangeKind.METRICS_RESET, b_number)
            written = self._records.write(ended, change=change)
        written.result()
        return forgotten

    def annotated(self, alert: Alert) -> None:
        """From now on answers carry what analysts say of it, as the records hold it. Called from a thread."""
        with self._order:
            known = self._open.get(alert.alert_id)
            if known is not None:
                self._open[alert.alert_id] = known.annotated(alert.annotation)
                detector = self._masking if alert.label.of_window else self._hits
                detector.annotate(alert.alert_id, alert.annotation)

    def method_of(self, alert_id: str | None) -> str | None:
        """Who scores this open alert, which a model loaded since does not change; None where nobody has yet."""
        alert = self._open.get(alert_id or "")
        return None if alert is None or alert.method == RULE else alert.method

    @property
    def agreement(self) -> Agreement:
        """How the shadow compares with the live judge, since the start."""
        return self._masking.agreement

    async def tick(self) -> None:
        """What the passing of time does: alerts close, list entries expire."""
        loop = asyncio.get_running_loop()
        step = await loop.run_in_executor(self._batches, self._advance)
        if step is not None:
            self._perform_later(step)
            await asyncio.wrap_future(step.written)

    def _advance(self) -> Step | None:
        now = self._clock()
        self._every_tick(now)
        with self._order:
            changes = self._engine.advance(now)
            closed = self._hits.advance(now)
            return self._judge(changes, (), now, closed) if changes or closed else None

    async def _tick_for_ever(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                await self.tick()
            except RingfenceError as error:
                _log.error("closing alerts: %s", error.detail)
            except Exception:
                _log.exception("closing alerts")

    def _judge(
        self,
        changes: Iterable["AlertChange"],
        hits: Iterable["Hit"],
        now: int,
        more: Sequence[Judgement] = (),
    ) -> Step:
        judgements = [*more]
        for change in changes:
            judgements.append(self._masking.on_change(change, now if now - change.at < _PAST else None))
        for hit in hits:
            judgements += self._hits.on_hit(hit, now)
        alerts = {judgement.alert.alert_id: judgement.alert for judgement in judgements}
        for alert in alerts.values():
            self._remember(alert)
        self._say_capped(sum(judgement.capped for judgement in judgements), now)
        actions = tuple(pair for judgement in judgements for pair in judgement.actions)
        self._refuse(actions)
        told = tuple(alerts.values())
        self._writing = self._records.write(told, [action for action, _ in actions])
        return Step(told, actions, self._writing)

    def _say_capped(self, calls: int, now: int) -> None:
        """Loud, but not once a call."""
        self._capped += calls
        if self._capped and not 0 <= now - self._capped_said < _SAY_EVERY:
            _log.error(
                "THE CAP ON CUT CALLS A MINUTE IS REACHED: calls flagged instead of cut: %d", self._capped
            )
            self._capped, self._capped_said = 0, now

    def _refuse(self, actions: Sequence[tuple[Action, ActionMode]]) -> None:
        for action, mode in actions:
            if mode is ActionMode.LIVE and action.kind in _CUTS and action.call_id is not None:
                self._refused[action.call_id] = None
                if len(self._refused) > _REFUSED_CALLS:
                    del self._refused[next(iter(self._refused))]

    def _remember(self, alert: Alert) -> None:
        if alert.closed_at is None:
            self._open[alert.alert_id] = alert
        else:
            self._open.pop(alert.alert_id, None)

    def _pending(self) -> Future[None] | None:
        """The commit that an answer waits for which tells what others changed; None where the records hold it."""
        return None if self._writing is None or self._writing.done() else self._writing

    def _alert_of(self, decision: "Decision") -> Alert | None:
        """The open alert that names this call."""
        return self._open.get(decision.alert_id or "") if decision.member else None

    def _perform_later(self, step: Step) -> None:
        if step.actions:
            task = asyncio.get_running_loop().create_task(self._perform(step))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _perform(self, step: Step) -> None:
        """Nothing is done that the records don't hold."""
        try:
            await asyncio.wrap_future(step.written)
            results: list[ActionResult] = []
            for action, mode in step.actions:
                results.append(await self._call_control.perform(action, mode))
            await asyncio.wrap_future(self._records.write((), (), results))
        except RingfenceError as error:
            _log.error("performing actions: %s", error.detail)
        except Exception:
            _log.exception("performing actions")


def _bad_event(error: ValueError) -> BadInput:
    code, detail = (*error.args, "", "")[:2]
    return BadInput(str(detail) or "The event cannot be read", code=str(code) or "event_invalid")
