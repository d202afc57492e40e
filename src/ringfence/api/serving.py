"""Runs the application: until SIGINT or SIGTERM by uvicorn on uvloop, one process; or within another event loop."""

import asyncio
import errno
import gc
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import cast

import uvicorn

from ringfence.api.application import build_app, event_routes, rates_of
from ringfence.api.messages import MessageDesk
from ringfence.api.protocol import ShortWays
from ringfence.app.build import Server
from ringfence.errors import Unavailable

_GRACE_SECONDS = 10
_SWITCH_SECONDS = 0.0005


def serve(
    server: Server,
    host: str = "127.0.0.1",
    port: int = 8000,
    ready: Callable[[str], None] = lambda url: None,
    ending: Callable[[], None] = lambda: None,
) -> None:
    """Answers until a signal ends it; requests that run are answered first, then `server` is closed.

    `ready` is called with the address once connections are taken; port 0 takes any free one. `ending` is
    called when a signal has come and connections are still taken. Raises Unavailable where the port cannot
    be had.
    """
    try:
        listener = listen(host, port)
    except BaseException:
        server.close()
        raise
    # A single event must not wait the usual 5 ms for the threads of batches and records to let go of Python.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # uvicorn raises the signal again once it has ended; by then all is done.
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        _Announcing(uvicorn_config(server), lambda: _ready(server, listener, ready), ending).run(
            sockets=[listener]
        )
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        listener.close()
        server.close()
        logging.getLogger(__name__).info("ended")


@asynccontextmanager
async def answering(server: Server, listener: socket.socket) -> AsyncIterator[None]:
    """Answers in the running event loop for as long as the block takes, whatever signals come; both are closed then."""
    up = asyncio.Event()
    answers = _Deaf(uvicorn_config(server), up.set, lambda: None)
    running = asyncio.create_task(answers.serve([listener]))
    running.add_done_callback(lambda _: up.set())
    try:
        await up.wait()
        if not answers.started:
            raise Unavailable("The server could not be started; the log says why")
        yield
    finally:
        answers.should_exit = True
        try:
            await running
        finally:
            listener.close()
            server.close()


def uvicorn_config(server: Server) -> uvicorn.Config:
    events, rates = event_routes(server), rates_of(server)
    return uvicorn.Config(
        build_app(server, events, rates),
        http=cast(type[asyncio.Protocol], partial(ShortWays, events, MessageDesk(server, rates))),
        ws="none",
        lifespan="on",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_config=None,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def _ready(server: Server, listener: socket.socket, told: Callable[[str], None]) -> None:
    server.listens_at(url_of(listener).replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:"))
    told(url_of(listener))


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            gc.freeze()  # what stays for good is not looked through again: for 80 ms nothing else would run
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)


class _Deaf(_Announcing):
    """Leaves the process's signals to whoever has the event loop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """Port 0 takes any free one. Raises Unavailable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        other = "--port" if error.errno in (errno.EADDRINUSE, errno.EACCES) else "--host"
        raise Unavailable(
            f"Cannot listen on {host} port {port}: {error.strerror}. Choose another with {other}"
        ) from None
    return listener


def url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
