"""The server's end of the process that judges messages (`worker_main`): asks it, watches it, starts it again.

It answers in the order it was asked. So the first that waits is the one it is at, and to blame where it dies.
"""

import asyncio
import logging
import pickle
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import cast

from ringfence.app.worker_main import HEAD, Fault, Judge, Question, Tell, Told, frame
from ringfence.content.analysis import Analysis
from ringfence.errors import Unavailable
from ringfence.identifiers import Regions

_PATIENCE = 5.0
"""Seconds for one message; a long one takes milliseconds."""
_START_PATIENCE = 30.0
_REST = 5
"""Seconds until a process that could not be started is tried again."""
_MOST_WAITING = 96
_RESERVED = 32
"""Places beyond, for messages of batches, so that a crowd of single ones doesn't put holes into a batch."""
_DEATHS = 2
"""After so many a message is given up."""
_PROGRAM = "from ringfence.app.worker_main import main; main()"
"""Not `-m`: what is defined in a main module can't be pickled to another."""
_log = logging.getLogger(__name__)

Answer = Analysis | Told | Fault | None
"""None says that the process is ready."""


class _Asked:
    """A message that waits for its answer."""

    __slots__ = ("answer", "deaths", "told")

    def __init__(self, told: bytes, answer: "asyncio.Future[Analysis | Told]") -> None:
        self.told = told
        self.answer = answer
        self.deaths = 0
        """How often the process has died over it."""


class Worker:
    """All but `close` belongs to one event loop. The process is started with the first message, or by `start`."""

    def __init__(
        self,
        model: Callable[[], bytes],
        regions: Regions,
        patience: float = _PATIENCE,
        command: Sequence[str] = (sys.executable, "-P", "-c", _PROGRAM),
    ) -> None:
        self._model = model
        self._regions = regions
        self._patience = patience
        self._command = command
        self._waiting: deque[_Asked] = deque()
        self._process: subprocess.Popen[bytes] | None = None
        self._link: _Link | None = None
        self._ready = False
        self._timer: asyncio.TimerHandle | None = None
        self._tried_at: float | None = None
        """When the last start failed."""
        self._starting: asyncio.Task[None] | None = None
        self._ended = False

    @property
    def up(self) -> bool:
        """Whether it answers, or nobody has asked for it yet."""
        return self._tried_at is None

    @property
    def process_id(self) -> int | None:
        return None if self._process is None else self._process.pid

    async def judge(self, question: Judge, *, of_many: bool = False) -> Analysis:
        """Raises Unavailable where too many wait, where it takes too long, and where the process can't be had."""
        answer = await self._answer(question, of_many=of_many)
        return cast(Analysis, answer)

    async def tell(self, question: Tell, *, of_many: bool = False) -> Told:
        """Raises as `judge` does."""
        answer = await self._answer(question, of_many=of_many)
        return cast(Told, answer)

    async def _answer(self, question: Question, *, of_many: bool) -> Analysis | Told:
        if len(self._waiting) >= _MOST_WAITING + (_RESERVED if of_many else 0):
            raise Unavailable("Too many messages wait to be analysed: try again", code="busy", retry_after=1)
        self.start()
        asked = _Asked(frame(question), asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._ready:
            self._ask(asked)
        return await asked.answer

    def start(self) -> None:
        """Has the process ready soon, if it isn't. Raises Unavailable where that failed a moment ago."""
        if self._link is not None or self._starting is not None:
            return
        if self._ended:
            raise Unavailable("The server is ending", retry_after=_REST)
        loop = asyncio.get_running_loop()
        if self._tried_at is not None and loop.time() - self._tried_at < _REST:
            raise Unavailable("The analysis of messages is down; the log says why", retry_after=_REST)
        self._starting = loop.create_task(self._start())

    async def stop(self) -> None:
        """Who still waits is refused."""
        self._ended = True
        if self._starting is not None:
            await asyncio.wait([self._starting])
        self._refuse_all("The server is ending")
        self._drop()
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Ends the process; called from any thread, when the loop has ended."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    async def _start(self) -> None:
        try:
            told = await asyncio.to_thread(lambda: frame((self._model(), self._regions)))
            ours, theirs = socket.socketpair()
            ours.setblocking(False)
            _, self._link = await asyncio.get_running_loop().create_unix_connection(
                lambda: _Link(self._on_answer, self._on_lost), sock=ours
            )
            with theirs:
                self._process = await asyncio.to_thread(self._spawn, theirs)
            self._link.send(told)
            self._watch(_START_PATIENCE)
        except OSError as error:
            _log.error("the process that judges messages cannot be started: %s", error)
            self._down()
        finally:
            self._starting = None

    def _spawn(self, theirs: socket.socket) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603
            self._command,
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            # Ctrl-C is for the server alone; the end of the socket ends the process. No session of its own: Linux
            # shares processors out between sessions first, and being nice counts for nothing beyond one's own.
            process_group=0,
        )

    def _ask(self, asked: _Asked) -> None:
        if self._link is not None:
            self._link.send(asked.told)
        if self._timer is None:
            self._watch(self._patience)

    def _on_answer(self, answer: Answer) -> None:
        self._unwatch()
        if answer is None:
            self._ready, self._tried_at = True, None
            for asked in self._waiting:
                self._ask(asked)
            return
        asked = self._waiting.popleft()
        if not asked.answer.done():
            if isinstance(answer, Fault):
                _log.error("the analysis of a message raised %s", answer.where)
                asked.answer.set_exception(RuntimeError(f"the analysis raised {answer.where}"))
            else:
                asked.answer.set_result(answer)
        if self._waiting:
            self._watch(self._patience)

    def _watch(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._on_late)

    def _unwatch(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_late(self) -> None:
        self._timer = None
        if self._ready and self._waiting:
            self._waiting[0].deaths = _DEATHS
        _log.error("the process that judges messages does not answer and is started again")
        if self._process is not None:
            self._process.kill()

    def _on_lost(self) -> None:
        """The process has died: the message it was at may be the reason, the others are asked again."""
        was_ready = self._ready
        self._drop()
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            asyncio.get_running_loop().run_in_executor(None, process.wait)
        if self._ended:
            return
        if not was_ready:
            _log.error("the process that judges messages ended before it was ready")
            self._down()
            return
        _log.warning("the process that judges messages has died and is started again")
        if self._waiting:
            self._waiting[0].deaths += 1
            if self._waiting[0].deaths >= _DEATHS:
                self._refuse(self._waiting.popleft(), "The analysis of this message was given up")
        self.start()

    def _drop(self) -> None:
        self._unwatch()
        self._ready = False
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def _down(self) -> None:
        self._drop()
        self._tried_at = asyncio.get_running_loop().time()
        self._refuse_all("The analysis of messages is down; the log says why")

    def _refuse_all(self, why: str) -> None:
        while self._waiting:
            self._refuse(self._waiting.popleft(), why)

    def _refuse(self, asked: _Asked, why: str) -> None:
        if not asked.answer.done():
            asked.answer.set_exception(Unavailable(why, retry_after=_REST))


class _Link(asyncio.Protocol):
    """Cuts what comes into frames; a stream of asyncio's would cost several times this for each."""

    def __init__(self, on_answer: Callable[[Answer], None], on_lost: Callable[[], None]) -> None:
        self._on_answer = on_answer
        self._on_lost: Callable[[], None] | None = on_lost
        self._transport: asyncio.Transport | None = None
        self._held = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._held += data
        while len(self._held) >= HEAD.size:
            end = HEAD.size + HEAD.unpack_from(self._held)[0]
            if len(self._held) < end:
                return
            told = bytes(memoryview(self._held)[HEAD.size : end])
            del self._held[:end]
            self._on_answer(pickle.loads(told))  # noqa: S301

    def connection_lost(self, _error: Exception | None) -> None:
        if self._on_lost is not None:
            self._on_lost()

    def send(self, told: bytes) -> None:
        """Nothing where the process has just died: what waits is sent again."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(told)

    def close(self) -> None:
        """Without telling of it."""
        self._on_lost = None
        if self._transport is not None:
            self._transport.abort()
