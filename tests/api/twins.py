"""Two servers on loopback ports, one with our protocol and one with uvicorn's own, that get the same bytes."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from ringfence.api.serving import uvicorn_config
from ringfence.app.build import Server, build_server
from ringfence.model.key import Role
from ringfence.settings import load_settings

from .conftest import Clock, event

_CHANGING = re.compile(rb"(?m)(?<=^date: ).*?(?=\r$)|(?<=^x-request-id: )[0-9a-f]{12}-[0-9a-f]+(?=\r$)")
"""What differs from answer to answer: the second, and the ids that the server makes up."""


class Desk:
    """One of the two. `seen` are the paths of the requests that reached the application."""

    def __init__(self, server: Server, *, ours: bool) -> None:
        self.server = server
        self.seen: list[str] = []
        self.keys = {role.value: server.keys.create(role, role, "test") for role in Role}
        self.keys["revoked"] = server.keys.create("revoked", Role.ADMIN, "test")
        server.keys.revoke("revoked", "test")
        config = uvicorn_config(server)
        app: Any = config.app

        async def noted(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                self.seen.append(scope["path"])
            await app(scope, receive, send)

        config.app = noted
        if not ours:
            config.http = "httptools"
        self.uvicorn = uvicorn.Server(config)

    @contextmanager
    def answering(self) -> Iterator["Desk"]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self._address = listener.getsockname()
            thread = threading.Thread(target=self.uvicorn.run, args=([listener],))
            thread.start()
            try:
                yield self
            finally:
                self.uvicorn.should_exit = True
                thread.join()

    def connect(self) -> socket.socket:
        line = socket.create_connection(self._address, 30)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def read_all(self) -> None:
        """Returns when the server has read what was sent before."""
        with closing(self.connect()) as line:
            line.sendall(b"GET /docs HTTP/1.1\r\nhost: desk\r\n\r\n")
            read_answer(line)
        self.seen.remove("/docs")

    def takes_no_more(self) -> None:
        """Ends the server; returns when it takes no new connection."""
        self.uvicorn.should_exit = True
        with suppress(ConnectionError):
            while True:
                self.connect().close()

    def talk(self, *segments: bytes, answers: int = 1) -> bytes:
        """Sends each segment once the server has read the one before; the answers as they came."""
        with closing(self.connect()) as line:
            for number, segment in enumerate(segments):
                if number:
                    self.read_all()
                line.sendall(segment)
            told = b"".join(read_answer(line) for _ in range(answers))
            if b"connection: close" in told:
                assert line.recv(1) == b""
            return told

    def post(
        self, body: bytes, *headers: str, key: str = "ingest", line: str = "POST /event HTTP/1.1"
    ) -> bytes:
        return self.talk(self.request(body, *headers, key=key, line=line))

    def request(
        self,
        body: bytes,
        *headers: str,
        key: str = "ingest",
        line: str = "POST /event HTTP/1.1",
        length: bool = True,
    ) -> bytes:
        """`key` is one of `keys`, or what is sent as it stands; nothing where it is empty."""
        told = [line, "Host: desk", "Content-Type: application/json"]
        told += [f"X-API-KEY: {self.keys.get(key, key)}"] if key else []
        told += [f"Content-Length: {len(body)}"] if length else []
        return "\r\n".join((*told, *headers, "", "")).encode() + body


def read_answer(line: socket.socket) -> bytes:
    """One answer and nothing of the next."""
    told = b""
    while not told.endswith(b"\r\n\r\n"):
        byte = line.recv(1)
        if not byte:
            return told
        told += byte
    length = re.search(rb"(?m)^content-length: (\d+)\r$", told)
    whole = len(told) + (int(length[1]) if length else 0)
    while len(told) < whole and (piece := line.recv(whole - len(told))):
        told += piece
    return told


@dataclass
class Twins:
    ours: Desk
    plain: Desk

    def ask(self, told: Callable[[Desk], bytes]) -> tuple[bytes, int]:
        """The answers of both, which are the same, and how many requests of ours reached the application."""
        self.ours.seen.clear()
        ours, plain = (_CHANGING.sub(b"*", told(desk)) for desk in (self.ours, self.plain))
        assert ours == plain
        assert ours
        return ours, len(self.ours.seen)


@contextmanager
def twins_with(folder: Path, **variables: str) -> Iterator[Twins]:
    """Keywords are variables of the environment."""
    with ExitStack() as stack:
        desks = []
        for name in ("ours", "plain"):
            there = folder / name
            there.mkdir()
            environ = {"RINGFENCE_DATA_DIR": str(there), "RINGFENCE_DEFAULT_REGION": "US", **variables}
            server = build_server(load_settings(environ, there), Clock())
            stack.callback(server.close)
            desks.append(stack.enter_context(Desk(server, ours=name == "ours").answering()))
        yield Twins(*desks)


def invite(n: int, **more: Any) -> bytes:
    return json.dumps(event(n, **more)).encode()
