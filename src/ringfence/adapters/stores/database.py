"""Opens the database that an address names, brings it up to date, and writes to it in groups."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import QueuePool

from ringfence.adapters.stores.migrations import HEAD
from ringfence.errors import BadInput, RingfenceError, Unavailable

WRITES = {"writes": True}
"""Execution options of a connection that will write: it takes the lock at once, not halfway."""

_BUSY_MS = 10_000


def database_file(address: str) -> Path:
    """The file that an address names. Raises BadInput for an address that is none of ours."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise BadInput("Records: the address cannot be read; write sqlite:///folder/file.db") from None
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise BadInput("Records: the address has to be sqlite:/// and a file")
    return Path(url.database)


def open_engine(address: str) -> Engine:
    """Raises BadInput for an address that is none of ours, Unavailable where the file cannot be used."""
    path = database_file(address)
    # Errors reach the log: the values of a statement, telephone numbers among them, stay out of it.
    engine = create_engine(address, poolclass=QueuePool, pool_size=4, max_overflow=8, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)  # SQLite gives the files beside it the same mode
        _bring_up(engine)
    except (OSError, DatabaseError) as error:
        engine.dispose()
        reason = error.strerror if isinstance(error, OSError) else error.orig
        raise Unavailable(f"Records: cannot use {path}: {reason}") from None
    except RingfenceError:
        engine.dispose()
        raise
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own transactions would start too late
    for pragma in (
        f"busy_timeout={_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up(engine: Engine) -> None:
    """Runs the migrations that are missing; two processes that start at once run them once."""
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        if _revision(connection) != HEAD:
            _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise Unavailable(
            "Records: a newer Ringfence wrote them; run that version, or point RINGFENCE_DATA_DIR elsewhere"
        ) from None


T = TypeVar("T")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Insert:
    """A job that is one statement with its values."""

    statement: str
    row: Row

    def __call__(self, connection: Connection) -> None:
        connection.exec_driver_sql(self.statement, self.row)


_Job = tuple[Callable[[Connection], Any], "Future[Any]"]


class Writer:
    """The one thread that writes. Jobs that wait together share a transaction, after which they are done."""

    _GROUP = 256

    def __init__(self, engine: Engine, on_rollback: Callable[[], None]) -> None:
        """`on_rollback` is called in the writer's thread after a transaction was given up."""
        self._engine = engine
        self._on_rollback = on_rollback
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="records", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Connection], T]) -> Future[T]:
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # whoever stops waiting does not undo the writing
        self._queue.put((job, future))
        return future

    def insert(self, statement: str, row: Row) -> Future[None]:
        """Of such jobs one by itself costs its thread one call of the driver, without the interpreter's lock, for the
        whole transaction: an event that is judged meanwhile waits for nothing."""
        return self.submit(_Insert(statement, row))

    def close(self) -> None:
        """What is queued is written first."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        with self._engine.connect().execution_options(**WRITES) as connection:
            while group := self._next():
                jobs = [job for job in group if job is not None]
                if not (self._at_once(connection, jobs) or self._together(connection, jobs)):
                    for job in jobs:
                        self._alone(connection, job)
                if len(jobs) < len(group):
                    return

    def _next(self) -> list[_Job | None]:
        group = [self._queue.get()]
        while group[-1] is not None and len(group) < self._GROUP:
            try:
                group.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return group

    def _at_once(self, connection: Connection, jobs: list[_Job]) -> bool:
        """Whether it was one insert that went well by itself; otherwise nothing was written."""
        if len(jobs) != 1 or not isinstance(insert := jobs[0][0], _Insert):
            return False
        try:
            connection.connection.cursor().execute(insert.statement, insert.row)
        except Exception:
            return False
        jobs[0][1].set_result(None)
        return True

    def _together(self, connection: Connection, jobs: list[_Job]) -> bool:
        """Whether all went well; otherwise nothing was written."""
        try:
            with connection.begin():
                results = [job(connection) for job, _ in jobs]
        except Exception:
            self._on_rollback()
            return False
        for (_, future), result in zip(jobs, results, strict=True):
            future.set_result(result)
        return True

    def _alone(self, connection: Connection, job: _Job) -> None:
        """One bad job must not take its neighbours with it."""
        work, future = job
        try:
            with connection.begin():
                result = work(connection)
        except DatabaseError as error:
            self._on_rollback()
            future.set_exception(Unavailable(f"Records: cannot write: {error.orig}"))
        except Exception as error:
            self._on_rollback()
            future.set_exception(error)
        else:
            future.set_result(result)
