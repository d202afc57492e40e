"""What the engine has learnt, as one file that is replaced as a whole."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ringfence.errors import Unavailable


class MemoryFile:
    """Fills `ringfence.ports.MemoryStore`. Readable by its owner alone: it holds telephone numbers."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __str__(self) -> str:
        return str(self._file)

    def read(self) -> bytes | None:
        with self._using("read"):
            try:
                return self._file.read_bytes()
            except FileNotFoundError:
                return None

    def write(self, pieces: Sequence[bytes]) -> None:
        fresh = self._beside("new")
        with self._using("write"):
            fresh.unlink(missing_ok=True)  # what a crash left, with whatever mode
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._file)
            _sync_folder(self._file.parent)

    def set_aside(self) -> str:
        aside = self._beside("refused")
        with self._using("rename"):
            self._file.replace(aside)
        return str(aside)

    def _beside(self, ending: str) -> Path:
        return self._file.with_name(f"{self._file.name}.{ending}")

    @contextmanager
    def _using(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable(f"Cannot {verb} {self._file}: {error.strerror}") from None


def _sync_folder(folder: Path) -> None:
    """Else a power cut could bring the old name back."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
