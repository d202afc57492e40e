"""What one server alone may use: its data folder and its records, each with a lock."""

import fcntl
import os
from pathlib import Path

from ringfence.errors import Conflict, Unavailable


class ServerLock:
    """Held until `release` or the end of the process, however it ends."""

    def __init__(self, file: Path, what: str, setting: str) -> None:
        """`what` the file guards, as a sentence begins with it, and the `setting` that gives another.

        Raises Conflict where another process holds it, Unavailable where it cannot be made.
        """
        try:
            if not file.parent.exists():
                file.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                file.parent.mkdir(mode=0o700, exist_ok=True)
            self._file = file.open("a+", encoding="ascii")
        except OSError as error:
            raise Unavailable(f"{what}: cannot be used: {error.strerror}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            holder = self._file.read(20).strip() or "unknown"
            self._file.close()
            raise Conflict(
                f"{what} belongs to a running server (process {holder}). "
                f"Stop that one, or give this one its own with {setting}.",
                code="in_use",
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        self._file.close()


def lock_folder(folder: Path) -> ServerLock:
    return ServerLock(folder / "serve.lock", f"The data folder {folder}", "RINGFENCE_DATA_DIR")


def lock_records(database: Path) -> ServerLock:
    """Beside the database, wherever it lies: two data folders may name the same one."""
    database = database.resolve()
    return ServerLock(
        database.with_name(database.name + ".lock"), f"The database {database}", "RINGFENCE_RECORDS"
    )
