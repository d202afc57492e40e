"""The data folder, and the lock that keeps it to one server."""

import fcntl
import os
from pathlib import Path

from ringfence.errors import Conflict, Unavailable


class FolderLock:
    """Holds the folder until `release` or the end of the process, however it ends.

    Raises Conflict where another process holds it, Unavailable where the folder cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        try:
            if not folder.exists():
                folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.mkdir(mode=0o700, exist_ok=True)
            self._file = (folder / "serve.lock").open("a+", encoding="ascii")
        except OSError as error:
            raise Unavailable(f"Cannot use the data folder {folder}: {error.strerror}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            holder = self._file.read(20).strip() or "unknown"
            self._file.close()
            raise Conflict(
                f"The data folder {folder} belongs to a running server (process {holder}). "
                "Stop that one, or give this one its own folder with RINGFENCE_DATA_DIR.",
                code="folder_in_use",
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        self._file.close()
