"""Runs the application until SIGINT or SIGTERM: uvicorn on uvloop, one process."""

import asyncio
import errno
import logging
import signal
import socket
import sys
from collections.abc import Callable
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
        listener = _listen(host, port)
    except BaseException:
        server.close()
        raise
    # A single event must not wait the usual 5 ms for the threads of batches and records to let go of Python.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # uvicorn raises the signal again once it has ended; by then all is done.
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        _Announcing(uvicorn_config(server), lambda: ready(_url(listener)), ending).run(sockets=[listener])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        listener.close()
        server.close()
        logging.getLogger(__name__).info("ended")


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


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
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


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
