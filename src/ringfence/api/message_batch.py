"""A body of many messages, and their answers as they are made.

The body is taken whole before the first answer leaves: who sends all before reading anything would wait for ever.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from ringfence.api.body import Body
from ringfence.app.analysis import Analyses
from ringfence.app.bulk import BadLine, Line, lines_of, read_line
from ringfence.app.worker_main import Head
from ringfence.errors import BadInput, RingfenceError, TooLarge, Unavailable
from ringfence.settings import LimitSettings

MOST_LINES = 10_000
MEDIA_TYPE = "application/x-ndjson"
_AT_ONCE = 8
"""Lines of a batch that are analysed side by side: they keep the worker busy, and a single message waits for few."""
_MOST_BATCHES = 4
"""At once: their bodies are in memory, and their lines find places with the worker, which keeps 32 for them."""

Numbered = Sequence[tuple[int, bytes]]


class Seats:
    """Who sends a batch has one from the first byte of it to the last of the answers."""

    def __init__(self, count: int = _MOST_BATCHES) -> None:
        self._free = count

    def take(self) -> None:
        """Raises Unavailable."""
        if not self._free:
            raise Unavailable("Too many batches at once: try again", code="busy", retry_after=5)
        self._free -= 1

    def leave(self) -> None:
        self._free += 1


async def messages_of(request: Request, limits: LimitSettings) -> Numbered:
    """The lines that hold something, with their numbers; an array's messages count as lines.

    Raises TooLarge, and BadInput where there is none; ConnectionAbortedError where the client went away.
    """
    length = request.headers.get("content-length", "")
    declared = int(length) if length.isascii() and length.isdigit() else None
    encoding = request.headers.get("content-encoding", "").strip().lower()
    try:
        body = Body(request.receive, limits.body_bytes, declared, encoding)
    except BadInput as error:
        raise HTTPException(415, error.detail) from None
    taken = bytearray()
    async for piece in body:
        taken += piece
    if body.fault is not None:
        raise BadInput(body.fault[1], code=body.fault[0])
    lines = _counted(_lines(bytes(taken), limits))
    if not lines:
        raise BadInput("The body is empty: send messages, one JSON object a line", code="empty_body")
    return lines


def _lines(body: bytes, limits: LimitSettings) -> Iterable[tuple[int, bytes]]:
    if body.lstrip()[:1] != b"[":
        return lines_of(body)
    if len(body) > limits.line_bytes:
        raise TooLarge(f"A JSON array may have {limits.line_bytes} bytes: send one object a line instead")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("The body begins as a JSON array and is none", code="json_invalid") from None
    return enumerate((json.dumps(one).encode() for one in found), 1)


def _counted(lines: Iterable[tuple[int, bytes]]) -> Numbered:
    found: list[tuple[int, bytes]] = []
    for line in lines:
        if len(found) == MOST_LINES:
            raise TooLarge(f"A batch may have {MOST_LINES} messages: send the others in another")
        found.append(line)
    return found


class Answers(Response):
    """One line for each message, in their order; ends early where nobody reads on."""

    media_type = MEDIA_TYPE

    def __init__(
        self, request: Request, lines: Numbered, analyses: Analyses, owner: str, seats: Seats
    ) -> None:
        super().__init__()
        del self.headers["content-length"]
        self._request = request
        self._lines = lines
        self._analyses = analyses
        self._owner = owner
        self._seats = seats

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        try:
            await self._send(send)
        finally:
            self._seats.leave()

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async for answers in self._answers():
            await send({"type": "http.response.body", "body": answers, "more_body": True})
            if await self._request.is_disconnected():
                return
        await send({"type": "http.response.body", "body": b""})

    async def _answers(self) -> AsyncIterator[bytes]:
        for group in _groups(self._lines):
            yield b"".join(await asyncio.gather(*(self._answer(number, line) for number, line in group)))

    async def _answer(self, number: int, line: Line | BadLine) -> bytes:
        if isinstance(line, BadLine):
            return _told(line)
        head = Head(f"{self._request.state.request_id}-{number}", "shield", (("id", line.id),))
        try:
            return await self._analyses.line(line.message, self._owner, line.session_id, head) + b"\n"
        except RingfenceError as error:
            return _told(BadLine(line.id, number, error.code, error.detail))


def _told(line: BadLine) -> bytes:
    return json.dumps(line.told(), ensure_ascii=False).encode() + b"\n"


def _groups(lines: Numbered) -> Iterator[list[tuple[int, Line | BadLine]]]:
    """What may be analysed side by side: no two turns of one session."""
    group: list[tuple[int, Line | BadLine]] = []
    sessions: set[str] = set()
    for number, raw in lines:
        line = read_line(raw, number)
        session_id = line.session_id if isinstance(line, Line) else None
        if len(group) == _AT_ONCE or session_id in sessions:
            yield group
            group, sessions = [], set()
        group.append((number, line))
        if session_id is not None:
            sessions.add(session_id)
    yield group
