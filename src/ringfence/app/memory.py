"""Keeps what the engine has learnt over restarts: read at the start, written every five minutes and at the end."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from ringfence.errors import RingfenceError, Unavailable
from ringfence.ports import MemoryStore

if TYPE_CHECKING:
    from ringfence_engine import Engine

EVERY = 300_000_000_000
_log = logging.getLogger(__name__)


def recall(engine: "Engine", store: MemoryStore) -> str | None:
    """Gives an engine what another has learnt and kept; why that can't be used, where it can't."""
    try:
        file = store.read()
        if file is not None:
            engine.restore(file)
    except Unavailable as error:
        return error.detail
    except ValueError as error:
        return f"{store}: {error.args[-1]}"
    return None


class EngineMemory:
    """Writes in a thread of its own: a disk that is slow must not hold up calls."""

    def __init__(self, engine: "Engine", store: MemoryStore, now: int) -> None:
        self._engine = engine
        self._store = store
        self._begun = now
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="memory")
        self._writing: Future[None] | None = None

    def recall(self) -> None:
        """Gives the engine what the last run has learnt. What can't be used is set aside, never overwritten."""
        fault = recall(self._engine, self._store)
        if fault is not None:
            _log.warning(
                "What the last run has learnt cannot be used: %s. The score starts with nothing learnt%s",
                fault,
                self._set_aside(),
            )

    def _set_aside(self) -> str:
        try:
            return f"; the file is kept as {self._store.set_aside()}"
        except Unavailable:
            return ""

    def on_tick(self, now: int) -> Future[None] | None:
        """Begins to write where that is due; the write it began."""
        under_way = self._writing is not None and not self._writing.done()
        if under_way or 0 <= now - self._begun < EVERY:
            return None
        self._begun = now
        self._writing = self._writer.submit(self._keep)
        return self._writing

    def close(self) -> None:
        """Writes once more, and returns when the disk holds it."""
        self._writer.submit(self._keep)
        self._writer.shutdown()

    def _keep(self) -> None:
        try:
            self._store.write(self._engine.memory())
        except RingfenceError as error:
            _log.error("keeping what was learnt: %s", error.detail)
        except Exception:
            _log.exception("keeping what was learnt")
