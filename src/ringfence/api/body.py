"""A request's body, in pieces: decompressed, counted, and cut into whole lines."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator

from starlette.types import Receive

from ringfence.errors import BadInput, TooLarge

_PIECE = 256 * 1024
SLICE = 128 * 1024
"""Lines are handed on in slices of about this size: a thousand events, a millisecond of the engine."""


class Body:
    """Yields the body's bytes in pieces of at most 256 KiB, decompressed.

    Raises TooLarge where more than `limit` bytes came, and BadInput for an encoding that is not ours. Gzip
    that ends or breaks too early is taken as far as it goes, and `fault` says so afterwards. Raises
    ConnectionAbortedError where the client went away, so that nobody reads an answer.
    """

    def __init__(self, receive: Receive, limit: int, declared: int | None, encoding: str) -> None:
        self._receive = receive
        self._limit = limit
        self._taken = 0
        self.fault: tuple[str, str] | None = None
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise BadInput(f"Content-Encoding {encoding!r}: send gzip or none", code="encoding_unknown")
        self._gzip = _Gunzip() if encoding.endswith("gzip") else None
        if declared is not None and declared > limit:
            raise too_large(limit)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ConnectionAbortedError("the client went away")
            more = message.get("more_body", False)
            chunk = message.get("body", b"")
            for piece in self._gzip.feed(chunk) if self._gzip else _split(chunk):
                self._taken += len(piece)
                if self._taken > self._limit:
                    raise too_large(self._limit)
                yield piece
                if len(piece) == _PIECE:
                    await asyncio.sleep(0)  # a bomb must not hold the loop
        if self._gzip:
            self.fault = self._gzip.fault()


def too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is over {limit} bytes, counted after decompression: send less at once")


def _split(chunk: bytes) -> Iterator[bytes]:
    for start in range(0, len(chunk), _PIECE):
        yield chunk[start : start + _PIECE]


class _Gunzip:
    """Gzip of one or more members; never more than a piece of output at a time."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._begun = False
        self._broken = ""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        while chunk and not self._broken:
            if not self._begun:
                chunk = chunk.lstrip(b"\0")  # some writers fill their last block up
                self._begun = bool(chunk)
            before = self._member.copy()
            try:
                piece = self._member.decompress(chunk, _PIECE)
            except zlib.error as error:
                self._broken = str(error)
                yield from _whole_part(before, chunk)
                return
            chunk = self._member.unconsumed_tail
            if self._member.eof:
                chunk = self._member.unused_data
                self._member = zlib.decompressobj(wbits=31)
                self._begun = False
            if piece:
                yield piece

    def fault(self) -> tuple[str, str] | None:
        if self._broken:
            return "gzip_corrupt", f"The gzip data is broken from here on: {self._broken}"
        if self._begun:
            return "gzip_truncated", "The gzip data ends too early: what came before its end was taken"
        return None


def _whole_part(member: "zlib._Decompress", chunk: bytes) -> Iterator[bytes]:
    """What decompresses of a chunk that breaks somewhere: an error takes the output before it along."""
    good, bad = 0, len(chunk)
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            member.copy().decompress(chunk[:middle], _PIECE)
            good = middle
        except zlib.error:
            bad = middle
    if piece := member.decompress(chunk[:good], _PIECE):
        yield piece


class LineCutter:
    """Bytes in, slices of whole lines out; a line over `limit` bytes is dropped and told as an error."""

    def __init__(self, limit: int, size: int = SLICE) -> None:
        self._limit = limit
        self._size = size
        self._held = bytearray()
        self.line = 1
        self._searched = 0
        self._skipping = False
        self.too_long: list[int] = []

    def feed(self, piece: bytes) -> Iterator[tuple[int, bytes]]:
        """Slices that are full, each with the number of its first line."""
        if self._skipping:
            piece = self._skip(piece)
        self._held += piece
        if len(self._held) >= self._size:
            yield from self._cut(self._held.rfind(b"\n", self._searched) + 1)
            self._searched = len(self._held)
            if len(self._held) > self._limit:
                self._give_up()
                self._skipping = True

    def rest(self) -> Iterator[tuple[int, bytes]]:
        """What is left, its last line without a newline."""
        yield from self._cut(len(self._held))

    def _skip(self, piece: bytes) -> bytes:
        end = piece.find(b"\n")
        if end < 0:
            return b""
        self._skipping = False
        self.line += 1
        return piece[end + 1 :]

    def _give_up(self) -> None:
        self.too_long.append(self.line)
        self._held.clear()
        self._searched = 0

    def _cut(self, end: int) -> Iterator[tuple[int, bytes]]:
        if not end:
            return
        lines = bytes(self._held[:end])
        del self._held[:end]
        self._searched = 0
        if len(lines) <= self._limit:
            yield self.line, lines
            self.line += lines.count(b"\n")
            return
        start = 0
        while start < len(lines):
            # As many lines as fit under the limit; a single one that doesn't is dropped.
            stop = lines.rfind(b"\n", start, start + self._limit + 1) + 1
            if stop:
                yield self.line, lines[start:stop]
            else:
                stop = (lines.find(b"\n", start) + 1) or len(lines)
                if stop - start <= self._limit:
                    yield self.line, lines[start:stop]
                else:
                    self.too_long.append(self.line)
            self.line += lines.count(b"\n", start, stop)
            start = stop
