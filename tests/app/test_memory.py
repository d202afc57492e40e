"""What the engine has learnt is kept, and a file that can't be used stops nobody."""

import json
import logging
from pathlib import Path

import pytest
from ringfence_engine import Engine, Usual

from ringfence.adapters.stores.memory import MemoryFile
from ringfence.app.memory import EVERY, EngineMemory

SECOND = 1_000_000_000
NOON = 1_768_478_400
HOTLINE = "+911800112233"


@pytest.fixture
def store(tmp_path: Path) -> MemoryFile:
    return MemoryFile(tmp_path / "learnt.bin")


def engine_of(calls: int) -> Engine:
    """Two callers ring the hotline within a second, again and again."""
    engine = Engine(max_keys=1_024)
    lines = [
        {
            "event_type": "INVITE",
            "timestamp": NOON + minute * 60 + caller,
            "a_number": f"+91981000000{caller}",
            "b_number": HOTLINE,
            "call_id": f"{minute}-{caller}",
        }
        for minute in range(calls)
        for caller in range(2)
    ]
    engine.ingest(b"".join(json.dumps(line).encode() + b"\n" for line in lines), NOON * SECOND)
    return engine


def known_to(store: MemoryFile) -> Usual | None:
    engine = Engine(max_keys=1_024)
    EngineMemory(engine, store, NOON * SECOND).recall()
    return engine.usual(HOTLINE)


def test_it_is_written_at_the_end_and_read_at_the_start(store: MemoryFile) -> None:
    EngineMemory(engine_of(9), store, NOON * SECOND).close()
    usual = known_to(store)
    assert usual is not None
    assert (usual.callers, usual.windows) == (2, 8)


def test_it_is_written_every_five_minutes_so_that_a_crash_loses_no_more(store: MemoryFile) -> None:
    memory = EngineMemory(engine_of(9), store, NOON * SECOND)
    assert memory.on_tick(NOON * SECOND + EVERY - 1) is None
    assert store.read() is None
    writing = memory.on_tick(NOON * SECOND + EVERY)
    assert writing is not None
    writing.result()
    assert known_to(store) is not None
    assert memory.on_tick(NOON * SECOND + EVERY + SECOND) is None
    assert memory.on_tick(NOON * SECOND - SECOND) is not None, "a clock that was set back does not stop it"
    memory.close()


def test_the_first_start_has_nothing_to_read_and_says_nothing(
    store: MemoryFile, caplog: pytest.LogCaptureFixture
) -> None:
    assert known_to(store) is None
    assert not caplog.records


def test_a_file_of_another_release_is_said_once_kept_aside_and_started_without(
    store: MemoryFile, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = b"".join(engine_of(9).memory())
    newer = whole[:8] + (7).to_bytes(4, "little") + whole[12:]
    store.write([newer])
    engine = Engine(max_keys=1_024)
    with caplog.at_level(logging.WARNING):
        memory = EngineMemory(engine, store, NOON * SECOND)
        memory.recall()
        memory.close()
    (said,) = [record.getMessage() for record in caplog.records]
    assert "version 7" in said
    assert "nothing learnt" in said
    assert (tmp_path / "learnt.bin.refused").read_bytes() == newer
    assert str(tmp_path / "learnt.bin.refused") in said
    assert known_to(store) is None, "what was written at the end is the new engine's"


def test_a_disk_that_is_full_is_told_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    memory = EngineMemory(engine_of(9), MemoryFile(tmp_path / "gone" / "learnt.bin"), NOON * SECOND)
    writing = memory.on_tick(NOON * SECOND + EVERY)
    assert writing is not None
    writing.result()
    assert "learnt.bin" in caplog.text
    memory.close()
