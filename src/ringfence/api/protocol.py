"""uvicorn's HTTP protocol with a short way for `POST /event`, and one for a message to be analysed.

A task, a cycle and the ASGI messages cost more time than the event's decision. So a request that came whole in
one segment is judged in the parser's callback, and its answer is written there. All others go the long way,
through uvicorn and the ASGI route: what comes in pieces, behind another request or with a header that changes
how it is handled. So does one that was judged here but is refused, or whose answer tells of an alert or follows
a commit: it takes its judgement along and is not judged again. Both ways share the decision, the body and the
headers of the answer.

A message may come in pieces, and its answer takes a task, since others have to judge it. Where uvicorn looks for its
cycle it meanwhile finds a stand-in.

The methods are asyncio's and httptools' callbacks, but for the idle timer's and the refusal's. Of uvicorn's
inside, this reads the attributes of HttpToolsProtocol that stand below, so its minor version is pinned;
tests/api/test_protocol.py sends both ways the same requests and knows which must have gone the short one.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from ringfence.api.access import request_id
from ringfence.api.events import JUDGED, SINGLE, EventRoutes, Judged, headers_of_answer
from ringfence.api.messages import PATH, MessageDesk, Reply
from ringfence.api.problems import MEDIA_TYPE, problem

_EVENT, _MESSAGE = SINGLE.encode(), PATH.encode()
_LONG_WAY = frozenset({b"content-encoding", b"expect", b"origin", b"transfer-encoding"})
"""Headers that ask for more than to judge the body as it stands."""


_MOST_HELD = 1 << 17
"""Bytes; the longest good message has fewer, however it is escaped."""


class _UnderWay:
    """What uvicorn asks of a cycle whose request is here whole and whose answer is not yet."""

    __slots__ = ("disconnected", "keep_alive", "message_event", "response_complete")

    def __init__(self) -> None:
        self.disconnected = False
        self.keep_alive = True
        self.message_event = asyncio.Event()
        self.response_complete = False


class ShortWays(HttpToolsProtocol):
    """One connection. `events` and `messages` decide here as they do in the application."""

    def __init__(self, events: EventRoutes, messages: MessageDesk, **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self._events = events
        self._messages = messages
        self._short_way_open = not self.config.access_log and self.config.limit_concurrency is None
        self._held: bytes | None = None
        """The body, so far, of a request that goes a short way; that of an event, unless the segment ends before it."""
        self._turn_taken = False
        """Whether this segment had its short answer: one each, so that who floods waits between them."""
        self._answered_at = 0.0

    def data_received(self, data: bytes) -> None:
        # uvicorn ends its idle timer here and starts one after each answer. Short answers leave it running.
        idle, self.timeout_keep_alive_task = self.timeout_keep_alive_task, None
        self._turn_taken = False
        super().data_received(data)
        if self._held is not None and (self.url == _EVENT or len(self._held) > _MOST_HELD):
            self._go_the_long_way()
        if not (self._turn_taken and self._is_free()):
            if idle is not None:
                idle.cancel()
        elif idle is not None:
            self.timeout_keep_alive_task = idle
        else:
            self._wait_idle(self.timeout_keep_alive)

    def on_headers_complete(self) -> None:
        if self.url in (_EVENT, _MESSAGE) and self._may_go_the_short_way():
            self._held = b""
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self._held is None:
            super().on_body(body)
        else:
            self._held += body

    def on_message_complete(self) -> None:
        if self._held is None:
            super().on_message_complete()
        elif self.url == _MESSAGE:
            self._take_message(self._held)
        else:
            self._take_event(self._held)

    def shutdown(self) -> None:
        if self._held is not None:
            self._go_the_long_way()
        super().shutdown()

    def _take_event(self, body: bytes) -> None:
        self._turn_taken = True
        judged = self._events.judge_now(self.headers, body)
        if isinstance(judged, Judged) and judged.is_plain:
            self._held = None
            self._answer(judged.answer())
        else:
            self.scope["state"][JUDGED] = judged
            self._go_the_long_way()
            super().on_message_complete()

    def _take_message(self, body: bytes) -> None:
        work = self._messages.taken(self.headers, self.client, body)
        if work is None:
            self._go_the_long_way()
            super().on_message_complete()
            return
        self._held = None
        under_way = _UnderWay()
        self.cycle = cast(RequestResponseCycle, under_way)
        task = self.loop.create_task(self._reply(work, under_way))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _reply(self, work: Coroutine[Any, Any, Reply], under_way: _UnderWay) -> None:
        reply = await work
        if under_way.disconnected or self.transport.is_closing():
            return
        told = headers_of_answer(reply.kind, reply.body, reply.request_id)
        told += [(name.encode(), value.encode()) for name, value in reply.headers.items()]
        told += [] if under_way.keep_alive else [(b"connection", b"close")]
        self._write(reply.status, told, reply.body)
        under_way.response_complete = True
        if not under_way.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def send_400_response(self, msg: str) -> None:
        # uvicorn's own is plain text, the one error that would be no problem detail.
        name = request_id(())
        body = problem(400, "http_invalid", "This is no HTTP request that can be read", name)
        told = [*headers_of_answer(MEDIA_TYPE, body, name), (b"connection", b"close")]
        self._write(400, told, body)
        self.transport.close()

    def timeout_keep_alive_handler(self) -> None:
        rest = self._answered_at + self.timeout_keep_alive - self.loop.time()
        if rest > 0:
            self._wait_idle(rest)
        else:
            super().timeout_keep_alive_handler()

    def _may_go_the_short_way(self) -> bool:
        for name, _ in self.headers:
            if name in _LONG_WAY:
                return False
        parser = self.parser
        return (
            self._short_way_open
            and not self._turn_taken
            and self._is_free()
            and not self.flow.write_paused
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
        )

    def _is_free(self) -> bool:
        """Whether every request that went the long way is answered."""
        return self.cycle is None or self.cycle.response_complete

    def _go_the_long_way(self) -> None:
        body, self._held = self._held, None
        super().on_headers_complete()
        if body:
            super().on_body(body)

    def _answer(self, body: bytes) -> None:
        told = headers_of_answer("application/json", body, request_id(self.headers))
        self._write(200, told, body)
        self.server_state.total_requests += 1
        self._answered_at = self.loop.time()

    def _write(self, status: int, told: list[tuple[bytes, bytes]], body: bytes) -> None:
        headers = map(b": ".join, (*self.server_state.default_headers, *told))
        self.transport.write(STATUS_LINE[status] + b"\r\n".join((*headers, b"", body)))

    def _wait_idle(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)
