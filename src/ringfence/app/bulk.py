"""Messages in bulk: one JSON object a line, each read by itself, so that a bad one takes no other with it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ringfence.app.turns import MOST_CHARACTERS

SESSION_ID = r"^[A-Za-z0-9._:@~-]{1,128}$"
CHANNELS = ("sms", "voice", "chat")
_SESSION = re.compile(SESSION_ID.replace("$", r"\Z"))
_LONGEST_ID = 256

Id = str | int | float | None


@dataclass(frozen=True, slots=True)
class Line:
    """A message of many; `id` is the sender's and comes back with the answer."""

    id: Id
    message: str
    session_id: str | None


@dataclass(frozen=True, slots=True)
class BadLine:
    """`number` counts from 1. `code` is for programs and never changes; `detail` is for people."""

    id: Id
    number: int
    code: str
    detail: str

    def told(self) -> dict[str, Any]:
        return {"id": self.id, "error": {"code": self.code, "detail": self.detail, "line": self.number}}


def lines_of(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line that isn't empty, with its number."""
    for number, line in enumerate(body.split(b"\n"), 1):
        if line and not line.isspace():
            yield number, line


def read_line(line: bytes, number: int) -> Line | BadLine:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return BadLine(None, number, "json_invalid", "The line is no JSON")
    return read_message(told, number)


def read_message(told: object, number: int) -> Line | BadLine:
    """Of a JSON value that has been read."""
    if not isinstance(told, dict):
        return BadLine(None, number, "json_invalid", "The line is no JSON object")
    given = told.get("id")
    if isinstance(given, bool | dict | list) or len(str(given)) > _LONGEST_ID:
        return BadLine(
            None, number, "id_invalid", f"id is a text of up to {_LONGEST_ID} characters, or a number"
        )
    message, session_id = told.get("message"), told.get("session_id")
    fault = _message_fault(message) or _session_fault(session_id) or _channel_fault(told.get("channel"))
    if fault is not None:
        return BadLine(given if _whole(given) else None, number, *fault)
    if not _whole(given):
        return BadLine(None, number, "text_invalid", "id holds half a surrogate pair, which is no character")
    return Line(given, str(message), session_id)


def _message_fault(message: object) -> tuple[str, str] | None:
    if message is None:
        return "message_missing", "The line has no message"
    if not isinstance(message, str):
        return "message_invalid", "message is no text"
    if len(message) > MOST_CHARACTERS:
        return "message_too_long", f"message has over {MOST_CHARACTERS} characters"
    if not message.strip():
        return "message_empty", "message is empty"
    if not _whole(message):
        return "text_invalid", "message holds half a surrogate pair, which is no character"
    return None


def _session_fault(session_id: object) -> tuple[str, str] | None:
    if session_id is None or (isinstance(session_id, str) and _SESSION.match(session_id)):
        return None
    return "session_id_invalid", "session_id has 1 to 128 letters, digits and . _ : @ ~ -"


def _channel_fault(channel: object) -> tuple[str, str] | None:
    if channel is None or channel in CHANNELS:
        return None
    return "channel_invalid", f"channel is one of {', '.join(CHANNELS)}"


def _whole(text: object) -> bool:
    try:
        str(text).encode()
    except UnicodeEncodeError:
        return False
    return True
