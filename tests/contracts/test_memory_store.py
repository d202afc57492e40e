"""What every store of the engine's memory keeps to."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ringfence.adapters.stores.memory import MemoryFile
from ringfence.errors import Unavailable
from ringfence.ports import MemoryStore

STORES: dict[str, Callable[[Path], MemoryStore]] = {"file": lambda folder: MemoryFile(folder / "learnt.bin")}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MemoryStore:
    return STORES[request.param](tmp_path)


def test_what_was_written_last_is_read(store: MemoryStore) -> None:
    assert store.read() is None
    store.write([b"callers of the morning"])
    store.write([b"callers of", b"", b" the day"])
    assert store.read() == b"callers of the day"


def test_what_is_set_aside_is_neither_read_nor_overwritten(store: MemoryStore) -> None:
    store.write([b"of a newer release"])
    place = store.set_aside()
    assert store.read() is None
    store.write([b"learnt anew"])
    assert Path(place).read_bytes() == b"of a newer release"


def test_there_is_nothing_to_set_aside_before_the_first_write(store: MemoryStore) -> None:
    with pytest.raises(Unavailable):
        store.set_aside()


def test_a_file_is_its_owners_alone_and_half_a_file_is_never_seen(tmp_path: Path) -> None:
    file = tmp_path / "learnt.bin"
    store = MemoryFile(file)
    store.write([b"whole"])
    (tmp_path / "learnt.bin.new").write_bytes(b"wh")  # as a kill in the middle of a write leaves it
    assert store.read() == b"whole"
    store.write([b"the next"])
    assert store.read() == b"the next"
    assert [path.name for path in tmp_path.iterdir()] == ["learnt.bin"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "learnt.bin").mkdir()
    store = MemoryFile(tmp_path / "learnt.bin")
    with pytest.raises(Unavailable, match=r"learnt\.bin"):
        store.read()
    with pytest.raises(Unavailable, match=r"learnt\.bin"):
        store.write([b"callers"])
