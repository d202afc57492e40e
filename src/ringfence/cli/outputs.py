"""Files that a command writes, checked before its work begins."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def check_outputs(outputs: list[Path], files: list[Path]) -> None:
    """Before the work and not after it. Raises BadInput."""
    from ringfence.errors import BadInput

    taken = [path.resolve() for path in files]
    for path in outputs:
        place = path if path.exists() else path.parent
        if path.is_dir():
            raise BadInput(f"Cannot write {path}: it is a folder", code="file_unwritable")
        if not place.exists() or not os.access(place, os.W_OK):
            raise BadInput(f"Cannot write {path}: {place} is missing or closed to us", code="file_unwritable")
        if path.resolve() in taken and not path.is_char_device():
            raise BadInput(f"Cannot write {path}: it is read, or written, already", code="file_unwritable")
        taken.append(path.resolve())


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    """One JSON object a line. Raises BadInput."""
    from ringfence.errors import BadInput

    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    except OSError as error:
        raise BadInput(f"Cannot write {path}: {error.strerror}", code="file_unwritable") from None
