"""The one place that wires adapters to the parts that use them; `detection` makes the parts without any."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ringfence.adapters.callcontrol.dry_run import DryRun
from ringfence.adapters.stores.database import database_file
from ringfence.adapters.stores.lock import lock_folder, lock_records
from ringfence.adapters.stores.memory import MemoryFile
from ringfence.adapters.stores.records import SqlRecords
from ringfence.adapters.stores.secret import kept_secret
from ringfence.app.detection import build_engine, detectors, unscored
from ringfence.app.keyring import KeyRing
from ringfence.app.memory import EngineMemory, recall
from ringfence.app.pipeline import Pipeline
from ringfence.app.scoring import Scoring, read_scorer
from ringfence.app.site import SiteRules
from ringfence.model.key import Role
from ringfence.ports import Records, Settled
from ringfence.settings import Settings
from ringfence.signalling import MinuteCap, PolicyBook

if TYPE_CHECKING:
    from ringfence_engine import Engine

    from ringfence.adapters.telephony.callee import Callee
    from ringfence.adapters.telephony.phones import Phones
    from ringfence.adapters.telephony.simulator import Simulator
    from ringfence.app.analysis import Analyses
    from ringfence.app.call_keeper import CallKeeper
    from ringfence.app.transactions.rows import Site
    from ringfence.app.verification import Verifications
    from ringfence.ports import Telephony

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Server:
    """What a running server is made of."""

    settings: Settings
    clock: Callable[[], int]
    engine: "Engine"
    records: Records
    keys: KeyRing
    rules: SiteRules
    scoring: Scoring
    pipeline: Pipeline
    analyses: "Analyses"
    verifications: "Verifications"
    call_keeper: "CallKeeper"
    phones: "Phones | None"
    """The telephones of simulated calls, None where they are real ones."""
    listens_at: Callable[[str], None]
    """To be told the address once connections are taken, for simulated calls post their webhooks there."""
    held: ExitStack
    """What it alone uses, to be given back at its end."""

    def close(self) -> None:
        self.held.close()


def open_records(settings: Settings) -> Records:
    """The records alone, for commands that run beside a server."""
    return SqlRecords(settings.records_url)


def open_keys(records: Records, clock: Callable[[], int] = time.time_ns) -> KeyRing:
    return KeyRing(records, clock)


def open_learnt(settings: Settings) -> "Engine":
    """An engine with what a server here wrote down last of what it has learnt, as far as that can be used."""
    engine = build_engine(settings)
    recall(engine, _memory_file(settings))
    return engine


def transaction_site(settings: Settings) -> "Site":
    """What rows of transactions are read with. The secret is made here where there is none yet."""
    from ringfence.app.transactions.rows import Site

    return Site(settings.default_region, kept_secret(settings.data_dir / "card-hash.key"))


def simulator_of(settings: Settings, callee: "Callee", send_to: str) -> "Simulator":
    """Plays calls to `callee`, whose webhooks a server of these settings takes, which is at `send_to`."""
    from ringfence.adapters.telephony.simulator import Simulator

    token = kept_secret(settings.data_dir / "simulator.key").hex()
    return Simulator(token, callee, send_to, settings.telephony.reached_at)


def verifications_of(
    settings: Settings, records: Records, telephony: "Telephony", clock: Callable[[], int] = time.time_ns
) -> "Verifications":
    """Calls to card holders, placed by `telephony` under the rules of the settings."""
    from ringfence.app.content_model import regions_of
    from ringfence.app.verification import CallRules, Verifications

    told = settings.telephony
    rules = CallRules(
        told.reached_at,
        told.quiet,
        told.attempts_per_day,
        told.minutes_apart,
        told.transfer_number,
        told.recording,
        told.sms_fallback,
        regions_of(settings),
    )
    return Verifications(records, telephony, rules, clock)


def _memory_file(settings: Settings) -> MemoryFile:
    return MemoryFile(settings.data_dir / "learnt.bin")


def build_server(
    settings: Settings,
    clock: Callable[[], int] = time.time_ns,
    *,
    remember: bool = True,
    telephony: "Telephony | None" = None,
) -> Server:
    """Takes the data folder, opens the records, settles what a crash left, and wires the rest.

    Without `remember`, the engine starts with nothing learnt and keeps nothing. `telephony` places the calls, else
    whom the settings name. Raises Conflict where another server holds the folder or the records.
    """
    with ExitStack() as held:
        held.callback(lock_folder(settings.data_dir).release)
        held.callback(lock_records(database_file(settings.records_url)).release)
        records = open_records(settings)
        held.callback(records.close)
        return _wire(settings, clock, records, held, remember=remember, telephony=telephony)


def _wire(
    settings: Settings,
    clock: Callable[[], int],
    records: Records,
    held: ExitStack,
    *,
    remember: bool,
    telephony: "Telephony | None",
) -> Server:
    _say_settled(records.settle(clock()))
    keys = open_keys(records, clock)
    if settings.admin_key is not None:
        keys.fix("RINGFENCE_ADMIN_KEY", Role.ADMIN, settings.admin_key.get_secret_value())
    if settings.analyst_key is not None:
        keys.fix("API_AUTH_KEY", Role.ANALYST, settings.analyst_key.get_secret_value())

    scorer = read_scorer(settings.signalling)
    engine = build_engine(settings, scorer)
    memory = _memory(settings, engine, clock(), held) if remember and settings.signalling.features else None
    scoring = Scoring(settings.signalling, scorer, engine, records, clock)
    entries = [entry.entry() for entry in settings.lists]
    rules = SiteRules(engine, records, settings.policy_table, entries, clock(), scoring.costs)
    scoring.on_change(rules.weigh)
    masking, hits = detectors(settings, rules.book, MinuteCap())
    engine.set_thresholds(rules.book.thresholds)
    rules.on_change(
        lambda book: engine.set_thresholds(book.thresholds),
        masking.use,
        hits.use,
        lambda book: _warn(settings, book),
    )
    _warn(settings, rules.book)

    def every_tick(now: int) -> None:
        rules.expire(now)
        if memory is not None:
            memory.on_tick(now)

    pipeline = Pipeline(engine, masking, hits, records, DryRun(clock), clock, every_tick)
    analyses = _analyses(settings, records, clock)
    held.callback(analyses.close)
    calls = _calls(settings, records, clock, telephony)
    return Server(
        settings,
        clock,
        engine,
        records,
        keys,
        rules,
        scoring,
        pipeline,
        analyses,
        calls.verifications,
        calls.keeper,
        calls.phones,
        calls.listens_at,
        held.pop_all(),
    )


def _analyses(settings: Settings, records: Records, clock: Callable[[], int]) -> "Analyses":
    # Here, since commands that only read the records start without the judge of messages.
    from ringfence.app.analysis import Analyses
    from ringfence.app.content_model import model_file, regions_of
    from ringfence.app.second_opinion import opinions
    from ringfence.app.worker import Worker

    worker = Worker(model_file(settings), regions_of(settings))
    return Analyses(worker, records, clock, opinions(settings.llm, clock))


@dataclass(frozen=True, slots=True)
class _Calls:
    """What verification calls are made of. `phones` and `listens_at` as in `Server`."""

    verifications: "Verifications"
    keeper: "CallKeeper"
    phones: "Phones | None"
    listens_at: Callable[[str], None]


def _calls(
    settings: Settings, records: Records, clock: Callable[[], int], given: "Telephony | None"
) -> _Calls:
    from ringfence.app.call_keeper import CallKeeper

    telephony, phones, listens_at = (given, None, _unheeded) if given is not None else _telephony(settings)
    verifications = verifications_of(settings, records, telephony, clock)
    return _Calls(verifications, CallKeeper(records, telephony, verifications, clock), phones, listens_at)


def _telephony(settings: Settings) -> "tuple[Telephony, Phones | None, Callable[[str], None]]":
    """Who places calls, by the settings. Raises BadInput where they lack something."""
    from ringfence.settings.telephony import TelephonyProvider

    if settings.telephony.used is TelephonyProvider.TWILIO:
        from ringfence.adapters.telephony.twilio import Twilio

        return Twilio(settings.telephony), None, _unheeded
    from ringfence.adapters.telephony.phones import Phones

    _log.info(
        "verification calls are simulated: no telephone rings. TWILIO_SID and its like have them placed"
    )
    phones = Phones()
    simulator = simulator_of(settings, phones, settings.telephony.reached_at)
    return simulator, phones, simulator.send_to


def _unheeded(url: str) -> None:
    """Where the server is matters to simulated calls alone."""


def _memory(settings: Settings, engine: "Engine", now: int, held: ExitStack) -> EngineMemory:
    """Before anything else uses the engine, it is told what the last run has learnt."""
    memory = EngineMemory(engine, _memory_file(settings), now)
    memory.recall()
    held.callback(memory.close)
    return memory


def _say_settled(left: Settled) -> None:
    if left.alerts or left.actions:
        _log.info(
            "the last run left alerts open, now closed at their last call: %d; "
            "and actions without a result, whose outcome is now unknown: %d",
            left.alerts,
            left.actions,
        )


def _warn(settings: Settings, book: PolicyBook) -> None:
    told = unscored(settings, book)
    if told is not None:
        _log.warning(told)
