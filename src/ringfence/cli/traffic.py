"""The traffic that commands read and the files that they write of it."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ringfence_engine import SipSummary

_NO_TIMES = (
    "carry no time: text needs a Date header. No window can be judged by them, and they make no call; a capture "
    "(pcap, pcapng) has the times"
)


def inputs(files: Iterable[Path]) -> list[Path]:
    """The files, `-` being standard input."""
    return [Path("/dev/stdin") if str(path) == "-" else path for path in files]


def size(files: Iterable[Path]) -> int:
    """Bytes of those whose size is known."""
    return sum(path.stat().st_size for path in files if path.is_file())


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


def timeless(messages: int, malformed: dict[str, int]) -> str | None:
    """What to say of SIP messages that tell no time; None where all do."""
    count = malformed.get("no_time", 0)
    return f"{count:,} of {counted(messages, 'SIP message')} {_NO_TIMES}" if count else None


def mishaps(summary: "SipSummary", malformed: dict[str, int]) -> Iterator[str]:
    """What could not be read or came too late, a line each."""
    if malformed:
        yield "Not read: " + ", ".join(f"{name} {count}" for name, count in malformed.items())
    unordered = summary.late + summary.past_window
    if unordered:
        yield (
            f"{counted(unordered, 'event')} came too late for the window; --sort puts the whole input in order first"
        )


def counted(count: int, one: str) -> str:
    """`1 call`, `1,000 calls`."""
    return f"{count:,} {one}" + ("" if count == 1 else "s")
