"""A secret of the site, made at its first use and kept in a file of its owner's alone."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from tempfile import mkstemp

from ringfence.errors import Unavailable

LENGTH = 32


def kept_secret(file: Path, fresh: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """What the file holds; where there is none it is made, and of two processes that make it at once both get the
    first's. Raises Unavailable where it can't be used."""
    try:
        secret = _read(file) or _make(file, fresh(LENGTH))
    except OSError as error:
        raise Unavailable(f"Cannot use {file}: {error.strerror}") from None
    if len(secret) != LENGTH:
        raise Unavailable(
            f"{file} is not the secret that was written there: put it back from a backup, or remove it, after which"
            " what was hashed or signed with it is known no more"
        )
    return secret


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _make(file: Path, secret: bytes) -> bytes:
    """A name is given to a whole file: a crash leaves no half of a secret."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = mkstemp(dir=file.parent, prefix=f"{file.name}.")  # of mode 0600
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(secret)
            written.flush()
            os.fsync(written.fileno())
        os.link(beside, file)
    except FileExistsError:
        return file.read_bytes()
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return secret
